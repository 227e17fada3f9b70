"""Finds the direction of the motion in a window of one channel, and its turning points.

The direction is the first principal component of the *differences over half a period*, each limited in length. A repeated
motion dominates there, while a single long move, such as standing up or a new camera angle, is only a few differences of
many. The turning points are those of a zigzag whose threshold depends on the half cycles in the window, not on its range.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import DoubleArray

IntArray = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

_POWER_STEPS: Final = 6
"""Steps of the power iteration for the direction."""
_LIMIT_QUANTILE: Final = 0.75
"""Differences are limited to this quantile of their lengths."""
_FINE_SHARE: Final = 0.25
"""Threshold of the fine zigzag, as a share of the spread."""
_LEAST_SHARE: Final = 0.2
"""Minimum threshold, as a share of the spread."""
_UNKNOWN_SHARE: Final = 0.65
"""Threshold while no half cycle is known, as a share of the spread."""
_PHASES: Final = 12
"""Number of bins of the phase."""
_MIN_COVERED: Final = 10
"""Minimum number of samples between the first and the last turning point of a kind."""


def swing_direction(window: DoubleArray, lag: int, before: DoubleArray | None) -> DoubleArray | None:
    """Unit vector (D,) of the motion in a window (N, D); None if nothing moves.

    Args:
        lag: half a period, in samples.   before: the last direction; the new one gets its sign.
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
    """The difference of the 95th and the 5th percentile of a signal (N,)."""
    ordered = np.sort(signal)
    return _quantile(ordered, 0.95) - _quantile(ordered, 0.05)


def threshold(signal: DoubleArray, width: float, share: float, least: float) -> float:
    """How far the signal must come back to make a turning point.

    The usual half cycle is the median of the half cycles of a fine zigzag, weighted by their size.

    Args:
        width: the signal's `spread`.   share: share of the usual half cycle.   least: minimum of the result.
    """
    turns = zigzag(signal, _FINE_SHARE * width)
    if len(turns) < 3:
        return max(_UNKNOWN_SHARE * width, least)
    sizes = np.sort(np.abs(np.diff(signal[[i for i, _ in turns]])))
    total = np.cumsum(sizes)
    usual = float(sizes[np.searchsorted(total, 0.5 * total[-1])])
    return max(share * usual, _LEAST_SHARE * width, least)


def zigzag(signal: DoubleArray, reversal: float) -> list[tuple[int, int]]:
    """Alternating extremes, as (index, +1 maximum or -1 minimum), each followed by a reversal of more than `reversal`."""
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
    """0..1, how much of the variance of the samples the phase explains (phase dispersion minimisation, 12 bins).

    The mean over both kinds of turning points; kinds with fewer than three are left out, and the result is 0 without any.

    Args:
        window: (N, D).   times: (N,) seconds.   turns: result of `zigzag`.
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
    """The share of the variance that the phase between successive `marks` (indices) explains; None if undefined."""
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
    """The quantile of sorted values by linear interpolation, as numpy.percentile computes it, but faster."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (at - below) * (ordered[above] - ordered[below]))
