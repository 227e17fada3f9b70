"""Where to look: detection -> ROI, landmarks -> ROI of the next frame.

Key points and expansion from MediaPipe's `pose_detection_to_roi.pbtxt` and `pose_landmarks_to_roi.pbtxt`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.engine.detector import Detection
from fitness.engine.geometry import roi_from_points
from fitness.engine.landmarks import RoiLandmarks
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Roi

EXPANSION: Final = 1.25
"""How much larger the ROI is than the circle through its scale point (1.5 up to MediaPipe 0.8.3)."""

UPPER_EXPANSION: Final = 1.5
"""The same for the upper body (MediaPipe 0.7.9 to 0.8.3)."""

UPPER_RADIUS: Final = 1.5
"""Distance from mid-shoulder to the upper-body scale point, in lengths of the trunk."""


def roi_from_detection(detection: Detection, upper_body: bool = False) -> Roi | None:
    """The ROI of a whole body: centred on the hips, reaching past head and feet. None if it has no extent.

    upper_body: the ROI centred on the shoulders instead, from key points 2 and 3.
    """
    if upper_body:
        return roi_from_points(_xy(detection.keypoints[2]), _xy(detection.keypoints[3]), UPPER_EXPANSION)
    return roi_from_points(_xy(detection.keypoints[0]), _xy(detection.keypoints[1]), EXPANSION)


def roi_from_auxiliary(auxiliary: DoubleArray) -> Roi | None:
    """The ROI around a person whose two auxiliary landmarks (2, >= 2) are known in pixels."""
    return roi_from_points(_xy(auxiliary[0]), _xy(auxiliary[1]), EXPANSION)


def next_roi(found: RoiLandmarks, auxiliary: DoubleArray, upper_body: bool = False) -> Roi | None:
    """The ROI of the next frame; `auxiliary` (2, >= 2) may be filtered."""
    return roi_from_shoulders(found.image) if upper_body else roi_from_auxiliary(auxiliary)


def roi_from_shoulders(image: DoubleArray) -> Roi | None:
    """The ROI of an upper body whose landmarks (33, >= 2) are known in pixels."""
    shoulders = image[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], :2].mean(axis=0)
    hips = image[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :2].mean(axis=0)
    up = shoulders - hips
    width = float(np.linalg.norm(image[Landmark.LEFT_SHOULDER, :2] - image[Landmark.RIGHT_SHOULDER, :2]))
    trunk = max(math.hypot(*up), width)
    length = math.hypot(*up)
    if not length > 0:
        return None
    point = shoulders + up / length * trunk * UPPER_RADIUS
    return roi_from_points(_xy(shoulders), _xy(point), UPPER_EXPANSION)


def _xy(point: DoubleArray) -> tuple[float, float]:
    return float(point[0]), float(point[1])
