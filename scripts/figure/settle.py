"""Making postures consistent: pelvis height from a knee angle, balance over the feet, push-up from an elbow angle.

What comes out holds its feet: its leg angles are those that the planted feet give, so nothing is left to be reached.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray
from scripts.figure.anatomy import BONE, SIDES, Anatomy
from scripts.figure.kinematics import Solved, solve
from scripts.figure.posture import SLOT
from scripts.figure.rotation import about_x, about_z, apply

_MASSES: Final = (
    # share of the body mass (Winter, table 4.1) and the landmarks whose mean is near the segment's centre
    (0.081, ("LEFT_EAR", "RIGHT_EAR")),
    (0.497, ("LEFT_SHOULDER", "RIGHT_SHOULDER", "LEFT_HIP", "RIGHT_HIP")),
    (0.056, ("LEFT_SHOULDER", "RIGHT_SHOULDER", "LEFT_ELBOW", "RIGHT_ELBOW")),
    (0.044, ("LEFT_ELBOW", "RIGHT_ELBOW", "LEFT_WRIST", "RIGHT_WRIST")),
    (0.200, ("LEFT_HIP", "RIGHT_HIP", "LEFT_KNEE", "RIGHT_KNEE")),
    (0.093, ("LEFT_KNEE", "RIGHT_KNEE", "LEFT_ANKLE", "RIGHT_ANKLE")),
    (0.029, ("LEFT_ANKLE", "RIGHT_ANKLE", "LEFT_FOOT_INDEX", "RIGHT_FOOT_INDEX")),
)


def centre_of_mass(landmarks: DoubleArray) -> DoubleArray:
    """(N, 33, 3) -> (N, 3), same units."""
    total = np.zeros((len(landmarks), 3))
    for share, names in _MASSES:
        total += share * landmarks[:, [Landmark[name] for name in names]].mean(axis=1)
    return total


def fit_legs(anatomy: Anatomy, rows: DoubleArray) -> DoubleArray:
    """(N, D) with the pelvis in place and feet planted -> the same with leg angles that say so; feet now hold."""
    out = np.array(rows)
    solved = solve(anatomy, out)
    pelvis = solved.rotations[:, BONE["pelvis"]]
    out[:, [SLOT[f"root_{axis}"] for axis in "xyz"]] = solved.positions[:, BONE["pelvis"]]
    for side, sign in SIDES:
        thigh, shank = solved.rotations[:, BONE[f"thigh_{side}"]], solved.rotations[:, BONE[f"shank_{side}"]]
        hip = np.swapaxes(pelvis, -1, -2) @ thigh
        down = -hip[..., 1]
        out_angle = np.arcsin(np.clip(sign * down[:, 0], -1.0, 1.0))
        flex = np.arctan2(down[:, 2], -down[:, 1])
        rest = about_z(-sign * out_angle) @ about_x(flex) @ hip
        turn = sign * np.arctan2(rest[:, 0, 2], rest[:, 0, 0])
        bent = np.swapaxes(thigh, -1, -2) @ shank
        knee = np.arctan2(bent[:, 2, 1], bent[:, 1, 1])
        foot = np.swapaxes(shank, -1, -2) @ solved.rotations[:, BONE[f"foot_{side}"]]
        ankle = np.arctan2(foot[:, 2, 1], foot[:, 1, 1])
        for name, radians in (
            ("hip_flex", flex), ("hip_out", out_angle), ("hip_turn", turn), ("knee", knee), ("ankle", ankle),
        ):  # fmt: skip
            out[:, SLOT[f"{name}_{side}"]] = np.degrees(radians)
        out[:, SLOT[f"foot_hold_{side}"]] = 1.0
    out[:, SLOT["root_hold"]] = 0.0
    return out


def leg_span(anatomy: Anatomy, knee_deg: DoubleArray) -> DoubleArray:
    """Hip to ankle, metres, for a knee bent by `knee_deg` (0 straight)."""
    a, b = anatomy.thigh, anatomy.shank
    return np.asarray(np.sqrt(a * a + b * b + 2 * a * b * np.cos(np.radians(knee_deg))))


def stand(
    anatomy: Anatomy,
    rows: DoubleArray,
    knee_deg: DoubleArray,
    weight_z: DoubleArray | None = None,
    side: str = "l",
) -> DoubleArray:
    """Set the pelvis over planted feet: the knee of `side` bent by knee_deg (N,), the body in balance.

    rows: (N, D), feet planted.   weight_z: (N,) metres, where the centre of mass stands over the floor (None: over
    the middle of feet at the origin).
    Returns rows with leg angles fitted.
    """
    count, candidates = len(rows), np.linspace(-0.62, 0.46, 37) * anatomy.scale
    many = np.repeat(rows, len(candidates), axis=0)
    many[:, SLOT["root_z"]] = np.tile(candidates, count)
    many = _raised(anatomy, many, np.repeat(knee_deg, len(candidates)), side)
    mass = centre_of_mass(solve(anatomy, many).landmarks)[:, 2].reshape(count, -1)
    out = np.array(rows)
    wanted = np.full(count, 0.045 * anatomy.scale) if weight_z is None else weight_z
    for index in range(count):
        out[index, SLOT["root_z"]] = np.interp(wanted[index], np.maximum.accumulate(mass[index]), candidates)
    return fit_legs(anatomy, _raised(anatomy, out, knee_deg, side))


def _raised(anatomy: Anatomy, rows: DoubleArray, knee_deg: DoubleArray, side: str) -> DoubleArray:
    """Pelvis height so that the leg of `side` spans what its knee angle says; the pelvis then holds itself."""
    out = np.array(rows)
    out[:, SLOT["root_hold"]] = 1.0
    for each in "lr":
        out[:, SLOT[f"foot_hold_{each}"]] = 0.0
    solved = solve(anatomy, out)
    hip = solved.positions[:, BONE[f"thigh_{side}"]] - solved.positions[:, BONE["pelvis"]]
    foot = solved.rotations[:, BONE[f"foot_{side}"]]
    plant = np.stack([out[:, SLOT[f"foot_{axis}_{side}"]] for axis in "xyz"], axis=-1)
    ankle = plant - apply(foot, anatomy.ball)
    flat = (
        np.stack([out[:, SLOT[f"root_{axis}"]] for axis in "xz"], axis=-1) + hip[:, [0, 2]] - ankle[:, [0, 2]]
    )
    span = leg_span(anatomy, knee_deg)
    rise = np.sqrt(np.maximum(span**2 - np.sum(flat * flat, axis=-1), 1e-4))
    out[:, SLOT["root_y"]] = ankle[:, 1] + rise - hip[:, 1]
    return out


def elbow_angle(solved: Solved, side: str = "l") -> DoubleArray:
    """(N,) degrees between upper arm and forearm; 180 is straight."""
    upper = solved.rotations[:, BONE[f"upper_arm_{side}"], :, 1]
    fore = solved.rotations[:, BONE[f"forearm_{side}"], :, 1]
    return np.asarray(180.0 - np.degrees(np.arccos(np.clip(np.sum(upper * fore, axis=-1), -1.0, 1.0))))


def choose(rows: DoubleArray, measured: DoubleArray, wanted: DoubleArray) -> DoubleArray:
    """Rows (C, D) whose `measured` (C,) rises or falls along them -> rows (N, D) where it would be `wanted` (N,)."""
    if measured[-1] < measured[0]:
        rows, measured = rows[::-1], measured[::-1]
    order = np.interp(wanted, np.maximum.accumulate(measured), np.arange(len(rows)))
    low = np.clip(np.floor(order).astype(int), 0, len(rows) - 2)
    part = (order - low)[:, None]
    return np.asarray(rows[low] * (1 - part) + rows[low + 1] * part)
