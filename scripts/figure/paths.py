"""Tools for the paths of exercises: even steps between postures, a standing body, loops through key postures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.posture import giving, posture, shared_targets, through
from scripts.figure.settle import stand

STEPS: Final = 17
"""Postures along a path there and back; between them it is interpolated."""


def spread(top: DoubleArray, bottom: DoubleArray, depth: float = 1.0, steps: int = STEPS) -> DoubleArray:
    """(steps, D) evenly from `top` to where `depth` (0..1) of the way to `bottom` is."""
    share = np.linspace(0.0, depth, steps)[:, None]
    top, bottom = shared_targets(np.stack((top, bottom)))
    return np.asarray(top * (1.0 - share) + bottom * share)


def bend(top_deg: float, bottom_deg: float, depth: float = 1.0, steps: int = STEPS) -> DoubleArray:
    """(steps,) degrees evenly from `top_deg` to where `depth` of the way to `bottom_deg` is."""
    return np.linspace(top_deg, top_deg + (bottom_deg - top_deg) * depth, steps)


def through_keys(shares: Sequence[float], keys: Sequence[DoubleArray], steps: int = STEPS) -> DoubleArray:
    """(steps, D) smoothly through key postures (D,) at increasing shares 0..1 of the path."""
    at = np.linspace(0.0, 1.0, steps)
    path = through(at, np.asarray(shares, dtype=np.float64), shared_targets(np.stack(keys)))
    return giving(path, at)


def stance(
    anatomy: Anatomy, half_width_m: float = 0.115, toes_out_deg: float = 8.0, **values: float
) -> DoubleArray:
    """(D,) feet planted under the body, metres of a 1.75 m figure; not balanced yet. `values`: posture slots."""
    row = posture(
        foot_x=half_width_m * anatomy.scale, foot_yaw=toes_out_deg, foot_z=float(anatomy.ball[2]) * 0.6
    )
    return posture(row, **values)


def standing(anatomy: Anatomy, **values: float) -> DoubleArray:
    """(D,) upright with relaxed arms, feet hip-wide, in balance; `values`: posture slots."""
    row = posture(stance(anatomy, root_pitch=1.0, head_flex=2.0), **values)
    return np.asarray(stand(anatomy, row[None], np.array([7.0]))[0])
