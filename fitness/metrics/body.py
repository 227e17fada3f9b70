"""Normalises a body's landmarks in position, size and heading, and computes the angles of joints and limbs.

Joint angles do not depend on the heading. A normalised body can be compared with one filmed from another side.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.skeleton import MIRROR, Landmark
from fitness.types import DoubleArray, FloatArray

TRUNK_LENGTH: Final = 0.5
"""Length of a normalised trunk, mid-hip to mid-shoulder, dimensionless."""
MIN_TRUNK_M: Final = 1e-3
"""Length up to which a trunk has no direction, metres."""

_JOINTS: Final = {
    "left_elbow": (Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST),
    "right_elbow": (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST),
    "left_shoulder": (Landmark.LEFT_ELBOW, Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP),
    "right_shoulder": (Landmark.RIGHT_ELBOW, Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP),
    "left_hip": (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP, Landmark.LEFT_KNEE),
    "right_hip": (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
    "left_knee": (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    "right_knee": (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
}
_TILTS: Final = {
    "left_thigh_tilt": (Landmark.LEFT_HIP, Landmark.LEFT_KNEE),
    "right_thigh_tilt": (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
    "left_shin_tilt": (Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    "right_shin_tilt": (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
}
ANGLE_NAMES: Final = (*_JOINTS, "trunk_tilt", *_TILTS)
"""Order of the columns of `angles`."""

_CORNERS: Final = np.array(list(_JOINTS.values()))
_SEGMENTS: Final = np.array(list(_TILTS.values()))
_TRUNK_TILT: Final = len(_JOINTS)
UP: Final = np.array([0.0, -1.0, 0.0])
"""The direction up in the image."""
_MIRROR: Final = np.array(MIRROR)
_MID_SHOULDER, _MID_HIP = len(_MIRROR), len(_MIRROR) + 1
"""Indices of two points that `angles` adds to the landmarks."""
_FIRST: Final = np.array(
    [
        [*_CORNERS[:, 0], _MID_SHOULDER, *_SEGMENTS[:, 1]],
        [*_CORNERS[:, 1], _MID_HIP, *_SEGMENTS[:, 0]],
    ]
)
"""The two ends of the first arm of each angle: it leads from the second row's point to the first row's."""
_SECOND: Final = np.array([_CORNERS[:, 2], _CORNERS[:, 1]])
"""The same for the second arm of the joint angles; that of the tilts is vertical."""


def arms_of_angles() -> tuple[DoubleArray, DoubleArray]:
    """Two matrices (13, 34) that lead from the landmarks to the two arms of each angle, in the order of `ANGLE_NAMES`.

    The 34th point is `UP`, so that the second arms of the tilts are vertical.
    """
    first, second = np.zeros((2, len(ANGLE_NAMES), len(_MIRROR) + 1))
    for row, (one, corner, other) in enumerate(_JOINTS.values()):
        first[row, one] = second[row, other] = 1.0
        first[row, corner] = second[row, corner] = -1.0
    first[_TRUNK_TILT, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]] = 0.5
    first[_TRUNK_TILT, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]] = -0.5
    second[_TRUNK_TILT, -1] = 1.0
    for row, (start, end) in enumerate(_TILTS.values(), _TRUNK_TILT + 1):
        first[row, end], first[row, start], second[row, -1] = 1.0, -1.0, -1.0
    return first, second


def normalise(world: FloatArray) -> DoubleArray:
    """(N, 33, 3): origin at mid-hip, trunk of `TRUNK_LENGTH`, rotated about the vertical to face the camera."""
    body = np.asarray(world, dtype=np.float64)
    if not np.isfinite(body).all():
        raise ValueError("the landmarks are not finite")
    body = body - middle(body, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)[:, None]
    trunk = middle(body, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    length = np.sqrt(np.add.reduce(trunk * trunk, axis=1))
    if not (length > MIN_TRUNK_M).all():
        raise ValueError("the trunk (mid-hip to mid-shoulder) has no length")
    body = body * (TRUNK_LENGTH / length)[:, None, None]
    across = (
        body[:, Landmark.LEFT_HIP]
        - body[:, Landmark.RIGHT_HIP]
        + body[:, Landmark.LEFT_SHOULDER]
        - body[:, Landmark.RIGHT_SHOULDER]
    )
    yaw = np.arctan2(across[:, 2], across[:, 0])
    cos, sin = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    x, z = body[..., 0], body[..., 2]
    turned: DoubleArray = np.empty_like(body)
    turned[..., 0] = x * cos + z * sin
    turned[..., 1] = body[..., 1]
    turned[..., 2] = z * cos - x * sin
    return turned


def mirror(world: FloatArray) -> FloatArray:
    """The mirror image of (N, 33, 3) landmarks: x negated and left and right labels swapped."""
    return world[:, _MIRROR] * np.array([-1, 1, 1], dtype=world.dtype)


def angles(world: FloatArray | DoubleArray) -> DoubleArray:
    """(N, 33, 3) -> (N, 13) degrees, 0..180, in the order of `ANGLE_NAMES`.

    Joints: 180 is straight. Tilts: trunk from upright, thighs and shins from hanging straight down.
    """
    body = np.asarray(world, dtype=np.float64)
    points = np.empty((len(body), len(_MIRROR) + 2, 3))
    points[:, : len(_MIRROR)] = body
    points[:, _MID_SHOULDER] = middle(body, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    points[:, _MID_HIP] = middle(body, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
    first = points.take(_FIRST[0], axis=1) - points.take(_FIRST[1], axis=1)
    second = np.empty_like(first)
    second[:, : len(_CORNERS)] = points.take(_SECOND[0], axis=1) - points.take(_SECOND[1], axis=1)
    second[:, _TRUNK_TILT] = UP
    second[:, _TRUNK_TILT + 1 :] = -UP
    degrees: DoubleArray = np.degrees(angles_between(first, second))
    return degrees


def angles_between(first: DoubleArray, second: DoubleArray) -> DoubleArray:
    """(..., 3) vectors -> (...) the angles between them, radians; 0 where one has no length."""
    lengths = np.sqrt(np.add.reduce(first * first, axis=-1) * np.add.reduce(second * second, axis=-1))
    cosine = np.ones_like(lengths)
    np.divide(np.add.reduce(first * second, axis=-1), lengths, out=cosine, where=lengths > 0)
    np.minimum(np.maximum(cosine, -1.0, out=cosine), 1.0, out=cosine)
    radians: DoubleArray = np.arccos(cosine)
    return radians


def middle(body: DoubleArray, left: int, right: int) -> DoubleArray:
    """(N, 33, 3) landmarks -> (N, 3): the point halfway between two landmarks, by their indices."""
    point: DoubleArray = (body[:, left] + body[:, right]) / 2
    return point
