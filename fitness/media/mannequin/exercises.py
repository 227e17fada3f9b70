"""Exercises as paths of postures: phase 0 is the top (start) of a rep, phase 1 its turning point at full depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from fitness.media.mannequin.anatomy import Anatomy
from fitness.media.mannequin.kinematics import solve
from fitness.media.mannequin.posture import placed, posture
from fitness.media.mannequin.settle import choose, elbow_angle, stand
from fitness.skeleton import Landmark
from fitness.types import DoubleArray

_STEPS: Final = 17


@dataclass(frozen=True, slots=True)
class Exercise:
    """How one exercise is done.

    name: its slug.   station: where the body is before and after.   seconds: of an ordinary rep.
    path: anatomy -> (P, D) postures at even phases 0..1.
    alternate: every second rep is the mirror image of the path.
    """

    name: str
    station: Literal["standing", "prone"]
    seconds: float
    path: Callable[[Anatomy], DoubleArray]
    alternate: bool = False


def spread(top: DoubleArray, bottom: DoubleArray, steps: int = _STEPS) -> DoubleArray:
    """(steps, D) evenly between two postures."""
    share = np.linspace(0.0, 1.0, steps)[:, None]
    return np.asarray(top * (1.0 - share) + bottom * share)


def standing(anatomy: Anatomy, **values: float) -> DoubleArray:
    """(D,) upright with relaxed arms, feet hip-wide; `values` are posture slots."""
    row = posture(foot_x=0.115 * anatomy.scale, foot_z=anatomy.ball[2] * 0.6, root_pitch=1.0, head_flex=2.0)
    row = posture(row, **values)
    return np.asarray(stand(anatomy, row[None], np.array([5.0]))[0])


def squat(anatomy: Anatomy) -> DoubleArray:
    """Hips back and down, trunk leaning forward, arms coming up in front; knee about 172 to 72 degrees."""
    stance = {"foot_x": 0.17 * anatomy.scale, "foot_yaw": 18.0, "foot_z": float(anatomy.ball[2]) * 0.6}
    top = posture(**stance, root_pitch=2.0, arm_lift=22.0, arm_plane=20.0, elbow=18.0, head_flex=2.0,
                  hip_turn=12.0)  # fmt: skip
    bottom = posture(
        **stance, root_pitch=34.0, spine_flex=8.0, head_flex=-20.0,
        arm_lift=122.0, arm_plane=8.0, elbow=12.0, supinate=-20.0, fist=0.2, hip_turn=22.0,
    )  # fmt: skip
    return stand(anatomy, spread(top, bottom), np.linspace(8.0, 108.0, _STEPS))


def push_up(anatomy: Anatomy) -> DoubleArray:
    """A straight body over the toes, hands under the shoulders; elbow about 168 to 78 degrees."""
    tilts = np.linspace(60.0, 96.0, 73)
    rows = np.stack([_plank(anatomy, float(tilt)) for tilt in tilts])
    marks = solve(anatomy, rows).landmarks
    shoulder = marks[:, Landmark.LEFT_SHOULDER]
    wrist_y = 0.035 * anatomy.scale
    reach = (anatomy.upper_arm + anatomy.forearm) * 0.99
    outward = 0.07 * anatomy.scale
    height = np.sqrt(reach**2 - outward**2) + wrist_y
    at_top = int(np.argmin(np.abs(shoulder[:, 1] - height)))
    hand_x, hand_z = shoulder[at_top, 0] + outward, shoulder[at_top, 2] - 0.02 * anatomy.scale
    rows = np.stack(
        [
            posture(
                row,
                hand_plant=1.0,
                hand_flat=1.0,
                hand_x=hand_x,
                hand_y=wrist_y,
                hand_z=hand_z,
                hand_yaw=-4.0,
            )
            for row in rows
        ]
    )
    elbows = elbow_angle(solve(anatomy, rows))
    lowest = int(np.argmin(elbows))
    first = max(int(np.argmax(elbows)), 0)
    path = choose(rows[first : lowest + 1], elbows[first : lowest + 1], np.linspace(168.0, 78.0, _STEPS))
    return placed(path, 0.0, 0.42 * anatomy.scale - hand_z)


def _plank(anatomy: Anatomy, tilt: float) -> DoubleArray:
    return posture(
        root_pitch=tilt, foot_x=0.07 * anatomy.scale, foot_yaw=0.0, foot_pitch=tilt - 16.0,
        hip_flex=2.0, hip_out=1.0, knee=2.0, head_flex=-14.0, spine_flex=2.0,
        arm_lift=84.0, arm_plane=14.0, arm_turn=-42.0, elbow=40.0, supinate=-90.0, fist=0.0,
    )  # fmt: skip


EXERCISES: Final[dict[str, Exercise]] = {
    exercise.name: exercise
    for exercise in (
        Exercise("squat", "standing", 2.6, squat),
        Exercise("push-up", "prone", 2.2, push_up),
    )
}
