"""Computes the channels of a body from landmarks: two short vectors at 15 Hz, lightly smoothed.

`height` has the height of the nose and the mean heights of six pairs of joints. It does not change if left and right are
swapped, so swapped labels do no harm, and each of two alternating limbs counts. `full` has x and y of thirteen points, so it
also shows what the mean of both sides hides.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.skeleton import LANDMARK_COUNT, Landmark
from fitness.types import DoubleArray, FloatArray

SPACES: Final = ("box", "world", "image")
"""Coordinate spaces of landmarks: see `PeriodicityCounter.step`."""

CHANNELS: Final = ("height", "full")
RATE_HZ: Final = 15.0
"""Samples per second. Faster streams are averaged; in slower ones each frame is a sample."""

GAP_S: Final = 2.0
"""A gap in the poses, in seconds, that starts smoothing and windows anew."""

_SMOOTHING_S: Final = 0.06
_MEDIAN: Final = 3
_ROUNDING: Final = 1e-6
_BOX_UNIT: Final = 100.0
_TRUNK_UNIT: Final = 30.0
"""Units are per cent of the body's box; a standing body is about 3.3 trunks high, so a trunk is 30 of them."""
_TRUNK_MEMORY: Final = 0.02
"""Weight of a frame in the running mean of the trunk length."""

_PAIRS: Final = ((11, 12), (13, 14), (15, 16), (23, 24), (25, 26), (27, 28))
_TRUNK: Final = np.array([23, 24, 11, 12])
_SIDES_JOINTS: Final = ((11, 13, 15), (11, 23, 25), (23, 25, 27))
_STRAIGHT: Final = tuple((a + i, b + i, c + i) for a, b, c in _SIDES_JOINTS for i in (0, 1))
_SHOULDERS: Final = [11, 12]
_WRISTS: Final = [15, 16]
_HANGING: Final = 4.0
_POINTS: Final = np.array([0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])


class Scaler:
    """Converts landmarks of any space to per cent of a standing body's height."""

    def __init__(self) -> None:
        self._space: str | None = None
        self._trunk: float | None = None

    def scale(self, landmarks: FloatArray | DoubleArray, space: str) -> DoubleArray | None:
        """(33, 3) -> (33, 2), x right and y down; None if the trunk has no length or a number is not finite.

        Raises:
            OptionError: the space is unknown, or differs from that of earlier frames.   ValueError: wrong shape.
        """
        if space not in SPACES:
            raise OptionError(f"space must be one of {', '.join(SPACES)}; got '{space}'")
        if self._space not in (None, space):
            raise OptionError(f"space must stay '{self._space}' for one stream, got '{space}'")
        self._space = space
        body = np.asarray(landmarks, dtype=np.float64)
        if body.shape != (LANDMARK_COUNT, 3):
            raise ValueError(f"landmarks must have shape ({LANDMARK_COUNT}, 3), got {body.shape}")
        if not np.isfinite(body).all():
            return None
        if space == "box":
            box: DoubleArray = _BOX_UNIT * body[:, :2]
            return box
        # Plain numbers: NumPy would take longer for so few.
        left, right, left_up, right_up = body.take(_TRUNK, axis=0).tolist()
        hip = [(one + other) / 2 for one, other in zip(left, right, strict=True)]
        shoulder = [(one + other) / 2 for one, other in zip(left_up, right_up, strict=True)]
        length = math.dist(shoulder, hip)
        if self._trunk is None:
            if length <= 0:
                return None
            self._trunk = length
        self._trunk += _TRUNK_MEMORY * (length - self._trunk)
        flat = body[:, :2] - hip[:2] if space == "world" else body[:, :2]
        scaled: DoubleArray = _TRUNK_UNIT / self._trunk * flat
        return scaled


def channel(points: DoubleArray, name: str) -> DoubleArray:
    """(33, 2) -> the vector of one channel: (7,) for "height", (26,) for "full"."""
    return channels(points)[SLICES[name]]


def channels(points: DoubleArray) -> DoubleArray:
    """(33, 2) -> (33,) the vectors of all `CHANNELS`, in their order; `SLICES` has the place of each."""
    vectors: DoubleArray = _MATRIX.dot(points.ravel())
    return vectors


def _matrix() -> DoubleArray:
    """(33, 66) matrix from the x and y of all landmarks to the vectors of the channels."""
    heights = np.zeros((1 + len(_PAIRS), LANDMARK_COUNT, 2))
    heights[0, Landmark.NOSE, 1] = 1.0
    for row, pair in enumerate(_PAIRS, 1):
        heights[row, list(pair), 1] = 0.5
    full = np.eye(2 * LANDMARK_COUNT).reshape(LANDMARK_COUNT, 2, -1)[_POINTS]
    return np.concatenate([heights.reshape(len(heights), -1), full.reshape(-1, 2 * LANDMARK_COUNT)])


_MATRIX: Final = _matrix()
SLICES: Final = {"height": slice(0, 1 + len(_PAIRS)), "full": slice(1 + len(_PAIRS), len(_MATRIX))}


def ease(points: DoubleArray) -> float:
    """(33, 2) -> how easy it is to stay in a pose. Reps begin and end in easy poses: straight limbs and trunk, low hands.

    The sum of the angles of elbows, hips and knees (radians, mean of both sides) and four times the height of the shoulders
    above the wrists (body heights). Only differences between poses of one motion have a meaning.
    """
    places: list[list[float]] = points.tolist()
    straight = sum(_joint(places[a], places[b], places[c]) for a, b, c in _STRAIGHT) / 2
    wrists, shoulders = (sum(places[at][1] for at in pair) / 2 for pair in (_WRISTS, _SHOULDERS))
    return straight + _HANGING * (wrists - shoulders) / _BOX_UNIT


def _joint(a: list[float], b: list[float], c: list[float]) -> float:
    """The angle at `b` between `a` and `c`, radians."""
    x, y, u, v = a[0] - b[0], a[1] - b[1], c[0] - b[0], c[1] - b[1]
    return math.atan2(abs(x * v - y * u), x * u + y * v)


def _median(values: Sequence[DoubleArray]) -> DoubleArray:
    """The median of one to three arrays of one shape, element by element."""
    if len(values) < _MEDIAN:
        mean: DoubleArray = sum(values[1:], values[0]) / len(values)
        return mean
    a, b, c = values
    median: DoubleArray = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    return median


class Sampler:
    """Averages frames to 15 Hz and smooths the means: causal median of three, then a light EMA."""

    def __init__(self) -> None:
        self._frame_t: float | None = None
        self._sum: DoubleArray | None = None
        self._count = 0
        self._t = 0.0
        self._last_t: float | None = None
        self._raw: deque[DoubleArray] = deque(maxlen=_MEDIAN)
        self._smooth: DoubleArray | None = None

    def step(self, t: float, vector: DoubleArray | None) -> tuple[float, DoubleArray] | None:
        """Add the frame at `t` seconds; return the sample that it completes, or None.

        A sample is (time of its last frame, vector). It is complete if the next frame is expected after its end, so no
        sample waits for that frame.

        Args:
            vector: (D,), or None if there is no pose.
        """
        interval = 0.0 if self._frame_t is None else t - self._frame_t
        self._frame_t = t
        if vector is not None:
            self._sum = vector if self._sum is None else self._sum + vector
            self._count += 1
            self._t = t
        ends = math.floor((t + interval) * RATE_HZ + _ROUNDING) > math.floor(t * RATE_HZ + _ROUNDING)
        return self._take() if ends else None

    def _take(self) -> tuple[float, DoubleArray] | None:
        if self._sum is None:
            return None
        mean = self._sum / self._count
        t, self._count, self._sum = self._t, 0, None
        if self._last_t is None or t - self._last_t > GAP_S:
            self._raw.clear()
            self._smooth = None
        self._raw.append(mean)
        median = _median(list(self._raw))
        if self._smooth is None or self._last_t is None:
            self._smooth = median
        else:
            weight = 1 - math.exp((self._last_t - t) / _SMOOTHING_S)
            self._smooth = self._smooth + weight * (median - self._smooth)
        self._last_t = t
        return t, self._smooth
