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
_SETTLE_S: Final = 1.2
"""Seconds that a person must stay before the home is used for re-identification."""
_AWAY_S: Final = 8.0
"""Seconds of absence after which a new home begins."""
_FOLLOW_S: Final = (2.0, 8.0)
"""Time constant with which the home follows the person, seconds: it grows with the time spent there between these
limits, so that a bystander in front for a second or two does not move the home."""
_APPEARANCE_S: Final = 10.0
"""Time constant with which the home's colours follow those of the track, seconds."""
_SIZE_RATIO: Final = 1.4
_TURNED: Final = math.pi / 2
"""Rotation against that at home, radians, from which the ROI may be upside down: in sit-ups it changes by less."""
_SAME_APPEARANCE: Final = 0.6
"""Appearance difference above which colours are not learned: they may be those of a bystander."""


class Home:
    """The place where one person stays.

    middle: (2,) mid-hip, pixels.   size: about half the body height, pixels.   rotation: of the ROI, radians.
    appearance: colours while at home, or None.   since, t: times of the first and the last frame at home, seconds.
    """

    __slots__ = ("appearance", "middle", "rotation", "since", "size", "t")

    def __init__(self, middle: DoubleArray, size: float, t: float, rotation: float = 0.0) -> None:
        self.rotation = rotation
        self.middle, self.size = np.array(middle, np.float64), size
        self.appearance: Appearance | None = None
        self.since = self.t = t

    def near(self, middle: DoubleArray) -> bool:
        """Whether a position (2,) in pixels is inside the home."""
        return self.distance(middle) < _RADIUS

    def distance(self, middle: DoubleArray) -> float:
        """From the middle of the home to a position (2,) in pixels, in body sizes."""
        return math.hypot(*(middle - self.middle)) / max(self.size, 1e-6)

    def see(
        self,
        middle: DoubleArray,
        size: float,
        appearance: Appearance | None,
        t: float,
        rotation: float = 0.0,
    ) -> None:
        """Update the home with the person's position; a new home begins after a long absence.

        An observation of a very different size at home is of another person in front: it changes nothing.
        """
        if self.near(middle) and self._same_size(size):
            gap = max(t - self.t, 0.0)
            share = 1 - math.exp(-gap / min(max(t - self.since, _FOLLOW_S[0]), _FOLLOW_S[1]))
            self.middle += (middle - self.middle) * share
            self.size += (size - self.size) * share
            if not self.turned(rotation):
                self.rotation += _turn(self.rotation, rotation) * share
            self._learn(appearance, gap)
            self.t = t
        elif t - self.t > _AWAY_S or self.t - self.since < _SETTLE_S:
            self.middle, self.size, self.appearance = np.array(middle, np.float64), size, appearance
            self.since, self.t, self.rotation = t, t, rotation

    def _learn(self, appearance: Appearance | None, gap_s: float) -> None:
        """Blend in the track's colours, unless they may be those of a bystander in front."""
        if self.appearance is None:
            self.appearance = appearance
        elif appearance is not None and (self.appearance.difference(appearance) or 0.0) < _SAME_APPEARANCE:
            self.appearance = self.appearance.blended(appearance, 1 - math.exp(-gap_s / _APPEARANCE_S))

    def unlike(self, appearance: Appearance) -> float | None:
        """Difference from the colours at home; None if unknown."""
        return None if self.appearance is None else self.appearance.difference(appearance)

    def fits(self, middle: DoubleArray, size: float, t: float) -> bool:
        """Whether a person at this position and of this size may be the one who stayed here within `_AWAY_S`."""
        settled = self.t - self.since >= _SETTLE_S and t - self.t <= _AWAY_S
        return settled and self.near(middle) and self._same_size(size)

    def shrunken(self, size: float) -> bool:
        """Whether a size in pixels is smaller than that of the person who stayed here can be."""
        return self.t - self.since >= _SETTLE_S and size * _SIZE_RATIO <= self.size

    def turned(self, rotation: float) -> bool:
        """Whether a ROI with this rotation is turned so far that it may be upside down."""
        return abs(_turn(self.rotation, rotation)) > _TURNED

    def _same_size(self, size: float) -> bool:
        return 1 / _SIZE_RATIO < size / max(self.size, 1e-6) < _SIZE_RATIO


def _turn(before: float, after: float) -> float:
    """The smallest rotation from one angle to another, radians in [-pi, pi)."""
    return (after - before + math.pi) % (2 * math.pi) - math.pi
