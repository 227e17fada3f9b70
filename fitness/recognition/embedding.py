"""World landmarks -> the numbers that poses are compared by.

A pose is moved to the mid-hip, scaled to a trunk of fixed length and turned about the camera's vertical until the body
faces the camera, so that samples filmed from one side serve every side. Roll and pitch, that is the direction of
gravity, are kept: without them a push-up and a stand look alike. The vectors are those of MediaPipe's published pose
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
"""The columns of an embedding that nothing but the legs changes."""
TRUNK: Final = np.array([0, 1, 2, _ANGLES_AT + ANGLE_NAMES.index("trunk_tilt")])
"""Those that nothing but the trunk changes."""
_HANDS: Final = tuple(Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT") for part in ("ELBOW", "WRIST"))
ARMS: Final = np.array(
    [3 * k + axis for k, (a, b) in enumerate(VECTORS, 1) if a in _HANDS or b in _HANDS for axis in range(3)]
    + [_ANGLES_AT + k for k, name in enumerate(ANGLE_NAMES) if name.endswith(("_elbow", "_shoulder"))]
)
"""Those that the arms change."""


def embed(world: FloatArray) -> DoubleArray:
    """(N, 33, 3) world landmarks in metres -> (N, 76) dimensionless numbers.

    Unchanged by moving, scaling and turning the person about the vertical. ValueError for a trunk without length
    and for landmarks that are not finite.
    """
    body = normalise(world)
    embedding = np.empty((len(body), DIMENSIONS))
    embedding[:, :3] = middle(body, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    vectors = body.take(_TO, axis=1) - body.take(_FROM, axis=1)
    embedding[:, 3:_ANGLES_AT] = vectors.reshape(len(body), -1)
    np.divide(angles(body), 180.0, out=embedding[:, _ANGLES_AT:])
    return embedding


def angles_of(embedding: DoubleArray) -> DoubleArray:
    """(..., 76) embeddings -> (..., 13) degrees, as `angles` gives them for the same bodies; turning changes none."""
    return embedding[..., _ANGLES_AT:] * 180.0
