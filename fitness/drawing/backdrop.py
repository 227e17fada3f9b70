"""Fits a camera frame to a screen of another shape; a blurred, dark copy of the frame fills the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from fitness.drawing.theme import Screen, SideOfScreen
from fitness.types import ImageArray

_NEAR: Final = 1.12
"""If the aspect ratios differ by less than this factor, the frame fills the screen and is cropped a little."""

_BLUR_PX: Final = 48
"""Width to which the copy is reduced before it is blurred, pixels."""

_DARK: Final = 0.42
"""Brightness of the copy, as a share of the frame's."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a frame lies on the screen.   scale: screen pixels per frame pixel.   left, top: its corner, pixels."""

    scale: float
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, size: tuple[int, int], screen: Screen, beside: SideOfScreen | None) -> Placement:
        """Place a frame of `size` = (width, height).

        Args:
            beside: the side of the column, which is kept free if there is room; None for no side.
        """
        scales = (screen.width / size[0], screen.height / size[1])
        scale = max(scales) if max(scales) <= _NEAR * min(scales) else min(scales)
        width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        left, top = (screen.width - width) // 2, (screen.height - height) // 2
        taken = screen.column + 2 * screen.margin
        if beside is not None and not screen.portrait and left < taken:
            free = max(0, screen.width - width)
            left = min(taken, free) if beside == "left" else max(0, free - taken)
            left = left if width < screen.width else (screen.width - width) // 2
        return cls(scale, left, top, width, height)


def on_screen(image: ImageArray, place: Placement, screen: Screen) -> ImageArray:
    """A new (height, width, 3) image of the screen's size with `image` at its place."""
    part = image
    if part.shape[:2] != (place.height, place.width):
        shrinks = place.scale < 1
        part = np.asarray(
            cv2.resize(
                image,
                (place.width, place.height),
                interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
            ),
            np.uint8,
        )
    x, y = max(0, place.left), max(0, place.top)
    cut_x, cut_y = max(0, -place.left), max(0, -place.top)
    part = part[cut_y : cut_y + screen.height, cut_x : cut_x + screen.width]
    if part.shape[:2] == (screen.height, screen.width):
        return np.array(part)
    whole = _copy(image, screen)
    whole[y : y + part.shape[0], x : x + part.shape[1]] = part
    return whole


def _copy(image: ImageArray, screen: Screen) -> ImageArray:
    """The frame, cropped to the screen's shape, blurred and darkened."""
    height, width = image.shape[:2]
    ratio = screen.width / screen.height
    kept_w, kept_h = min(width, max(1, round(height * ratio))), min(height, max(1, round(width / ratio)))
    x, y = (width - kept_w) // 2, (height - kept_h) // 2
    small_size = (_BLUR_PX, max(2, round(_BLUR_PX / ratio)))
    small = cv2.resize(image[y : y + kept_h, x : x + kept_w], small_size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(cv2.convertScaleAbs(small, alpha=_DARK), (0, 0), 2.5)
    big = cv2.resize(small, (screen.width, screen.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(big, dtype=np.uint8)
