"""Covers known people in a frame, so that the networks find the people behind them.

The detector reports only one of two people who stand close together, and the landmark model follows the one in front.
When that person is covered, both networks find the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, ImageArray

_LIMB_WIDTH: Final = 0.16
_HEAD_RADIUS: Final = 0.22
"""Thickness of limbs and radius of the head in body sizes (half the body height)."""
_TRUNK: Final = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, Landmark.LEFT_HIP)
_JOINTS: Final = slice(Landmark.LEFT_SHOULDER, Landmark.RIGHT_ANKLE + 1)
_LIMBS: Final = (
    (11, 13, 15), (12, 14, 16), (23, 25, 27, 31), (24, 26, 28, 32), (0, 11), (0, 12),
)  # fmt: skip


class OcclusionMask:
    """Covers people with the frame's mean colour.

    image: (H, W, 3) uint8 RGB; not changed.
    people: for each person the landmarks (33, 2) and about half the body height, both in pixels.
    """

    def __init__(self, image: ImageArray, people: Iterable[tuple[DoubleArray, float]]) -> None:
        self._image = image
        self._covered = np.zeros(image.shape[:2], np.uint8)
        span = float(max(image.shape[:2]))
        for landmarks, size in people:
            points = np.nan_to_num(landmarks).clip(-span, 2 * span).round().astype(np.int32)
            _cover(self._covered, points, size)

    def image(self) -> ImageArray:
        """A copy of the image with the mask on it."""
        out = np.array(self._image)
        out[self._covered > 0] = cv2.mean(self._image)[:3]
        return out

    def visible_share(self, landmarks: DoubleArray) -> float:
        """Fraction, 0..1, of a person's joints inside the image that are not covered; landmarks (33, 2) in pixels."""
        height, width = self._image.shape[:2]
        joints = landmarks[_JOINTS]
        inside = ((joints >= 0) & (joints < (width, height))).all(axis=1)
        cells = joints[inside].astype(np.intp)
        free = self._covered[cells[:, 1], cells[:, 0]] == 0
        return float(free.mean()) if len(free) else float(not self._covered.any())


def _cover(mask: ImageArray, points: NDArray[np.int32], size: float) -> None:
    """Draw one person's body into the mask."""
    width = max(1, round(min(_LIMB_WIDTH * size, 255)))
    trunk = points[list(_TRUNK)].reshape(-1, 1, 2)
    cv2.fillPoly(mask, [trunk], (255,))
    lines = [trunk, *(points[list(limb)].reshape(-1, 1, 2) for limb in _LIMBS)]
    cv2.polylines(mask, lines[:1], True, (255,), width)
    cv2.polylines(mask, lines[1:], False, (255,), width)
    x, y = (int(v) for v in points[Landmark.NOSE])
    cv2.circle(mask, (x, y), max(1, round(_HEAD_RADIUS * size)), (255,), cv2.FILLED)
