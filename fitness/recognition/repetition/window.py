"""Keeps the last samples of a channel in one array, so that windows of them need no copying."""

from __future__ import annotations

import numpy as np

from fitness.types import DoubleArray


class SampleWindow:
    """The last samples with their times.

    Args:
        capacity: the number of samples that are kept.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._rows = np.empty((0, 0))
        self._end = 0
        self._count = 0

    def add(self, t: float, sample: DoubleArray) -> None:
        """Add one sample (D,) at `t` seconds; the oldest is dropped if there are more than `capacity`."""
        if self._rows.shape[1] != len(sample) + 1:
            self._rows = np.empty((2 * self._capacity, len(sample) + 1))
            self._end = self._count = 0
        if self._end == len(self._rows):
            kept = self._capacity - 1
            self._rows[:kept] = self._rows[self._end - kept :]
            self._end = self._count = kept
        self._rows[self._end, 0] = t
        self._rows[self._end, 1:] = sample
        self._end += 1
        self._count = min(self._count + 1, self._capacity)

    @property
    def times(self) -> DoubleArray:
        """(N,) seconds; the next `add` may change it."""
        return self._rows[self._end - self._count : self._end, 0]

    def samples(self, begin: int) -> DoubleArray:
        """(N - begin, D) copies of the samples from index `begin` on."""
        chosen: DoubleArray = self._rows[self._end - self._count + begin : self._end, 1:].copy()
        return chosen
