"""Landmarks and their heatmaps: a landmark moves to the centre of mass of the cells around it.

Source: MediaPipe's `refine_landmarks_from_heatmap_calculator.cc`. This runs for every frame just after the network, when
the processor's caches hold nothing of it, so it is written with few and plain NumPy calls.
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
"""Least probability of a cell for its landmark to be moved; the value of MediaPipe's pose graphs."""


def refine(
    points: FloatArray, heatmap: FloatArray, window: int, min_confidence: float = MIN_CONFIDENCE
) -> FloatArray:
    """Move landmarks to the centre of mass of their heatmaps.

    points: (N, 3) in units of the crop.   heatmap: (h, w, N or more) logits.   window: odd number of cells.
    A landmark stays where it is if it lies outside the map or if no cell of its window reaches `min_confidence`.
    z is unchanged. Cell indices stand for positions: there is no half-cell offset.
    """
    height, width, channels = heatmap.shape
    grid = _grid(len(points), window, width, height, channels)
    cell = points[:, :2] * grid.extent
    np.trunc(cell, out=cell)
    within = (cell >= 0) & (cell < grid.extent)
    inside = within[:, 0] & within[:, 1]
    cells = np.where(inside[:, None], cell, 0.0).astype(np.intp)[:, :, None] + grid.offsets
    # Cells beyond the map are read at its edge, and weigh nothing.
    read = np.minimum(np.maximum(cells, 0), grid.last)
    steps = read * grid.strides + grid.starts
    weights = _weights(heatmap.reshape(-1)[steps[:, 1, :, None] + steps[:, 0, None, :]])
    beyond = read != cells
    if np.count_nonzero(beyond):
        weights[beyond[:, 1, :, None] | beyond[:, 0, None, :]] = 0
    total = np.add.reduce(weights, axis=(1, 2))
    moves = inside & (np.maximum.reduce(weights, axis=(1, 2)) >= min_confidence) & (total > 0)
    margins = np.empty(cells.shape, np.float32)
    np.add.reduce(weights, axis=1, out=margins[:, 0])
    np.add.reduce(weights, axis=2, out=margins[:, 1])
    centre = np.add.reduce(margins * cells, axis=2)
    total[~moves] = 1
    centre /= total[:, None] * grid.extent32
    refined: FloatArray = points.copy()
    np.copyto(refined[:, :2], centre, where=moves[:, None], casting="same_kind")
    return refined


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """What depends on sizes only.

    extent, extent32: (2,) width and height.   offsets: (window,) cells from the middle.   last: (2, 1) last column and row.
    strides: (2, 1) numbers from cell to cell.   starts: (N, 2, 1) added to them: the landmark's channel, once.
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
        extent32=np.array([width, height], np.float32),
        offsets=np.arange(window) - window // 2,
        last=np.array([[width - 1], [height - 1]], np.intp),
        strides=np.array([[channels], [width * channels]], np.intp),
        starts=starts,
    )


def _weights(logits: FloatArray) -> FloatArray:
    """As `sigmoid`, in the same memory."""
    np.negative(logits, out=logits)
    with np.errstate(over="ignore"):
        np.exp(logits, out=logits)
    np.add(logits, np.float32(1), out=logits)
    np.divide(np.float32(1), logits, out=logits)
    return logits


def sigmoid(logits: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)) in float32."""
    with np.errstate(over="ignore"):
        values: FloatArray = np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
    return values
