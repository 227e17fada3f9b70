"""Exercises on the floor, on a bench and on a bar. Paths as in `standing_paths`."""

from __future__ import annotations

import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.kinematics import solve
from scripts.figure.paths import STEPS, bend, spread, through_keys
from scripts.figure.posture import SLOT, placed, posture
from scripts.figure.settle import choose, elbow_angle, fit_legs

BENCH_M = 0.44
"""Height of the bench's top."""


def plank_row(anatomy: Anatomy, tilt: float) -> DoubleArray:
    """(D,) a straight body on its toes, leaning `tilt` degrees forward; arms not planted yet."""
    return posture(
        root_pitch=tilt, foot_x=0.07 * anatomy.scale, foot_yaw=0.0, foot_pitch=tilt - 20.0,
        hip_flex=4.5, hip_out=1.0, knee=7.0, head_flex=-14.0, spine_flex=2.0,
        arm_lift=84.0, arm_plane=14.0, arm_turn=-42.0, elbow=40.0, supinate=-90.0, fist=0.0,
    )  # fmt: skip


def push_up(anatomy: Anatomy, depth: float) -> DoubleArray:
    """A straight body over the toes, hands under the shoulders; elbow 168 to 55 degrees, the chest near the floor.

    The elbows go back as much as out. If they only went out, a camera at the side could not see them bend.
    """
    s = anatomy.scale
    rows = np.stack(
        [posture(plank_row(anatomy, tilt), arm_turn=-25.0) for tilt in np.linspace(60.0, 96.0, 289).tolist()]
    )
    shoulder = solve(anatomy, rows).landmarks[:, Landmark.LEFT_SHOULDER]
    wrist_y, outward = 0.035 * s, 0.07 * s
    height = np.sqrt(((anatomy.upper_arm + anatomy.forearm) * 0.99) ** 2 - outward**2) + wrist_y
    at_top = int(np.argmin(np.abs(shoulder[:, 1] - height)))
    hand_x, hand_z = float(shoulder[at_top, 0]) + outward, float(shoulder[at_top, 2]) - 0.02 * s
    hands = {
        "hand_plant": 1.0,
        "hand_flat": 1.0,
        "hand_x": hand_x,
        "hand_y": wrist_y,
        "hand_z": hand_z,
        "hand_yaw": -4.0,
    }
    rows = np.stack([posture(row, **hands) for row in rows])
    elbows = elbow_angle(solve(anatomy, rows))
    kept = slice(int(np.argmax(elbows)), int(np.argmin(elbows)) + 1)
    path = choose(rows[kept], elbows[kept], bend(168.0, 55.0, depth))
    return placed(path, 0.0, 0.42 * s - hand_z)


def mountain_climber(anatomy: Anatomy, depth: float) -> DoubleArray:
    """From the top of a push-up the left knee is driven towards the chest, the foot just over the floor."""
    s = anatomy.scale
    top = push_up(anatomy, 0.0)[0]
    foot_z = float(top[SLOT["foot_z_l"]])
    held = posture(top, root_hold=1.0, foot_hold=0.0)
    solved = solve(anatomy, top[None])
    hips = solved.landmarks[0, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    held = posture(held, root_y=float(hips[1]), root_z=float(hips[2]))
    driven = posture(
        held,
        foot_z_l=foot_z + (0.30 + 0.36 * depth) * s,
        foot_y_l=0.05 * s,
        foot_pitch_l=48.0,
        spine_flex=6.0,
    )
    lifted = posture(0.5 * held + 0.5 * driven, foot_y_l=0.09 * s)
    path = through_keys((0.0, 0.5, 1.0), (held, lifted, driven))
    path[:, SLOT["give"]] = 0.0
    return fit_legs_kept(anatomy, path)


def fit_legs_kept(anatomy: Anatomy, path: DoubleArray) -> DoubleArray:
    """As `fit_legs`, but the pelvis keeps holding the body, not the feet."""
    out = fit_legs(anatomy, path)
    out[:, SLOT["root_hold"]] = 1.0
    for side in "lr":
        out[:, SLOT[f"foot_hold_{side}"]] = 0.0
    return out


def plank(anatomy: Anatomy, depth: float) -> DoubleArray:
    """The held forearm plank: elbows under the shoulders, body straight. The path stays where it is."""
    s = anatomy.scale
    rows = np.stack([plank_row(anatomy, tilt) for tilt in np.linspace(66.0, 96.0, 181).tolist()])
    shoulder = solve(anatomy, rows).landmarks[:, Landmark.LEFT_SHOULDER]
    elbow_y = 0.045 * s
    best = int(np.argmin(np.abs(shoulder[:, 1] - (anatomy.upper_arm * 0.995 + elbow_y))))
    hands = {
        "hand_plant": 1.0, "hand_flat": 0.6, "hand_yaw": -15.0, "hand_x": float(shoulder[best, 0]) - 0.02 * s,
        "hand_y": 0.04 * s, "hand_z": float(shoulder[best, 2]) + anatomy.forearm * 0.97, "arm_turn": -8.0,
        "arm_lift": 88.0, "arm_plane": 4.0, "elbow": 88.0, "fist": 0.7, "head_flex": -8.0,
    }  # fmt: skip
    row = posture(rows[best], **hands)
    return np.repeat(placed(row, 0.0, 0.42 * s - float(row[SLOT["hand_z_l"]]))[None], STEPS, axis=0)


def sit_up(anatomy: Anatomy, depth: float) -> DoubleArray:
    """On the back with bent knees, hands at the ears; the trunk comes up to about 75 degrees."""
    s = anatomy.scale
    lying = posture(
        root_hold=1.0, foot_hold=0.0, root_pitch=-88.0, root_y=0.125 * s, root_z=0.0,
        foot_x=0.115 * s, foot_yaw=8.0, foot_z=0.52 * s + float(anatomy.ball[2]), hip_flex=70.0,
        arm_lift=122.0, arm_plane=62.0, arm_turn=62.0, elbow=132.0, supinate=20.0, head_flex=8.0,
    )  # fmt: skip
    up = posture(lying, root_pitch=-34.0, root_y=0.135 * s, spine_flex=42.0, head_flex=14.0, arm_plane=52.0)
    path = fit_legs_kept(anatomy, spread(lying, up, depth))
    return placed(path, 0.0, -0.52 * s - 0.4 * float(anatomy.ball[2]))


def bench_press(anatomy: Anatomy, depth: float) -> DoubleArray:
    """On the back on a bench, the bar from straight arms down to the chest; elbow 168 to 75 degrees."""
    s = anatomy.scale
    base = posture(
        root_hold=1.0, foot_hold=0.0, root_pitch=-87.0, root_y=BENCH_M + 0.13 * s, root_z=-0.05 * s,
        foot_x=0.24 * s, foot_yaw=16.0, foot_z=0.36 * s + float(anatomy.ball[2]), hip_flex=40.0, hip_turn=14.0,
        arm_lift=86.0, arm_plane=16.0, arm_turn=-48.0, elbow=40.0, supinate=-88.0, fist=1.0,
    )  # fmt: skip
    base = fit_legs_kept(anatomy, base[None])[0]
    shoulder = solve(anatomy, base[None]).landmarks[0, Landmark.LEFT_SHOULDER]
    reach = anatomy.upper_arm + anatomy.forearm
    heights = np.linspace(float(shoulder[1]) + 0.995 * reach, float(shoulder[1]) + 0.12 * s, 181)
    ahead = np.linspace(0.0, 0.13 * s, 181)
    rows = np.stack(
        [
            posture(
                base, hand_plant=1.0, hand_x=float(shoulder[0]) + 0.14 * s, hand_y=float(y),
                hand_z=float(shoulder[2]) + float(z),
            )
            for y, z in zip(heights, ahead, strict=True)
        ]
    )  # fmt: skip
    elbows = elbow_angle(solve(anatomy, rows))
    kept = slice(int(np.argmax(elbows)), int(np.argmin(elbows)) + 1)
    path = choose(rows[kept], elbows[kept], bend(min(168.0, float(elbows.max()) - 0.5), 75.0, depth))
    return placed(path, 0.0, -0.36 * s)


def pull_up(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Hanging from a bar with palms forward; chin over the bar at the turning point; elbow 168 to 48 degrees."""
    s = anatomy.scale
    reach = anatomy.upper_arm + anatomy.forearm
    bar = bar_height(anatomy)
    base = posture(
        root_hold=1.0, foot_hold=0.0, foot_plant=0.0, foot_x=0.1 * s, root_pitch=2.0, head_flex=-8.0,
        hip_flex=6.0, hip_out=2.0, knee=38.0, ankle=28.0, fist=1.0, supinate=0.0,
        arm_lift=158.0, arm_plane=70.0, arm_turn=84.0, elbow=20.0,
        hand_plant=1.0, hand_x=float(anatomy.shoulder_half) + 0.10 * s, hand_y=bar - 0.03 * s, hand_z=0.10 * s,
    )  # fmt: skip
    shoulder_up = (
        float(solve(anatomy, posture(base, root_y=1.0)[None]).landmarks[0, Landmark.LEFT_SHOULDER, 1]) - 1.0
    )
    low, high = bar - reach * 1.0 - shoulder_up, bar - 0.05 * s - shoulder_up
    rise = np.linspace(0.0, 1.0, 241)
    rows = np.stack(
        [
            posture(base, root_y=low + (high - low) * u, root_z=-0.02 * s - 0.06 * s * u, root_pitch=2.0 - 8.0 * u,
                    head_flex=-8.0 - 8.0 * u, arm_lift=158.0 - 90.0 * u)
            for u in rise.tolist()
        ]
    )  # fmt: skip
    elbows = elbow_angle(solve(anatomy, rows))
    kept = slice(int(np.argmax(elbows)), int(np.argmin(elbows)) + 1)
    return choose(rows[kept], elbows[kept], bend(min(168.0, float(elbows.max()) - 0.5), 48.0, depth))


def bar_height(anatomy: Anatomy) -> float:
    """A pull-up bar just out of reach: hanging with bent knees, the feet are clear of the floor. Metres."""
    shoulder = anatomy.hip_height + float(anatomy.landmarks[Landmark.LEFT_SHOULDER, 1])
    return shoulder + anatomy.upper_arm + anatomy.forearm + 0.16 * anatomy.scale
