"""Draws a pose as lines and dots: left orange, right turquoise (MediaPipe's colours), the rest white."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from fitness.drawing.paint import Colour
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
_COLOURS: Final = {**dict.fromkeys(LEFT, LEFT_COLOUR), **dict.fromkeys(RIGHT, RIGHT_COLOUR)}
_FACE: Final = 11
"""Landmarks with a smaller index belong to the face; their dots are small, so that the face stays visible."""


def _edge_colour(first: int, second: int) -> Colour:
    """The colour of the limb's side."""
    sides = {_COLOURS.get(first, WHITE), _COLOURS.get(second, WHITE)}
    return sides.pop() if len(sides) == 1 else WHITE


_EDGES: Final = tuple((*edge, _edge_colour(*edge)) for edge in sorted(POSE_CONNECTIONS))


def draw_skeleton(image: ImageArray, pose: Pose, *, min_visibility: float = 0.5, faint: bool = False) -> None:
    """Draw the landmarks with visibility of at least `min_visibility`, and the edges between them.

    Args:
        image: (H, W, 3) uint8 RGB; it is drawn on.
        pose: its `image` landmarks are pixels of this image.
        min_visibility: 0..1; MediaPipe's drawing_utils uses 0.5.
        faint: grey lines only, for bystanders.
    """
    height, width = image.shape[:2]
    thickness = max(1, round(min(height, width) / 200))
    # Clipped to one image size outside: lines still leave the image, and OpenCV's integers do not overflow.
    span = np.array([width, height], np.float32)
    xy = pose.image[:, :2]
    with np.errstate(invalid="ignore"):
        near = np.all((xy > -span) & (xy < 2 * span), axis=1)
        shown = near & (pose.visibility >= min_visibility)
    points = [
        (round(float(x) * _SUB), round(float(y) * _SUB)) if ok else None
        for (x, y), ok in zip(xy, shown, strict=True)
    ]
    for shade in (True, False):
        for first, second, own in _EDGES:
            start, end = points[first], points[second]
            if start is not None and end is not None:
                colour = _SHADE if shade else _FAINT if faint else own
                cv2.line(image, start, end, colour, thickness + 2 * shade, cv2.LINE_AA, _SHIFT)
    if faint:
        return
    for landmark, point in enumerate(points):
        if point is not None:
            radius = (thickness + 1) * _SUB if landmark >= _FACE else round(0.6 * (thickness + 1)) * _SUB
            cv2.circle(image, point, radius + _SUB, WHITE, cv2.FILLED, cv2.LINE_AA, _SHIFT)
            cv2.circle(image, point, radius, _COLOURS.get(landmark, WHITE), cv2.FILLED, cv2.LINE_AA, _SHIFT)
