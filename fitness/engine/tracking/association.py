"""Association of people between frames: overlap of ROIs, similarity of landmarks, and optimal assignment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from fitness.engine.blazepose.geometry import box_iou
from fitness.types import DoubleArray, FloatArray, Roi

_KAPPA: Final = np.array(
    [0.026, *[0.025] * 6, 0.035, 0.035, 0.026, 0.026, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, *[0.062] * 6,
     0.107, 0.107, 0.087, 0.087, 0.089, 0.089, 0.089, 0.089, 0.089, 0.089]
)  # fmt: skip
"""Tolerance of each landmark's position, relative to the square root of the person's area.
Source: the constants of the COCO key point benchmark; hands use that of the wrist, feet that of the ankle."""


def roi_box(roi: Roi) -> FloatArray:
    """(4,) x0, y0, x1, y1 in pixels of a ROI; its rotation is ignored."""
    half = roi.size / 2
    return np.array([roi.x - half, roi.y - half, roi.x + half, roi.y + half], dtype=np.float32)


def merge_rois(lists: Iterable[Sequence[Roi]], min_overlap: float) -> list[Roi]:
    """Merge lists of ROIs into one in which no two overlap by an IoU of more than `min_overlap`.

    ROIs are added in order; each one removes the earlier ROIs that it overlaps. Rotation is ignored.
    MediaPipe compares rectangles normalised to the image, which have the same IoU.
    Source: MediaPipe's `association_calculator.h`.
    """
    kept: list[Roi] = []
    for rois in lists:
        for roi in rois:
            if kept:
                overlaps = box_iou(np.stack([roi_box(each) for each in kept]), roi_box(roi))
                kept = [each for each, iou in zip(kept, overlaps, strict=True) if not iou > min_overlap]
            kept.append(roi)
    return kept


def likeness(first: DoubleArray, second: DoubleArray, size: float) -> float:
    """Object key point similarity of two sets of landmarks (33, >= 2) in pixels: 1 for identical, 0 for unrelated.

    size: of the person in pixels, the square root of the area.
    """
    square = ((first[:, :2] - second[:, :2]) ** 2).sum(axis=1)
    with np.errstate(over="ignore"):
        return float(np.exp(-square / (2 * (2 * _KAPPA * max(size, 1e-6)) ** 2)).mean())


def assign(costs: DoubleArray) -> list[tuple[int, int]]:
    """The pairs (row, column) with the least total cost; a pair with an infinite cost is never made.

    costs: (R, C). The number of pairs is maximised first, then the total cost is minimised.
    Method: Kuhn-Munkres with shortest augmenting paths.
    """
    rows, columns = costs.shape
    if not rows or not columns:
        return []
    finite = np.isfinite(costs)
    high = 1.0 + 2.0 * float(np.abs(costs[finite]).sum()) if finite.any() else 1.0
    padded = np.full((rows, columns + rows), high)
    padded[:, :columns] = np.where(finite, costs, 2 * high)
    chosen = _shortest_paths(padded)
    return [(row, column) for row, column in enumerate(chosen) if column < columns and finite[row, column]]


def _shortest_paths(costs: DoubleArray) -> list[int]:
    """The column of each row in the cheapest complete assignment; (R, C) with C at least R."""
    rows, columns = costs.shape
    potential_row, potential_column = np.zeros(rows + 1), np.zeros(columns + 1)
    owner, way = np.zeros(columns + 1, np.intp), np.zeros(columns + 1, np.intp)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        nearest, used = np.full(columns + 1, np.inf), np.zeros(columns + 1, bool)
        while owner[column]:
            used[column] = True
            now = owner[column]
            reduced = costs[now - 1] - potential_row[now] - potential_column[1:]
            better = ~used[1:] & (reduced < nearest[1:])
            nearest[1:][better], way[1:][better] = reduced[better], column
            open_columns = np.flatnonzero(~used[1:]) + 1
            following = int(open_columns[np.argmin(nearest[open_columns])])
            step = nearest[following]
            potential_row[owner[used]] += step
            potential_column[used] -= step
            nearest[~used] -= step
            column = following
        while column:
            owner[column] = owner[way[column]]
            column = int(way[column])
    chosen = [0] * rows
    for column in range(1, columns + 1):
        if owner[column]:
            chosen[owner[column] - 1] = column - 1
    return chosen
