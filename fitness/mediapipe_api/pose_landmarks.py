"""Poses of the engine -> the landmark lists of Tasks."""

from __future__ import annotations

import numpy as np

from fitness.mediapipe_api.landmarks import Landmark, NormalizedLandmark
from fitness.skeleton import LANDMARK_COUNT, UPPER_BODY_COUNT
from fitness.types import FloatArray, Pose


def normalised_landmarks(pose: Pose, width: int, height: int) -> list[NormalizedLandmark]:
    """x over `width`, y over `height`, z over `width`, visibility and presence."""
    rows = landmark_rows(pose, pose.normalised(width, height), pose.visibility, pose.presence)
    return [NormalizedLandmark(x, y, z, visibility, presence) for x, y, z, visibility, presence in rows]


def world_landmarks(pose: Pose) -> list[Landmark]:
    """Metres, visibility and presence."""
    rows = landmark_rows(pose, pose.world, pose.visibility, pose.presence)
    return [Landmark(x, y, z, visibility, presence) for x, y, z, visibility, presence in rows]


def landmark_rows(pose: Pose, points: FloatArray, *scores: FloatArray) -> list[list[float]]:
    """[x, y, z, score...] of each landmark: 33, or 25 for the upper body."""
    count = UPPER_BODY_COUNT if pose.upper_body else LANDMARK_COUNT
    rows: list[list[float]] = np.column_stack([points, *scores])[:count].tolist()
    return rows
