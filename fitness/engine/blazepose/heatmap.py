"""Heatmap refinement: moves each landmark to the centre of mass of the heatmap cells around it.

Source: MediaPipe's `refine_landmarks_from_heatmap_calculator.cc`. This runs on each frame just after the network, with
cold processor caches, so it uses few and simple NumPy calls.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.types import DoubleArray, FloatArray

IndexArray: TypeAlias = NDArray[np.intp]

MIN_CONFIDENCE: Final = 0.5
"""Minimum probability of a cell for its landmark to be moved; the value of MediaPipe's pose graphs."""


def refine(
    points: FloatArray, heatmap: FloatArray, window: int, min_confidence: float = MIN_CONFIDENCE
) -> FloatArray:
    """Move landmarks to the centre of mass of their heatmaps.

    points: (N, 3) in units of the crop.   heatmap: (h, w, N or more) logits.   window: odd number of cells.
    A landmark stays where it is if it lies outside the map or if no cell of its window reaches `min_confidence`.
    z is unchanged. Cell indices are positions, without a half-cell offset.
    """
    height, width, channels = heatmap.shape
    grid = _grid(len(points), window, width, height, channels)
    cell = np.trunc(points[:, :2] * grid.extent)
    within = (cell >= 0) & (cell < grid.extent)
    inside = within[:, 0] & within[:, 1]
    cells = np.where(inside[:, None], cell, 0.0).astype(np.intp)[:, :, None] + grid.offsets
    # Cells beyond the map are read at its edge with weight 0.
    read = np.minimum(np.maximum(cells, 0), grid.last)
    steps = read * grid.strides + grid.starts
    moments = np.empty((3, len(points), window, window), np.float32)
    weights = moments[0]
    weights[:] = sigmoid(heatmap.reshape(-1).take(steps[:, 1, :, None] + steps[:, 0, None, :]))
    beyond = read != cells
    if np.count_nonzero(beyond):
        weights[beyond[:, 1, :, None] | beyond[:, 0, None, :]] = 0
    at = cells.astype(np.float32)
    np.multiply(weights, at[:, 0, None, :], out=moments[1])
    np.multiply(weights, at[:, 1, :, None], out=moments[2])
    # One by one, row by row: the order of float32 sums decides their last bit.
    sums = np.add.accumulate(moments.reshape(3, len(points), -1), axis=2)[:, :, -1]
    total = sums[0]
    moves = inside & (np.maximum.reduce(weights, axis=(1, 2)) >= min_confidence) & (total > 0)
    centre = sums[1:] / grid.extent32 / np.where(moves, total, 1)
    refined: FloatArray = points.copy()
    np.copyto(refined[:, :2], centre.T, where=moves[:, None])
    return refined


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Precomputed values that depend only on sizes.

    extent: (2,), extent32: (2, 1) width and height.   offsets: (window,) cells from the middle.
    last: (2, 1) last column and row.
    strides: (2, 1) index step between cells.   starts: (N, 2, 1) index offset of each landmark's channel.
    """

    extent: DoubleArray
    extent32: FloatArray
    offsets: IndexArray
    last: IndexArray
    strides: IndexArray
    starts: IndexArray


@functools.lru_cache(maxsize=8)
def _grid(count: int, window: int, width: int, height: int, channels: int) -> _Grid:
    starts = np.zeros((count, 2, 1), np.intp)
    starts[:, 0, 0] = np.arange(count)
    return _Grid(
        extent=np.array([width, height], np.float64),
        extent32=np.array([[width], [height]], np.float32),
        offsets=np.arange(window) - window // 2,
        last=np.array([[width - 1], [height - 1]], np.intp),
        strides=np.array([[channels], [width * channels]], np.intp),
        starts=starts,
    )


def sigmoid(logits: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)) in float32, with the exponential rounded once as C's `expf` does it."""
    with np.errstate(over="ignore", under="ignore"):
        rounded = np.exp(-logits.astype(np.float64)).astype(np.float32)
        return np.asarray(1 / (1 + rounded), dtype=np.float32)
