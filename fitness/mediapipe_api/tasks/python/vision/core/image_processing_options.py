"""What is done to a picture before a task looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.mediapipe_api.tasks.python.components.containers.rect import Rect, RectF


@dataclass
class ImageProcessingOptions:
    """region_of_interest: the pose landmarker refuses one.
    rotation_degrees: how far the picture must be turned clockwise to be upright, a multiple of 90, negative too.
        Landmarks and masks are those of the picture as it comes. (MediaPipe's own pose task answers wrongly here.)
    """

    region_of_interest: Rect | RectF | None = None
    rotation_degrees: int = 0
