"""The result of a landmark detector, as newer tasks return it."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.mediapipe_api.landmarks import Landmark, NormalizedLandmark
from fitness.mediapipe_api.tasks.python.components.containers.category import Category
from fitness.mediapipe_api.tasks.python.components.containers.rect import NormalizedRect


@dataclass
class LandmarksDetectionResult:
    """landmarks: fractions of the image.   categories: classes.   world_landmarks: metres.   rect: where it is."""

    landmarks: list[NormalizedLandmark] | None
    categories: list[Category] | None
    world_landmarks: list[Landmark] | None
    rect: NormalizedRect
