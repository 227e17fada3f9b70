"""Joint angle, visibility and balance of one pose, for the exercise that is counted by them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.metrics.record.motion import SIDES
from fitness.recognition.exercises import Exercise
from fitness.skeleton import LANDMARK_COUNT, Landmark
from fitness.types import DoubleArray, FloatArray, Pose

TRUNK_TILT: Final = ANGLE_NAMES.index("trunk_tilt")
_MIN_WEIGHT: Final = 0.05
_TRUNK: Final = "trunk"
_PAIRS: Final = ((7, 8), (11, 12), (13, 14), (15, 16), (23, 24), (25, 26), (27, 28), (29, 30), (31, 32))
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


def _means() -> DoubleArray:
    """(6, 33) weights of the landmarks in the centre of mass, and in the middle of heels, toes, hips, knees and ankles."""
    middles = np.zeros((len(_PAIRS), LANDMARK_COUNT))
    for row, pair in enumerate(_PAIRS):
        middles[row, list(pair)] = 0.5
    mass = np.zeros(len(_PAIRS))
    for share, start, end, at in _SEGMENTS:
        mass[start] += share * (1 - at)
        mass[end] += share * at
    return np.concatenate([[mass @ middles], middles[[7, 8, 4, 5, 6]]])


_MEANS: Final = _means()


def swing_angle(
    seen: Sequence[float], angles_deg: Sequence[float], exercise: Exercise, sides: tuple[str, ...] = SIDES
) -> tuple[float, float]:
    """The joint angle that the exercise is counted by, and the visibility of the joints it needs.

    Args:
        seen: visibility of the 33 landmarks.   angles_deg: the 13 joint angles of the pose.   sides: whose joints are used.

    Returns:
        Degrees, a mean weighted by the visibility of each side; it falls on the way to the turning point. And the mean
        visibility 0..1 of the needed joints, on the better side.
    """
    total = weighted = best = 0.0
    for side in sides:
        visibility = _needed(seen, exercise, side)
        weight = max(min(visibility[1:]), _MIN_WEIGHT) ** 2
        total += weight
        weighted += weight * angle_of(angles_deg, exercise.joint, (side,))
        best = max(best, sum(visibility) / len(visibility))
    falls = not exercise.opens and exercise.joint != _TRUNK
    return weighted / total if falls else 180.0 - weighted / total, best


def angle_of(angles_deg: Sequence[float], name: str, sides: tuple[str, ...] = SIDES) -> float:
    """Degrees of a joint, the mean of `sides`, or of the trunk's tilt."""
    if name == _TRUNK:
        return angles_deg[TRUNK_TILT]
    return sum([angles_deg[column] for column in _columns(name, sides)]) / len(sides)


@cache
def _columns(joint: str, sides: tuple[str, ...]) -> tuple[int, ...]:
    """The columns of `angles` of a joint, one for each side."""
    return tuple(ANGLE_NAMES.index(f"{side}_{joint}") for side in sides)


def hip_hinge(angles_deg: Sequence[float]) -> float:
    """By how many degrees the hips are closed more than the knees: large in a deadlift, small in a squat."""
    return angle_of(angles_deg, "knee") - angle_of(angles_deg, "hip")


def visibility_of(seen: Sequence[float], exercise: Exercise) -> float:
    """Mean visibility of the landmarks that the exercise needs, on the better side.   seen: that of all 33 landmarks."""
    return max(sum(_needed(seen, exercise, side)) / len(exercise.needs) for side in SIDES)


def _needed(seen: Sequence[float], exercise: Exercise, side: str) -> list[float]:
    """Visibility of each landmark that the exercise needs, on one side."""
    return [seen[landmark] for landmark in _landmarks(exercise.needs, side)]


@cache
def _landmarks(parts: tuple[str, ...], side: str) -> tuple[int, ...]:
    """The indices of the landmarks with these names, on one side."""
    return tuple(int(Landmark[f"{side}_{part}".upper()]) for part in parts)


def balance(world: FloatArray) -> float:
    """Distance of the body's centre of mass before the heels, in leg lengths, along the direction of the feet.

    Below 0 it is behind the heels: the person sits or leans on something, or falls. 0 if the feet have no length.

    Args:
        world: (33, 3) metres, levelled if the camera looks down.
    """
    # Plain numbers where possible: NumPy would take three times as long for so few.
    places: list[list[float]] = _MEANS.dot(world.astype(np.float64)).tolist()
    (mass_x, _, mass_z), heel, toe, hip, knee, ankle = places
    leg = math.dist(hip, knee) + math.dist(knee, ankle)
    forward_x, forward_z = toe[0] - heel[0], toe[2] - heel[2]
    length = math.hypot(forward_x, forward_z)
    if not leg or not length:
        return 0.0
    return ((mass_x - heel[0]) * forward_x + (mass_z - heel[2]) * forward_z) / (length * leg)


def joint_angle(pose: Pose, exercise: Exercise) -> float:
    """The angle in degrees that the exercise's counter gets for this pose, before smoothing."""
    return swing_angle(pose.visibility.tolist(), angles(pose.world[None])[0].tolist(), exercise)[0]
