"""Computes the embedding of a pose: the numbers by which poses are compared.

A pose is moved to the mid-hip, scaled to a fixed trunk length, and turned about the camera's vertical axis until the body
faces the camera. So samples that were filmed from one side serve all sides. Roll and pitch are kept, because only the
direction of gravity distinguishes a push-up from standing. The vectors are those of MediaPipe's published pose
classification, each once; joint and tilt angles are added to them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, angles, middle, normalise
from fitness.skeleton import Landmark
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

_FROM: Final = np.array([a for a, _ in VECTORS])
_TO: Final = np.array([b for _, b in VECTORS])
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


def embed(world: FloatArray) -> DoubleArray:
    """(N, 33, 3) world landmarks in metres -> (N, 76) dimensionless numbers.

    The result does not depend on place, size and heading of the person.

    Raises:
        ValueError: the trunk has no length, or landmarks are not finite.
    """
    body = normalise(world)
    embedding = np.empty((len(body), DIMENSIONS))
    embedding[:, :3] = middle(body, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    vectors = body.take(_TO, axis=1) - body.take(_FROM, axis=1)
    embedding[:, 3:_ANGLES_AT] = vectors.reshape(len(body), -1)
    np.divide(angles(body), 180.0, out=embedding[:, _ANGLES_AT:])
    return embedding


def angles_of(embedding: DoubleArray) -> DoubleArray:
    """(..., 76) embeddings -> (..., 13) joint angles in degrees, as `angles` returns them for the same poses."""
    return embedding[..., _ANGLES_AT:] * 180.0
