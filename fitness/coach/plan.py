"""What the user wants to do: a target such as 3x12, and how long to rest."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from fitness.errors import OptionError

MAX_SETS: Final = 100
MAX_REPS: Final = 10_000
"""Bounds that only a slip of the finger exceeds."""

_TARGET: Final = re.compile(r"\s*(?:(\d{1,5})\s*[x×*]\s*)?(\d{1,5})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """So many sets of so many reps.

    Raises:
        OptionError: sets is not 1 to 100, or reps not 1 to 10000.
    """

    sets: int
    reps: int

    def __post_init__(self) -> None:
        if not (1 <= self.sets <= MAX_SETS and 1 <= self.reps <= MAX_REPS):
            raise OptionError(
                f"option target must be 1 to {MAX_SETS} sets of 1 to {MAX_REPS} reps, got {self.sets}x{self.reps}"
            )

    @classmethod
    def parse(cls, text: str) -> Target:
        """ "3x12" -> three sets of twelve, "12" -> one set of twelve; OptionError for anything else."""
        match = _TARGET.fullmatch(text)
        if match is None:
            raise OptionError(f"option target must be SETSxREPS such as 3x12, or REPS, got '{text}'")
        return cls(int(match[1] or 1), int(match[2]))

    def __str__(self) -> str:
        return f"{self.sets}x{self.reps}"


@dataclass(frozen=True, slots=True)
class CoachOptions:
    """How a workout is led.

    target: sets and reps, or None for as many as come.
    rest_s: length of the rest between sets, seconds.
    last_ticks: the last so many seconds of a rest are called, one by one.
    idle_s: without a rep for so long a set is over; the rest then counts from its last rep.
    extra_s: a rep that begins within so many seconds of the target's last rep still belongs to that set.

    Raises:
        OptionError: a number is out of its range.
    """

    target: Target | None = None
    rest_s: float = 60.0
    last_ticks: int = 3
    idle_s: float = 15.0
    extra_s: float = 4.0

    def __post_init__(self) -> None:
        for name in ("rest_s", "extra_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= 3600):
                raise OptionError(f"option {name} must be 0 to 3600 seconds, got {value}")
        if not (math.isfinite(self.idle_s) and self.idle_s > 0):
            raise OptionError(f"option idle_s must be above 0 seconds, got {self.idle_s}")
        if not 0 <= self.last_ticks <= 10:
            raise OptionError(f"option last_ticks must be 0 to 10, got {self.last_ticks}")
