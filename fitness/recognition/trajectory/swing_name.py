"""A swing with the name of an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.types import Side

_OVERLAP: Final = 0.3
"""Movements that share more than this part of the shorter one are the same."""


def same_movement(start: float, end: float, other_start: float, other_end: float) -> bool:
    """Whether the times of two movements, in seconds, overlap so much that they are one movement."""
    shared = min(end, other_end) - max(start, other_start)
    return shared > _OVERLAP * min(end - start, other_end - other_start)


@dataclass(frozen=True, slots=True)
class SwingName:
    """A swing with one of its possible names.

    t_start, t_turn, t_end: seconds.   share: probability of the exercise, 0..1.   side: "left", "right" or "both".
    worth: log odds that the swing is a rep, plus the logarithm of the exercise's probability if it is one.
    any_phase: it may begin at any position of the movement, as cycles of repeated motion do.
    """

    exercise: str
    t_start: float
    t_turn: float
    t_end: float
    share: float
    side: Side
    worth: float = 0.0
    any_phase: bool = False

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.t_end - self.t_start
