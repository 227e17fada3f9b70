"""The rendered figure's poses as a camera sees them, upright or turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitness.metrics.camera_roll import turned
from fitness.types import Pose
from tests.support.rep_clips import clip_of, poses


def tilted(stream: list[Pose], quarter_turns: int) -> list[Pose]:
    """The stream of a rotated camera; its frames must be turned clockwise by `quarter_turns` right angles."""
    back = -quarter_turns % 4
    return [replace(pose, world=turned(pose.world, back), image=turned(pose.image, back)) for pose in stream]


def filmed(*parts: object, yaw_deg: float = 60.0) -> list[Pose]:
    """The figure's poses at 15 fps, seen by a fixed camera."""
    clip = clip_of(*parts, yaw_deg=yaw_deg)
    stream = poses(clip, 15)
    places = clip.landmarks(np.array([pose.t for pose in stream]))
    flat = [clip.camera.project(joints, 640, 480) for joints in places]
    return [replace(pose, image=image, id=1) for pose, image in zip(stream, flat, strict=True)]
