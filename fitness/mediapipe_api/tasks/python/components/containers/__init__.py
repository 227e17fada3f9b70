"""Landmarks and rectangles of Tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.components.containers import landmark, rect
from fitness.mediapipe_api.tasks.python.components.containers.landmark import Landmark, NormalizedLandmark
from fitness.mediapipe_api.tasks.python.components.containers.rect import NormalizedRect, Rect, RectF

__all__ = ["Landmark", "NormalizedLandmark", "NormalizedRect", "Rect", "RectF", "landmark", "rect"]
