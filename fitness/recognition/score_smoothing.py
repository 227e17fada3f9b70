"""Smooths class scores with an exponential moving average over time.

MediaPipe's published pose classification averages over ten *frames*: 0.3 s at 30 fps and 1 s at 10 fps. Here the weight of a
value falls to 1/e after `time_constant_s` at every frame rate.
"""

from __future__ import annotations

import math

import numpy as np

from fitness.errors import OptionError, StateError
from fitness.types import DoubleArray


class ScoreSmoother:
    """An EMA of vectors.

    Args:
        time_constant_s: seconds in which the weight of a value falls to 1/e; greater than 0.
        gap_s: after a gap of this length, seconds, the average starts anew.
    """

    def __init__(self, time_constant_s: float, gap_s: float = 1.5) -> None:
        if not time_constant_s > 0:
            raise OptionError(f"time_constant_s must be greater than 0, got {time_constant_s}")
        self._time_constant_s = time_constant_s
        self._gap_s = gap_s
        self.reset()

    def reset(self) -> None:
        """Start anew, without any value."""
        self._t: float | None = None
        self._value: DoubleArray | None = None

    def step(self, values: DoubleArray, t: float) -> DoubleArray:
        """Add `values` at `t` seconds; return the average.

        Raises:
            StateError: time does not increase.
        """
        if self._t is not None and t <= self._t:
            raise StateError(f"times must increase: {t} s came after {self._t} s")
        if self._value is None or self._t is None or t - self._t > self._gap_s:
            self._value = values.astype("float64")
        else:
            weight = 1 - math.exp((self._t - t) / self._time_constant_s)
            self._value = self._value + weight * (values - self._value)
        self._t = t
        return np.array(self._value)
