"""The landmarks and the lines between them, under MediaPipe's names."""

from __future__ import annotations

from enum import IntEnum

from fitness.skeleton import POSE_CONNECTIONS, UPPER_BODY_CONNECTIONS

__all__ = ["POSE_CONNECTIONS", "UPPER_BODY_POSE_CONNECTIONS", "PoseLandmark"]

UPPER_BODY_POSE_CONNECTIONS = UPPER_BODY_CONNECTIONS
"""The 25 lines between the first 25 landmarks, as in MediaPipe up to 0.8.3."""


class PoseLandmark(IntEnum):
    """Index of a landmark in the list of a person; left and right are the person's own."""

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
