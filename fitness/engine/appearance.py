"""What a person looks like: the colours of trunk, thighs, shins and head. Tells people apart after they crossed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, ImageArray

_INNER: Final = np.linspace(0.2, 0.8, 4)
_ALONG: Final = np.linspace(0.1, 0.9, 7)
_MIN_VISIBILITY: Final = 0.3
_MIN_INSIDE: Final = 0.5
_LIGHTNESS_WEIGHT: Final = 0.4
"""Of lightness against the two colour axes of CIE L*a*b*: light and shade change it first."""
_SAME_COLOUR: Final = 12.0
"""Difference in L*a*b* that one piece of clothing shows from frame to frame and from front to side."""

_LIMBS: Final = (
    ((Landmark.LEFT_HIP, Landmark.LEFT_KNEE), (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE)),
    ((Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE), (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE)),
    ((Landmark.LEFT_EAR, Landmark.RIGHT_EAR), (Landmark.LEFT_EYE, Landmark.RIGHT_EYE)),
)
_REGIONS: Final = 1 + len(_LIMBS)


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """Colours of one person.

    colours: (4, 3) CIE L*a*b* of trunk, thighs, shins and head.   known: (4,) 0..1, how far each was seen.
    """

    colours: FloatArray
    known: FloatArray

    def difference(self, other: Appearance) -> float | None:
        """0 for the same colours, about 1 for as much as one person varies, more for others; None if unknown."""
        weights = self.known * other.known
        if weights.sum() < 0.2:
            return None
        axes = np.array([_LIGHTNESS_WEIGHT, 1.0, 1.0], np.float32)
        gaps = np.linalg.norm((self.colours - other.colours) * axes, axis=1)
        return float((gaps * weights).sum() / weights.sum() / _SAME_COLOUR)

    def blended(self, new: Appearance, share: float) -> Appearance:
        """This, moved towards `new` by `share` where that is known."""
        moved = share * new.known
        moved = np.where(self.known < 0.05, new.known, moved)
        colours = self.colours + (new.colours - self.colours) * moved[:, None]
        return Appearance(
            np.asarray(colours, np.float32), np.asarray(np.maximum(self.known, moved), np.float32)
        )


def appearance(image: ImageArray, landmarks: DoubleArray, visibility: FloatArray) -> Appearance:
    """The colours of the person with these landmarks (33, >= 2), pixels of `image` (H, W, 3) uint8 RGB."""
    points = landmarks[:, :2]
    places = [_trunk(points), *(_bones(points, bones) for bones in _LIMBS)]
    joints = [
        (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
        *(tuple(end for bone in bones for end in bone) for bones in _LIMBS),
    ]
    colours = np.zeros((_REGIONS, 3), np.float32)
    known = np.zeros(_REGIONS, np.float32)
    for region, (place, ends) in enumerate(zip(places, joints, strict=True)):
        seen = float(np.mean(visibility[list(ends)]))
        sample = _pixels(image, place)
        if seen < _MIN_VISIBILITY or len(sample) < _MIN_INSIDE * len(place):
            continue
        lab = cv2.cvtColor(sample[None].astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)[0]
        colours[region], known[region] = np.median(lab, axis=0), seen
    return Appearance(colours, known)


def _trunk(points: DoubleArray) -> DoubleArray:
    """(16, 2) places spread over the trunk."""
    left = points[Landmark.LEFT_SHOULDER], points[Landmark.LEFT_HIP]
    right = points[Landmark.RIGHT_SHOULDER], points[Landmark.RIGHT_HIP]
    down = _INNER[:, None, None]
    sides = [top * (1 - down) + bottom * down for top, bottom in (left, right)]
    across = _INNER[None, :, None]
    return np.asarray((sides[0] * (1 - across) + sides[1] * across).reshape(-1, 2))


def _bones(points: DoubleArray, bones: tuple[tuple[Landmark, Landmark], ...]) -> DoubleArray:
    """(7 bones, 2) places along bones."""
    share = _ALONG[:, None]
    return np.concatenate([points[a] * (1 - share) + points[b] * share for a, b in bones])


def _pixels(image: ImageArray, places: DoubleArray) -> ImageArray:
    """(K, 3) the pixels at those places that lie in the image."""
    height, width = image.shape[:2]
    with np.errstate(invalid="ignore"):
        inside = ((places >= 0) & (places < (width, height))).all(axis=1)
    cells = places[inside].astype(np.intp)
    return np.asarray(image[cells[:, 1], cells[:, 0]])
