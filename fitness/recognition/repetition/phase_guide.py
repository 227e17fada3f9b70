"""Estimates how far a pose is along the motion of an exercise, from labelled poses of both turning points."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.recognition.repetition.signals import channel
from fitness.types import DoubleArray

_NEAREST: Final = 10
"""Number of nearest samples over which the difference is averaged."""


class PhaseGuide:
    """Compares a pose with the nearest samples of each turning point.

    Args:
        start, turn: (N, 26) and (M, 26) vectors of the channel "full" of poses at the start and at the turning point.
    """

    def __init__(self, start: DoubleArray, turn: DoubleArray) -> None:
        self._start, self._turn = start, turn

    def __call__(self, points: DoubleArray) -> float:
        """(33, 2) in the unit of `Scaler` -> 0 at the start .. 1 at the turning point."""
        pose = channel(points, "full")
        away, near = (_distance(rows, pose) for rows in (self._start, self._turn))
        return away / (away + near) if away + near > 0 else 0.5


def _distance(rows: DoubleArray, pose: DoubleArray) -> float:
    """Mean absolute difference of a pose (26,) from the nearest rows."""
    each = np.abs(rows - pose).mean(axis=1)
    count = min(_NEAREST, len(each))
    return float(np.partition(each, count - 1)[:count].mean())
