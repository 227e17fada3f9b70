"""Transitions between postures: stepping from one stance to another; to the floor, the bench or the bar, and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np

from fitness.errors import OptionError
from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.paths import standing
from scripts.figure.posture import SLOT, placed, posture, shared_targets
from scripts.figure.settle import fit_legs
from scripts.figure.tracks import KeyTrack, StepTrack, Track

_STEP_S: Final = 0.45
_LIFT_M: Final = 0.05
_TURN_DEG: Final = 50.0
Way: TypeAlias = tuple[tuple[float, ...], list[DoubleArray]]
"""Times (seconds from 0) and the postures from a standing one to the first of an exercise."""


def route(anatomy: Anatomy, a: DoubleArray, station_a: str, b: DoubleArray, station_b: str) -> list[Track]:
    """The transitions from posture `a` at one station to posture `b` at another; none if they are equal."""
    if station_a == station_b == "standing":
        return steps(anatomy, a, b)
    if station_a == station_b:
        if np.abs(a - b).max() < 1e-6:
            return []
        keys = shared_targets(np.stack((a, b)))
        return [KeyTrack("transition", (station_a, station_b), np.array([0.0, 0.8]), keys)]
    upright = standing(anatomy)
    out: list[Track] = []
    if station_a == "standing":
        out += steps(anatomy, a, upright)
    else:
        out += _down(anatomy, station_a, upright, a, up=True)
    if station_b == "standing":
        out += steps(anatomy, upright, b)
    else:
        out += _down(anatomy, station_b, upright, b, up=False)
    return out


def steps(anatomy: Anatomy, a: DoubleArray, b: DoubleArray) -> list[Track]:
    """From one standing posture to another; large turns in several steps on the spot."""
    if np.abs(a - b).max() < 1e-6:
        return []
    a, b = shared_targets(np.stack((a, b)))
    turn = float(b[SLOT["root_yaw"]] - a[SLOT["root_yaw"]])
    x, z = (float(a[[SLOT[f"foot_{axis}_l"], SLOT[f"foot_{axis}_r"]]].mean()) for axis in "xz")
    count = max(math.ceil(abs(turn) / _TURN_DEG), 1)
    rows = [a]
    for index in range(1, count):
        rows.append(placed(placed(a, -x, -z), x, z, turn * index / count))
    rows.append(b)
    return [_step(anatomy, first, last) for first, last in pairwise(rows)]


def _step(anatomy: Anatomy, a: DoubleArray, b: DoubleArray) -> StepTrack:
    columns = [SLOT[f"foot_{axis}_{side}"] for axis in "xz" for side in "lr"]
    far = float(np.abs(a[columns] - b[columns]).max())
    return StepTrack(a, b, _LIFT_M * anatomy.scale, 2 * _STEP_S if far > 0.01 else 0.6)


def _down(anatomy: Anatomy, station: str, upright: DoubleArray, low: DoubleArray, up: bool) -> list[Track]:
    """Between standing and a posture elsewhere; up: the same way back."""
    if station not in _WAYS:
        raise OptionError(f"option station must be standing or one of {', '.join(_WAYS)}, got {station}")
    times, keys = _WAYS[station](anatomy, upright, low)
    knots, rows = np.array(times), shared_targets(np.stack(keys))
    approach = steps(anatomy, upright, keys[0])
    if not up:
        return [*approach, KeyTrack("transition", ("standing", station), knots, rows)]
    leave = KeyTrack("transition", (station, "standing"), knots[-1] - knots[::-1], rows[::-1])
    return [leave, *steps(anatomy, keys[0], upright)]


def crouch(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Half-way down, and crouching with both hands planted where `low` plants them."""
    s = anatomy.scale
    hands = {
        f"hand_{axis}_{side}": float(low[SLOT[f"hand_{axis}_{side}"]])
        for axis in ("x", "y", "z", "yaw")
        for side in "lr"
    }
    half = posture(
        upright, root_pitch=38.0, root_y=0.68 * s, root_z=-0.10 * s, root_hold=1.0, foot_hold=0.0,
        spine_flex=18.0, head_flex=-18.0, foot_pitch=4.0, arm_lift=70.0, arm_plane=12.0, elbow=15.0,
        supinate=-50.0, fist=0.05, **hands,
    )  # fmt: skip
    down = posture(
        upright, root_pitch=62.0, root_y=0.52 * s, root_z=-0.10 * s, root_hold=1.0, foot_hold=0.0,
        spine_flex=22.0, head_flex=-25.0, foot_pitch=22.0, hand_plant=1.0, hand_flat=1.0,
        arm_lift=95.0, arm_plane=12.0, arm_turn=-30.0, elbow=20.0, supinate=-80.0, fist=0.0, **hands,
    )  # fmt: skip
    fitted = fit_legs(anatomy, np.stack((half, down)))
    return fitted[0], fitted[1]


def _to_prone(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> Way:
    """Crouch, hands to the floor, one foot back, the other foot back."""
    half, down = crouch(anatomy, upright, low)
    return (0.0, 0.7, 1.3, 2.1, 2.9), [upright, half, down, _one_foot_back(anatomy, down, low), low]


def _one_foot_back(anatomy: Anatomy, down: DoubleArray, low: DoubleArray) -> DoubleArray:
    """The left foot where it will be in the plank, the right one still under the body."""
    row = 0.5 * down + 0.5 * low
    for axis in ("x", "y", "z", "yaw", "pitch"):
        for side, source in (("l", low), ("r", down)):
            row[SLOT[f"foot_{axis}_{side}"]] = source[SLOT[f"foot_{axis}_{side}"]]
    s = anatomy.scale
    row = posture(row, root_pitch=76.0, root_y=0.50 * s, root_z=float(low[SLOT["foot_z_l"]]) + 0.78 * s, root_x=0.0,
                  root_hold=1.0, foot_hold=0.0, hand_plant=1.0, hand_flat=1.0)  # fmt: skip
    return np.asarray(fit_legs(anatomy, row[None])[0])


def _to_supine(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> Way:
    """A deep squat, sitting down with the hands behind, lying back."""
    s, back = anatomy.scale, float(low[SLOT["root_z"]])
    held = {"root_hold": 1.0, "foot_hold": 0.0}
    deep = posture(upright, **held, root_pitch=30.0, root_y=0.34 * s, root_z=back * 0.55, spine_flex=24.0,
                   head_flex=-20.0, arm_lift=80.0, arm_plane=12.0, elbow=15.0, hip_turn=8.0)  # fmt: skip
    seated = posture(upright, **held, root_pitch=-24.0, root_y=0.135 * s, root_z=back, spine_flex=26.0,
                     arm_lift=30.0, arm_plane=40.0, elbow=30.0)  # fmt: skip
    deep, seated = fit_legs(anatomy, np.stack((deep, seated)))
    return (0.0, 0.9, 1.6, 2.6), [upright, deep, seated, low]


def _to_bench(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> Way:
    """Standing astride before the bench, sitting down on it, lying back, arms to the bar."""
    s = anatomy.scale
    feet = {
        f"foot_{axis}_{side}": float(low[SLOT[f"foot_{axis}_{side}"]])
        for axis in ("x", "z", "yaw")
        for side in "lr"
    }
    seat_y, seat_z = float(low[SLOT["root_y"]]), float(low[SLOT["root_z"]])
    wide = standing(anatomy, **feet)
    held = {"root_hold": 1.0, "foot_hold": 0.0}
    lean = posture(wide, **held, root_pitch=34.0, root_y=0.72 * s, root_z=seat_z * 0.6, spine_flex=12.0,
                   head_flex=-14.0, arm_lift=60.0, arm_plane=14.0, elbow=30.0)  # fmt: skip
    seated = posture(wide, **held, root_pitch=-6.0, root_y=seat_y, root_z=seat_z, spine_flex=14.0, arm_lift=42.0,
                     arm_plane=20.0, elbow=70.0)  # fmt: skip
    lean, seated = fit_legs(anatomy, np.stack((lean, seated)))
    chest = posture(low, hand_plant=0.0, arm_lift=64.0, elbow=118.0, hand_flat=0.0)
    return (0.0, 0.8, 1.4, 2.4, 3.0), [wide, lean, seated, chest, low]


def _to_bar(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> Way:
    """Arms up, knees bent, a small jump to the bar."""
    s = anatomy.scale
    load = posture(upright, root_hold=1.0, foot_hold=0.0, root_y=anatomy.hip_height - 0.14 * s, root_z=-0.10 * s,
                   root_pitch=18.0, arm_lift=100.0, arm_plane=30.0, elbow=40.0, head_flex=-22.0)  # fmt: skip
    load = fit_legs(anatomy, load[None])[0]
    off = posture(upright, foot_pitch=34.0, arm_lift=166.0, arm_plane=50.0, elbow=14.0, head_flex=-14.0)
    return (0.0, 0.6, 0.9, 1.25), [upright, load, off, low]


_WAYS: Final[dict[str, Callable[[Anatomy, DoubleArray, DoubleArray], Way]]] = {
    "prone": _to_prone, "supine": _to_supine, "bench": _to_bench, "hanging": _to_bar,
}  # fmt: skip
