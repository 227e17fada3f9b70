"""Where the pixels of a crop come from, in the fixed-point numbers of OpenCV's image warps.

Positions are rounded to 1/32 pixel. For output column i and row j and the inverse H of the warp's matrix they are
round(32 (H00 i + (H01 j + H02)) / (H20 i + (H21 j + H22))), halves to the even neighbour, and the same with row 1.
`exact_map` computes that as it stands. `MapMaker` gives the same numbers in less than half the time.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.types import DoubleArray

Int16Array: TypeAlias = NDArray[np.int16]
Int32Array: TypeAlias = NDArray[np.int32]
UInt16Array: TypeAlias = NDArray[np.uint16]

SUBPIXELS: Final = 32
LIMIT: Final = 32767 * SUBPIXELS
"""Positions beyond are clipped: whole pixels are 16-bit numbers."""

_EXTRA_BITS: Final = (
    11  # below 1/32 pixel: a pixel then is 2**16, so its whole part is half of a 32-bit number
)
_STEPS: Final = 1 << _EXTRA_BITS
_REACH: Final = 32000.0  # pixels; positions within fit 32 bits with room for rounding
_MAX_MARGIN: Final = 64  # of _STEPS; wider, and too many positions would have to be computed twice
_ROUNDING: Final = 1.01  # of _STEPS: two terms rounded to the nearest, and a rest for arithmetic in doubles


def exact_map(inverse: DoubleArray, width: int, height: int) -> tuple[Int16Array, UInt16Array]:
    """Where each output pixel comes from: whole pixels (h, w, 2) int16 and index of the fraction (h, w) uint16.

    inverse: (3, 3) from output to source. The index is 32 times the vertical fraction plus the horizontal one.
    """
    i, j = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)[:, None]
    position = np.stack(_positions(inverse, i, j), axis=-1).clip(-LIMIT, LIMIT).astype(np.int32)
    fraction = ((position[..., 1] & 31) * SUBPIXELS + (position[..., 0] & 31)).astype(np.uint16)
    return (position >> 5).astype(np.int16), fraction


def _positions(inverse: DoubleArray, i: DoubleArray, j: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Source positions of output columns i and rows j, in 1/32 pixel."""
    (a, b, c), (d, e, f), (g, h, k) = inverse.tolist()
    below = g * i + (h * j + k)
    scale = np.divide(
        SUBPIXELS, below, out=np.zeros_like(below), where=below != 0
    )  # as OpenCV: 0 for no inverse
    return np.rint((a * i + (b * j + c)) * scale), np.rint((d * i + (e * j + f)) * scale)


class MapMaker:
    """Makes maps of one size; not for two threads at once, and a map holds until the next one is made.

    A warp of a turned square is all but affine, so a position is a function of the column plus one of the row: two short
    tables, added up in whole numbers of 2**-11 of 1/32 pixel. Where that sum lies so near to the border between two
    positions that the error could matter, the position is computed exactly.

    Args:
        width, height: of the output, pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        shape = (height, width)
        self._i, self._j = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)
        self._u, self._v = self._i - width / 2, self._j - height / 2
        self._x, self._y, self._s, self._t = (np.empty(shape, np.int32) for _ in range(4))
        # A pair of 16-bit numbers, x first, is a 32-bit number with x in its lower half: every machine that the
        # inference libraries run on is little-endian.
        self._pairs = np.empty(shape, np.int32)
        self._whole = self._pairs.view(np.int16).reshape(*shape, 2)
        self._fraction = np.empty(shape, np.uint16)

    def make(self, inverse: DoubleArray) -> tuple[Int16Array, UInt16Array]:
        """The map of `exact_map`, to the bit."""
        width, height = self._size
        tables = self._tables(inverse)
        if tables is None:
            return exact_map(inverse, width, height)
        (columns_x, rows_x), (columns_y, rows_y), margin = tables
        np.add(columns_x, rows_x[:, None], out=self._x)
        np.add(columns_y, rows_y[:, None], out=self._y)
        self._settle(inverse, margin)
        return self._split()

    def _tables(
        self, inverse: DoubleArray
    ) -> tuple[tuple[Int32Array, Int32Array], tuple[Int32Array, Int32Array], int] | None:
        """For x and y a table over columns and one over rows, in `_STEPS`; and how far their sum may be off.

        None where the tables cannot hold the positions. With the numerator N0 + n1 u + n2 v and the denominator
        D0 (1 + e1 u + e2 v) around the middle, N / D = X + p1 u + p2 v - (X + p1 u + p2 v)(e1 u + e2 v) + ... where
        X = N0 / D0 and p = n / D0. All but the term in u v are functions of u or of v alone.
        """
        width, height = self._size
        (g, h, k) = inverse[2].tolist()
        middle = g * width / 2 + h * height / 2 + k
        if not middle > 0:
            return None
        e1, e2 = g / middle, h / middle
        bend = abs(e1) * width / 2 + abs(e2) * height / 2
        tables, off = [], 0.0
        for a, b, c in inverse[:2].tolist():
            p1, p2 = a / middle, b / middle
            at_middle = (a * width / 2 + b * height / 2 + c) / middle
            reach = abs(at_middle) + abs(p1) * width / 2 + abs(p2) * height / 2
            if not reach < _REACH:
                return None
            cross = abs(p1 * e2 + p2 * e1) * width * height / 4
            off = max(off, cross + 2 * reach * bend * bend)
            unit = SUBPIXELS * _STEPS
            columns = self._u * ((p1 - at_middle * e1) * unit) - self._u * self._u * (p1 * e1 * unit)
            rows = self._v * ((p2 - at_middle * e2) * unit) - self._v * self._v * (p2 * e2 * unit)
            rows += at_middle * unit + _STEPS // 2
            tables.append((np.rint(columns).astype(np.int32), np.rint(rows).astype(np.int32)))
        margin = math.ceil(off * SUBPIXELS * _STEPS + _ROUNDING)
        return None if margin > _MAX_MARGIN else (tables[0], tables[1], margin)

    def _settle(self, inverse: DoubleArray, margin: int) -> None:
        """Compute exactly what lies within `margin` of a border between two positions."""
        s, t = self._s, self._t
        for position, rest in ((self._x, s), (self._y, t)):
            np.add(position, margin, out=rest)
            np.bitwise_and(rest, _STEPS - 1, out=rest)
        near = np.flatnonzero(np.minimum(s, t, out=s) <= 2 * margin)
        if len(near):
            rows, columns = np.divmod(near, self._size[0])
            x, y = _positions(inverse, columns.astype(np.float64), rows.astype(np.float64))
            self._x.ravel()[near] = x * _STEPS
            self._y.ravel()[near] = y * _STEPS

    def _split(self) -> tuple[Int16Array, UInt16Array]:
        """Positions -> whole pixels and index of the fraction."""
        s, t = self._s, self._t
        np.right_shift(self._x.view(np.uint32), 16, out=s.view(np.uint32))
        np.bitwise_and(self._y, -1 << 16, out=t)
        np.bitwise_or(s, t, out=self._pairs)
        np.right_shift(self._x, _EXTRA_BITS, out=s)
        np.bitwise_and(s, 31, out=s)
        np.right_shift(self._y, _EXTRA_BITS - 5, out=t)
        np.bitwise_and(t, 31 << 5, out=t)
        np.bitwise_or(s, t, out=s)
        self._fraction[...] = s
        return self._whole, self._fraction
