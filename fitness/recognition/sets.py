"""Numbers reps and groups them into sets: a rest or another exercise begins a new set."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from statistics import median
from typing import Final

from fitness.types import Rep, Side

_TEMPO_FACTOR: Final = 4.0


class SetKeeper:
    """Keeps totals and the running set.

    Args:
        rest_s: a pause of so many seconds ends a set; for slow exercises four times the usual rep, if that is longer.
    """

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._running: list[Rep] = []
        self._sides: dict[str, list[int]] = {}
        self.totals: dict[str, int] = {}
        self.number = 0

    @property
    def reps(self) -> int:
        """Reps in the running set."""
        return len(self._running)

    @property
    def last(self) -> Rep | None:
        """The rep that was counted last, or None before the first."""
        return self._running[-1] if self._running else None

    def partial(self, exercise: str, t_start: float, t_peak: float, t_end: float, confidence: float) -> Rep:
        """A rep that is not counted: number 0, in the running set or in the one that it would begin."""
        number = self.number + self._begins_set(exercise, t_start)
        return Rep(exercise, number, 0, t_start, t_peak, t_end, confidence, partial=True)

    def ahead(self, found: Iterable[tuple[str, float, float, float, float]]) -> tuple[Rep, ...]:
        """The reps that `add` would give for each, one after the other; none is added."""
        keeper = copy(self)
        keeper._running, keeper.totals = list(self._running), dict(self.totals)
        return tuple(keeper.add(*one) for one in found)

    def add(self, exercise: str, t_start: float, t_peak: float, t_end: float, confidence: float) -> Rep:
        """The next rep, with its set and number."""
        if self._begins_set(exercise, t_start):
            self.number += 1
            self._running = []
        rep = Rep(exercise, self.number, len(self._running) + 1, t_start, t_peak, t_end, confidence)
        self._running.append(rep)
        self.totals[exercise] = self.totals.get(exercise, 0) + 1
        return rep

    @property
    def sides(self) -> dict[str, tuple[int, int]]:
        """Exercise -> reps of the left and of the right side alone, for exercises of one side at a time."""
        return {name: (left, right) for name, (left, right) in self._sides.items()}

    def amend(self, better: Rep) -> None:
        """What is known better of a counted rep of the running set; which side did it changes the sides' totals."""
        for at, rep in enumerate(self._running):
            if rep.same(better):
                self._running[at] = better
                self._count_side(rep.exercise, rep.side, -1)
                self._count_side(better.exercise, better.side, 1)
                return

    def _count_side(self, exercise: str, side: Side | None, by: int) -> None:
        if side is not None:
            counts = self._sides.setdefault(exercise, [0, 0])
            if side != "both":
                counts[side == "right"] += by

    def _begins_set(self, exercise: str, t_start: float) -> bool:
        if not self._running or self._running[-1].exercise != exercise:
            return True
        pause = t_start - self._running[-1].t_end
        return pause > max(self._rest_s, _TEMPO_FACTOR * median(rep.duration for rep in self._running))
