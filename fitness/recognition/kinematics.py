"""Joint angle, visibility and balance of one pose, for the exercise that is counted by them."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.metrics.record.motion import SIDES
from fitness.recognition.exercises import Exercise
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Pose

TRUNK_TILT: Final = ANGLE_NAMES.index("trunk_tilt")
_MIN_WEIGHT: Final = 0.05
_TRUNK: Final = "trunk"
_PAIRS: Final = np.array(
    [(7, 8), (11, 12), (13, 14), (15, 16), (23, 24), (25, 26), (27, 28), (29, 30), (31, 32)]
)
"""Ears, shoulders, elbows, wrists, hips, knees, ankles, heels, toes."""
_SEGMENTS: Final = (
    (0.08, 0, 0, 0.5),
    (0.5, 1, 4, 0.45),
    (0.055, 1, 2, 0.45),
    (0.045, 2, 3, 0.5),
    (0.2, 4, 5, 0.43),
    (0.09, 5, 6, 0.43),
    (0.03, 6, 8, 0.5),
)
"""Segments of the body: head, trunk, upper arms, forearms, thighs, shins, feet.

Each has its share of the body's mass, the two rows of `_PAIRS` it connects, and where its centre of mass is between them
(0..1). After Winter, Biomechanics and Motor Control of Human Movement, table 4.1."""
_MASS: Final = np.zeros(len(_PAIRS))
for _mass, _from, _to, _share in _SEGMENTS:
    _MASS[_from] += _mass * (1 - _share)
    _MASS[_to] += _mass * _share


def swing_angle(
    pose: Pose, angles_deg: DoubleArray, exercise: Exercise, sides: tuple[str, ...] = SIDES
) -> tuple[float, float]:
    """The joint angle that the exercise is counted by, and the visibility of the joints it needs.

    Args:
        angles_deg: (13,) joint angles of the pose.   sides: whose joints are used.

    Returns:
        Degrees, a mean weighted by the visibility of each side; it falls on the way to the turning point. And the mean
        visibility 0..1 of the needed joints, on the better side.
    """
    weights, values, seen = [], [], []
    for side in sides:
        visibility = _needed(pose, exercise, side)
        weights.append(max(min(visibility[1:]), _MIN_WEIGHT) ** 2)
        values.append(angle_of(angles_deg, exercise.joint, (side,)))
        seen.append(sum(visibility) / len(visibility))
    angle = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
    falls = not exercise.opens and exercise.joint != _TRUNK
    return angle if falls else 180.0 - angle, max(seen)


def angle_of(angles_deg: DoubleArray, name: str, sides: tuple[str, ...] = SIDES) -> float:
    """Degrees of a joint, the mean of `sides`, or of the trunk's tilt."""
    if name == _TRUNK:
        return float(angles_deg[TRUNK_TILT])
    return sum(float(angles_deg[column]) for column in _columns(name, sides)) / len(sides)


@cache
def _columns(joint: str, sides: tuple[str, ...]) -> tuple[int, ...]:
    """The columns of `angles` of a joint, one for each side."""
    return tuple(ANGLE_NAMES.index(f"{side}_{joint}") for side in sides)


def hip_hinge(angles_deg: DoubleArray) -> float:
    """By how many degrees the hips are closed more than the knees: large in a deadlift, small in a squat."""
    return angle_of(angles_deg, "knee") - angle_of(angles_deg, "hip")


def visibility_of(pose: Pose, exercise: Exercise) -> float:
    """Mean visibility of the landmarks that the exercise needs, on the better side."""
    return max(sum(_needed(pose, exercise, side)) / len(exercise.needs) for side in SIDES)


def _needed(pose: Pose, exercise: Exercise, side: str) -> list[float]:
    """Visibility of each landmark that the exercise needs, on one side."""
    visibility = pose.visibility
    return [float(visibility[landmark]) for landmark in _landmarks(exercise.needs, side)]


@cache
def _landmarks(parts: tuple[str, ...], side: str) -> tuple[int, ...]:
    """The indices of the landmarks with these names, on one side."""
    return tuple(int(Landmark[f"{side}_{part}".upper()]) for part in parts)


def balance(pose: Pose) -> float:
    """Distance of the body's centre of mass before the heels, in leg lengths, along the direction of the feet.

    Below 0 it is behind the heels: the person sits or leans on something, or falls. 0 if the feet have no length. `pose`
    has world landmarks, levelled if the camera looks down.
    """
    world = pose.world.astype(np.float64)
    pairs = (world[_PAIRS[:, 0]] + world[_PAIRS[:, 1]]) / 2
    heel, toe, hip, knee, ankle = (pairs[i] for i in (7, 8, 4, 5, 6))
    thigh, shin = hip - knee, knee - ankle
    leg = math.sqrt(thigh.dot(thigh)) + math.sqrt(shin.dot(shin))
    forward = (toe - heel)[::2]
    length = float(np.hypot(*forward))
    if not leg or not length:
        return 0.0
    return float((_MASS @ pairs - heel)[::2] @ forward) / (length * leg)


def joint_angle(pose: Pose, exercise: Exercise) -> float:
    """The angle in degrees that the exercise's counter gets for this pose, before smoothing."""
    return swing_angle(pose, angles(pose.world[None])[0], exercise)[0]
