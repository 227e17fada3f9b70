"""Where a person has stayed for a while, and in which clothes: who is seen there again is that person.

Somebody who exercises stays in one place. When a passer-by covers that person, the landmark model may go over to the
passer-by without notice. The place and the colours of before then tell who is who.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.engine.tracking.reid import Appearance
from fitness.types import DoubleArray

_RADIUS: Final = 0.7
"""Body sizes from the home's middle within which somebody is at home; the hips of a squat move by 0.4 up and down."""
_SETTLE_S: Final = 2.0
"""A home is one after so long a stay."""
_AWAY_S: Final = 8.0
"""After so long away another home begins."""
_FOLLOW_S: Final = 2.0
"""Time constant by which the home follows the person."""
_SIZE_RATIO: Final = 1.4
_SAME_LOOKS: Final = 0.6
"""Colours that differ by more than this from those at home are not learned: they may be those of a passer-by."""


class Home:
    """One person's place.

    middle: (2,) pixels between the hips.   size: half a body's height in pixels, about.
    looks: colours while at home, or None.   since, t: seconds of the first and the last frame at home.
    """

    __slots__ = ("looks", "middle", "since", "size", "t")

    def __init__(self, middle: DoubleArray, size: float, t: float) -> None:
        self.middle, self.size = np.array(middle, np.float64), size
        self.looks: Appearance | None = None
        self.since = self.t = t

    def near(self, middle: DoubleArray) -> bool:
        """Whether a place (2,) in pixels is at home."""
        return math.hypot(*(middle - self.middle)) < _RADIUS * self.size

    def see(self, middle: DoubleArray, size: float, looks: Appearance | None, t: float) -> None:
        """The person is there now: the home follows slowly, or another one begins after a long time away."""
        if self.near(middle):
            share = 1 - math.exp(-max(t - self.t, 0.0) / _FOLLOW_S)
            self.middle += (middle - self.middle) * share
            self.size += (size - self.size) * share
            if self.looks is None or (
                looks is not None and (self.looks.difference(looks) or 0.0) < _SAME_LOOKS
            ):
                self.looks = looks
            self.t = t
        elif t - self.t > _AWAY_S or self.t - self.since < _SETTLE_S:
            self.middle, self.size, self.looks = np.array(middle, np.float64), size, looks
            self.since = self.t = t

    def fits(self, middle: DoubleArray, size: float, t: float) -> bool:
        """Whether somebody of this place and size may be who stayed here, up to a few seconds ago."""
        settled = self.t - self.since >= _SETTLE_S and t - self.t <= _AWAY_S
        ratio = size / max(self.size, 1e-6)
        return settled and self.near(middle) and 1 / _SIZE_RATIO < ratio < _SIZE_RATIO
