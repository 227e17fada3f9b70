"""Names for repetitions that no counter named: what the trajectory model calls all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fitness.recognition.exercises import EXERCISES
from fitness.recognition.repetition import PeriodicRep
from fitness.recognition.trajectory import TrajectoryCounter
from fitness.types import RepCounted

LEAST_REPS: Final = 3
"""So many repetitions must agree on a name."""

LEAST_SURE: Final = 0.37
"""Least geometric mean of their probabilities. On people whom the model has not seen, 10 of 14 such sets get the right
name, 3 that of an exercise that moves alike, and one none."""

_REST_S: Final = 8.0


class UnknownNames:
    """Follows the unknown repetitions of one person."""

    def __init__(self, trajectories: TrajectoryCounter) -> None:
        self._trajectories = trajectories
        self._spans: list[tuple[float, float]] = []
        self._unnamed: list[int] = []
        self._looked: tuple[PeriodicRep, ...] = ()
        self._ahead = ""

    def take(self, rep: PeriodicRep) -> str:
        """The next repetition that counts -> its exercise, or "" while that is not known."""
        if self._spans and rep.t_start - self._spans[-1][1] > _REST_S:
            self._spans, self._unnamed = [], []
        self._spans.append((rep.t_start, rep.t_end))
        return self._name(self._spans)

    def remember(self, event: RepCounted) -> None:
        """A repetition was counted without a name."""
        self._unnamed.append(event.rep.id)

    def late(self) -> tuple[int, ...]:
        """The repetitions of this set that were counted before its name was known; returned once."""
        unnamed, self._unnamed = self._unnamed, []
        return tuple(unnamed)

    def ahead(self, pending: tuple[PeriodicRep, ...]) -> str:
        """What repetitions that are not certain yet would be called."""
        if pending is not self._looked:
            self._looked = pending
            self._ahead = self._name([*self._spans, *((one.t_start, one.t_end) for one in pending)])
        return self._ahead

    def _name(self, spans: Sequence[tuple[float, float]]) -> str:
        if len(spans) < LEAST_REPS:
            return ""
        name, sure = self._trajectories.name_of(spans)
        return name if sure >= LEAST_SURE and name in EXERCISES else ""
