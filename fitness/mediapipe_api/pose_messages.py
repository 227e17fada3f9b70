"""Poses of the engine -> the landmark messages of `solutions` and the landmark lists of Tasks."""

from __future__ import annotations

import numpy as np

from fitness.mediapipe_api.framework.formats.landmark_pb2 import LandmarkList, NormalizedLandmarkList
from fitness.mediapipe_api.landmarks import Landmark, NormalizedLandmark
from fitness.skeleton import LANDMARK_COUNT, UPPER_BODY_COUNT
from fitness.types import FloatArray, Pose


def normalised_message(pose: Pose, width: int, height: int) -> NormalizedLandmarkList:
    """x over `width`, y over `height`, z over `width` and visibility; presence is unset, as in legacy MediaPipe."""
    message = NormalizedLandmarkList()
    for x, y, z, visibility in _rows(pose, pose.normalised(width, height), pose.visibility):
        message.landmark.add(x=x, y=y, z=z, visibility=visibility)
    return message


def world_message(pose: Pose) -> LandmarkList:
    """Metres and visibility; presence is unset."""
    message = LandmarkList()
    for x, y, z, visibility in _rows(pose, pose.world, pose.visibility):
        message.landmark.add(x=x, y=y, z=z, visibility=visibility)
    return message


def normalised_landmarks(pose: Pose, width: int, height: int) -> list[NormalizedLandmark]:
    """As `normalised_message`, with presence, as the objects of Tasks."""
    rows = _rows(pose, pose.normalised(width, height), pose.visibility, pose.presence)
    return [NormalizedLandmark(x, y, z, visibility, presence) for x, y, z, visibility, presence in rows]


def world_landmarks(pose: Pose) -> list[Landmark]:
    """Metres, visibility and presence."""
    rows = _rows(pose, pose.world, pose.visibility, pose.presence)
    return [Landmark(x, y, z, visibility, presence) for x, y, z, visibility, presence in rows]


def _rows(pose: Pose, points: FloatArray, *scores: FloatArray) -> list[list[float]]:
    """[x, y, z, score...] of each landmark that is meant."""
    count = UPPER_BODY_COUNT if pose.upper_body else LANDMARK_COUNT
    rows: list[list[float]] = np.column_stack([points, *scores])[:count].tolist()
    return rows
