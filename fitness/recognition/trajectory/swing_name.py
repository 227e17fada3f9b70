"""A swing with the name of an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.types import Side

_OVERLAP: Final = 0.3


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

    def overlaps(self, t_start: float, t_end: float) -> bool:
        """Whether a movement from `t_start` to `t_end` seconds is the same one: they share 0.3 of the shorter one."""
        shared = min(self.t_end, t_end) - max(self.t_start, t_start)
        return shared > _OVERLAP * min(self.seconds, t_end - t_start)

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return self.t_end - self.t_start
