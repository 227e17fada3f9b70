"""Says how far along the motion of a known exercise a pose is, from labelled poses of both turning points."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.recognition.repetition.signals import channel
from fitness.types import DoubleArray

_NEAREST: Final = 10


class PhaseGuide:
    """Compares a pose with the nearest samples of each turning point.

    Args:
        start, turn: (N, 26) and (M, 26), the vectors of the channel "full" of poses at the start and at the turn.
    """

    def __init__(self, start: DoubleArray, turn: DoubleArray) -> None:
        self._start, self._turn = start, turn

    def __call__(self, points: DoubleArray) -> float:
        """(33, 2) in the units of `Scaler` -> 0 like the start .. 1 like the turn."""
        pose = channel(points, "full")
        away, near = (_distance(rows, pose) for rows in (self._start, self._turn))
        return away / (away + near) if away + near > 0 else 0.5


def _distance(rows: DoubleArray, pose: DoubleArray) -> float:
    """Mean absolute difference to the nearest rows."""
    each = np.abs(rows - pose).mean(axis=1)
    count = min(_NEAREST, len(each))
    return float(np.partition(each, count - 1)[:count].mean())
