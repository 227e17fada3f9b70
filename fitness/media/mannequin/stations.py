"""Ways between postures: stepping from one stance to another, getting down to the floor and up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.media.mannequin.anatomy import Anatomy
from fitness.media.mannequin.exercises import standing
from fitness.media.mannequin.posture import SLOT, ease, posture, through
from fitness.media.mannequin.settle import fit_legs
from fitness.types import DoubleArray

_STEP_S: Final = 0.45
_LIFT_M: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class StepTrack:
    """From one standing posture to another; feet that must move are lifted one after the other."""

    first: DoubleArray
    last: DoubleArray
    lift_m: float
    duration_s: float
    station: tuple[str, str] = ("standing", "standing")
    name: str = "transition"
    reps: tuple[()] = ()

    def rows(self, times: DoubleArray) -> DoubleArray:
        u = times / self.duration_s
        share = ease(u)[:, None]
        out = self.first * (1.0 - share) + self.last * share
        for side, begin in (("l", 0.05), ("r", 0.5)):
            columns = [SLOT[f"foot_{axis}_{side}"] for axis in ("x", "y", "z", "yaw", "pitch")]
            moved = np.hypot(*(self.last[columns[i]] - self.first[columns[i]] for i in (0, 2)))
            local = np.clip((u - begin) / 0.45, 0.0, 1.0)
            step = ease(local)[:, None]
            out[:, columns] = self.first[columns] * (1.0 - step) + self.last[columns] * step
            out[:, columns[1]] += self.lift_m * np.sin(np.pi * step[:, 0]) ** 2 * min(moved / 0.08, 1.0)
        return np.asarray(out)


@dataclass(frozen=True, slots=True, eq=False)
class KeyTrack:
    """A smooth way through key postures at given times."""

    knots: DoubleArray
    keys: DoubleArray
    station: tuple[str, str]
    name: str = "transition"
    reps: tuple[()] = ()

    @property
    def duration_s(self) -> float:
        return float(self.knots[-1])

    def rows(self, times: DoubleArray) -> DoubleArray:
        return through(times, self.knots, self.keys)


def route(
    anatomy: Anatomy, a: DoubleArray, station_a: str, b: DoubleArray, station_b: str
) -> list[StepTrack | KeyTrack]:
    """The transitions from posture `a` at one station to posture `b` at another; none where they are alike."""
    if station_a == station_b:
        if np.abs(a - b).max() < 1e-6:
            return []
        if station_a == "standing":
            return [_step(anatomy, a, b)]
        return [KeyTrack(np.array([0.0, 0.8]), np.stack((a, b)), (station_a, station_b))]
    upright = standing(anatomy)
    out: list[StepTrack | KeyTrack] = []
    if station_a == "standing":
        if np.abs(a - upright).max() > 1e-6:
            out.append(_step(anatomy, a, upright))
    else:
        out.append(_down(anatomy, station_a, upright, a, up=True))
    if station_b == "standing":
        if np.abs(b - upright).max() > 1e-6:
            out.append(_step(anatomy, upright, b))
    else:
        out.append(_down(anatomy, station_b, upright, b, up=False))
    return out


def _step(anatomy: Anatomy, a: DoubleArray, b: DoubleArray) -> StepTrack:
    columns = [SLOT[f"foot_{axis}_{side}"] for axis in "xz" for side in "lr"]
    far = float(np.abs(a[columns] - b[columns]).max())
    return StepTrack(a, b, _LIFT_M * anatomy.scale, 2 * _STEP_S if far > 0.01 else 0.6)


def _down(anatomy: Anatomy, station: str, upright: DoubleArray, low: DoubleArray, up: bool) -> KeyTrack:
    """Between standing and a posture on the floor; up: the same way back."""
    if station not in _WAYS:
        raise OptionError(f"option station must be standing or one of {', '.join(_WAYS)}, got {station}")
    times, keys = _WAYS[station](anatomy, upright, low)
    if up:
        times, keys = times[-1] - times[::-1], keys[::-1]
    return KeyTrack(times, keys, (station, "standing") if up else ("standing", station))


def to_prone(anatomy: Anatomy, upright: DoubleArray, low: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Crouch, hands to the floor, one foot back, the other foot back."""
    s = anatomy.scale
    hands = {
        f"hand_{axis}_{side}": float(low[SLOT[f"hand_{axis}_{side}"]])
        for axis in ("x", "y", "z", "yaw")
        for side in "lr"
    }
    reach = {
        "arm_lift": 95.0,
        "arm_plane": 12.0,
        "arm_turn": -30.0,
        "elbow": 20.0,
        "supinate": -80.0,
        "fist": 0.0,
    }
    crouch = posture(
        upright, root_pitch=62.0, root_y=0.52 * s, root_z=-0.10 * s, root_hold=1.0, foot_hold=0.0,
        spine_flex=22.0, head_flex=-25.0, foot_pitch=22.0, hand_plant=1.0, hand_flat=1.0, **reach, **hands,
    )  # fmt: skip
    crouch = fit_legs(anatomy, crouch[None])[0]
    half = posture(upright, root_pitch=38.0, root_y=0.68 * s, root_z=-0.10 * s, root_hold=1.0, foot_hold=0.0,
                   spine_flex=18.0, head_flex=-18.0, foot_pitch=4.0, arm_lift=70.0, arm_plane=12.0, elbow=15.0,
                   supinate=-50.0, fist=0.05, **hands)  # fmt: skip
    half = fit_legs(anatomy, half[None])[0]
    one = _one_foot_back(anatomy, crouch, low)
    times = np.array([0.0, 0.65, 1.15, 1.75, 2.35])
    return times, np.stack((upright, half, crouch, one, low))


def _one_foot_back(anatomy: Anatomy, crouch: DoubleArray, low: DoubleArray) -> DoubleArray:
    """The left foot where it will be in the plank, the right one still under the body."""
    row = 0.5 * crouch + 0.5 * low
    for axis in ("x", "y", "z", "yaw", "pitch"):
        for side, source in (("l", low), ("r", crouch)):
            row[SLOT[f"foot_{axis}_{side}"]] = source[SLOT[f"foot_{axis}_{side}"]]
    s = anatomy.scale
    row = posture(row, root_pitch=76.0, root_y=0.50 * s, root_z=float(low[SLOT["foot_z_l"]]) + 0.78 * s, root_x=0.0,
                  root_hold=1.0, foot_hold=0.0, hand_plant=1.0, hand_flat=1.0)  # fmt: skip
    return np.asarray(fit_legs(anatomy, row[None])[0])


_WAYS = {"prone": to_prone}
