"""The outline of an exercise's start position, which the user steps into before a set."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np

from fitness.drawing.glyphs import Mask
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.theme import SCRIM, WHITE

Position: TypeAlias = Literal["standing", "floor", "lying", "hanging"]

_POSITIONS: Final[dict[str, Position]] = {
    "push-up": "floor",
    "plank": "floor",
    "mountain-climber": "floor",
    "burpee": "standing",
    "sit-up": "lying",
    "bench-press": "lying",
    "pull-up": "hanging",
}
"""Exercises that do not start upright."""

Limb: TypeAlias = tuple[tuple[tuple[float, float], ...], float]
"""Points of a body part, x and y, and its thickness; all in hundredths of the figure's height."""

_HEAD: Final = 6.5
_FINE: Final = 3
"""Outlines are drawn larger by this factor and then reduced, for smooth edges."""

_FIGURES: Final[dict[Position, tuple[tuple[float, float], tuple[Limb, ...], float]]] = {
    # start position: head, limbs, width of the figure; all in hundredths of its height
    "standing": (
        (30, 8),
        (
            (((30, 14), (30, 20)), 6),
            (((24, 23), (36, 23), (35, 48), (25, 48), (24, 23)), 8),
            (((22, 23), (14, 37), (11, 50)), 5.5),
            (((38, 23), (46, 37), (49, 50)), 5.5),
            (((26, 48), (24, 72), (22, 97)), 8),
            (((34, 48), (36, 72), (38, 97)), 8),
        ),
        60,
    ),
    "floor": (
        (20, 30),
        (
            (((32, 38), (40, 41)), 10),
            (((40, 42), (95, 58)), 17),
            (((95, 60), (140, 74), (180, 88)), 12),
            (((42, 44), (43, 70), (44, 94)), 9),
        ),
        196,
    ),
    "lying": (
        (20, 74),
        (
            (((34, 78), (44, 80)), 10),
            (((46, 80), (108, 84)), 18),
            (((108, 82), (140, 50), (160, 90)), 13),
            (((50, 78), (72, 66), (60, 56)), 9),
        ),
        180,
    ),
    "hanging": (
        (30, 24),
        (
            (((30, 30), (30, 35)), 6),
            (((24, 38), (36, 38), (35, 60), (25, 60), (24, 38)), 8),
            (((23, 37), (18, 20), (19, 3)), 6),
            (((37, 37), (42, 20), (41, 3)), 6),
            (((26, 60), (26, 79), (26, 98)), 8),
            (((34, 60), (34, 79), (34, 98)), 8),
        ),
        60,
    ),
}


def start_position(exercise: str | None) -> Position:
    """The start position of an exercise: standing, lying and so on."""
    return _POSITIONS.get(exercise or "", "standing")


@lru_cache(maxsize=16)
def outline_patch(position: Position, width: int, height: int, colour: Colour = WHITE) -> Patch:
    """The outline of a figure on a transparent background, within `width` x `height` pixels. A dark rim shows on white."""
    scale, fine = _silhouette(position, width, height)
    size = (fine.shape[1] // _FINE, fine.shape[0] // _FINE)
    sheet = Sheet(*size)
    line = max(2, round(1.1 * scale))
    for thick, tone, opacity in ((2 * line, SCRIM, 0.6), (line, colour, 1.0)):
        edge = cv2.resize(_edge(fine, _FINE * thick), size, interpolation=cv2.INTER_AREA)
        sheet.stamp(np.asarray(edge, np.uint8), 0, 0, tone, opacity)
    return sheet.patch()


def _silhouette(position: Position, width: int, height: int) -> tuple[float, Mask]:
    """Pixels per hundredth of the figure's height, and the filled figure, enlarged by `_FINE`."""
    head, limbs, wide = _FIGURES[position]
    scale = min(height / 112, width / (wide + 12))
    large = _FINE * scale
    mask = np.zeros((round(112 * scale) * _FINE, round((wide + 12) * scale) * _FINE), np.uint8)

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] + 6) * large), round((point[1] + 6) * large)

    cv2.circle(mask, at(head), max(1, round(_HEAD * (1.6 if wide > 100 else 1) * large)), 255, cv2.FILLED)
    for points, thickness in limbs:
        line = np.array([at(point) for point in points], np.int32)
        cv2.polylines(mask, [line], False, 255, max(1, round(thickness * large)))
        if points[0] == points[-1]:
            cv2.fillPoly(mask, [line], 255)
    smooth = cv2.GaussianBlur(mask, (0, 0), max(1.0, 1.2 * large))
    return scale, np.asarray((smooth > 127) * np.uint8(255), np.uint8)


def _edge(mask: Mask, line: int) -> Mask:
    """A band of `line` pixels along the contour of a silhouette."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (line | 1, line | 1))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel), np.uint8)
