"""A pose -> lines and dots on the picture: left orange, right turquoise, edges white (MediaPipe's style)."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from fitness.overlay.paint import Colour
from fitness.skeleton import LEFT, POSE_CONNECTIONS, RIGHT
from fitness.types import ImageArray, Pose

LEFT_COLOUR: Final[Colour] = (255, 138, 0)
RIGHT_COLOUR: Final[Colour] = (0, 217, 231)
WHITE: Final[Colour] = (255, 255, 255)
"""Colours of `drawing_styles.py` in MediaPipe 0.10, as RGB."""

_SHADE: Final[Colour] = (30, 30, 30)
_FAINT: Final[Colour] = (150, 155, 160)
_SHIFT: Final = 4
_SUB: Final = 1 << _SHIFT
_EDGES: Final = tuple(sorted(POSE_CONNECTIONS))
_COLOURS: Final = {**dict.fromkeys(LEFT, LEFT_COLOUR), **dict.fromkeys(RIGHT, RIGHT_COLOUR)}


def draw_skeleton(image: ImageArray, pose: Pose, *, min_visibility: float = 0.5, faint: bool = False) -> None:
    """Draw the landmarks with visibility of at least `min_visibility`, and the edges between them.

    Args:
        image: (H, W, 3) uint8 RGB; it is drawn on.
        pose: its `image` landmarks are pixels of this picture.
        min_visibility: 0..1; MediaPipe's drawing_utils uses 0.5.
        faint: grey lines only, for people who are not counted.
    """
    height, width = image.shape[:2]
    thickness = max(1, round(min(height, width) / 200))
    # One picture's size around it: far enough for lines to leave it, near enough for OpenCV's numbers.
    span = np.array([width, height], np.float32)
    xy = pose.image[:, :2]
    with np.errstate(invalid="ignore"):
        near = np.all((xy > -span) & (xy < 2 * span), axis=1)
        shown = near & (pose.visibility >= min_visibility)
    points = [
        (round(float(x) * _SUB), round(float(y) * _SUB)) if ok else None
        for (x, y), ok in zip(xy, shown, strict=True)
    ]
    for width_px, colour in ((thickness + 2, _SHADE), (thickness, _FAINT if faint else WHITE)):
        for first, second in _EDGES:
            start, end = points[first], points[second]
            if start is not None and end is not None:
                cv2.line(image, start, end, colour, width_px, cv2.LINE_AA, _SHIFT)
    if faint:
        return
    radius = (thickness + 1) * _SUB
    for landmark, point in enumerate(points):
        if point is not None:
            cv2.circle(image, point, radius + _SUB, WHITE, cv2.FILLED, cv2.LINE_AA, _SHIFT)
            cv2.circle(image, point, radius, _COLOURS.get(landmark, WHITE), cv2.FILLED, cv2.LINE_AA, _SHIFT)
