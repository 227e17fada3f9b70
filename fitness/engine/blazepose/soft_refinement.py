"""Heatmap refinement without jumps.

MediaPipe's refinement moves a landmark to the centre of mass of a window of cells around its own cell, if the
probability of one of them exceeds a threshold. So a landmark jumps when it enters another cell, or when a probability
crosses the threshold. Here the weight of a cell falls with its distance from the landmark, and an unclear heatmap moves
the landmark only part of the way.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fitness.engine.blazepose.heatmap import sigmoid
from fitness.types import DoubleArray, FloatArray

_REACH: Final = 6
"""Half width of the window in cells: two standard deviations."""
_SPREAD: Final = 3.0
"""Standard deviation of the distance weights, cells."""
_UNCLEAR: Final = 0.1
_CLEAR: Final = 0.5
"""Peak probability up to which a landmark is not moved, and from which it is moved all the way."""

_OFFSETS: Final = np.arange(-_REACH, _REACH + 1)


def refine_soft(points: FloatArray, heatmap: FloatArray) -> FloatArray:
    """Move landmarks towards the centre of mass of their heatmaps.

    points: (N, 3) in units of the crop.   heatmap: (h, w, N or more) logits; cell indices are positions.
    A landmark outside the heatmap is not moved. z is unchanged.
    """
    height, width, _ = heatmap.shape
    extent = np.array([width, height], dtype=np.float64)
    place = points[:, :2] * extent
    inside = np.asarray(((place >= 0) & (place < extent)).all(axis=1))
    middle = np.where(inside[:, None], np.rint(place), 0).astype(np.intp)
    columns, rows = middle[:, :1] + _OFFSETS, middle[:, 1:] + _OFFSETS
    logits = heatmap[
        rows.clip(0, height - 1)[:, :, None],
        columns.clip(0, width - 1)[:, None, :],
        np.arange(len(points))[:, None, None],
    ]
    down, across = _nearness(rows, place[:, 1:], height), _nearness(columns, place[:, :1], width)
    down, across = down[:, :, None], across[:, None, :]
    probabilities = sigmoid(logits) * (np.sign(down) * np.sign(across))
    weights = probabilities * down * across
    total = weights.sum(axis=(1, 2))
    share = np.clip((probabilities.max(axis=(1, 2)) - _UNCLEAR) / (_CLEAR - _UNCLEAR), 0, 1)
    share = np.where(inside & (total > 0), share * share * (3 - 2 * share), 0)
    total = np.where(total > 0, total, 1)
    refined = points.copy()
    for axis, cells, side in ((0, columns, width), (1, rows, height)):
        centre = (weights.sum(axis=1 + axis) * cells).sum(axis=1) / (total * side)
        refined[:, axis] += share * (centre - points[:, axis])
    return np.asarray(refined, dtype=np.float32)


def _nearness(cells: NDArray[np.intp], place: DoubleArray, side: int) -> FloatArray:
    """(N, K) weights of cells by their distance from the position (N, 1) along one axis; 0 beyond the heatmap."""
    weights = np.exp(-((cells - place) ** 2) / (2 * _SPREAD**2))
    return np.where((cells >= 0) & (cells < side), weights, 0).astype(np.float32)
