"""Changed copies of recordings: mirrored, rolled, small, compressed or dark images, and the other landmark models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from fitness.types import Frame, ImageArray, Pose
from scripts.benchmarks.clips import FrameTracker

_SMALL_PX: Final = 160
_DARK: Final = 0.35
_NOISE: Final = 8.0
"""Standard deviation of the sensor noise in dark images, in steps of 8-bit colour."""
_TILE_PX: Final = 509
_JPEG_QUALITY: Final = 12
_TILE: Final = np.random.default_rng(1).normal(0, _NOISE, (_TILE_PX, _TILE_PX, 3)).round().astype(np.int16)


@dataclass(frozen=True, slots=True)
class Change:
    """model: the landmark model that tracks the copy.   image: maps an image (H, W, 3) to the changed one."""

    model: str
    image: Callable[[ImageArray], ImageArray]

    def tracker(self, one: FrameTracker) -> FrameTracker:
        """A tracker that gets the changed images."""
        return _ChangedTracker(one, self.image)


class _ChangedTracker:
    """Tracks people in changed images."""

    def __init__(self, tracker: FrameTracker, change: Callable[[ImageArray], ImageArray]) -> None:
        self._tracker, self._change = tracker, change

    def people(self, frame: Frame) -> Sequence[Pose]:
        return self._tracker.people(replace(frame, image=self._change(frame.image)))


def _same(image: ImageArray) -> ImageArray:
    return image


def _mirrored(image: ImageArray) -> ImageArray:
    return np.ascontiguousarray(image[:, ::-1])


def _rolled(degrees: float) -> Callable[[ImageArray], ImageArray]:
    """Turns an image as a tilted camera would."""

    def change(image: ImageArray) -> ImageArray:
        height, width = image.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        return _bytes(cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE))

    return change


def _small(image: ImageArray) -> ImageArray:
    """Reduce the shorter side to 160 pixels."""
    share = _SMALL_PX / min(image.shape[:2])
    if share >= 1:
        return image
    return _bytes(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))


def _compressed(image: ImageArray) -> ImageArray:
    """JPEG of quality 12: blocks and wrong colours."""
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return _bytes(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def _dark(image: ImageArray) -> ImageArray:
    """A third of the light, and sensor noise: one tile, shifted in each frame, the same in every run."""
    height, width = image.shape[:2]
    at = int(image[:: height // 8, :: width // 8].sum())
    tile = np.roll(_TILE, (at % _TILE_PX, at // _TILE_PX % _TILE_PX), axis=(0, 1))
    noise = np.tile(tile, (-(-height // _TILE_PX), -(-width // _TILE_PX), 1))[:height, :width]
    return _bytes(cv2.add(cv2.convertScaleAbs(image, alpha=_DARK), noise, dtype=cv2.CV_8U))


def _bytes(image: object) -> ImageArray:
    """What OpenCV returned, as 8-bit colours."""
    return np.asarray(image, np.uint8)


CHANGES: Final = {
    "as-they-are": Change("full", _same),
    "mirrored": Change("full", _mirrored),
    "rolled-8": Change("full", _rolled(8)),
    "rolled--12": Change("full", _rolled(-12)),
    "small": Change("full", _small),
    "compressed": Change("full", _compressed),
    "dark": Change("full", _dark),
    "lite-model": Change("lite", _same),
    "heavy-model": Change("heavy", _same),
}
"""Name of each change, and of the folder that keeps its landmark logs -> the change."""
