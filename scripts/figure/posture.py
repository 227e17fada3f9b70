"""A posture as one row of numbers: joint angles in degrees, and where hands and feet are planted in metres.

Names without a side set both sides alike (outward distances and turns are mirrored); `_l` and `_r` set one.

root_*      the pelvis: turn about up (yaw), forward tilt (pitch: 90 is face down), sideways tilt, place of mid-hip
give        0..1: whether the body yields to planted hands and feet that are out of reach
root_hold   how firmly the pelvis is held at its place, against feet and hands (weights, 0..1)
spine_*     of the shoulders against the pelvis: flexion, bend to the left, turn to the left; head_* likewise
arm_lift    upper arm from hanging, 0..180, in the vertical plane arm_plane (0 forward, 90 outward)
arm_turn    of the upper arm about itself, outward.   elbow: 0 is straight.   wrist: bend towards the palm
supinate    0 palm to the thigh, 90 palm forward, -90 palm back.   fist: 0 open hand, 1 closed
hand_*      plant: weight 0..1 of the wrist's place hand_x/y/z; flat: weight of lying palm down, fingers to hand_yaw
hip_flex, hip_out, hip_turn, knee (0 straight), ankle (toes down)
foot_*      plant: weight of the place under the ball of the foot and of foot_yaw, foot_pitch (heel raised)
*_hold      how firmly the place decides where the whole body is
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.types import DoubleArray

_BODY: Final = (
    "root_yaw", "root_pitch", "root_roll", "root_x", "root_y", "root_z", "root_hold", "give",
    "spine_flex", "spine_bend", "spine_turn", "head_flex", "head_bend", "head_turn",
)  # fmt: skip
_LIMBS: Final = (
    "arm_lift", "arm_plane", "arm_turn", "elbow", "supinate", "wrist", "fist",
    "hand_plant", "hand_flat", "hand_hold", "hand_x", "hand_y", "hand_z", "hand_yaw",
    "hip_flex", "hip_out", "hip_turn", "knee", "ankle",
    "foot_plant", "foot_hold", "foot_x", "foot_y", "foot_z", "foot_yaw", "foot_pitch",
)  # fmt: skip
_MIRRORED: Final = frozenset({"hand_x", "hand_yaw", "foot_x", "foot_yaw"})
SLOTS: Final = _BODY + tuple(f"{name}_{side}" for side in "lr" for name in _LIMBS)
SLOT: Final = {name: index for index, name in enumerate(SLOTS)}

_DEFAULTS: Final = {
    "arm_lift": 7.0, "arm_plane": 80.0, "elbow": 12.0, "supinate": -15.0, "fist": 0.25,
    "foot_plant": 1.0, "foot_hold": 1.0, "foot_x": 0.1, "foot_yaw": 8.0,
}  # fmt: skip


def posture(base: DoubleArray | None = None, /, **values: float) -> DoubleArray:
    """A (len(SLOTS),) row: `base` (standing straight when None) with `values` replaced.

    Raises OptionError for a name that no slot has.
    """
    row = posture(np.zeros(len(SLOTS)), **_DEFAULTS) if base is None else np.array(base, dtype=np.float64)
    for name, value in values.items():
        if name in SLOT:
            row[SLOT[name]] = value
        elif f"{name}_l" in SLOT:
            row[SLOT[f"{name}_l"]] = value
            row[SLOT[f"{name}_r"]] = -value if name in _MIRRORED else value
        else:
            raise OptionError(f"option {name} must be a posture slot, such as knee, knee_l or root_pitch")
    return row


def shared_targets(rows: DoubleArray) -> DoubleArray:
    """(K, D) keys with every place of a hand that is not planted taken from the nearest key that plants it.

    Blending towards a planted hand then starts from the right place, not from the origin.
    """
    out = np.array(rows, dtype=np.float64)
    for side in "lr":
        planted = np.flatnonzero(out[:, SLOT[f"hand_plant_{side}"]] > 0.0)
        if not len(planted):
            continue
        columns = [SLOT[f"hand_{axis}_{side}"] for axis in ("x", "y", "z", "yaw")]
        for index in range(len(out)):
            if index not in planted:
                nearest = planted[np.argmin(np.abs(planted - index))]
                out[index, columns] = out[nearest, columns]
    return out


def giving(rows: DoubleArray, share: DoubleArray) -> DoubleArray:
    """(N, D) rows on the way between keys, at shares (N,) 0..1 of it, with `give` set except at both ends."""
    out = np.array(rows)
    out[:, SLOT["give"]] = ease(share / 0.12) * ease((1.0 - share) / 0.12)
    return out


def mirrored(row: DoubleArray) -> DoubleArray:
    """The posture with left and right exchanged. (..., D) -> (..., D)."""
    out = np.array(row, dtype=np.float64)
    for name in _LIMBS:
        left, right = SLOT[f"{name}_l"], SLOT[f"{name}_r"]
        sign = -1.0 if name in _MIRRORED else 1.0
        out[..., left], out[..., right] = sign * row[..., right], sign * row[..., left]
    for name in ("root_yaw", "root_roll", "root_x", "spine_bend", "spine_turn", "head_bend", "head_turn"):
        out[..., SLOT[name]] *= -1.0
    return out


def placed(row: DoubleArray, x: float, z: float, yaw_deg: float = 0.0) -> DoubleArray:
    """The posture turned about up by `yaw_deg` at the origin and then moved by (x, z) metres."""
    out = np.array(row, dtype=np.float64)
    angle = np.radians(yaw_deg)
    for stem, side in (("root", ""), ("hand", "_l"), ("hand", "_r"), ("foot", "_l"), ("foot", "_r")):
        across, along = SLOT[f"{stem}_x{side}"], SLOT[f"{stem}_z{side}"]
        px, pz = row[..., across], row[..., along]
        out[..., across] = px * np.cos(angle) + pz * np.sin(angle) + x
        out[..., along] = -px * np.sin(angle) + pz * np.cos(angle) + z
        out[..., SLOT[f"{stem}_yaw{side}"]] += yaw_deg
    return out


def ease(u: DoubleArray) -> DoubleArray:
    """0..1 -> 0..1 with zero speed and acceleration at both ends (the minimum-jerk reach of Flash and Hogan)."""
    v = np.clip(u, 0.0, 1.0)
    return np.asarray(v * v * v * (10.0 + v * (6.0 * v - 15.0)))


def through(times: DoubleArray, knots: DoubleArray, rows: DoubleArray) -> DoubleArray:
    """A smooth path through `rows` (K, D) at increasing `knots` (K,), evaluated at `times` (N,) -> (N, D).

    Monotone cubic Hermite (Fritsch and Carlson): never leaves the range of neighbouring rows; it rests at both
    ends and wherever a value turns back or stays.
    """
    if len(knots) == 1:
        return np.repeat(rows[:1], len(times), axis=0)
    step = np.diff(knots)[:, None]
    slope = np.diff(rows, axis=0) / step
    speed = np.zeros_like(rows)
    same = slope[:-1] * slope[1:] > 0
    w1, w2 = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w1 + w2) / (w1 / slope[:-1] + w2 / slope[1:])
    speed[1:-1] = np.where(same, mean, 0.0)
    index = np.clip(np.searchsorted(knots, times, side="right") - 1, 0, len(knots) - 2)
    h = step[index]
    u = np.clip((times - knots[index])[:, None] / h, 0.0, 1.0)
    a, b = rows[index], rows[index + 1]
    return np.asarray(
        a * (1 + 2 * u) * (1 - u) ** 2
        + b * u * u * (3 - 2 * u)
        + h * u * (1 - u) * (speed[index] * (1 - u) - speed[index + 1] * u)
    )
