"""What happened in one frame. Each event names reps by their id; consumers ignore events about reps they do not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fitness.types.rep import Rep


@dataclass(frozen=True, slots=True)
class RepCounted:
    """A rep was counted.   rep: its record may not be complete yet; `RepAmended` then follows.

    opens_set: it is the first of a new set.
    """

    rep: Rep
    opens_set: bool = False


@dataclass(frozen=True, slots=True)
class PartialRep:
    """A rep that did not go far enough was seen. It is recorded, but not counted.

    opens_set: had it counted, it would be the first of a new set; its set number is then that of the set to come.
    """

    rep: Rep
    opens_set: bool = False


@dataclass(frozen=True, slots=True)
class RepAmended:
    """An earlier rep, counted or partial, is known better now: times, side, cues and record.

    rep: takes the place of the one with the same id.
    """

    rep: Rep

    @property
    def id(self) -> int:
        """The id of the rep."""
        return self.rep.id


@dataclass(frozen=True, slots=True)
class RepRejected:
    """A movement looked like a rep of an exercise, and was not accepted as one.

    reason: one word for why, for logs and tests.   t_start, t_peak, t_end: seconds, as in Rep.
    hint: why the movement cannot be judged and what to do, in words for the user; "" if it is another movement.
    """

    exercise: str
    reason: str
    t_start: float
    t_peak: float
    t_end: float
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OtherRep:
    """A person who is not counted completed a rep.   rep: with the id of that person."""

    rep: Rep


@dataclass(frozen=True, slots=True)
class SetClosed:
    """A set is over; known when the first rep of the next set is counted.   reps: how many were counted in it."""

    set: int
    exercise: str
    reps: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """Counted reps turned out to be another exercise.   ids: of the reps.   exercise: the right one."""

    ids: tuple[int, ...]
    exercise: str


Event: TypeAlias = RepCounted | PartialRep | RepAmended | RepRejected | OtherRep | SetClosed | Renamed
