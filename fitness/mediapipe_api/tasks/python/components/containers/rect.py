"""Rectangles in pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Rect:
    """left, top, right, bottom: in pixels, or over the picture's size."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass
class RectF:
    """left, top, right, bottom: over the picture's size."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass
class NormalizedRect:
    """x_center, y_center, width, height: over the picture's size.   rotation: radians, clockwise.   rect_id: any."""

    x_center: float
    y_center: float
    width: float
    height: float
    rotation: float | None = 0.0
    rect_id: int | None = None
