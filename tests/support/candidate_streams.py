"""Streams of rep candidates."""

from __future__ import annotations

import numpy as np

from fitness.types import Pose
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps
from tests.support.clips import true_poses


def stream(
    exercise: str, reps: int, rate_hz: float = 20.0, *, offset_s: float = 0.0, yaw_deg: float = 40.0,
    body: Body | None = None, **how: object,
) -> list[Pose]:  # fmt: skip
    """The true joints of a figure that stands, does the reps and stands."""
    camera = Camera(yaw_deg=yaw_deg, pitch_deg=5)
    clip = Clip(Motion(Idle(0.6), Reps(exercise, reps, **how), Idle(1.0)), body, camera)  # type: ignore[arg-type]
    return true_poses(clip, offset_s + np.arange(int((clip.duration_s - offset_s) * rate_hz)) / rate_hz)
