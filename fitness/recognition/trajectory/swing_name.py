"""A swing with the name of an exercise."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.types import Side


@dataclass(frozen=True, slots=True)
class SwingName:
    """A swing with one of its possible names.

    t_start, t_turn, t_end: seconds.   share: probability of the exercise, 0..1.   side: "left", "right" or "both".
    worth: log odds that the swing is a rep, plus the logarithm of the exercise's probability if it is one.
    """

    exercise: str
    t_start: float
    t_turn: float
    t_end: float
    share: float
    side: Side
    worth: float = 0.0

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.t_end - self.t_start
