"""`mp.solutions.drawing_utils`; see `fitness.mediapipe_api.drawing`."""

from __future__ import annotations

from fitness.mediapipe_api.drawing import (
    BLACK_COLOR,
    BLUE_COLOR,
    GREEN_COLOR,
    RED_COLOR,
    WHITE_COLOR,
    DrawingSpec,
    draw_axis,
    draw_landmarks,
    plot_landmarks,
)
from fitness.mediapipe_api.drawing import normalized_to_pixel_coordinates as _normalized_to_pixel_coordinates

__all__ = [
    "BLACK_COLOR", "BLUE_COLOR", "GREEN_COLOR", "RED_COLOR", "WHITE_COLOR", "DrawingSpec",
    "_normalized_to_pixel_coordinates", "draw_axis", "draw_landmarks", "plot_landmarks",
]  # fmt: skip
