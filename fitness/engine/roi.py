"""Where to look: detection -> ROI, auxiliary landmarks -> ROI of the next frame.

Key points and expansion from MediaPipe's `pose_detection_to_roi.pbtxt` and `pose_landmarks_to_roi.pbtxt`.
"""

from __future__ import annotations

from typing import Final

from fitness.engine.detector import Detection
from fitness.engine.geometry import roi_from_points
from fitness.types import DoubleArray, Roi

EXPANSION: Final = 1.25
"""How much larger the ROI is than the circle through its scale point (1.5 up to MediaPipe 0.8.3)."""


def roi_from_detection(detection: Detection) -> Roi | None:
    """The ROI of a whole body: centred on the hips, reaching past head and feet. None if it has no extent."""
    hips, scale_point = detection.keypoints[0], detection.keypoints[1]
    return roi_from_points(_xy(hips), _xy(scale_point), EXPANSION)


def roi_from_auxiliary(auxiliary: DoubleArray) -> Roi | None:
    """The ROI around a person whose two auxiliary landmarks (2, >= 2) are known in pixels."""
    return roi_from_points(_xy(auxiliary[0]), _xy(auxiliary[1]), EXPANSION)


def _xy(point: DoubleArray) -> tuple[float, float]:
    return float(point[0]), float(point[1])
