"""A ring that fills up, for the phase of a rep and the remaining rest."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from fitness.drawing.glyphs import Mask
from fitness.drawing.paint import Colour
from fitness.drawing.theme import SCRIM, WHITE
from fitness.types import ImageArray

_SHIFT: Final = 4
_FINE: Final = 4
"""Masks are drawn larger by this factor and then reduced, for smooth edges."""


@lru_cache(maxsize=16)
def annulus(diameter: int, thickness: int) -> Mask:
    """Coverage of a whole ring, (diameter, diameter) uint8; a disc if it is as thick as its radius."""
    size = diameter * _FINE
    fine = np.zeros((size, size), np.uint8)
    middle, thick = size // 2, thickness * _FINE
    cv2.circle(fine, (middle, middle), middle - 1, 255, cv2.FILLED)
    if 2 * thickness < diameter:
        cv2.circle(fine, (middle, middle), middle - 1 - thick, 0, cv2.FILLED)
    mask = np.asarray(cv2.resize(fine, (diameter, diameter), interpolation=cv2.INTER_AREA), np.uint8)
    mask.setflags(write=False)
    return mask


def draw_arc(
    image: ImageArray, centre: tuple[int, int], diameter: int, thickness: int, share: float, colour: Colour
) -> None:
    """Draw the first `share`, 0..1, of a ring, clockwise from the top, with round ends."""
    share = min(max(share, 0.0), 1.0)
    if share <= 0 or not math.isfinite(share):
        return
    radius = (diameter - thickness) / 2
    scale = 1 << _SHIFT
    middle = (centre[0] * scale, centre[1] * scale)
    axes = (round(radius * scale), round(radius * scale))
    cv2.ellipse(image, middle, axes, -90, 0, 360 * share, colour, thickness, cv2.LINE_AA, _SHIFT)
    for end in (0.0, share):
        at = _on_ring(centre, radius, end)
        cv2.circle(image, at, round(thickness / 2 * scale), colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def draw_tick(
    image: ImageArray,
    centre: tuple[int, int],
    diameter: int,
    thickness: int,
    share: float,
    colour: Colour = WHITE,
) -> None:
    """Draw a mark across a ring at `share`, 0..1, clockwise from the top."""
    radius, reach = (diameter - thickness) / 2, 0.9 * thickness
    inner, outer = (_on_ring(centre, radius + side * reach, share) for side in (-1, 1))
    thick = max(1, round(thickness / 4))
    cv2.line(image, inner, outer, SCRIM, thick + 2 * max(1, thick // 2), cv2.LINE_AA, _SHIFT)
    cv2.line(image, inner, outer, colour, thick, cv2.LINE_AA, _SHIFT)


def _on_ring(centre: tuple[int, int], radius: float, share: float) -> tuple[int, int]:
    angle = 2 * math.pi * share - math.pi / 2
    x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
    return round(x * (1 << _SHIFT)), round(y * (1 << _SHIFT))
