"""Exercises that run through a cycle of key postures instead of going there and back: the burpee."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.floor_paths import push_up
from scripts.figure.paths import standing, through_keys
from scripts.figure.posture import SLOT, posture
from scripts.figure.settle import fit_legs
from scripts.figure.stations import crouch

BURPEE_PEAK: Final = 0.40
"""Share of a burpee at which the body lies in the plank."""


def burpee(anatomy: Anatomy, depth: float) -> DoubleArray:
    """Down to the hands, feet back to a plank, feet in again, up into a jump with raised arms. (P, D) over the rep."""
    s = anatomy.scale
    upright = standing(anatomy)
    low = push_up(anatomy, 0.0)[0]
    down, squatting = crouch(anatomy, upright, low)
    back = _feet_up(0.5 * squatting + 0.5 * low, 0.14 * s)
    deepest = push_up(anatomy, 0.35 * depth)[-1]
    load = posture(upright, root_pitch=30.0, root_y=0.70 * s, root_z=-0.12 * s, root_hold=1.0, foot_hold=0.0,
                   spine_flex=8.0, head_flex=-14.0, arm_lift=20.0, arm_plane=20.0, elbow=20.0)  # fmt: skip
    load = fit_legs(anatomy, load[None])[0]
    off = posture(upright, arm_lift=92.0, arm_plane=30.0, elbow=18.0, foot_pitch=30.0, foot_y=0.02 * s)
    flight = posture(upright, arm_lift=146.0, arm_plane=50.0, elbow=12.0, foot_y=0.24 * s, foot_pitch=38.0,
                     root_pitch=-2.0)  # fmt: skip
    land = posture(load, arm_lift=40.0, arm_plane=40.0, elbow=35.0, root_y=float(load[SLOT["root_y"]]))
    keys = (
        upright, down, squatting, back, low, deepest, low, back,
        squatting, down, load, off, flight, off, land, upright,
    )  # fmt: skip
    shares = (
        0.0, 0.10, 0.19, 0.26, 0.33, BURPEE_PEAK, 0.47, 0.54,
        0.61, 0.69, 0.76, 0.815, 0.87, 0.915, 0.955, 1.0,
    )  # fmt: skip
    return through_keys(shares, keys, 141)


def _feet_up(row: DoubleArray, height_m: float) -> DoubleArray:
    out = np.array(row)
    out[[SLOT["foot_y_l"], SLOT["foot_y_r"]]] = height_m
    return out
