"""The direction in which a window of one channel swings, and its turning points.

The direction is the first principal direction of the *differences over half a period*, each limited in length. A repeated
motion is largest there; one long move (standing up, a new camera angle) is only a few differences among many. The turning
points are those of a zigzag whose threshold follows the half cycles in the window, not the window's range.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import DoubleArray

IntArray = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

_POWER_STEPS: Final = 6
_LIMIT_QUANTILE: Final = 0.75
_FINE_SHARE: Final = 0.25
_LEAST_SHARE: Final = 0.2
_UNKNOWN_SHARE: Final = 0.65
"""Threshold as a share of the spread while no half cycle is known."""
_PHASES: Final = 12
_MIN_COVERED: Final = 10


def swing_direction(window: DoubleArray, lag: int, before: DoubleArray | None) -> DoubleArray | None:
    """Unit vector (D,) along which (N, D) samples swing; its sign is that of `before`. None if nothing moves.

    lag: half a period, in samples.
    """
    lag = max(1, min(lag, len(window) // 2))
    moved = window[lag:] - window[:-lag]
    length = np.sqrt(np.einsum("nd,nd->n", moved, moved))
    limit = _quantile(np.sort(length), _LIMIT_QUANTILE)
    moved = moved * np.minimum(1.0, limit / np.maximum(length, 1e-9))[:, None]
    scatter = moved.T @ moved
    direction = np.ones(len(scatter)) if before is None else before
    for _ in range(_POWER_STEPS):
        turned = scatter @ direction
        norm = float(np.sqrt(turned @ turned))
        if norm == 0:
            return None
        direction = turned / norm
    return -direction if before is not None and float(direction @ before) < 0 else direction


def spread(signal: DoubleArray) -> float:
    """From the 5th to the 95th percentile."""
    ordered = np.sort(signal)
    return _quantile(ordered, 0.95) - _quantile(ordered, 0.05)


def threshold(signal: DoubleArray, width: float, share: float, least: float) -> float:
    """By how much the signal must come back after a turning point.

    width: the signal's `spread`.   share: of the usual half cycle, which is the median of the half cycles of a fine zigzag,
    weighted by their size.   least: lower limit.
    """
    turns = zigzag(signal, _FINE_SHARE * width)
    if len(turns) < 3:
        return max(_UNKNOWN_SHARE * width, least)
    sizes = np.sort(np.abs(np.diff(signal[[i for i, _ in turns]])))
    total = np.cumsum(sizes)
    usual = float(sizes[np.searchsorted(total, 0.5 * total[-1])])
    return max(share * usual, _LEAST_SHARE * width, least)


def zigzag(signal: DoubleArray, reversal: float) -> list[tuple[int, int]]:
    """Extremes as (index, +1 maximum or -1 minimum), alternating, each followed by a reversal of more than `reversal`."""
    turns: list[tuple[int, int]] = []
    values = signal.tolist()
    high = low = 0
    heading = 0
    for i, value in enumerate(values):
        if heading >= 0 and value > values[high]:
            high = i
        if heading <= 0 and value < values[low]:
            low = i
        if heading >= 0 and value < values[high] - reversal:
            turns.append((high, 1))
            heading, low = -1, i
        elif heading <= 0 and value > values[low] + reversal:
            turns.append((low, -1))
            heading, high = 1, i
    return turns


def phase_quality(window: DoubleArray, times: DoubleArray, turns: list[tuple[int, int]]) -> float:
    """0..1, how much of the samples' variance the phase explains (phase dispersion, 12 bins; both kinds of turn).

    window: (N, D).   times: (N,) seconds.   0 with fewer than three turns of a kind.
    """
    shares = []
    for kind in (1, -1):
        marks = [i for i, direction in turns if direction == kind]
        if len(marks) >= 3 and marks[-1] - marks[0] >= _MIN_COVERED:
            share = _explained(window, times, np.array(marks))
            if share is not None:
                shares.append(share)
    return max(0.0, sum(shares) / len(shares)) if shares else 0.0


def _explained(window: DoubleArray, times: DoubleArray, marks: IntArray) -> float | None:
    covered = np.arange(marks[0], marks[-1])
    cycle = np.searchsorted(marks, covered, side="right") - 1
    begin, end = times[marks[cycle]], times[marks[cycle + 1]]
    phase = np.clip(_PHASES * (times[covered] - begin) / (end - begin), 0, _PHASES - 1).astype(int)
    values = window[covered] - window[covered].mean(axis=0)
    member = (phase == np.arange(_PHASES)[:, None]).astype(np.float64)
    size = member.sum(axis=1)
    used = size > 0
    between = float(((member @ values)[used] ** 2 / size[used, None]).sum())
    total = float((values**2).sum())
    free = len(covered) - int(used.sum())
    if free <= 0 or total <= 0:
        return None
    return 1 - ((total - between) / free) / (total / (len(covered) - 1))


def _quantile(ordered: DoubleArray, share: float) -> float:
    """Linear interpolation between the order statistics, as numpy.percentile, without its overhead."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (at - below) * (ordered[above] - ordered[below]))
