"""Landmarks, rectangles and classes of Tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.components.containers import (
    category,
    landmark,
    landmark_detection_result,
    rect,
)
from fitness.mediapipe_api.tasks.python.components.containers.category import Category
from fitness.mediapipe_api.tasks.python.components.containers.landmark import Landmark, NormalizedLandmark
from fitness.mediapipe_api.tasks.python.components.containers.landmark_detection_result import (
    LandmarksDetectionResult,
)
from fitness.mediapipe_api.tasks.python.components.containers.rect import NormalizedRect, Rect, RectF

__all__ = [
    "Category", "Landmark", "LandmarksDetectionResult", "NormalizedLandmark", "NormalizedRect", "Rect", "RectF",
    "category", "landmark", "landmark_detection_result", "rect",
]  # fmt: skip
