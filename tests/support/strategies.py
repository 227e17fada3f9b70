"""Hypothesis strategies for regions, images, bodies and times, and the simple body they are based on."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, ImageArray, Pose, Roi

_HIP_M: Final = 0.1
_SHOULDER_M: Final = 0.18
_TRUNK_M: Final = 0.5
_THIGH_M: Final = 0.42
_SHIN_M: Final = 0.42
_UPPER_ARM_M: Final = 0.3
_FOREARM_M: Final = 0.26


def examples(count: int) -> settings:
    """Settings of a property test: a number of examples, the same in every run, without a deadline."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def locked(array: np.ndarray) -> np.ndarray:
    """A read-only copy, so that code that changes its arguments fails."""
    copy = np.array(array)
    copy.setflags(write=False)
    return copy


def reals(low: float, high: float) -> st.SearchStrategy[float]:
    """Finite numbers in [low, high]."""
    return st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)


def seeds() -> st.SearchStrategy[int]:
    """Seeds for `numpy.random.default_rng`."""
    return st.integers(0, 2**32 - 1)


@st.composite
def rois(draw: st.DrawFn, low: float = 8.0, high: float = 900.0) -> Roi:
    """Regions inside, across or outside the edge of an image of some hundred pixels, with any rotation."""
    return Roi(
        x=draw(reals(-200.0, 600.0)),
        y=draw(reals(-200.0, 600.0)),
        size=draw(reals(low, high)),
        rotation=draw(reals(-math.pi, math.pi - 1e-6)),
    )


def noise_image(seed: int, height: int, width: int) -> ImageArray:
    """(height, width, 3) uint8 in which every pixel differs from its neighbours."""
    return locked(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


@st.composite
def increasing_times(draw: st.DrawFn, least: int = 2, most: int = 40) -> list[float]:
    """Times in seconds that increase by 1 ms to 0.4 s, with any start."""
    steps = draw(st.lists(reals(1e-3, 0.4), min_size=least - 1, max_size=most - 1))
    start = draw(reals(0.0, 100.0))
    return [start + passed for passed in np.concatenate([[0.0], np.cumsum(steps)]).tolist()]


def _sagittal(angle_deg: float) -> DoubleArray:
    """Unit vector in the plane of symmetry: 0 hangs straight down, 90 points forward, 180 up."""
    angle = math.radians(angle_deg)
    return np.array([0.0, math.cos(angle), -math.sin(angle)])


def stick_figure(
    knee_deg: float = 175.0,
    elbow_deg: float = 170.0,
    *,
    tilt_deg: float = 5.0,
    arm_deg: float = 10.0,
    lean_deg: float = 0.0,
    yaw_deg: float = 0.0,
) -> FloatArray:
    """A symmetric body, (33, 3) world landmarks in metres, facing the camera at yaw 0.

    knee_deg, elbow_deg: joint angles, 180 is straight.   tilt_deg: trunk forward from upright.
    arm_deg: upper arm forward from hanging.   lean_deg: the whole body forward (90: face down).
    """
    up = -_sagittal(-tilt_deg)
    bend = (180.0 - knee_deg) / 2
    body = np.zeros((33, 3))
    for side, sign in (("LEFT", 1.0), ("RIGHT", -1.0)):
        hip = np.array([sign * _HIP_M, 0.0, 0.0])
        knee = hip + _THIGH_M * _sagittal(bend)
        ankle = knee + _SHIN_M * _sagittal(-bend)
        shoulder = np.array([sign * _SHOULDER_M, 0.0, 0.0]) + _TRUNK_M * up
        elbow = shoulder + _UPPER_ARM_M * _sagittal(arm_deg)
        wrist = elbow + _FOREARM_M * _sagittal(arm_deg + 180.0 - elbow_deg)
        forward = _sagittal(90.0)
        for part, place in (
            ("HIP", hip),
            ("KNEE", knee),
            ("ANKLE", ankle),
            ("HEEL", ankle - 0.04 * forward),
            ("FOOT_INDEX", ankle + 0.14 * forward),
            ("SHOULDER", shoulder),
            ("ELBOW", elbow),
            ("WRIST", wrist),
            ("PINKY", wrist + np.array([sign * 0.03, 0.06, 0.0])),
            ("INDEX", wrist + np.array([0.0, 0.08, 0.0])),
            ("THUMB", wrist + np.array([-sign * 0.03, 0.04, 0.0])),
            ("EAR", 0.68 * up + [sign * 0.08, 0.0, 0.0]),
        ):
            body[Landmark[f"{side}_{part}"]] = place
        for k, part in enumerate(("EYE_INNER", "EYE", "EYE_OUTER"), start=1):
            body[Landmark[f"{side}_{part}"]] = 0.72 * up + 0.08 * forward + [sign * 0.02 * k, 0.0, 0.0]
    face = 0.66 * up + 0.1 * _sagittal(90.0)
    body[Landmark.NOSE] = face
    body[Landmark.MOUTH_LEFT] = face + np.array([0.03, 0.05, 0.0])
    body[Landmark.MOUTH_RIGHT] = face + np.array([-0.03, 0.05, 0.0])
    return (body @ _turn_x(lean_deg).T @ _turn_y(yaw_deg).T).astype(np.float32)


def _turn_x(angle_deg: float) -> DoubleArray:
    """Turns what is up forward."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])


def _turn_y(angle_deg: float) -> DoubleArray:
    """Turns about the vertical."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])


def turned(world: np.ndarray, yaw_rad: float) -> DoubleArray:
    """Landmarks (..., 33, 3) turned about the camera's vertical."""
    return world @ _turn_y(math.degrees(yaw_rad)).T


def squatting(knee_deg: float, **others: float) -> FloatArray:
    """A body in a squat of this depth."""
    return stick_figure(knee_deg, tilt_deg=5.0 + (180.0 - knee_deg) / 4, arm_deg=20.0, **others)


def pressing(elbow_deg: float, **others: float) -> FloatArray:
    """A body in a push-up of this depth."""
    return stick_figure(
        178.0, elbow_deg, tilt_deg=0.0, arm_deg=90.0 - (180.0 - elbow_deg) / 2, lean_deg=75.0, **others
    )


@st.composite
def bodies(draw: st.DrawFn) -> DoubleArray:
    """Plausible (33, 3) world landmarks: squats and push-ups of any depth, uneven, from any side."""
    noise = np.random.default_rng(draw(seeds())).normal(0.0, 0.02, (33, 3))
    make = draw(st.sampled_from([squatting, pressing]))
    return locked(turned(make(draw(reals(50.0, 170.0))) + noise, draw(reals(-3.0, 3.0))))


def pose_of(world: np.ndarray, t: float, *, score: float = 1.0, visibility: float = 1.0) -> Pose:
    """A pose with these world landmarks, seen by a camera far away."""
    return Pose(
        world=world,
        image=np.asarray(world) * 200.0 + [320.0, 240.0, 0.0],
        visibility=np.full(33, visibility),
        presence=np.full(33, visibility),
        score=score,
        t=t,
    )
