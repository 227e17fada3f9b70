"""The names of MediaPipe's `drawing_utils`, which `mp.solutions` and `mp.tasks.vision` both have."""

from __future__ import annotations

from fitness.mediapipe_api.drawing import _BGR_CHANNELS as _BGR_CHANNELS
from fitness.mediapipe_api.drawing import _PRESENCE_THRESHOLD as _PRESENCE_THRESHOLD
from fitness.mediapipe_api.drawing import _VISIBILITY_THRESHOLD as _VISIBILITY_THRESHOLD
from fitness.mediapipe_api.drawing import (
    BLACK_COLOR,
    BLUE_COLOR,
    GREEN_COLOR,
    RED_COLOR,
    WHITE_COLOR,
    DrawingSpec,
    draw_axis,
    draw_detection,
    draw_landmarks,
    plot_landmarks,
)
from fitness.mediapipe_api.drawing import normalize_color as _normalize_color
from fitness.mediapipe_api.drawing import normalized_to_pixel_coordinates as _normalized_to_pixel_coordinates

__all__ = [
    "BLACK_COLOR",
    "BLUE_COLOR",
    "GREEN_COLOR",
    "RED_COLOR",
    "WHITE_COLOR",
    "_BGR_CHANNELS",
    "_PRESENCE_THRESHOLD",
    "_VISIBILITY_THRESHOLD",
    "DrawingSpec",
    "_normalize_color",
    "_normalized_to_pixel_coordinates",
    "draw_axis",
    "draw_detection",
    "draw_landmarks",
    "plot_landmarks",
]  # fmt: skip
