"""The area of a frame that a person may fill, from their landmarks, and whether the landmarks can be relied on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np

from fitness.types import FloatArray, Pose

Part: TypeAlias = Literal["face", "person"]
"""What to cover of a person."""

Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

_BLUR_MARGIN: Final = 0.55
"""Margin of "blur" around the hull of the landmarks, in lengths of the trunk: the top of the head is 0.45 above the eyes;
loose clothes and hands reach less far."""

_PERSON_MARGIN: Final = 0.4
_FACE_MARGIN: Final = 0.42
"""Margins of "person", and of "face" around the hull of the face's eleven landmarks."""

_ROI_MARGIN: Final = 1.3
"""Factor on the side of the ROI, so that it contains hands and feet even if the pose is wrong."""

_SURE: Final = 0.9
"""Least score of a certain pose; with a lower one, the person may be elsewhere."""

_CERTAIN: Final = 0.995
"""The same for "face" and "person", which cover a person with a lower score like "blur". In a push-up seen along the
body, head and feet may be confused, with scores from 0.7 to 0.99; good poses have 1.0."""

_SEEN: Final = 0.5
"""A pose is also uncertain if a shoulder, hip, knee or ankle of the better visible side has a lower visibility."""

_TRUNK_SHARE: Final = (0.15, 0.57)
"""A pose is also uncertain for "face" and "person" if its trunk has another share of the whole figure's size: 0.3 standing,
0.54 in a deep squat. Push-ups seen along the body, where head and feet can be confused, have up to 0.2, or 0.59 to 0.75."""

_FACE_SEEN: Final = 0.9
"""With a lower visibility or presence of a face landmark, "face" covers the region from the face down to the shoulders."""

_SIDES: Final = ((11, 23, 25, 27), (12, 24, 26, 28))
_TRUNK: Final = (11, 12, 23, 24)
_FACE: Final = slice(0, 11)
_THICKEST_PX: Final = 32_000  # OpenCV draws lines up to 32767
_FAR_PX: Final = 100_000.0
"""Limit of plausible coordinates, pixels: no frame is so large (`media.info.MAX_SIDE_PX`)."""


def person_area(pose: Pose, height: int, width: int) -> Mask:
    """Area that "blur" covers in a frame of this size, (H, W) bool; the whole frame if the pose is uncertain."""
    outline = outline_of(pose)
    if outline is None:
        return np.ones((height, width), np.bool_)
    return outline.covered(height, width)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The area in which a person may be.

    hull: (N, 2) corners of the landmarks' convex hull, pixels.   margin_px: margin around the hull.
    unit_px: length of the trunk, pixels.
    roi: (4, 2) corners of the landmark model's ROI, pixels, or None if unknown. It contains the person even if the pose
        is wrong, as in a push-up seen from behind.
    """

    hull: FloatArray
    margin_px: float
    unit_px: float
    roi: FloatArray | None = None

    def covered(self, height: int, width: int) -> Mask:
        """Its pixels in a frame of this size, (H, W) bool."""
        mask = np.zeros((height, width), np.uint8)
        corners = np.rint(self.hull).astype(np.int32)
        cv2.fillConvexPoly(mask, corners, 1)
        cv2.polylines(mask, [corners], True, 1, min(2 * math.ceil(self.margin_px) + 1, _THICKEST_PX))
        if self.roi is not None:
            cv2.fillConvexPoly(mask, np.rint(self.roi).astype(np.int32), 1)
        return mask.astype(np.bool_)


def known_area(
    pose: Pose, height: int, width: int, part: Part, scale: float = 1.0, doubted: bool = False
) -> Mask:
    """Area that "face" or "person" covers in a frame of this size, (H, W) bool; empty if landmarks are implausible.

    Args:
        scale: factor on the margins.   doubted: cover the whole person with a wide margin.
    """
    points = _points(pose)
    if not _makes_sense(points):
        return np.zeros((height, width), np.bool_)
    if doubted or not is_certain(pose):
        return _whole_outline(pose, scale).covered(height, width)
    unit = unit_px_of(pose)
    margin = _FACE_MARGIN if part == "face" else _PERSON_MARGIN
    hull = _hull(_head(pose) if part == "face" else points)
    return Outline(hull, max(margin * scale * unit, 4.0), unit).covered(height, width)


def _points(pose: Pose) -> FloatArray:
    """The landmarks that the pose has, (N, 2) pixels."""
    return pose.image[:25, :2] if pose.upper_body else pose.image[:, :2]


def _makes_sense(points: FloatArray) -> bool:
    return bool((np.abs(points) < _FAR_PX).all())  # False for NaN too


def _hull(points: FloatArray) -> FloatArray:
    hull = cv2.convexHull(np.ascontiguousarray(points, np.float32)).reshape(-1, 2)
    return np.asarray(hull, np.float32)


def unit_px_of(pose: Pose) -> float:
    """Length of the trunk in pixels.

    The trunk looks short from above, and in a push-up from the front. Then the widths or the whole figure are used.
    """
    left_shoulder, right_shoulder, left_hip, right_hip = pose.image[list(_TRUNK), :2].astype(np.float64)
    across = max(np.linalg.norm(left_shoulder - right_shoulder), np.linalg.norm(left_hip - right_hip))
    return max(_trunk_px(pose), 1.2 * float(across), 0.25 * _size_px(pose))


def _trunk_px(pose: Pose) -> float:
    """Distance of the shoulders' middle from the hips' middle in the image, pixels."""
    left_shoulder, right_shoulder, left_hip, right_hip = pose.image[list(_TRUNK), :2].astype(np.float64)
    return float(np.linalg.norm((left_shoulder + right_shoulder - left_hip - right_hip) / 2))


def _size_px(pose: Pose) -> float:
    """The longer side of the box around the landmarks, pixels."""
    return float(np.ptp(_points(pose), axis=0).max())


def _is_sure(pose: Pose, least: float = _SURE) -> bool:
    """Whether the pose is certain."""
    sides = _SIDES if not pose.upper_body else tuple(side[:2] for side in _SIDES)
    return pose.score >= least and max(float(pose.visibility[list(side)].min()) for side in sides) >= _SEEN


def is_certain(pose: Pose) -> bool:
    """Whether "face" and "person" may rely on the pose: it is certain, and its trunk has a usual share of its size."""
    if not _is_sure(pose, _CERTAIN):
        return False
    if pose.upper_body:
        return True
    low, high = _TRUNK_SHARE
    return low <= _trunk_px(pose) / max(_size_px(pose), 1e-6) <= high


def _head(pose: Pose) -> FloatArray:
    """Points around which "face" covers, (N, 2) pixels: the face, and the shoulders where the face is not surely seen."""
    seen = min(float(pose.visibility[_FACE].min()), float(pose.presence[_FACE].min()))
    points = pose.image[_FACE, :2]
    return points if seen >= _FACE_SEEN else np.concatenate([points, pose.image[11:13, :2]])


def outline_of(pose: Pose) -> Outline | None:
    """The outline of a person for "blur"; None if the pose is uncertain and the person may be anywhere."""
    return _whole_outline(pose) if _makes_sense(_points(pose)) and _is_sure(pose) else None


def _whole_outline(pose: Pose, scale: float = 1.0) -> Outline:
    """The outline of a pose with plausible landmarks, with the landmark model's ROI."""
    unit, roi = unit_px_of(pose), None
    if pose.roi is not None and pose.roi.size < _FAR_PX:
        side = _ROI_MARGIN * scale * pose.roi.size
        box = ((pose.roi.x, pose.roi.y), (side, side), math.degrees(pose.roi.rotation))
        roi = np.asarray(cv2.boxPoints(box), np.float32)
    return Outline(_hull(_points(pose)), max(_BLUR_MARGIN * scale * unit, 4.0), unit, roi)
