"""How MediaPipe colours the landmarks of a pose: left orange, right turquoise, the nose white."""

from __future__ import annotations

from typing import Final

from fitness.mediapipe_api.drawing import WHITE_COLOR, DrawingSpec
from fitness.mediapipe_api.topology import PoseLandmark
from fitness.skeleton import LEFT

_ORANGE: Final = (0, 138, 255)
_TURQUOISE: Final = (231, 217, 0)
_THICKNESS: Final = 2


def get_default_pose_landmarks_style() -> dict[PoseLandmark, DrawingSpec]:
    """A new dictionary with the spec of each of the 33 landmarks; colours are BGR."""
    style = {}
    for landmark in PoseLandmark:
        colour = _ORANGE if landmark in LEFT else _TURQUOISE
        style[landmark] = DrawingSpec(color=colour, thickness=_THICKNESS)
    style[PoseLandmark.NOSE] = DrawingSpec(color=WHITE_COLOR, thickness=_THICKNESS)
    return style
