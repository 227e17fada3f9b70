"""The orientation stored in a file, and rotating images upright by it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import cv2

from fitness.types import ImageArray


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight image orientations: transpose, then mirror left-right, then top-bottom."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @classmethod
    def from_display_matrix(cls, data: bytes) -> Orientation:
        """The orientation of a display matrix, as MP4 and MOV files carry it.

        Args:
            data: nine native 32-bit integers a b u c d v x y w; a stored pixel (p, q) is shown at
                (a p + c q + x, b p + d q + y), y down (FFmpeg's libavutil/display.h). Turns that are not a
                multiple of 90 degrees are taken to the nearest one. A damaged matrix gives no turn.
        """
        if len(data) != 36:
            return cls()
        a, b, _, c, d, *_ = struct.unpack("=9i", data)
        if not (a or c) or not (b or d):
            return cls()
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0)
        return cls(True, c < 0, b < 0)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the upright image, from those of the stored image."""
        return (height, width) if self.transpose else (width, height)

    def upright(self, image: ImageArray) -> ImageArray:
        """Rotate a stored image (H, W, 3) upright, (H', W', 3); the argument is not changed."""
        if self.transpose:
            image = cv2.transpose(image)  # type: ignore[assignment]
        if self.flip_x or self.flip_y:
            code = -1 if self.flip_x and self.flip_y else (1 if self.flip_x else 0)
            image = cv2.flip(image, code)  # type: ignore[assignment]
        return image
