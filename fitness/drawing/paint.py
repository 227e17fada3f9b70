"""Translucent shapes and text: painted once on a small sheet, then laid quickly over many frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np

from fitness.drawing.glyphs import Ink, Mask
from fitness.types import FloatArray, ImageArray

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A translucent image.

    colour: (h, w, 3) uint8 RGB, already multiplied by its opacity.   keep: (h, w, 3) uint8, 255 - opacity.
    """

    colour: ImageArray
    keep: ImageArray

    def rows(self, first: int, last: int) -> Patch:
        """The rows from `first` up to, not including, `last`."""
        return Patch(self.colour[first:last], self.keep[first:last])

    def lay_on(self, image: ImageArray, x: int, y: int) -> None:
        """Draw it on `image` (in place) with its top left corner at (x, y); parts outside the image are cut off."""
        height, width = self.colour.shape[:2]
        top, left = max(0, -y), max(0, -x)
        bottom, right = min(height, image.shape[0] - y), min(width, image.shape[1] - x)
        if bottom <= top or right <= left:
            return
        part = image[y + top : y + bottom, x + left : x + right]
        kept = cv2.multiply(part, self.keep[top:bottom, left:right], scale=1 / 255)
        part[...] = cv2.add(kept, self.colour[top:bottom, left:right])


class Sheet:
    """A transparent sheet to paint on.

    Args:
        width, height: size, pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._colour: FloatArray = np.zeros((height, width, 3), np.float32)
        self._clear: FloatArray = np.ones((height, width, 1), np.float32)

    def box(
        self, x: int, y: int, width: int, height: int, radius: int, colour: Colour, opacity: float = 1.0
    ) -> None:
        """Paint a filled box with round corners."""
        self.stamp(_rounded(width, height, min(radius, width // 2, height // 2)), x, y, colour, opacity)

    def word(self, ink: Ink, x: int, base_y: int, colour: Colour, opacity: float = 1.0) -> None:
        """Paint a word that starts at `x` on the base line `base_y`."""
        self.stamp(ink.mask, x, base_y - ink.above, colour, opacity)

    def stamp(self, mask: Mask, x: int, y: int, colour: Colour, opacity: float = 1.0) -> None:
        """Paint a shape given by its coverage, (h, w) uint8, with its top left corner at (x, y)."""
        sheet_h, sheet_w = self._clear.shape[:2]
        top, left = max(0, -y), max(0, -x)
        bottom, right = min(mask.shape[0], sheet_h - y), min(mask.shape[1], sheet_w - x)
        if bottom <= top or right <= left:
            return
        area = np.s_[y + top : y + bottom, x + left : x + right]
        alpha = mask[top:bottom, left:right, None].astype(np.float32) * (opacity / 255)
        self._colour[area] += alpha * (np.asarray(colour, np.float32) - self._colour[area])
        self._clear[area] *= 1 - alpha

    def patch(self) -> Patch:
        """The painted sheet, ready to be laid on frames."""
        colour = np.clip(self._colour + 0.5, 0, 255).astype(np.uint8)
        keep = np.clip(self._clear * 255 + 0.5, 0, 255).astype(np.uint8)
        return Patch(colour, np.repeat(keep, 3, axis=2))


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> Mask:
    """Coverage of a box with round corners, (height, width) uint8; drawn at four times the size for smooth edges."""
    fine = np.zeros((height * 4, width * 4), np.uint8)
    r = radius * 4
    cv2.rectangle(fine, (r, 0), (width * 4 - 1 - r, height * 4 - 1), 255, cv2.FILLED)
    cv2.rectangle(fine, (0, r), (width * 4 - 1, height * 4 - 1 - r), 255, cv2.FILLED)
    for cx in (r, width * 4 - 1 - r):
        for cy in (r, height * 4 - 1 - r):
            cv2.circle(fine, (cx, cy), r, 255, cv2.FILLED)
    mask = np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    mask.setflags(write=False)
    return mask
