"""Remembers where a person stayed and in which clothes, for re-identification after an occlusion.

A person who exercises stays in one place. When a bystander covers that person, the landmark model may start to follow
the bystander. The remembered place and colours then show which of the two is the person.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.engine.tracking.reid import Appearance
from fitness.types import DoubleArray

_RADIUS: Final = 0.7
"""Radius of the home in body sizes; the hips of a squat move up and down by 0.4."""
_SETTLE_S: Final = 2.0
"""Seconds that a person must stay before the home is used for re-identification."""
_AWAY_S: Final = 8.0
"""Seconds of absence after which a new home begins."""
_FOLLOW_S: Final = 2.0
"""Time constant with which the home follows the person, seconds."""
_SIZE_RATIO: Final = 1.4
_SAME_APPEARANCE: Final = 0.6
"""Appearance difference above which colours are not learned: they may be those of a bystander."""


class Home:
    """The place where one person stays.

    middle: (2,) mid-hip, pixels.   size: about half the body height, pixels.
    appearance: colours while at home, or None.   since, t: times of the first and the last frame at home, seconds.
    """

    __slots__ = ("appearance", "middle", "since", "size", "t")

    def __init__(self, middle: DoubleArray, size: float, t: float) -> None:
        self.middle, self.size = np.array(middle, np.float64), size
        self.appearance: Appearance | None = None
        self.since = self.t = t

    def near(self, middle: DoubleArray) -> bool:
        """Whether a position (2,) in pixels is inside the home."""
        return math.hypot(*(middle - self.middle)) < _RADIUS * self.size

    def see(self, middle: DoubleArray, size: float, appearance: Appearance | None, t: float) -> None:
        """Update the home with the person's position; a new home begins after a long absence."""
        if self.near(middle):
            share = 1 - math.exp(-max(t - self.t, 0.0) / _FOLLOW_S)
            self.middle += (middle - self.middle) * share
            self.size += (size - self.size) * share
            if self.appearance is None or (
                appearance is not None and (self.appearance.difference(appearance) or 0.0) < _SAME_APPEARANCE
            ):
                self.appearance = appearance
            self.t = t
        elif t - self.t > _AWAY_S or self.t - self.since < _SETTLE_S:
            self.middle, self.size, self.appearance = np.array(middle, np.float64), size, appearance
            self.since = self.t = t

    def fits(self, middle: DoubleArray, size: float, t: float) -> bool:
        """Whether a person at this position and of this size may be the one who stayed here within `_AWAY_S`."""
        settled = self.t - self.since >= _SETTLE_S and t - self.t <= _AWAY_S
        ratio = size / max(self.size, 1e-6)
        return settled and self.near(middle) and 1 / _SIZE_RATIO < ratio < _SIZE_RATIO
