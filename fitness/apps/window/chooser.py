"""Whether the model is too slow for this machine."""

from __future__ import annotations

import numpy as np


class ModelChooser:
    """Says when the model is too slow for live counting.

    Args:
        limit_ms: the pose may take so long; 60 ms is the budget from camera to count.
        frames: over so many frames the median must be above it.
    """

    def __init__(self, limit_ms: float = 60.0, frames: int = 60) -> None:
        self._limit_ms, self._frames = limit_ms, frames
        self._times: list[float] = []

    def too_slow(self, pose_ms: float) -> bool:
        """Take in a frame's milliseconds; True once, when a lighter model is needed."""
        self._times.append(pose_ms)
        if len(self._times) < self._frames:
            return False
        slow = float(np.median(self._times)) > self._limit_ms
        self._times = []
        return slow
