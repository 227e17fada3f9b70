"""Computes ROIs: detection -> ROI, landmarks -> ROI of the next frame.

Source of key points and expansion: MediaPipe's `pose_detection_to_roi.pbtxt` and `pose_landmarks_to_roi.pbtxt`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.geometry import EXPANSION, roi_from_points, roi_size
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Roi

UPPER_EXPANSION: Final = 2.5
"""Expansion for the upper body. MediaPipe 0.8.3 used 1.5 with a separate network that no longer exists; with today's
networks this value measured best (docs/explanation/engine.md)."""

UPPER_RADIUS: Final = 1.25
"""Distance from mid-shoulder to the upper-body scale point, in trunk lengths: the median over detections."""


def roi_from_detection(detection: Detection, upper_body: bool = False) -> Roi | None:
    """The ROI of a whole body, centred on the hips and including head and feet; None if its size is zero.

    upper_body: centre the ROI on the shoulders instead, using key points 2 and 3.
    """
    if upper_body:
        return roi_from_points(_xy(detection.keypoints[2]), _xy(detection.keypoints[3]), UPPER_EXPANSION)
    return roi_from_points(_xy(detection.keypoints[0]), _xy(detection.keypoints[1]), EXPANSION)


def roi_from_auxiliary(auxiliary: DoubleArray) -> Roi | None:
    """The ROI of a person from the two auxiliary landmarks (2, >= 2), pixels."""
    return roi_from_points(_xy(auxiliary[0]), _xy(auxiliary[1]), EXPANSION)


def anchors(found: RoiLandmarks, upper_body: bool = False) -> DoubleArray:
    """(2, 3) pixels: the centre of the next ROI and its scale point.

    upper_body: use the shoulders, because the hips may be outside the image.
    """
    if not upper_body:
        return found.auxiliary
    points = found.image
    left, right = points[Landmark.LEFT_SHOULDER], points[Landmark.RIGHT_SHOULDER]
    middle = (left + right) / 2
    up = middle - (points[Landmark.LEFT_HIP] + points[Landmark.RIGHT_HIP]) / 2
    length = math.hypot(up[0], up[1])
    trunk = max(length, math.hypot(*(left - right)[:2]))
    return np.stack([middle, middle + up * (UPPER_RADIUS * trunk / max(length, 1e-6))])


def roi_from_anchors(points: DoubleArray, upper_body: bool = False) -> Roi | None:
    """The ROI from two `anchors` (2, >= 2) in pixels, filtered or not."""
    return roi_from_points(_xy(points[0]), _xy(points[1]), _expansion(upper_body))


def body_side(points: DoubleArray, upper_body: bool = False) -> float | None:
    """The side of the ROI from two `anchors` before its expansion, pixels; None where there is no ROI."""
    expansion = _expansion(upper_body)
    size = roi_size(_xy(points[0]), _xy(points[1]), expansion)
    return None if size is None else size / expansion


def next_roi(found: RoiLandmarks, upper_body: bool = False) -> Roi | None:
    """The person's next ROI, computed from the landmarks."""
    return roi_from_anchors(anchors(found, upper_body), upper_body)


def _expansion(upper_body: bool) -> float:
    return UPPER_EXPANSION if upper_body else EXPANSION


def _xy(point: DoubleArray) -> tuple[float, float]:
    return float(point[0]), float(point[1])
