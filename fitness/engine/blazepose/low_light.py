"""Brightens dark crops and removes their noise, so that people are tracked in dim rooms, too.

The networks saw few dark images. A crop whose brightest parts are dark is multiplied until these are bright. That also
multiplies the noise of the camera's sensor. A crop is mostly smaller than its part of the image, and bilinear resampling
keeps the noise of single pixels. So the part is smoothed first, by less than one pixel of the crop.

Fades of edited recordings, and a camera that was just switched on, are dark for a moment only. So a stream is not brightened
while its light changes quickly.
docs/research/engine-notes.md has the figures (`python scripts/measure_low_light.py`).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import cv2
import numpy as np

from fitness.types import FloatArray, ImageArray

_BRIGHT: Final = 230.0
"""Grey level to which the brightest hundredth of a dark crop is raised."""
_PERCENTILE: Final = 99
_LEAST_GAIN: Final = 1.4
"""Crops that need less than this stay as they are."""
_MOST_GAIN: Final = 4.0
_SAMPLES: Final = 32
"""Rows and columns that are looked at to find the gain."""
_SMOOTHING: Final = 0.4
"""Standard deviation of the smoothing in pixels of the crop."""
_LEAST_SMOOTHING_PX: Final = 0.35
_MARGIN_PX: Final = 2
_STEADY_S: Final = 0.3
"""Seconds for which the light of a stream must be steady."""
_CHANGE_RATIO: Final = 2.5
"""Ratio of the brightest levels in this time from which a stream is not brightened: a fade, or another scene."""
_STEADY_RATIO: Final = 1.25
"""Maximum ratio at which it is brightened again. Landmarks jump when this changes, so flickering must not change it."""
_LEAST_LEVEL: Final = 8
"""Smaller levels are taken for this one: noise."""


class LowLight:
    """Brightens the dark crops of one stream, or of single images."""

    def __init__(self) -> None:
        self._levels: deque[tuple[float, int]] = deque()
        self._steady = True

    def watch(self, image: ImageArray, t: float) -> None:
        """Note the next frame of a stream, (H, W, 3) uint8 at `t` seconds. Without it, images are single ones."""
        levels = self._levels
        if levels and t < levels[-1][0]:  # another stream begins
            levels.clear()
            self._steady = True
        levels.append((t, max(_level(image), _LEAST_LEVEL)))
        while len(levels) > 1 and levels[1][0] <= t - _STEADY_S:
            levels.popleft()
        seen = [level for _, level in levels]
        ratio = max(seen) / min(seen)
        if ratio > _CHANGE_RATIO:
            self._steady = False
        elif levels[0][0] <= t - _STEADY_S and ratio <= _STEADY_RATIO:
            self._steady = True

    def lit(self, image: ImageArray, source: FloatArray, size: int) -> tuple[ImageArray, FloatArray]:
        """As the function `lit`; unchanged while the light of the stream is not steady."""
        return lit(image, source, size) if self._steady else (image, source)


def lit(image: ImageArray, source: FloatArray, size: int) -> tuple[ImageArray, FloatArray]:
    """A brighter image for a crop, and the corners of the crop in it; both unchanged where there is light enough.

    Args:
        image: (H, W, 3) uint8.   source: (4, 2) corners of the crop in the image, pixels, in order around the square.
        size: side of the crop, pixels.
    """
    corners = source.tolist()
    part, x, y = _around(image, corners)
    gain = gain_of(part)
    if gain < _LEAST_GAIN:
        return image, source
    ratio = math.dist(corners[0], corners[1]) / size
    step = min(max(1, int(ratio)), *part.shape[:2])
    bright = cv2.convertScaleAbs(_reduced(part, step), alpha=gain)
    spread = _SMOOTHING * ratio / step
    if spread >= _LEAST_SMOOTHING_PX:
        bright = cv2.GaussianBlur(bright, (0, 0), min(spread, 1.0))
    first = np.array([x, y]) + (step - 1) / 2  # the centre of the first pixel of the reduced part
    return np.asarray(bright, np.uint8), ((source - first) / step).astype(np.float32)


def gain_of(part: ImageArray) -> float:
    """The factor, 1 to 4, that makes the brightest parts of (H, W, 3) uint8 bright; 1 for an empty part."""
    if not part.size:
        return 1.0
    return min(_MOST_GAIN, max(1.0, _BRIGHT / max(_level(part), 1)))


def _level(image: ImageArray) -> int:
    """The grey level that 99 of 100 pixels of (H, W, 3) uint8 stay below, in their brightest colour."""
    rows, columns = (max(1, length // _SAMPLES) for length in image.shape[:2])
    red, green, blue = (image[::rows, ::columns, k] for k in range(3))
    levels = np.maximum(np.maximum(red, green), blue).ravel()
    at = (len(levels) - 1) * _PERCENTILE // 100
    return int(np.partition(levels, at)[at])


def _reduced(part: ImageArray, step: int) -> ImageArray:
    """The mean of each `step` x `step` pixels."""
    if step == 1:
        return part
    height, width = (length // step for length in part.shape[:2])
    whole = part[: height * step, : width * step]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _around(image: ImageArray, corners: list[list[float]]) -> tuple[ImageArray, int, int]:
    """The part of the image that holds the crop, and its first column and row."""
    height, width = image.shape[:2]
    xs, ys = zip(*corners, strict=True)
    if not all(math.isfinite(v) for v in (*xs, *ys)):
        return image[:0], 0, 0
    x0, x1 = _span(xs, width)
    y0, y1 = _span(ys, height)
    return image[y0:y1, x0:x1], x0, y0


def _span(values: tuple[float, ...], length: int) -> tuple[int, int]:
    """First and last (exclusive) row or column of the image that the values need."""
    first, last = math.floor(min(values)) - _MARGIN_PX, math.ceil(max(values)) + _MARGIN_PX
    return min(max(first, 0), length), min(max(last, 0), length)
