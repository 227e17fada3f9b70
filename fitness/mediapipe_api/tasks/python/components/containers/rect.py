"""Rectangles in images."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Rect:
    """left, top, right, bottom: in pixels, or as a fraction of the image's size."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass
class RectF:
    """left, top, right, bottom: as a fraction of the image's size."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass
class NormalizedRect:
    """x_center, y_center, width, height: fractions of the image's size.   rotation: radians, clockwise.   rect_id: any."""

    x_center: float
    y_center: float
    width: float
    height: float
    rotation: float | None = 0.0
    rect_id: int | None = None
