"""The events of one frame. Events name reps by their id; ignore an event with an unknown id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fitness.types.rep import Rep


@dataclass(frozen=True, slots=True)
class RepCounted:
    """A rep was counted.   rep: its record may not be complete yet; `RepAmended` then follows.

    opens_set: the rep is the first of a new set.
    """

    rep: Rep
    opens_set: bool = False


@dataclass(frozen=True, slots=True)
class PartialRep:
    """A rep that did not go far enough was seen. It is recorded, but not counted.

    opens_set: if the rep were counted, it would be the first of a new set. Then `rep.set` is the number of that set.
    """

    rep: Rep
    opens_set: bool = False


@dataclass(frozen=True, slots=True)
class RepAmended:
    """The times, side, cues or record of an earlier rep, counted or partial, are now more exact.

    rep: replaces the rep with the same id.
    """

    rep: Rep

    @property
    def id(self) -> int:
        """The id of the rep."""
        return self.rep.id


@dataclass(frozen=True, slots=True)
class RepRejected:
    """A movement that is similar to a rep of an exercise was rejected.

    reason: the reason in one word, for logs and tests.   t_start, t_peak, t_end: seconds, as in Rep.
    hint: why the movement cannot be judged and what the user can do, as text; "" for a different movement.
    """

    exercise: str
    reason: str
    t_start: float
    t_peak: float
    t_end: float
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OtherRep:
    """A bystander completed a rep.   rep: its `person` is the id of the bystander."""

    rep: Rep


@dataclass(frozen=True, slots=True)
class SetClosed:
    """A set ended. This event comes with the first rep of the next set.   reps: the number of reps counted in the
    set.
    """

    set: int
    exercise: str
    reps: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """Counted reps belong to another exercise than was first reported.   ids: of the reps.   exercise: the correct
    name.
    """

    ids: tuple[int, ...]
    exercise: str


Event: TypeAlias = RepCounted | PartialRep | RepAmended | RepRejected | OtherRep | SetClosed | Renamed
