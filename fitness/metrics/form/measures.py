"""Measures of posture in each frame, computed from world landmarks; form cues are judged by them.

Each measure gives (N,) values, NaN where the required landmarks are not visible. Lengths are in trunk lengths, angles in
degrees. "Forward" is where the body faces, "down" is the camera's down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np

from fitness.metrics.body import TRUNK_LENGTH, normalise
from fitness.metrics.record.motion import ANGLES, CORNERS, SIDES, Motion
from fitness.skeleton import Landmark
from fitness.types import DoubleArray

View: TypeAlias = Literal["front", "oblique", "side"]
Measure: TypeAlias = Callable[[Motion, tuple[str, ...]], DoubleArray]

FRONT_DEG: Final = 30.0
SIDE_DEG: Final = 60.0
"""Angle between the line across shoulders and hips and the image plane. Up to `FRONT_DEG` the view is from the front
(or from behind), from `SIDE_DEG` on it is from the side."""


def view_of(motion: Motion) -> View:
    """The view of the body from the camera: the median over the frames."""
    w = motion.world
    across = (
        w[:, Landmark.LEFT_HIP]
        - w[:, Landmark.RIGHT_HIP]
        + w[:, Landmark.LEFT_SHOULDER]
        - w[:, Landmark.RIGHT_SHOULDER]
    )
    turned = float(np.median(np.degrees(np.arctan2(np.abs(across[:, 2]), np.abs(across[:, 0])))))
    return "front" if turned <= FRONT_DEG else "side" if turned >= SIDE_DEG else "oblique"


def _mean(motion: Motion, sides: tuple[str, ...], of: Callable[[str], DoubleArray]) -> DoubleArray:
    """Mean over the given sides; NaN if there are none."""
    if not sides:
        return np.full(len(motion), np.nan)
    return np.asarray(np.mean([of(side) for side in sides], axis=0))


def _chosen(motion: Motion, sides: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """The sides on which all the parts are visible."""
    return tuple(side for side in sides if motion.seen(tuple(f"{side}_{part}" for part in parts)))


def _joint(joint: str) -> Measure:
    def angle(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
        seen = _chosen(motion, sides, CORNERS[joint])
        return _mean(motion, seen, lambda side: motion.angles[:, ANGLES.index(f"{side}_{joint}")])

    return angle


def trunk_lean(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
    """Angle of the trunk from upright, degrees."""
    return motion.angles[:, ANGLES.index("trunk")] if motion.trunk_seen else np.full(len(motion), np.nan)


def thigh_drop(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
    """Angle of the thigh from straight down, degrees: 90 is horizontal ("parallel")."""

    def tilt(side: str) -> DoubleArray:
        thigh = _point(motion, side, "knee") - _point(motion, side, "hip")
        level = np.linalg.norm(thigh[:, (0, 2)], axis=1)
        return np.asarray(np.degrees(np.arctan2(level, thigh[:, 1])))

    return _mean(motion, _chosen(motion, sides, ("hip", "knee")), tilt)


def knee_gap(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
    """Sideways distance between the knees divided by that between the ankles: below 1 the knees are closer."""
    if not motion.seen(("left_knee", "right_knee", "left_ankle", "right_ankle")):
        return np.full(len(motion), np.nan)
    body = normalise(np.asarray(motion.world, np.float32))
    knees = body[:, Landmark.LEFT_KNEE, 0] - body[:, Landmark.RIGHT_KNEE, 0]
    ankles = body[:, Landmark.LEFT_ANKLE, 0] - body[:, Landmark.RIGHT_ANKLE, 0]
    return np.asarray(knees / np.maximum(ankles, 0.1 * TRUNK_LENGTH))


def _height(upper: str, lower: str) -> Measure:
    """How far one landmark is above another, in trunk lengths."""

    def height(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
        scale = max(motion.trunk_length(), 1e-6)
        seen = _chosen(motion, sides, (upper, lower))
        return _mean(
            motion,
            seen,
            lambda side: (_point(motion, side, lower)[:, 1] - _point(motion, side, upper)[:, 1]) / scale,
        )

    return height


def hip_sag(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
    """Angle by which the hip is below the line from shoulder to knee, degrees; negative where it is above (piked).

    Only the hip's vertical distance from the line counts, because the depth of landmarks is unreliable.
    """

    def bend(side: str) -> DoubleArray:
        shoulder, hip, knee = (_point(motion, side, part) for part in ("shoulder", "hip", "knee"))
        line = knee - shoulder
        share = np.sum((hip - shoulder) * line, axis=1) / np.maximum(np.sum(line * line, axis=1), 1e-9)
        below = hip[:, 1] - (shoulder + share[:, None] * line)[:, 1]
        degrees = np.zeros(len(motion))
        for end in (shoulder, knee):
            length = np.maximum(np.linalg.norm(end - hip, axis=1), 1e-9)
            degrees += np.degrees(np.arcsin(np.clip(below / length, -1, 1)))
        return degrees

    return _mean(motion, _chosen(motion, sides, CORNERS["hip"]), bend)


def knee_past_toe(motion: Motion, sides: tuple[str, ...]) -> DoubleArray:
    """How far the knee is in front of the toes, in trunk lengths."""
    body = normalise(np.asarray(motion.world, np.float32)) / TRUNK_LENGTH
    seen = _chosen(motion, sides, ("knee", "foot_index"))
    return _mean(
        motion,
        seen,
        lambda side: (
            body[:, Landmark[f"{side}_foot_index".upper()], 2] - body[:, Landmark[f"{side}_knee".upper()], 2]
        ),
    )


MEASURES: Final[dict[str, Measure]] = {
    "knee": _joint("knee"),
    "hip": _joint("hip"),
    "elbow": _joint("elbow"),
    "shoulder": _joint("shoulder"),
    "trunk_lean": trunk_lean,
    "thigh_drop": thigh_drop,
    "knee_gap": knee_gap,
    "heel_lift": _height("heel", "foot_index"),
    "hip_sag": hip_sag,
    "knee_past_toe": knee_past_toe,
    "upper_arm_swing": _joint("shoulder"),
    "wrist_height": _height("wrist", "shoulder"),
}
"""Name in the exercise files -> measure."""


def _point(motion: Motion, side: str, part: str) -> DoubleArray:
    return motion.world[:, Landmark[f"{side}_{part}".upper()]]


__all__ = ["FRONT_DEG", "MEASURES", "SIDES", "SIDE_DEG", "Measure", "View", "view_of"]
