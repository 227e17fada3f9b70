"""Names unknown repetitions: the exercise that the trajectory model finds likeliest for a whole set of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fitness.recognition.exercises import EXERCISES
from fitness.recognition.repetition import PeriodicRep
from fitness.recognition.trajectory import TrajectoryCounter
from fitness.types import RepCounted

LEAST_REPS: Final = 3
"""Minimum number of repetitions for a name."""

LEAST_SURE: Final = 0.37
"""Minimum geometric mean of their probabilities. Of 14 sets of people who are not in the training data, 10 get the right
name, 3 that of a similar exercise, and one gets none."""

_REST_S: Final = 8.0
"""A longer pause begins a new set, seconds."""


class UnknownNames:
    """Names the unknown repetitions of one person.

    Args:
        trajectories: has seen the same frames.
    """

    def __init__(self, trajectories: TrajectoryCounter) -> None:
        self._trajectories = trajectories
        self._spans: list[tuple[float, float]] = []
        self._unnamed: list[int] = []
        self._last_pending: tuple[PeriodicRep, ...] = ()
        self._last_name = ""

    def add(self, rep: PeriodicRep) -> str:
        """Add a repetition that counts; return the exercise of its set, or "" while that is not known."""
        if self._spans and rep.t_start - self._spans[-1][1] > _REST_S:
            self._spans, self._unnamed = [], []
        self._spans.append((rep.t_start, rep.t_end))
        return self._name(self._spans)

    def add_unnamed(self, event: RepCounted) -> None:
        """Add the event of a repetition that was counted without a name."""
        self._unnamed.append(event.rep.id)

    def take_unnamed(self) -> tuple[int, ...]:
        """Ids of the reps of this set that were counted before its name was known. Each is returned once."""
        unnamed, self._unnamed = self._unnamed, []
        return tuple(unnamed)

    def pending_name(self, pending: tuple[PeriodicRep, ...]) -> str:
        """The exercise that pending repetitions would get, or ""."""
        if pending is not self._last_pending:
            self._last_pending = pending
            self._last_name = self._name([*self._spans, *((one.t_start, one.t_end) for one in pending)])
        return self._last_name

    def _name(self, spans: Sequence[tuple[float, float]]) -> str:
        if len(spans) < LEAST_REPS:
            return ""
        name, sure = self._trajectories.name_of(spans)
        return name if sure >= LEAST_SURE and name in EXERCISES else ""
