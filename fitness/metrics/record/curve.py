"""Fits a smooth curve on an even time grid to uneven samples, so that a record does not depend on the fps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.types import DoubleArray

_HANKEL: Final = np.add.outer(np.arange(3), np.arange(3))
_RIDGE: Final = 1e-9 * np.eye(3)
GRID_S: Final = 1 / 60
"""Spacing of the grid, seconds: half of the usual frame interval."""

_HALF_WIDTH_S: Final = (0.1, 0.25)
_HALF_WIDTH_SHARE: Final = 0.12
_HALF_WIDTH_FRAMES: Final = 2.5
"""Half width of the kernel: this share of the rep between the two limits, and always four samples at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """K smooth curves on one grid.

    t: (M,) seconds, `GRID_S` apart.   value: (M, K).   slope: (M, K), per second.
    noise: (K,) standard deviation of the samples around the curve, corrected for the curve's degrees of freedom.
    leverage: 0..1, variance of a curve value divided by the variance of the noise.
    """

    t: DoubleArray
    value: DoubleArray
    slope: DoubleArray
    noise: DoubleArray
    leverage: float


def half_width_s(frame_s: float, duration_s: float) -> float:
    """Half width of the kernel, seconds, for samples `frame_s` apart and a rep of `duration_s`."""
    low, high = _HALF_WIDTH_S
    return max(_HALF_WIDTH_FRAMES * frame_s, min(max(_HALF_WIDTH_SHARE * duration_s, low), high))


def smooth(t: DoubleArray, values: DoubleArray, width_s: float) -> Curve:
    """Local polynomials of degree 2 with Epanechnikov's kernel (Fan & Gijbels 1996), by weighted least squares.

    Args:
        t: (N,) increasing seconds, N >= 4.   values: (N, K).   width_s: the kernel's half width.
    """
    count = max(2, round(float(t[-1] - t[0]) / GRID_S) + 1)
    grid = np.linspace(t[0], t[-1], count)
    both, leverage = _local(np.concatenate([grid, t]), t, values, width_s)
    value, fitted, own = both[:count], both[count:], leverage[count:]
    freedom = np.clip(1 - own, 0.05, 1.0)
    noise = np.sqrt(np.mean((values - fitted) ** 2 / freedom[:, None], axis=0))
    slope = np.gradient(value, grid, axis=0) if len(grid) > 1 else np.zeros_like(value)
    return Curve(grid, value, slope, noise, float(np.median(own)))


def _local(
    at: DoubleArray, t: DoubleArray, values: DoubleArray, width_s: float
) -> tuple[DoubleArray, DoubleArray]:
    """(M, K) values at the times `at`, and (M,) the weight of the nearest sample in each (its leverage)."""
    width = np.maximum(width_s, 1.2 * _fourth_nearest(at, t))
    first_near = np.searchsorted(t, at - width)
    count = int((np.searchsorted(t, at + width, side="right") - first_near).max())
    near = np.minimum(first_near, len(t) - count)[:, None] + np.arange(
        count
    )  # the kernel is 0 beyond its width
    away = t[near] - at[:, None]
    scaled = away / width[:, None]
    square = scaled * scaled
    weight = np.maximum(0.0, 1 - square)
    powers = [weight, weight * scaled, weight * square]
    powers += [powers[1] * square, powers[2] * square]
    moments = np.stack([np.add.reduce(each, axis=1) for each in powers], axis=-1)
    normal = moments[:, _HANKEL] + _RIDGE
    first = np.linalg.solve(normal, np.broadcast_to(np.array([[1.0], [0.0], [0.0]]), (len(at), 3, 1)))[..., 0]
    row = first[:, :1] * powers[0] + first[:, 1:2] * powers[1] + first[:, 2:] * powers[2]
    return np.einsum("mn,mnk->mk", row, values[near]), row[
        np.arange(len(at)), np.argmin(np.abs(away), axis=1)
    ]


def _fourth_nearest(at: DoubleArray, t: DoubleArray) -> DoubleArray:
    """(M,) distance of each of `at` to the fourth nearest of the increasing `t`, or to the farthest of fewer."""
    count = min(8, len(t))
    first = np.clip(np.searchsorted(t, at) - 4, 0, len(t) - count)
    away = np.abs(t[first[:, None] + np.arange(count)] - at[:, None])
    fourth = min(3, count - 1)
    distance: DoubleArray = np.partition(away, fourth, axis=1)[:, fourth]
    return distance
