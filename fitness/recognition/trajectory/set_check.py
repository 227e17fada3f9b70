"""Lets the reps of a set count once the set as a whole is likely enough."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from fitness.recognition.trajectory.swing_name import SwingName

_ROUNDING: Final = 1e-9


@dataclass(slots=True)
class _Set:
    """A set.   number: of its reps.   odds: sum of their log odds.   held: reps that do not count yet.

    t_end: end of the last rep, seconds.
    """

    number: int = 0
    odds: float = 0.0
    held: list[SwingName] = field(default_factory=list)
    t_end: float = -math.inf


class SetCheck:
    """Holds the reps of a set until the mean of their log odds is high enough.

    So one likely swing among doubtful ones does not count. Doubtful reps count if later reps of the set show that it is the
    exercise.

    Args:
        least_mean: minimum mean log odds.   memory_s: a set ends after this time without a rep, seconds.
    """

    def __init__(self, least_mean: float, memory_s: float) -> None:
        self._least_mean = least_mean
        self._memory_s = memory_s
        self._sets: dict[str, _Set] = {}

    def step(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """Add reps in time order; return those that count now."""
        return self._passed(self._sets, reps)

    def foreseen(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """What `step` would return; nothing changes."""
        reps = list(reps)
        if not reps:
            return []
        sets = {name: replace(one, held=[*one.held]) for name, one in self._sets.items()}
        return self._passed(sets, reps)

    def doubtful(self, t: float) -> str:
        """The exercise of the last set that does not count at `t` seconds and has not ended; "" if there is none."""
        held = [(one.t_end, name) for name, one in self._sets.items() if one.held]
        last, name = max(held, default=(-math.inf, ""))
        return name if t - last < self._memory_s else ""

    def _passed(self, sets: dict[str, _Set], reps: Iterable[SwingName]) -> list[SwingName]:
        passed: list[SwingName] = []
        for rep in reps:
            current = sets.get(rep.exercise)
            if current is None or rep.t_start - current.t_end >= self._memory_s:
                current = sets[rep.exercise] = _Set()
            current.t_end = rep.t_end
            current.number += 1
            current.odds += math.log(rep.share + _ROUNDING) - math.log(1 - rep.share + _ROUNDING)
            current.held.append(rep)
            if current.odds >= self._least_mean * current.number:
                passed += current.held
                current.held = []
        return passed
