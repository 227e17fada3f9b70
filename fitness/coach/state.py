"""The state of a workout, for the screens: as values and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from fitness.coach.plan import PlannedSet
from fitness.coach.records import Event, SetSummary, Stage
from fitness.metrics.figures import NO_BREAK
from fitness.plural import some
from fitness.recognition.exercises import is_held
from fitness.recognition.exercises.names import pretty_name
from fitness.types import JsonDict

Dot: TypeAlias = Literal["done", "now", "todo"]
Direction: TypeAlias = Literal["down", "up", "hold"]


@dataclass(frozen=True, slots=True)
class NextSet:
    """The set that comes next.   exercise: name or None.   set, sets: of its exercise.   amount: reps or seconds."""

    exercise: str | None
    set: int
    sets: int
    amount: int

    @classmethod
    def of(cls, planned: PlannedSet) -> NextSet:
        """The next set of a plan."""
        return cls(planned.exercise, planned.set, planned.sets, planned.amount)

    @property
    def text(self) -> str:
        """ "Next: set 2 of 3 - squat"."""
        name = "" if self.exercise is None else f" - {pretty_name(self.exercise, plural=False).lower()}"
        return f"Next: set {self.set} of {self.sets}{name}"

    @property
    def goal(self) -> str:
        """ "8 reps" or "45 s"."""
        if is_held(self.exercise):
            return f"{self.amount}{NO_BREAK}s"
        return some(self.amount, "rep")

    def to_json(self) -> JsonDict:
        """Plain values."""
        unit = "s" if is_held(self.exercise) else "reps"
        return {"exercise": self.exercise, "set": self.set, "sets": self.sets, "amount": self.amount,
                "unit": unit, "text": self.text, "goal": self.goal}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoachState:
    """Everything that a screen shows besides the frame.

    t: seconds, as in Frame.   stage: of the workout.   paused: the user paused.
    exercise: of the displayed set, else the chosen or recognised one, or None.
    set, sets: number of the current set of this exercise (in a rest: the last one), and of planned sets, or None.
    reps: of the current set, in a rest of the last one; seconds for a held exercise.
    target: planned reps of that set, or None.   extra: how many of `reps` are past it.
    total: reps of the whole workout, with corrections.
    pending: reps that are not certain yet; they are not in the other numbers.
    dots: one for each planned set of this exercise.
    rest_s, rest_left_s: length and remaining time of the rest, seconds; None outside a rest.
    rested_s: seconds since the last set, or None.
    in_view: the whole body is visible.   countdown: 3, 2, 1, then 0 for "go", while getting ready; else None.
    next: the next set, or None.   plan: the plan as text, or None.   remaining: its remaining part.
    phase: as in Count.   direction: of the movement, or None.   cue: form cue or None.
    reason: why nothing can be measured, or None.   confidence: 0..1, how well the person can be measured now.
    last: the last set, in a rest and at the end.   done: all finished sets.   running: the current set or None.
    events: since the last state.
    """

    t: float
    stage: Stage
    paused: bool
    exercise: str | None
    set: int
    sets: int | None
    reps: int
    target: int | None
    extra: int
    total: int
    pending: int
    dots: tuple[Dot, ...]
    rest_s: float | None
    rest_left_s: float | None
    rested_s: float | None
    in_view: bool
    countdown: int | None
    next: NextSet | None
    plan: str | None
    remaining: str
    phase: float | None
    direction: Direction | None
    cue: str | None
    reason: str | None
    confidence: float
    last: SetSummary | None
    done: tuple[SetSummary, ...]
    running: SetSummary | None
    events: tuple[Event, ...]

    @property
    def held(self) -> bool:
        """Whether `reps` and `target` are seconds."""
        return is_held(self.exercise)

    def to_json(self) -> JsonDict:
        """Plain values for a page or a log."""
        document = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            **document,
            "held": self.held,
            "stage": self.stage.value,
            "dots": list(self.dots),
            "next": None if self.next is None else self.next.to_json(),
            "last": None if self.last is None else self.last.to_json(),
            "done": [one.to_json() for one in self.done],
            "running": None if self.running is None else self.running.to_json(),
            "events": [{"kind": e.kind.value, "t": e.t, "number": e.number} for e in self.events],
        }
