"""Draws landmarks and edges on an image, or on an empty one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np

from fitness.drawing.paint import Colour
from fitness.drawing.style import DEFAULT_STYLE, PoseStyle, edges
from fitness.errors import OptionError
from fitness.types import ImageArray, Pose

_SHIFT: Final = 4
_SUB: Final = 1 << _SHIFT


def draw_landmarks(
    image: ImageArray, poses: Pose | Iterable[Pose], style: PoseStyle = DEFAULT_STYLE
) -> ImageArray:
    """A copy of `image` with poses drawn on it.

    Args:
        image: (H, W, 3) uint8 RGB; it is not changed.
        poses: one or several; their `image` landmarks are pixels of this image. Landmarks outside it are not drawn.
        style: colours, sizes and visibility limits.

    Raises OptionError if the image is of another kind.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise OptionError(f"option image must be (H, W, 3) uint8 RGB, got {image.shape} {image.dtype}")
    drawn = np.array(image, order="C")
    for pose in (poses,) if isinstance(poses, Pose) else poses:
        _draw(drawn, pose, style)
    return drawn


def skeleton_only(
    width: int,
    height: int,
    poses: Pose | Iterable[Pose],
    style: PoseStyle = DEFAULT_STYLE,
    background: Colour = (0, 0, 0),
) -> ImageArray:
    """Draw poses on an empty image of one colour: (height, width, 3) uint8 RGB.

    Raises OptionError if width or height is not at least 1.
    """
    if width < 1 or height < 1:
        raise OptionError(f"option width, height must be at least 1 pixel, got {width} x {height}")
    return draw_landmarks(np.full((height, width, 3), background, np.uint8), poses, style)


def _draw(image: ImageArray, pose: Pose, style: PoseStyle) -> None:
    height, width = image.shape[:2]
    thickness = style.thickness or max(1, round(min(height, width) / 200))
    radius = style.radius or thickness + 1
    points = _points(pose, style, width, height)
    for first, second in edges(pose):
        start, end = points[first], points[second]
        if start is not None and end is not None:
            cv2.line(image, start, end, style.line, thickness, cv2.LINE_AA, _SHIFT)
    for landmark, point in enumerate(points):
        if point is None:
            continue
        if style.border is not None:
            cv2.circle(image, point, (radius + 1) * _SUB, style.border, cv2.FILLED, cv2.LINE_AA, _SHIFT)
        cv2.circle(image, point, radius * _SUB, style.colour(landmark), cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _points(pose: Pose, style: PoseStyle, width: int, height: int) -> list[tuple[int, int] | None]:
    """Position of each landmark, in sixteenths of a pixel; None for landmarks that are not drawn."""
    xy = pose.image[:, :2]
    with np.errstate(invalid="ignore"):
        inside = np.all((xy >= 0) & (xy <= (width, height)), axis=1)
    return [
        (round(float(x) * _SUB), round(float(y) * _SUB)) if ok and inside[k] else None
        for k, ((x, y), ok) in enumerate(zip(xy, style.shown(pose), strict=True))
    ]
