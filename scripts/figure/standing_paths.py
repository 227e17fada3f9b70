"""Exercises on one's feet. Each path: (anatomy, depth 0..1) -> (P, D) postures from the top to the turning point."""

from __future__ import annotations

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.paths import STEPS, bend, spread, stance, standing, through_keys
from scripts.figure.posture import SLOT, posture
from scripts.figure.settle import fit_legs, stand


def squat(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Hips back and down, trunk leaning forward, arms coming up in front; knee 172 to 72 degrees."""
    top = stance(anatomy, 0.17, 18.0, root_pitch=2.0, head_flex=2.0, hip_turn=12.0,
                 arm_lift=22.0, arm_plane=20.0, elbow=18.0)  # fmt: skip
    bottom = posture(top, root_pitch=34.0, spine_flex=8.0, head_flex=-20.0, hip_turn=22.0,
                     arm_lift=122.0, arm_plane=8.0, elbow=12.0, supinate=-20.0, fist=0.2)  # fmt: skip
    return stand(anatomy, spread(top, bottom, depth), bend(8.0, 108.0, depth))


def deadlift(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Hinge at the hips, back flat, arms hanging to the bar; hip 172 to about 65, knee 170 to 118 degrees."""
    top = stance(anatomy, 0.14, 10.0, root_pitch=2.0, hip_turn=8.0, arm_lift=6.0, arm_plane=40.0, elbow=4.0,
                 supinate=-80.0, fist=1.0)  # fmt: skip
    bottom = posture(top, root_pitch=60.0, spine_flex=6.0, head_flex=-30.0, hip_turn=14.0,
                     arm_lift=66.0, arm_plane=4.0)  # fmt: skip
    return stand(anatomy, spread(top, bottom, depth), bend(8.0, 62.0, depth))


def lunge(anatomy: Anatomy, depth: float) -> DoubleArray:
    """A long step forward with the left leg, then both knees bend to about 90 degrees (rear knee near the floor)."""
    s = anatomy.scale
    ahead = 0.80 * s
    start = stance(
        anatomy, 0.115, 3.0, root_pitch=1.0, arm_lift=22.0, arm_plane=60.0, elbow=95.0, arm_turn=-25.0
    )
    back = float(start[SLOT["foot_z_l"]])
    step = posture(start, foot_z_l=back + 0.42 * ahead, foot_y_l=0.09 * s, foot_pitch_l=4.0, root_pitch=2.0,
                   foot_pitch_r=10.0)  # fmt: skip
    landed = posture(start, foot_z_l=back + ahead, foot_y_l=0.0, root_pitch=4.0, foot_pitch_r=34.0)
    low = posture(start, foot_z_l=back + ahead, root_pitch=6.0, head_flex=-4.0, foot_pitch_r=52.0)
    path = through_keys((0.0, 0.28, 0.55, 1.0), (start, step, landed, landed + (low - landed) * depth))
    share = np.linspace(0.0, 1.0, STEPS)
    knee = np.interp(share, (0.0, 0.28, 0.55, 1.0), (7.0, 16.0, 42.0, 42.0 + 56.0 * depth))
    weight = np.interp(share, (0.0, 0.28, 0.55, 1.0), (0.045, 0.16, 0.36, 0.48)) * s
    return stand(anatomy, path, knee, weight, side="r")


def jumping_jack(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Feet jump apart while the arms swing out and over the head; the turning point is the open stance."""
    s = anatomy.scale
    closed = stance(anatomy, 0.09, 6.0, arm_lift=9.0, arm_plane=86.0, elbow=12.0, root_pitch=1.0, fist=0.1)
    opened = posture(closed, foot_x=(0.09 + 0.31 * depth) * s, foot_yaw=6.0 + 10.0 * depth,
                     arm_lift=9.0 + 153.0 * depth, arm_plane=86.0, elbow=18.0)  # fmt: skip
    path = spread(closed, opened)
    share = np.linspace(0.0, 1.0, STEPS)
    path = stand(anatomy, path, 14.0 - 6.0 * np.sin(np.pi * share))
    hop = np.sin(np.pi * share) ** 2
    for side in "lr":
        path[:, SLOT[f"foot_y_{side}"]] += 0.07 * s * hop
        path[:, SLOT[f"foot_pitch_{side}"]] += 28.0 * hop
    return path


def _arms_only(
    anatomy: Anatomy, depth: float, top: dict[str, float], bottom: dict[str, float]
) -> DoubleArray:
    row = stance(anatomy, 0.13, 8.0, root_pitch=1.0, fist=1.0)
    first, last = posture(row, **top), posture(row, **bottom)
    return stand(anatomy, spread(first, last, depth), np.full(STEPS, 7.0))


def biceps_curl(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Both forearms up, palms up; elbow 168 to 40 degrees."""
    hold = {"arm_plane": 20.0, "supinate": 80.0}
    return _arms_only(
        anatomy, depth,
        {**hold, "arm_lift": 3.0, "elbow": 12.0, "arm_turn": 6.0},
        {**hold, "arm_lift": 14.0, "elbow": 140.0, "arm_turn": 10.0},
    )  # fmt: skip


def overhead_press(anatomy: Anatomy, depth: float) -> DoubleArray:
    """From the shoulders to straight arms over the head; elbow 42 to 170 degrees."""
    hold = {"arm_plane": 74.0, "arm_turn": 88.0, "supinate": -5.0}
    return _arms_only(
        anatomy, depth, {**hold, "arm_lift": 42.0, "elbow": 138.0}, {**hold, "arm_lift": 168.0, "elbow": 10.0}
    )  # fmt: skip


def front_raise(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Straight arms forward to the height of the shoulders."""
    hold = {"arm_plane": 6.0, "elbow": 8.0, "supinate": -82.0}
    return _arms_only(anatomy, depth, {**hold, "arm_lift": 8.0}, {**hold, "arm_lift": 92.0})


def lateral_raise(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Straight arms sideways to the height of the shoulders."""
    hold = {"arm_plane": 82.0, "elbow": 12.0, "supinate": -6.0}
    return _arms_only(anatomy, depth, {**hold, "arm_lift": 8.0}, {**hold, "arm_lift": 91.0})


def wall_sit(anatomy: Anatomy, depth: float) -> DoubleArray:
    """From standing before a wall to a chair-like seat against it: back upright, knees at 90 degrees."""
    s = anatomy.scale
    top = stance(anatomy, 0.14, 4.0, root_pitch=0.0, head_flex=2.0)
    ankle_z = float(top[SLOT["foot_z_l"]]) - float(anatomy.ball[2])
    arms = {"arm_lift": 36.0, "arm_plane": 14.0, "elbow": 50.0, "arm_turn": -20.0, "supinate": -60.0}
    held = {"root_hold": 1.0, "foot_hold": 0.0, "hip_turn": 4.0}
    lean = posture(
        top, **held, **arms, root_y=0.72 * s, root_z=ankle_z - 0.30 * s, root_pitch=24.0, spine_flex=8.0
    )
    low = posture(
        top,
        **held,
        **arms,
        root_y=anatomy.ankle_height + anatomy.shank * 0.995,
        root_z=ankle_z - anatomy.thigh,
    )
    settled = fit_legs(anatomy, np.stack((lean, low)))
    return through_keys(
        (0.0, 0.5, 1.0), (stand(anatomy, top[None], np.array([7.0]))[0], settled[0], settled[1])
    )


def sit_down(anatomy: Anatomy, depth: float) -> DoubleArray:
    """From standing to sitting on a chair behind, hands on the thighs."""
    s = anatomy.scale
    top = standing(anatomy)
    foot_z = float(top[SLOT["foot_z_l"]])
    ankle_z = foot_z - float(anatomy.ball[2])
    seat = {"root_hold": 1.0, "foot_hold": 0.0, "root_y": 0.475 * s + 0.06 * s, "root_z": ankle_z - 0.36 * s}
    low = posture(top, **seat, root_pitch=-4.0, spine_flex=12.0, arm_lift=22.0, arm_plane=12.0, elbow=44.0,
                  arm_turn=-15.0, supinate=-60.0, hip_turn=8.0)  # fmt: skip
    lean = posture(top, root_hold=1.0, foot_hold=0.0, root_y=0.72 * s, root_z=ankle_z - 0.20 * s, root_pitch=32.0,
                   spine_flex=12.0, head_flex=-14.0, arm_lift=60.0, arm_plane=14.0, elbow=30.0, hip_turn=8.0)  # fmt: skip
    settled = fit_legs(anatomy, np.stack((lean, low)))
    return through_keys((0.0, 0.55, 1.0), (top, settled[0], settled[1]))


def pick_up(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Bending down, the right hand reaching for something on the floor."""
    s = anatomy.scale
    top = stance(anatomy, 0.13, 8.0, root_pitch=1.0)
    foot_z = float(top[SLOT["foot_z_l"]])
    low = posture(top, root_pitch=72.0, spine_flex=34.0, spine_turn=8.0, head_flex=-6.0, hip_turn=8.0,
                  arm_lift_r=92.0, arm_plane_r=6.0, elbow_r=14.0, arm_lift_l=40.0, arm_plane_l=30.0, elbow_l=55.0,
                  hand_plant_r=1.0, fist_r=0.6, hand_x_r=-0.06 * s,
                   hand_y_r=0.10 * s, hand_z_r=foot_z + 0.26 * s)  # fmt: skip
    return stand(anatomy, spread(top, low, depth), bend(7.0, 58.0, depth))
