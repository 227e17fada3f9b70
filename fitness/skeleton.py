"""The 33 BlazePose landmarks, their names, sides and edges.

Left and right are the person's own. The list and the edges are those of MediaPipe's
`mediapipe/python/solutions/pose.py` and `pose_connections.py`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Landmark(IntEnum):
    """Index of each landmark in a (33, ...) array."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


LANDMARK_COUNT: Final = 33

LANDMARK_NAMES: Final = tuple(landmark.name.lower() for landmark in Landmark)

LEFT: Final = (1, 2, 3, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
RIGHT: Final = (4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32)

MIRROR: Final = (0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33)))
"""Exchanges left and right: `landmarks[MIRROR]` has the labels swapped. (33,) indices."""

POSE_CONNECTIONS: Final = frozenset(
    [
        (0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (4, 5), (5, 6), (6, 8), (9, 10),
        (11, 12), (11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (17, 19),
        (12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (18, 20),
        (11, 23), (12, 24), (23, 24), (23, 25), (24, 26), (25, 27), (26, 28),
        (27, 29), (28, 30), (29, 31), (30, 32), (27, 31), (28, 32),
    ]
)  # fmt: skip
"""The 35 edges that MediaPipe draws, as pairs of landmark indices."""

UPPER_BODY_COUNT: Final = 25
"""Number of upper-body landmarks, which come first: MediaPipe's topology for people seen from the waist up."""

UPPER_BODY_CONNECTIONS: Final = frozenset(edge for edge in POSE_CONNECTIONS if max(edge) < UPPER_BODY_COUNT)
"""The edges between upper-body landmarks."""
