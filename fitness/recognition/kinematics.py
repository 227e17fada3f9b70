"""Joint angle and visibility of one pose, for the exercise that is counted by them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.metrics.record.motion import SIDES
from fitness.recognition.exercises import Exercise
from fitness.skeleton import Landmark
from fitness.types import Pose

TRUNK_TILT: Final = ANGLE_NAMES.index("trunk_tilt")
_MIN_WEIGHT: Final = 0.05
_TRUNK: Final = "trunk"


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


def joint_angle(pose: Pose, exercise: Exercise) -> float:
    """The angle in degrees that the exercise's counter gets for this pose, before smoothing."""
    return swing_angle(pose.visibility.tolist(), angles(pose.world[None])[0].tolist(), exercise)[0]
