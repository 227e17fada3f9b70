"""Poses of the engine -> the protobuf messages that `solutions` answers with."""

from __future__ import annotations

from typing import Any

from fitness.mediapipe_api.framework.formats.landmark_pb2 import LandmarkList, NormalizedLandmarkList
from fitness.mediapipe_api.pose_landmarks import landmark_rows
from fitness.types import Pose


def normalised_message(pose: Pose, width: int, height: int) -> Any:
    """A NormalizedLandmarkList for an image of `width` x `height` pixels.

    Presence is unset, as in MediaPipe's legacy package.
    """
    message = NormalizedLandmarkList()
    for x, y, z, visibility in landmark_rows(pose, pose.normalised(width, height), pose.visibility):
        message.landmark.add(x=x, y=y, z=z, visibility=visibility)
    return message


def world_message(pose: Pose) -> Any:
    """A LandmarkList in metres; presence is unset."""
    message = LandmarkList()
    for x, y, z, visibility in landmark_rows(pose, pose.world, pose.visibility):
        message.landmark.add(x=x, y=y, z=z, visibility=visibility)
    return message
