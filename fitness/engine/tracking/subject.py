"""Chooses the subject among the tracked people: the person whose pose `PoseTracker.step` returns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fitness.engine.options import TrackerOptions
from fitness.engine.tracking.result import FrameContext
from fitness.engine.tracking.search import Order
from fitness.engine.tracking.track import Track
from fitness.types import ImageArray, Roi


class SubjectChoice:
    """Keeps the subject of a stream.

    track: the subject's track, or None while none is chosen.

    Args:
        options: `subject` is the rule for the choice, `hold_s` how long a lost subject is kept.
    """

    def __init__(self, options: TrackerOptions) -> None:
        self._options = options
        self.track: Track | None = None

    def forget(self, t: float) -> None:
        """Forget a subject that was lost `hold_s` before `t` seconds."""
        if self.track is not None and not self.track.seen and t - self.track.t > self._options.hold_s:
            self.track = None

    def choose(self, tracks: Sequence[Track], image: ImageArray) -> None:
        """Choose one of the visible tracks by the option `subject`, if there is no subject."""
        if self.track is not None or not tracks:
            return
        if self._options.subject == "largest":
            self.track = max(tracks, key=lambda track: track.size)
            return
        height, width = image.shape[:2]
        self.track = min(tracks, key=lambda track: float(np.hypot(*(track.middle - (width / 2, height / 2)))))

    def search_order(self, context: FrameContext) -> Order:
        """The order in which detections are checked: nearest to the lost subject first, else by the option `subject`."""
        spot = None
        if self.track is not None and not self.track.seen:
            spot = self.track.expected_roi(context.t)
        elif self._options.subject == "central":
            spot = Roi(context.image.shape[1] / 2, context.image.shape[0] / 2, 1.0, 0.0)
        if spot is None:
            return lambda roi, score: -roi.size * score**2
        x, y = spot.x, spot.y
        return lambda roi, score: math.hypot(roi.x - x, roi.y - y)
