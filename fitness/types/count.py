"""What is known after one frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fitness.types.events import Event, RepCounted
from fitness.types.pose import Classification, Frame, Pose
from fitness.types.read_only import ReadOnlyDict
from fitness.types.rep import Rep


@dataclass(frozen=True, slots=True)
class Count:
    """The state of counting after one frame, and the events of that frame.

    totals: exercise -> number of reps counted so far.   exercise: the current exercise, or None.
    set: number of the current set, 0 before the first.   reps_in_set: reps of the current set.
    phase: 0 at the start position .. 1 at the turning point of the usual range, or None if unknown.
    first: what comes before the turning point of the current exercise, "lowering" or "lifting"; None if unknown.
    message: why nothing can be measured or counted now, as text for the user, or None.
    uncounted: `message`, if the person is seen and repeats a movement that is not counted.
    sides: exercise -> reps of the left and of the right side, for exercises of one side at a time.
    cue: the form cue to show now, as text for the user, or None.
    pending: reps that are not certain yet, without ids. They are shown, and counted once they are certain. Reps that
        are still pending in the last frame of a stream are counted too.
    events: the events of this frame only, in order.
    """

    totals: Mapping[str, int]
    exercise: str | None = None
    set: int = 0
    reps_in_set: int = 0
    phase: float | None = None
    message: str | None = None
    sides: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cue: str | None = None
    pending: tuple[Rep, ...] = ()
    events: tuple[Event, ...] = ()
    uncounted: str | None = None
    first: Literal["lowering", "lifting"] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "totals", ReadOnlyDict(self.totals))
        object.__setattr__(self, "sides", ReadOnlyDict(self.sides))

    @property
    def new_reps(self) -> tuple[Rep, ...]:
        """The reps that were counted in this frame."""
        return tuple(event.rep for event in self.events if isinstance(event, RepCounted))

    @property
    def shown_pending(self) -> tuple[Rep, ...]:
        """The pending reps of the current exercise; those of a similar exercise are not shown."""
        return tuple(rep for rep in self.pending if rep.exercise == self.exercise)


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """The result of one frame: the input of drawing, window, page and session.

    pose, classification: of the counted person; None if that person was not found.
    timings_ms: stage -> time needed for this frame, milliseconds.
    others: the poses of bystanders.
    """

    frame: Frame
    pose: Pose | None
    classification: Classification | None
    count: Count
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    others: tuple[Pose, ...] = ()
