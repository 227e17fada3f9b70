"""A candidate for a rep, with the exercise whose counter completed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fitness.recognition.exercises import Exercise
from fitness.recognition.rep_candidate import RepCandidate
from fitness.types import Side

OTHER_SIDE: Final[dict[Side, Side]] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A swing that the counter of one exercise completed: a candidate for a rep of that exercise.

    side: the side whose joint swung, if each side has a counter and both sides are visible; else None.
    priority: built-in exercises outrank taught ones, whose confidence is based on fewer pose classes.
    """

    exercise: Exercise
    swing: RepCandidate
    side: Side | None = None
    priority: bool = True


def with_other_side(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """The candidate, as one of both sides if that of the other side ended in the same frame and overlaps it."""
    other = None if claim.side is None or claim.exercise.sides != "any" else OTHER_SIDE.get(claim.side)
    for one in claims:
        if one.exercise is claim.exercise and one.side == other is not None and one.swing.accepted:
            return replace(claim, side="both") if one.swing.t_bottom >= claim.swing.t_start else claim
    return claim
