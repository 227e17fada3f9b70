"""Computes the embedding of a pose: the numbers by which poses are compared.

A pose is moved to the mid-hip, scaled to a fixed trunk length, and turned about the camera's vertical axis until the body
faces the camera. So samples that were filmed from one side serve all sides. Roll and pitch are kept, because only the
direction of gravity distinguishes a push-up from standing. The vectors are those of MediaPipe's published pose
classification, each once; joint and tilt angles are added to them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.metrics.body import (
    ANGLE_NAMES,
    MIN_TRUNK_M,
    TRUNK_LENGTH,
    UP,
    angles_between,
    arms_of_angles,
)
from fitness.skeleton import LANDMARK_COUNT, MIRROR, Landmark
from fitness.types import DoubleArray, FloatArray

VECTORS: Final = (
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW), (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW),
    (Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST), (Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE), (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE), (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_WRIST), (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_HIP, Landmark.LEFT_ANKLE), (Landmark.RIGHT_HIP, Landmark.RIGHT_ANKLE),
    (Landmark.LEFT_HIP, Landmark.LEFT_WRIST), (Landmark.RIGHT_HIP, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_ANKLE), (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ANKLE),
    (Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW), (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST), (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
)  # fmt: skip

_ANGLES_AT: Final = 3 * (len(VECTORS) + 1)
DIMENSIONS: Final = _ANGLES_AT + len(ANGLE_NAMES)
"""D: the number of columns, 76. The angles come last, divided by 180 degrees."""
_BELOW: Final = tuple(
    Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT") for part in ("HIP", "KNEE", "ANKLE")
)
LEGS: Final = np.array(
    [3 * k + axis for k, (a, b) in enumerate(VECTORS, 1) if a in _BELOW and b in _BELOW for axis in range(3)]
    + [
        _ANGLES_AT + k
        for k, name in enumerate(ANGLE_NAMES)
        if name.endswith(("_knee", "thigh_tilt", "shin_tilt"))
    ]
)
"""The columns that depend on the legs alone."""
TRUNK: Final = np.array([0, 1, 2, _ANGLES_AT + ANGLE_NAMES.index("trunk_tilt")])
"""The columns that depend on the trunk alone."""
_HANDS: Final = tuple(Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT") for part in ("ELBOW", "WRIST"))
ARMS: Final = np.array(
    [3 * k + axis for k, (a, b) in enumerate(VECTORS, 1) if a in _HANDS or b in _HANDS for axis in range(3)]
    + [_ANGLES_AT + k for k, name in enumerate(ANGLE_NAMES) if name.endswith(("_elbow", "_shoulder"))]
)
"""The columns that depend on the arms."""


def _mirror_columns() -> tuple[np.ndarray, DoubleArray]:
    """(D,) the column of an embedding that each column of its mirror image is taken from, and its sign.

    The image is mirrored in x. A vector from a left to a right landmark becomes that from the right to the left one, so its
    y and z are negated instead of x.
    """
    places: list[int] = [0, 1, 2]
    signs: list[float] = [-1, 1, 1]
    for start, end in VECTORS:
        image = Landmark(MIRROR[start]), Landmark(MIRROR[end])
        across = image not in VECTORS
        row = 1 + VECTORS.index(image[::-1] if across else image)
        places += [3 * row, 3 * row + 1, 3 * row + 2]
        signs += [1, -1, -1] if across else [-1, 1, 1]
    for name in ANGLE_NAMES:
        side, _, rest = name.partition("_")
        other = {"left": "right", "right": "left"}.get(side, side)
        places.append(_ANGLES_AT + ANGLE_NAMES.index(f"{other}_{rest}"))
        signs.append(1)
    return np.array(places), np.array(signs, np.float64)


_MIRRORED, _MIRROR_SIGNS = _mirror_columns()


def _ways() -> DoubleArray:
    """(W, 34) matrix from the landmarks and `UP` to all differences of points that an embedding needs.

    Rows: trunk, `VECTORS`, the mean of hips and shoulders from right to left, first arms of the angles, second arms.
    """
    rows = np.zeros((len(VECTORS) + 2, LANDMARK_COUNT + 1))
    for row, (start, end) in enumerate(VECTORS, 1):
        rows[row, end], rows[row, start] = 1.0, -1.0
    rows[0, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]] = 0.5
    rows[0, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]] = -0.5
    rows[-1, [Landmark.LEFT_HIP, Landmark.LEFT_SHOULDER]] = 1.0
    rows[-1, [Landmark.RIGHT_HIP, Landmark.RIGHT_SHOULDER]] = -1.0
    return np.concatenate([rows, *arms_of_angles()])


_WAYS: Final = _ways()
_ACROSS: Final = len(VECTORS) + 1
_SECOND: Final = _ACROSS + 1 + len(ANGLE_NAMES)


def embed(world: FloatArray) -> DoubleArray:
    """(N, 33, 3) world landmarks in metres -> (N, 76) dimensionless numbers.

    The result does not depend on place, size and heading of the person.

    Raises:
        ValueError: the trunk has no length, or landmarks are not finite.
    """
    points = np.empty((len(world), LANDMARK_COUNT + 1, 3))
    points[:, :-1] = world
    points[:, -1] = UP
    if not np.isfinite(points).all():
        raise ValueError("the landmarks are not finite")
    ways = np.matmul(_WAYS, points)  # one product takes less time than many differences
    trunk, across = ways[:, 0], ways[:, _ACROSS]
    length = np.sqrt(np.add.reduce(trunk * trunk, axis=1))
    if not (length > MIN_TRUNK_M).all():
        raise ValueError("the trunk (mid-hip to mid-shoulder) has no length")
    embedding = np.empty((len(world), DIMENSIONS))
    turned = embedding[:, :_ANGLES_AT].reshape(len(world), -1, 3)
    np.matmul(ways[:, :_ACROSS], _turn(across, TRUNK_LENGTH / length), out=turned)
    angles = angles_between(ways[:, _ACROSS + 1 : _SECOND], ways[:, _SECOND:])
    np.multiply(angles, 1 / np.pi, out=embedding[:, _ANGLES_AT:])
    return embedding


def _turn(across: DoubleArray, scale: DoubleArray) -> DoubleArray:
    """(N, 3, 3) matrices that turn rows about the vertical, so that `across` (N, 3) points to +x, and scale them."""
    yaw = np.arctan2(across[:, 2], across[:, 0])
    turn = np.zeros((len(across), 3, 3))
    turn[:, 0, 0] = turn[:, 2, 2] = scale * np.cos(yaw)
    turn[:, 2, 0] = scale * np.sin(yaw)
    turn[:, 0, 2] = -turn[:, 2, 0]
    turn[:, 1, 1] = scale
    return turn


def mirror_embedding(embedding: DoubleArray) -> DoubleArray:
    """(..., 76) -> (..., 76): the embeddings of the mirror images (left and right swapped) of the same poses."""
    mirrored: DoubleArray = embedding[..., _MIRRORED] * _MIRROR_SIGNS
    return mirrored


def angles_of(embedding: DoubleArray) -> DoubleArray:
    """(..., 76) embeddings -> (..., 13) joint angles in degrees, as `angles` returns them for the same poses."""
    return embedding[..., _ANGLES_AT:] * 180.0
