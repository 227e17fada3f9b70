"""Angles of the joints that an exercise is counted by, in one pose."""

from __future__ import annotations

from typing import Final

from fitness.recognition.embedding import ANGLE_NAMES, angles
from fitness.recognition.exercises import Exercise
from fitness.recognition.record.motion import SIDES
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Pose

TRUNK_TILT: Final = ANGLE_NAMES.index("trunk_tilt")
_MIN_WEIGHT: Final = 0.05
_TRUNK: Final = "trunk"


def swing_angle(
    pose: Pose, angles_deg: DoubleArray, exercise: Exercise, sides: tuple[str, ...] = SIDES
) -> tuple[float, float]:
    """Degrees of the exercise's joint, sides weighted by how well they are seen; the better side's visibility."""
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
    return sum(float(angles_deg[ANGLE_NAMES.index(f"{side}_{name}")]) for side in sides) / len(sides)


def visibility_of(pose: Pose, exercise: Exercise) -> float:
    """Mean visibility of the landmarks that the exercise needs, on the better side."""
    return max(sum(_needed(pose, exercise, side)) / len(exercise.needs) for side in SIDES)


def _needed(pose: Pose, exercise: Exercise, side: str) -> list[float]:
    """Visibility of each landmark that the exercise needs, on one side."""
    return [float(pose.visibility[Landmark[f"{side}_{part}".upper()]]) for part in exercise.needs]


def joint_angle(pose: Pose, exercise: Exercise) -> float:
    """Degrees of the exercise's joint in one pose, as the counter sees it before smoothing."""
    return swing_angle(pose, angles(pose.world[None])[0], exercise)[0]
