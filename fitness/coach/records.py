"""What the coach says and keeps: state, events, sets, summaries, corrections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from enum import Enum
from statistics import fmean

from fitness.types import JsonDict, Rep


class Stage(str, Enum):
    """ready: waits for a set's first rep.   working: a set runs.   resting: the timer runs.   done: target reached."""

    READY = "ready"
    WORKING = "working"
    RESTING = "resting"
    DONE = "done"


class EventKind(str, Enum):
    """What just happened; a window or page gives each its sound.

    `PARTIAL`: a rep that did not go far enough and was not counted.
    """

    REP = "rep"
    PARTIAL = "partial"
    TARGET = "target"
    SET_DONE = "set_done"
    TICK = "tick"
    REST_OVER = "rest_over"
    WORKOUT_DONE = "workout_done"


@dataclass(frozen=True, slots=True)
class Event:
    """kind: what happened.   t: seconds, as in Frame.   number: reps in the set, or seconds left for a tick."""

    kind: EventKind
    t: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """The user changed the count by hand.

    t: seconds.   exercise: of the set, or None where it is not known.   set: its number.   delta: reps added.
    """

    t: float
    exercise: str | None
    set: int
    delta: int

    def __str__(self) -> str:
        return f"set {self.set}: {self.delta:+d} by hand at {self.t:.1f} s"


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One finished set in numbers; None where it holds too few reps to say.

    reps: with corrections.   corrected: the part of them added (or taken) by hand.
    tempo_s: mean seconds a rep.   fastest_s, slowest_s: seconds.
    depth_least, depth_most: phase at the turning points.
    slowdown: how much longer the last third's reps took than the first third's, as a share; 0.2 is 20 %.
    speed_loss: 0..1, of the last rep against the fastest.   left, right: reps of one side alone.
    """

    number: int
    exercise: str | None
    reps: int
    corrected: int
    tempo_s: float | None
    fastest_s: float | None
    slowest_s: float | None
    depth_least: float | None
    depth_most: float | None
    slowdown: float | None
    speed_loss: float | None = None
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class SetLog:
    """One set.

    number: 1 and up.   counted: its reps as they were counted.   depths: phase at each one's turning point, 0 unknown.
    corrected: reps added by hand, negative when taken away.
    """

    number: int
    exercise: str | None = None
    counted: tuple[Rep, ...] = ()
    depths: tuple[float, ...] = ()
    corrected: int = 0

    @property
    def reps(self) -> int:
        """Reps with corrections, never below 0."""
        return max(0, len(self.counted) + self.corrected)

    def amended(self, better: Rep) -> SetLog:
        """The same set, where `better` takes the place of the rep with its id."""
        if not any(rep.id == better.id for rep in self.counted):
            return self
        return replace(self, counted=tuple(better if rep.id == better.id else rep for rep in self.counted))

    def renamed(self, ids: Collection[int], exercise: str) -> SetLog:
        """The same set, where the reps with these ids are of another exercise, and the set with them."""
        if not any(rep.id in ids for rep in self.counted):
            return self
        counted = tuple(replace(rep, exercise=exercise) if rep.id in ids else rep for rep in self.counted)
        return replace(self, exercise=exercise, counted=counted)

    def summary(self) -> SetSummary:
        """The set in numbers."""
        times = [rep.duration for rep in self.counted]
        depths = [depth for depth in self.depths if depth > 0]
        third = len(times) // 3
        slowdown = (
            fmean(times[-third:]) / fmean(times[:third]) - 1 if third and fmean(times[:third]) > 0 else None
        )
        return SetSummary(
            number=self.number,
            exercise=self.exercise,
            reps=self.reps,
            corrected=self.corrected,
            tempo_s=fmean(times) if times else None,
            fastest_s=min(times, default=None),
            slowest_s=max(times, default=None),
            depth_least=min(depths, default=None),
            depth_most=max(depths, default=None),
            slowdown=slowdown,
            speed_loss=next(
                (r.record.speed_loss for r in reversed(self.counted) if r.record.speed_loss is not None), None
            ),
            left=sum(rep.side == "left" for rep in self.counted),
            right=sum(rep.side == "right" for rep in self.counted),
        )


@dataclass(frozen=True, slots=True)
class CoachState:
    """Everything a screen shows beside the picture.

    t: seconds, as in Frame.   exercise: of the running set, else the one recognised, or None.
    set: number of the running set, or of the next one while resting.   sets: how many are wanted, or None.
    reps: of the running set; while resting those of the set just done.   target_reps: wanted in a set, or None.
    total: reps of the whole workout, with corrections.   pending: reps seen that are not sure yet, in none of the others.
    rest_left_s: seconds of rest left (0: over), None when not resting.   rested_s: since the last set, or None.
    phase: as in Count.   cue: form cue or None.   reason: why nothing can be measured, or None.
    confidence: 0..1, how well the person can be measured now.
    last: the set just done, while resting and at the end.   done: all finished sets.
    running: the running set so far, or None.   events: since the last step.
    """

    t: float
    stage: Stage
    paused: bool
    exercise: str | None
    set: int
    sets: int | None
    reps: int
    target_reps: int | None
    total: int
    pending: int
    rest_left_s: float | None
    rested_s: float | None
    phase: float | None
    cue: str | None
    reason: str | None
    confidence: float
    last: SetSummary | None
    done: tuple[SetSummary, ...]
    running: SetSummary | None
    events: tuple[Event, ...]

    def to_json(self) -> JsonDict:
        """Plain values for a page or a log."""
        document = asdict(self)
        document["stage"] = self.stage.value
        document["events"] = [{"kind": e.kind.value, "t": e.t, "number": e.number} for e in self.events]
        return document
