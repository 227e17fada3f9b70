"""Decides whether the model is too slow for this machine."""

from __future__ import annotations

import numpy as np


class ModelChooser:
    """Finds out whether the model is too slow for live counting.

    Args:
        limit_ms: the longest acceptable time for a pose, milliseconds.
        frames: the number of frames over which the median time is compared with the limit.
    """

    def __init__(self, limit_ms: float = 60.0, frames: int = 60) -> None:
        self._limit_ms, self._frames = limit_ms, frames
        self._times: list[float] = []

    def too_slow(self, pose_ms: float) -> bool:
        """Add the time of a frame, milliseconds. Returns whether the last median was above the limit."""
        self._times.append(pose_ms)
        if len(self._times) < self._frames:
            return False
        slow = float(np.median(self._times)) > self._limit_ms
        self._times = []
        return slow
