"""A ROI as fractions of the frame's width and height, as MediaPipe stores it between frames.

Such a ROI stays valid when the camera changes its resolution. Arithmetic is in float32 and in MediaPipe's order, so that
crops and landmarks equal MediaPipe's bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from fitness.engine.blazepose.geometry import EXPANSION, rectangle_corners
from fitness.engine.blazepose.libm import cosf, sinf
from fitness.types import FloatArray, Roi

Size: TypeAlias = tuple[int, int]
"""Width and height of a frame in pixels."""

_ONE = np.float32(1)
_HALF = np.float32(0.5)


@dataclass(frozen=True, slots=True)
class RelativeRoi:
    """A ROI in fractions of a frame.

    x, y: centre.   width, height: sides before rotation; equal in pixels of the frame that the ROI was made for.
    rotation: radians, clockwise on screen.
    """

    x: np.float32
    y: np.float32
    width: np.float32
    height: np.float32
    rotation: np.float32

    @classmethod
    def of(cls, roi: Roi, size: Size) -> RelativeRoi:
        """Convert a ROI in pixels of a frame of `size`.

        Source: MediaPipe's `alignment_points_to_rects_calculator.cc` and `rect_transformation_calculator.cc`.
        """
        w, h = np.float32(size[0]), np.float32(size[1])
        side, enlarged = np.float32(roi.size / EXPANSION), np.float32(EXPANSION)
        longer = max(side / w * w, side / h * h)
        return cls(
            np.float32(roi.x) / w,
            np.float32(roi.y) / h,
            longer / w * enlarged,
            longer / h * enlarged,
            np.float32(roi.rotation),
        )

    def in_pixels(self, size: Size) -> Roi:
        """The square ROI in pixels of a frame of `size`, with the length of the longer side."""
        width, height = size
        side = max(float(self.width) * width, float(self.height) * height)
        return Roi(float(self.x) * width, float(self.y) * height, side, float(self.rotation))

    def corners(self, size: Size, padded: bool = True) -> FloatArray:
        """(4, 2) pixels: bottom-left, top-left, top-right, bottom-right of the rotated square to crop.

        padded: make the shorter side as long as the longer one. They differ by float32 rounding, and on the first frame
            with another aspect ratio.
        """
        width, height = self._sides(size)
        if padded:
            width = height = max(width, height)
        x, y = self.x * np.float32(size[0]), self.y * np.float32(size[1])
        return rectangle_corners(float(x), float(y), float(width), float(height), float(self.rotation))

    def project(self, points: FloatArray, size: Size, padded: bool = True) -> FloatArray:
        """Points (N, 3) float32 in units of the crop -> float32 pixels of the frame, z in the scale of x.

        padded: as in `corners`.

        If the sides differ in pixels, which happens on the first frame with another aspect ratio, points are rotated
        before they are stretched, as in MediaPipe.
        Source: MediaPipe's `landmark_letterbox_removal_calculator.cc`, `landmark_projection_calculator.cc`.
        """
        width, height = self._sides(size)
        aspect = height / width
        beside = above = np.float32(0)
        if not padded:
            pass
        elif aspect < 1:
            above = (_ONE - aspect / _ONE) / np.float32(2)
        else:
            beside = (_ONE - _ONE / aspect) / np.float32(2)
        a = (points[:, 0] - beside) / (_ONE - (beside + beside)) - _HALF
        b = (points[:, 1] - above) / (_ONE - (above + above)) - _HALF
        cos, sin = cosf(float(self.rotation)), sinf(float(self.rotation))
        placed = np.empty(points.shape, np.float32)
        placed[:, 0] = (cos * a - sin * b) * self.width + self.x
        placed[:, 1] = (sin * a + cos * b) * self.height + self.y
        placed[:, 2] = points[:, 2] / (_ONE - (beside + beside)) * self.width
        placed *= np.array([size[0], size[1], size[0]], np.float32)
        return placed

    def _sides(self, size: Size) -> tuple[np.float32, np.float32]:
        return self.width * np.float32(size[0]), self.height * np.float32(size[1])


def size_of(image: np.ndarray) -> Size:
    """Width and height of an image (H, W, ...)."""
    return image.shape[1], image.shape[0]
