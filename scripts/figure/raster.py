"""Renders triangles to an image: a scan-line rasteriser with a depth buffer, vectorised over all rows and pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.types import FloatArray, ImageArray

_NEAR_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Triangles:
    """What to draw.

    points: (V, 3) x, y in pixels and depth in metres.   light: (V,) brightness, 1 is the full colour.
    faces: (F, 3) vertex indices; seen from the front they run clockwise on screen (y down).
    colours: (F, 3) float32 RGB 0..255.
    """

    points: FloatArray
    light: FloatArray
    faces: NDArray[np.int32]
    colours: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """An image of the triangles alone.

    image: (h, w, 4) uint8 RGBA, alpha 255 where something was drawn, else 0 throughout.
    left, top: place in the full image, pixels.
    """

    image: ImageArray
    left: int
    top: int


def rasterise(triangles: Triangles, width: int, height: int) -> Layer | None:
    """Draw into a (height, width) image; None when nothing falls into it.

    The nearest surface wins at every pixel centre. Triangles that reach the camera plane are left out.
    """
    order = _visible(triangles, width, height)
    if not len(order):
        return None
    faces = triangles.faces[order]
    x, y, depth = (triangles.points[:, axis][faces] for axis in range(3))
    left, top = max(int(np.floor(x.min())), 0), max(int(np.floor(y.min())), 0)
    right, bottom = min(int(np.ceil(x.max())), width), min(int(np.ceil(y.max())), height)
    if right <= left or bottom <= top:
        return None
    x, y = x - np.float32(left + 0.5), y - np.float32(top + 0.5)
    image = _fill(
        x, y, 1.0 / depth, triangles.light[faces], triangles.colours[order], right - left, bottom - top
    )
    return Layer(image, left, top)


def _area(x: FloatArray, y: FloatArray) -> FloatArray:
    """Twice the signed area of (F, 3) triangles."""
    return (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])


def _visible(triangles: Triangles, width: int, height: int) -> NDArray[np.intp]:
    """The faces turned to the camera, in front of it and touching the frame, far ones first."""
    points, faces = triangles.points, triangles.faces
    faced = np.flatnonzero(_area(points[:, 0][faces], points[:, 1][faces]) > 1e-6)
    x, y, depth = (points[:, axis][faces[faced]] for axis in range(3))
    keep = (
        (depth.min(axis=1) > _NEAR_M)
        & (x.max(axis=1) > 0) & (x.min(axis=1) < width)
        & (y.max(axis=1) > 0) & (y.min(axis=1) < height)
    )  # fmt: skip
    order = np.argsort(-depth[keep].sum(axis=1), kind="stable")
    return np.asarray(faced[keep][order])


def _slopes(values: FloatArray, x: FloatArray, y: FloatArray, area: FloatArray) -> tuple[FloatArray, ...]:
    """The plane a + bx * x + by * y through three corner values: (a, bx, by), each (F,)."""
    d1, d2 = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    x1, x2, y1, y2 = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], y[:, 1] - y[:, 0], y[:, 2] - y[:, 0]
    bx, by = (d1 * y2 - d2 * y1) / area, (d2 * x1 - d1 * x2) / area
    return tuple(
        np.asarray(each, dtype=np.float32) for each in (values[:, 0] - bx * x[:, 0] - by * y[:, 0], bx, by)
    )


def _fill(
    x: FloatArray, y: FloatArray, nearness: FloatArray, light: FloatArray, colours: FloatArray, width: int, height: int
) -> ImageArray:  # fmt: skip
    """Corners (F, 3) relative to the first pixel's centre, far faces first -> (height, width, 4) RGBA."""
    area = _area(x, y)
    rows, face, start, stop = _spans(x, y, width, height)
    length = stop - start
    a, bx, by = _slopes(nearness, x, y, area)
    base = (a[face] + by[face] * rows).astype(np.float32)
    span = np.repeat(np.arange(len(rows), dtype=np.int32), length)
    skipped = (np.cumsum(length) - length - start).astype(np.int32)
    column = np.arange(len(span), dtype=np.int32) - skipped[span]
    depth = base[span] + bx[face][span] * column.astype(np.float32)
    best = _nearest(column + (rows * width)[span], depth, width * height)
    hit = np.flatnonzero(best >= 0)
    winner = best[hit]
    span, column = span[winner], column[winner].astype(np.float32)
    a, bx, by = _slopes(light, x, y, area)
    shine = (a[face] + by[face] * rows).astype(np.float32)[span] + bx[face][span] * column
    tinted = np.ones((len(colours), 4), dtype=np.float32)
    tinted[:, :3] = colours
    pixels = tinted[face[span]]
    pixels *= np.clip(shine, 0.0, None)[:, None]
    np.minimum(pixels, 255.0, out=pixels)
    pixels[:, 3] = 255.0
    image = np.zeros(height * width, dtype=np.uint32)
    image[hit] = pixels.astype(np.uint8).view(np.uint32)[:, 0]
    return image.view(np.uint8).reshape(height, width, 4)


def _spans(
    x: FloatArray, y: FloatArray, width: int, height: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The pixel runs of all triangles: row, face, first and one-past-last column, each (S,)."""
    first = np.clip(np.ceil(y.min(axis=1)), 0, height).astype(np.int32)
    last = np.clip(np.ceil(y.max(axis=1)), 0, height).astype(np.int32)
    count = np.maximum(last - first, 0)
    face = np.repeat(np.arange(len(x), dtype=np.int32), count)
    skipped = (np.cumsum(count) - count - first).astype(np.int32)
    rows = np.arange(len(face), dtype=np.int32) - skipped[face]
    low = np.full(len(face), -np.inf, dtype=np.float32)
    high = np.full(len(face), np.inf, dtype=np.float32)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        rise = y[:, j] - y[:, i]
        flat = np.abs(rise) < 1e-9
        slope = (x[:, j] - x[:, i]) / np.where(flat, 1.0, rise)
        crossing = (x[:, i] - slope * y[:, i])[face] + slope[face] * rows
        going_up, going_down = (rise < 0) & ~flat, (rise > 0) & ~flat
        low = np.where(going_up[face], np.maximum(low, crossing), low)
        high = np.where(going_down[face], np.minimum(high, crossing), high)
    start = np.ceil(np.clip(low, 0, width)).astype(np.int32)
    stop = np.ceil(np.clip(high, 0, width)).astype(np.int32)
    inside = stop > start
    return rows[inside], face[inside], start[inside], stop[inside]


def _nearest(cell: NDArray[np.int32], nearness: FloatArray, cells: int) -> NDArray[np.int32]:
    """For each of `cells` pixels the fragment with the largest nearness, or -1: (cells,) int32.

    Fragments come far to near, so plain assignment (the last one stays) is almost right; the rest is repaired.
    """
    best = np.full(cells, -1, dtype=np.int32)
    top = np.full(cells, -np.inf, dtype=np.float32)
    fragment = np.arange(len(cell), dtype=np.int32)
    best[cell] = fragment
    top[cell] = nearness
    while True:
        better = np.flatnonzero(nearness > top[cell])
        if not len(better):
            return best
        cell, nearness, fragment = cell[better], nearness[better], fragment[better]
        best[cell] = fragment
        top[cell] = nearness
