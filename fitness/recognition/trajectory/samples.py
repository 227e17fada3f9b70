"""Averages frames to evenly spaced samples, and computes the signals in which swings are found.

Samples come at 20 Hz at most, so that one model serves all frame rates and the cost does not grow with the rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES
from fitness.recognition.embedding import DIMENSIONS, embed
from fitness.types import DoubleArray, FloatArray, Pose, Side

RATE_HZ: Final = 20.0
"""Samples per second. The fastest push-ups in the recordings take 0.55 s: 11 samples."""

GAP_S: Final = 1.0
"""A gap in the poses that starts signals and swings anew, seconds."""

JOINTS: Final = ("knee", "hip", "elbow", "shoulder")
TRUNK: Final = "trunk"
_SIDES: Final[tuple[Side, ...]] = ("both", "left", "right")
SIGNALS: Final[tuple[tuple[str, Side], ...]] = (
    *((joint, side) for joint in JOINTS for side in _SIDES),
    (TRUNK, "both"),
)
"""(joint, side) of each signal; "both" is the mean of the two sides, weighted by their visibility."""

CORNERS: Final = {
    "knee": ((23, 25, 27), (24, 26, 28)),
    "hip": ((11, 23, 25), (12, 24, 26)),
    "elbow": ((11, 13, 15), (12, 14, 16)),
    "shoulder": ((13, 11, 23), (14, 12, 24)),
}
"""Joint -> the landmarks of its angle, left and right."""

_CORNER_ARRAY: Final = np.array([CORNERS[joint] for joint in JOINTS])
_ANGLES_AT: Final = DIMENSIONS - len(ANGLE_NAMES)
_ANGLES: Final = _ANGLES_AT + np.array(
    [ANGLE_NAMES.index(f"{side}_{joint}") for side in ("left", "right") for joint in JOINTS]
    + [ANGLE_NAMES.index("trunk_tilt")]
)
"""The columns of an embedding with the angles of left joints, right joints and trunk."""
_SHOULDER: Final = JOINTS.index("shoulder")
_SMOOTHING_S: Final = 0.05
"""Time constant of the signals' EMA, seconds."""
_VISIBILITY_S: Final = 0.4
"""Time constant of the weights of the sides, seconds. Faster weights would turn flickering visibility into swings."""
_LEAST_VISIBILITY: Final = 0.05
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class BodySample:
    """The mean of the frames of one twentieth of a second.

    t: mean time of its frames, seconds.   world: (33, 3) metres.   image: (33, 2) pixels.   visibility: (33,) 0..1.
    score: 0..1.   embedding: (76,) see `embedding.embed`.
    """

    t: float
    world: FloatArray
    image: FloatArray
    visibility: FloatArray
    score: float
    embedding: DoubleArray


class BodySampler:
    """Averages frames to `RATE_HZ`; at lower rates each frame is a sample."""

    def __init__(self) -> None:
        self._frame_t: float | None = None
        self._poses: list[Pose] = []
        self._embedding: DoubleArray | None = None

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> BodySample | None:
        """Add the frame at `t` seconds; return the sample that it completes, or None.

        A sample is complete if the next frame, expected after the same interval as this one, belongs to the next sample.

        Args:
            pose: None where the person was not found.   embedding: (76,) of the pose; None to compute it here.
        """
        interval = 0.0 if self._frame_t is None else t - self._frame_t
        self._frame_t = t
        number = _bin(t)
        done = None
        if self._poses and _bin(self._poses[0].t) != number:
            done = self._take()
        if pose is not None:
            self._poses.append(pose)
            self._embedding = embedding
            if done is None and _bin(t + interval) > number:
                done = self._take()
        return done

    def _take(self) -> BodySample | None:
        poses, self._poses = self._poses, []
        embedding = self._embedding if len(poses) == 1 else None
        if len(poses) == 1:
            one = poses[0]
            world, image, seen, score, t = one.world, one.image[:, :2], one.visibility, one.score, one.t
        else:
            world = _mean([one.world for one in poses])
            image = _mean([one.image[:, :2] for one in poses])
            seen = _mean([one.visibility for one in poses])
            score, t = sum(one.score for one in poses) / len(poses), sum(one.t for one in poses) / len(poses)
        if embedding is None:
            try:
                embedding = embed(world[None])[0]
            except ValueError:  # landmarks that are not finite, or a trunk without length
                return None
        return BodySample(t, world, image, seen, score, embedding)


class SignalTracker:
    """Computes the signals: smoothed joint angles that fall on the way to the turning point of a rep.

    The angles of shoulders and trunk tilt grow on that way, so their supplements are used.
    """

    def __init__(self) -> None:
        self._t: float | None = None
        self._weights = [(0.0, 0.0)] * len(JOINTS)
        self._smooth = [0.0] * len(SIGNALS)

    def step(self, sample: BodySample) -> list[float]:
        """Add the next sample; return degrees in the order of `SIGNALS`."""
        # Plain numbers: NumPy would take three times as long for so few.
        seen = sample.visibility[_CORNER_ARRAY].min(axis=2).tolist()
        values = (180.0 * sample.embedding[_ANGLES]).tolist()
        fresh = self._t is None or sample.t - self._t > GAP_S
        dt = 0.0 if self._t is None else sample.t - self._t
        self._t = sample.t
        follow = 1.0 if fresh else 1 - math.exp(-dt / _VISIBILITY_S)
        now: list[float] = []
        for joint, (one, other) in enumerate(seen):
            left, right = values[joint], values[joint + len(JOINTS)]
            if joint == _SHOULDER:
                left, right = 180.0 - left, 180.0 - right
            if not fresh:
                before, other_before = self._weights[joint]
                one, other = before + follow * (one - before), other_before + follow * (other - other_before)
            self._weights[joint] = one, other
            one, other = max(one, _LEAST_VISIBILITY) ** 2, max(other, _LEAST_VISIBILITY) ** 2
            now += ((one * left + other * right) / (one + other), left, right)
        now.append(180.0 - values[-1])
        if not fresh:
            share = 1 - math.exp(-dt / _SMOOTHING_S)
            now = [old + share * (new - old) for old, new in zip(self._smooth, now, strict=True)]
        self._smooth = now
        return now


def _mean(arrays: Sequence[FloatArray]) -> FloatArray:
    """The mean of arrays of one shape, element by element."""
    mean: FloatArray = sum(arrays[1:], arrays[0]) / np.float32(len(arrays))
    return mean


def _bin(t: float) -> int:
    """The number of the sample interval that contains `t` seconds."""
    return math.floor(t * RATE_HZ + _ROUNDING)
