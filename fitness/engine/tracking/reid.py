"""Appearance features for re-identification: the colours of trunk, thighs, shins and head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.engine.blazepose.geometry import median
from fitness.skeleton import LANDMARK_COUNT, Landmark
from fitness.types import DoubleArray, FloatArray, ImageArray

_INNER: Final = np.linspace(0.2, 0.8, 4)
_ALONG: Final = np.linspace(0.1, 0.9, 7)
_MIN_VISIBILITY: Final = 0.3
_MIN_INSIDE: Final = 0.5
_LIGHTNESS_WEIGHT: Final = 0.4
"""Weight of lightness relative to the two colour axes of CIE L*a*b*: light and shade change lightness most."""
_SAME_COLOUR: Final = 12.0
"""Difference in L*a*b* that one piece of clothing shows between frames and between front and side."""

_LIMBS: Final = (
    ((Landmark.LEFT_HIP, Landmark.LEFT_KNEE), (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE)),
    ((Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE), (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE)),
    ((Landmark.LEFT_EAR, Landmark.RIGHT_EAR), (Landmark.LEFT_EYE, Landmark.RIGHT_EYE)),
)
_REGIONS: Final = 1 + len(_LIMBS)


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """Colours of one person.

    colours: (4, 3) CIE L*a*b* of trunk, thighs, shins and head.   known: (4,) visibility of each, 0..1.
    """

    colours: FloatArray
    known: FloatArray

    def difference(self, other: Appearance) -> float | None:
        """0 for equal colours, about 1 for the variation of one person, more for different people; None if unknown."""
        weights = self.known * other.known
        if weights.sum() < 0.2:
            return None
        axes = np.array([_LIGHTNESS_WEIGHT, 1.0, 1.0], np.float32)
        gaps = np.linalg.norm((self.colours - other.colours) * axes, axis=1)
        return float((gaps * weights).sum() / weights.sum() / _SAME_COLOUR)

    def blended(self, new: Appearance, share: float) -> Appearance:
        """This appearance moved towards `new` by the fraction `share`, where `new` is known."""
        moved = share * new.known
        moved = np.where(self.known < 0.05, new.known, moved)
        colours = self.colours + (new.colours - self.colours) * moved[:, None]
        return Appearance(
            np.asarray(colours, np.float32), np.asarray(np.maximum(self.known, moved), np.float32)
        )


class AppearanceFeatures:
    """The colours of a person, computed from the image on first use.

    image, landmarks, visibility: as for `appearance`; they are kept until that use.
    """

    __slots__ = ("_found", "_source")

    def __init__(self, image: ImageArray, landmarks: DoubleArray, visibility: FloatArray) -> None:
        self._source: tuple[ImageArray, DoubleArray, FloatArray] | None = (image, landmarks, visibility)
        self._found: Appearance | None = None

    def read(self) -> Appearance:
        """The colours."""
        if self._source is not None:
            self._found, self._source = appearance(*self._source), None
        assert self._found is not None
        return self._found


def appearance(image: ImageArray, landmarks: DoubleArray, visibility: FloatArray) -> Appearance:
    """The colours of the person with these landmarks (33, >= 2), pixels of `image` (H, W, 3) uint8 RGB."""
    height, width = image.shape[:2]
    samples = _PLACES @ landmarks[:, :2]
    with np.errstate(invalid="ignore"):
        within = (samples >= 0) & (samples < (width, height))
    inside = within[:, 0] & within[:, 1]
    cells = np.where(inside[:, None], samples, 0.0).astype(np.intp)
    lab = to_lab(image[cells[:, 1], cells[:, 0]])
    seen = np.asarray(_ENDS @ visibility, np.float32)
    counts = np.add.reduceat(inside, _STARTS, dtype=np.intp)
    usable = (seen >= _MIN_VISIBILITY) & (counts >= _MIN_INSIDE * _SIZES)
    colours = np.zeros((_REGIONS, 3), np.float32)
    for region in np.flatnonzero(usable):
        part = slice(_STARTS[region], _STARTS[region] + _SIZES[region])
        colours[region] = median(lab[part] if counts[region] == _SIZES[region] else lab[part][inside[part]])
    return Appearance(colours, np.where(usable, seen, np.float32(0)))


def to_lab(pixels: ImageArray) -> FloatArray:
    """(N, 3) sRGB -> (N, 3) CIE L*a*b* of the D65 white point (IEC 61966-2-1, CIE 15)."""
    ratios = _LINEAR[pixels] @ _TO_XYZ
    roots = np.where(ratios > _BEND, np.cbrt(ratios), ratios * np.float32(7.787) + np.float32(16 / 116))
    lab: FloatArray = roots @ _FROM_ROOTS
    lab[:, 0] -= 16
    return lab


def _trunk() -> DoubleArray:
    """(16, 33) landmark weights of sample points spread over the trunk."""
    shares = np.zeros((len(_INNER), len(_INNER), LANDMARK_COUNT))
    for row, down in enumerate(_INNER):
        for column, across in enumerate(_INNER):
            for top, bottom, share in (
                (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP, 1 - across),
                (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, across),
            ):
                shares[row, column, [top, bottom]] = share * (1 - down), share * down
    return shares.reshape(-1, LANDMARK_COUNT)


def _bones(bones: tuple[tuple[Landmark, Landmark], ...]) -> DoubleArray:
    """(7 B, 33) landmark weights of sample points along B bones."""
    shares = np.zeros((len(bones), len(_ALONG), LANDMARK_COUNT))
    for number, (first, second) in enumerate(bones):
        shares[number, :, first], shares[number, :, second] = 1 - _ALONG, _ALONG
    return shares.reshape(-1, LANDMARK_COUNT)


def _mean_of(joints: tuple[Landmark, ...]) -> DoubleArray:
    """(33,) landmark weights of the mean of some joints."""
    shares = np.zeros(LANDMARK_COUNT)
    for joint in joints:
        shares[joint] += 1 / len(joints)
    return shares


_PARTS: Final = (_trunk(), *map(_bones, _LIMBS))
_PLACES: Final = np.concatenate(_PARTS)
"""(58, 33) landmark weights of the sample points of all regions."""
_SIZES: Final = np.array([len(part) for part in _PARTS])
_STARTS: Final = np.concatenate([[0], np.cumsum(_SIZES)[:-1]])
_ENDS: Final = np.stack(
    [
        _mean_of((Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)),
        *(_mean_of(tuple(end for bone in bones for end in bone)) for bones in _LIMBS),
    ]
)
"""(4, 33) landmark weights of the mean joint of each region."""


def _linear() -> FloatArray:
    """(256,) sRGB value -> linear light, 0..1."""
    value = np.arange(256) / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


_LINEAR: Final = _linear()
_WHITE: Final = np.array([0.950456, 1.0, 1.088754])
_TO_XYZ: Final = (
    np.array(
        [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
    ).T
    / _WHITE
).astype(np.float32)
"""Linear RGB -> X, Y, Z divided by those of white."""
_BEND: Final = np.float32(0.008856)
_FROM_ROOTS: Final = np.array([[0, 500, 0], [116, -500, 200], [0, 0, -200]], np.float32)
