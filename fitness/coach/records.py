"""The coach's records: events, corrections, sets and their summaries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from enum import Enum

from fitness.metrics import figures
from fitness.metrics.figures import SetFigures, set_figures
from fitness.recognition.exercises import is_held
from fitness.recognition.exercises.names import pretty_name
from fitness.types import JsonDict, Rep


class Stage(str, Enum):
    """ready: waits for a set's first rep.   working: a set runs.   resting: the timer runs.   done: plan done."""

    READY = "ready"
    WORKING = "working"
    RESTING = "resting"
    DONE = "done"


class EventKind(str, Enum):
    """Kinds of events; window and page have a sound for each.

    `PARTIAL`: a partial rep, not counted.   `EXTRA`: a rep past the target.
    `TICK`: one of the last seconds of a rest or of getting ready.   `GO`: the exercise may begin.
    `NEXT_EXERCISE`: another exercise is up.
    """

    REP = "rep"
    PARTIAL = "partial"
    TARGET = "target"
    EXTRA = "extra"
    SET_DONE = "set_done"
    TICK = "tick"
    GO = "go"
    REST_OVER = "rest_over"
    NEXT_EXERCISE = "next_exercise"
    WORKOUT_DONE = "workout_done"


@dataclass(frozen=True, slots=True)
class Event:
    """kind: of the event.   t: seconds, as in Frame.   number: reps in the set, or remaining seconds for a tick."""

    kind: EventKind
    t: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """The user changed the count by hand.

    t: seconds.   exercise: of the set, or None if unknown.   set: its number.   delta: reps added.
    """

    t: float
    exercise: str | None
    set: int
    delta: int

    def __str__(self) -> str:
        return f"set {self.set}: {self.delta:+d} by hand at {self.t:.1f} s"


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One set as a screen shows it.

    number: 1-based in the workout.   exercise: name, or None if unknown.
    reps: with corrections; seconds for a held exercise.   counted: without corrections.
    corrected: reps added by hand; negative if removed.   target: planned reps, or None.   extra: reps past the target.
    figures: tempo, range and so on.
    """

    number: int
    exercise: str | None
    reps: int
    counted: int
    corrected: int
    target: int | None
    extra: int
    figures: SetFigures

    @property
    def amount(self) -> str:
        """ "8 squats", "45 s plank", "1 rep"."""
        if is_held(self.exercise):
            return f"{self.reps}{figures.NO_BREAK}s {pretty_name(self.exercise or '', plural=False).lower()}"
        name = pretty_name(self.exercise or "rep", plural=self.reps != 1)
        return f"{self.reps} {name.lower()}"

    @property
    def title(self) -> str:
        """ "Set 1: 8 squats"."""
        return f"Set {self.number}: {self.amount}"

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each known figure, as text."""
        held = is_held(self.exercise)
        found = [] if held else list(figures.rows(self.figures))
        if self.extra:
            found.append(("Extra", f"{self.extra:+d}"))
        if self.corrected:
            found.append(("By hand", f"{self.corrected:+d} ({self.counted} counted)"))
        return tuple(found)

    def to_json(self) -> JsonDict:
        """Plain values: the fields, those of the figures, `title` and `rows`."""
        document = asdict(self)
        return {
            **document.pop("figures"),
            **document,
            "title": self.title,
            "rows": [list(r) for r in self.rows],
        }


@dataclass(frozen=True, slots=True)
class SetLog:
    """One set.

    number: 1-based in the workout.   t: time of its beginning or of its first manual change, seconds.
    counted: its counted reps.   corrected: reps added by hand; negative if removed.
    target: planned reps, or None.   weight_kg: kilograms, as planned, or None.
    """

    number: int
    t: float = 0.0
    exercise: str | None = None
    counted: tuple[Rep, ...] = ()
    corrected: int = 0
    target: int | None = None
    weight_kg: float | None = None

    @property
    def begun(self) -> bool:
        """Whether it has a rep or a correction."""
        return bool(self.counted or self.corrected)

    @property
    def reps(self) -> int:
        """Reps with corrections, never below 0."""
        return max(0, len(self.counted) + self.corrected)

    @property
    def extra(self) -> int:
        """Reps past the target."""
        return 0 if self.target is None else max(0, self.reps - self.target)

    @property
    def start_s(self) -> float:
        """Seconds; when its first rep began, or it was first changed by hand."""
        return min((rep.t_start for rep in self.counted), default=self.t)

    @property
    def end_s(self) -> float:
        """Seconds; when its last rep was counted, or it was first changed by hand."""
        return max((rep.t_end for rep in self.counted), default=self.t)

    def amended(self, better: Rep) -> SetLog:
        """The same set, with `better` in place of the rep with the same id."""
        if not any(rep.id == better.id for rep in self.counted):
            return self
        return replace(self, counted=tuple(better if rep.id == better.id else rep for rep in self.counted))

    def renamed(self, ids: Collection[int], exercise: str) -> SetLog:
        """The same set, with another exercise for the reps with these ids and for the set."""
        if not any(rep.id in ids for rep in self.counted):
            return self
        counted = tuple(replace(rep, exercise=exercise) if rep.id in ids else rep for rep in self.counted)
        return replace(self, exercise=exercise, counted=counted)

    def adopted(self, rep: Rep) -> SetLog:
        """The same set, with the new id of a rep that was pending when it was added."""
        if not any(_same(rep, one) for one in self.counted):
            return self
        return replace(self, counted=tuple(rep if _same(rep, one) else one for one in self.counted))

    def summary(self) -> SetSummary:
        """The set as a screen shows it."""
        return SetSummary(
            number=self.number,
            exercise=self.exercise,
            reps=self.reps,
            counted=len(self.counted),
            corrected=self.corrected,
            target=self.target,
            extra=self.extra,
            figures=set_figures(self.counted),
        )


def _same(rep: Rep, other: Rep) -> bool:
    """Whether both are the same movement, if one of them has no id yet."""
    return 0 in (rep.id, other.id) and (rep.exercise, rep.t_peak) == (other.exercise, other.t_peak)
