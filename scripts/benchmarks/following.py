"""Benchmark of landmarks on rendered clips with known joints: error, jitter and lag."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Frame, Pose
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps, Scene, Walk

JOINTS: Final = [
    Landmark[f"{side}_{joint}"]
    for joint in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")
    for side in ("LEFT", "RIGHT")
]
_TRUNK: Final = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
STILL_PER_S: Final = 0.05
"""A joint that moves slower is still; trunks per second."""
MOVING_PER_S: Final = 0.5
"""A joint that moves faster is moving; trunks per second."""


def rendered_clips() -> dict[str, Clip]:
    """Name -> rendered clip, 480 x 360 at 30 fps, with sensor noise."""

    def clip(motion: Motion, yaw_deg: float, body: Body) -> Clip:
        scene = Scene(background="room", noise=4.0)
        return Clip(motion, body, Camera(yaw_deg=yaw_deg), scene, 30, 480, 360, fit=True, supersample=1)

    return {
        "standing": clip(Motion(Idle(3.0)), 20, Body()),
        "squat": clip(Motion(Idle(0.8), Reps("squat", 2), Idle(0.5)), 50, Body.preset("woman")),
        "push-up": clip(Motion(Reps("push-up", 2)), 70, Body()),
        "jumping-jack": clip(Motion(Idle(0.5), Reps("jumping-jack", 3)), 0, Body.preset("heavy")),
        "lateral-raise": clip(Motion(Reps("lateral-raise", 2)), 0, Body.preset("woman")),
        "walk": clip(Motion(Walk((-1.0, 0.3), (1.0, 0.3))), 15, Body()),
    }


@dataclass(frozen=True, slots=True)
class FollowingScore:
    """Means over the frames of some clips; lengths in the image are in per cent of the trunk.

    found: share of frames with a pose.   error: of the joints in the image.   world_mm: of world landmarks, millimetres.
    still, moving: RMS of the error's second derivative, trunks per second squared, of still or moving joints.
    lag_ms: delay of moving joints, milliseconds.
    """

    found: float
    error: float
    world_mm: float
    still: float
    moving: float
    lag_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A clip's frames and its true joints: image (T, 12, 2) pixels, world (T, 12, 3) metres; trunk in pixels."""

    frames: Sequence[Frame]
    image: DoubleArray
    world: DoubleArray
    trunk_px: float


def truth_of(clip: Clip) -> Truth:
    """Render a clip and record its joints."""
    frames = list(clip.frames())
    whole = np.stack([clip.image(frame.t) for frame in frames])
    world = np.stack([clip.world(frame.t)[JOINTS] for frame in frames])
    # Foreshortened trunks are shorter, so a high quantile stands for all.
    trunk = np.linalg.norm(
        whole[:, _TRUNK[:2], :2].mean(axis=1) - whole[:, _TRUNK[2:], :2].mean(axis=1), axis=1
    )
    return Truth(frames, whole[:, JOINTS, :2], world, float(np.percentile(trunk, 95)))


def score_following(
    truths: Iterable[Truth], follow: Callable[[Sequence[Frame]], list[Pose | None]]
) -> FollowingScore:
    """Score a tracker. `follow` maps frames, in order, to the subject's pose in each."""
    parts = [_Parts(truth, follow(truth.frames)) for truth in truths]

    def pooled(name: str) -> float:
        values = np.concatenate([np.ravel(getattr(part, name)) for part in parts])
        return float(np.mean(values)) if len(values) else math.nan

    crossed = sum(part.crossed for part in parts)
    squared = sum(part.squared for part in parts)
    return FollowingScore(
        pooled("found"),
        100 * pooled("error"),
        1e3 * pooled("world"),
        math.sqrt(pooled("still")),
        math.sqrt(pooled("moving")),
        -1e3 * crossed / squared if squared else math.nan,
    )


class _Parts:
    """The errors of one clip; lengths in trunks."""

    def __init__(self, truth: Truth, poses: Sequence[Pose | None]) -> None:
        self.found = np.array([pose is not None for pose in poses])
        seen = np.flatnonzero(self.found)
        image = np.full(truth.image.shape, np.nan)
        for k, pose in enumerate(poses):
            if pose is not None:
                image[k] = pose.image[JOINTS, :2]
        off = (image - truth.image) / truth.trunk_px
        self.error = np.linalg.norm(off[seen], axis=-1)
        self.world = np.array(
            [
                np.linalg.norm(pose.world[JOINTS] - place, axis=-1)
                for pose, place in zip(poses, truth.world, strict=True)
                if pose is not None
            ]
        )
        t = np.array([frame.t for frame in truth.frames])
        dt = float(np.median(np.diff(t)))
        place = truth.image / truth.trunk_px
        velocity = np.gradient(place, dt, axis=0)
        speed = np.linalg.norm(velocity, axis=-1)[1:-1]
        shake = ((np.diff(off, 2, axis=0) / dt**2) ** 2).sum(axis=-1)
        known = np.isfinite(shake)
        self.still = shake[known & (speed < STILL_PER_S)]
        self.moving = shake[known & (speed > MOVING_PER_S)]
        # late by s seconds: off = -s * velocity; a constant part of `off` is how the figure's joints are drawn.
        fast = np.isfinite(off).all(axis=-1) & (np.linalg.norm(velocity, axis=-1) > MOVING_PER_S)
        constant = off[seen].mean(axis=0) if len(seen) else np.zeros_like(off[0])
        self.crossed = float(((off - constant)[fast] * velocity[fast]).sum())
        self.squared = float((velocity[fast] ** 2).sum())
