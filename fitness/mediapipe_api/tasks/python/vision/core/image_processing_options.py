"""Processing of an image before people are detected."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.mediapipe_api.tasks.python.components.containers.rect import Rect, RectF


@dataclass
class ImageProcessingOptions:
    """region_of_interest: the pose landmarker refuses one.
    rotation_degrees: how far the image must be turned clockwise to be upright, a multiple of 90, negative too.
        Landmarks and masks are those of the image as it is given. (MediaPipe's own pose task answers wrongly here.)
    """

    region_of_interest: Rect | RectF | None = None
    rotation_degrees: int = 0
