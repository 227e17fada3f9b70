"""Where the pixels of a crop come from, in the fixed-point numbers of OpenCV's image warps.

Positions are rounded to 1/32 pixel. For output column i and row j and the inverse H of the warp's matrix they are
round((H00 i + H01 j + H02) 32 / (H20 i + H21 j + H22)), halves to the even neighbour, and the same with row 1.
OpenCV adds up the numerator in blocks of columns: first the column at the left of the block, then the row, then the rest
of the column. Many positions lie half-way between two neighbours, and there the order of the sums decides.
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

_BLOCK_PIXELS: Final = 1024
_BLOCK_ROWS: Final = 16
_EXTRA_BITS: Final = (
    11  # below 1/32 pixel: a pixel then is 2**16, so its whole part is half of a 32-bit number
)
_STEPS: Final = 1 << _EXTRA_BITS
_REACH: Final = 32000.0  # pixels; positions within fit 32 bits with room for rounding
_MAX_MARGIN: Final = 64  # of _STEPS; wider, and too many positions would have to be computed twice
_ROUNDING: Final = 1.01  # of _STEPS: two terms rounded to the nearest, and a rest for arithmetic in doubles
_BLOCK: Final = 64  # rows that are worked on at a time, so that they stay in the processor's cache
_FRACTION_SHIFTS: Final = np.array([_EXTRA_BITS, _EXTRA_BITS - 5], np.int32)[:, None, None]
_FRACTION_MASKS: Final = np.array([31, 31 << 5], np.int32)[:, None, None]


def exact_map(inverse: DoubleArray, width: int, height: int) -> tuple[Int16Array, UInt16Array]:
    """Where each output pixel comes from: whole pixels (h, w, 2) int16 and index of the fraction (h, w) uint16.

    inverse: (3, 3) from output to source. The index is 32 times the vertical fraction plus the horizontal one.
    """
    i, j = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)[:, None]
    x, y = _positions(inverse, i, j, _block_width(width, height)).clip(-LIMIT, LIMIT).astype(np.int32)
    return np.stack([x >> 5, y >> 5], axis=-1).astype(np.int16), ((y & 31) * 32 + (x & 31)).astype(np.uint16)


def _block_width(width: int, height: int) -> int:
    """Columns that OpenCV works on at a time: a block has at most 1024 pixels in at most 16 rows."""
    return min(_BLOCK_PIXELS // min(_BLOCK_ROWS, height), width)


def _positions(inverse: DoubleArray, i: DoubleArray, j: DoubleArray, block: int) -> DoubleArray:
    """Source positions of output columns i and rows j, in 1/32 pixel; x and y in a first axis of their own.

    block: columns of a block.
    """
    i, j = np.broadcast_arrays(i, j)
    a, b, c = inverse.T.reshape(3, 3, *(1,) * i.ndim)
    left = np.floor(i / block) * block
    terms = ((a * left + b * j) + c) + a * (i - left)
    # As OpenCV: where the denominator is 0, which a matrix without inverse brings about, everything is.
    scale = np.divide(SUBPIXELS, terms[2], out=np.zeros(i.shape), where=terms[2] != 0)
    positions: DoubleArray = np.rint(terms[:2] * scale)
    return positions


class MapMaker:
    """Makes square maps of one size; not for two threads at once, and a map holds until the next one is made.

    A warp of a turned square is all but affine, so a position is a function of the column plus one of the row: two short
    tables, added up in whole numbers of 2**-11 of 1/32 pixel. Where that sum lies so near to the border between two
    positions that the error could matter, the position is computed exactly.

    Args:
        size: side of the output, pixels.
        clamp: whether positions left of or above the source may become 0. Where its edge is continued outside, that is
            the same colour, and OpenCV looks it up in half the time.
    """

    def __init__(self, size: int, clamp: bool = False) -> None:
        self._size = size
        self._clamp = clamp
        u = np.arange(size, dtype=np.float64) - size / 2
        self._powers = np.stack([np.ones(size), u, u * u])
        self._sums = np.empty((2, _BLOCK, size), np.int32)
        self._spare = np.empty((2, _BLOCK, size), np.int32)
        self._near = np.empty((size, size), np.bool_)
        # A pair of 16-bit numbers, x first, is a 32-bit number with x in its lower half: every machine that the
        # inference libraries run on is little-endian.
        self._pairs = np.empty((size, size), np.int32)
        self._whole = self._pairs.view(np.int16).reshape(size, size, 2)
        self._fraction = np.empty((size, size), np.uint16)

    def make(self, inverse: DoubleArray) -> tuple[Int16Array, UInt16Array]:
        """The map of `exact_map`, to the bit (but for `clamp`)."""
        plan = self._plan(inverse)
        if plan is None:
            return exact_map(inverse, self._size, self._size)
        polynomials, margin, below = plan
        tables = np.rint(polynomials @ self._powers).astype(np.int32)
        for top in range(0, self._size, _BLOCK):
            rows = slice(top, min(top + _BLOCK, self._size))
            self._add_up(tables, rows, margin, self._clamp and below)
        self._settle(inverse)
        return self._whole, self._fraction

    def _plan(self, inverse: DoubleArray) -> tuple[DoubleArray, int, bool] | None:
        """How to fill the tables, how far their sum may be off, both in `_STEPS`; and whether positions may be below 0.

        Four polynomials by rising powers: over columns for x and for y, then over rows. `_STEPS` / 2 is added, so that
        cutting off rounds, and the margin, which changes only sums that are settled anyway.
        None where the tables cannot hold the positions. With the numerator N0 + n1 u + n2 v and the denominator
        D0 (1 + e1 u + e2 v) around the middle, N / D = X + p1 u + p2 v - (X + p1 u + p2 v)(e1 u + e2 v) + ... where
        X = N0 / D0 and p = n / D0. All but the term in u v are functions of u or of v alone.
        """
        half = self._size / 2
        *axes, (g, h, k) = inverse.tolist()
        middle = (g + h) * half + k
        if not middle > 0:
            return None
        e1, e2 = g / middle, h / middle
        bend = (abs(e1) + abs(e2)) * half
        columns, rows, off, below = [], [], 0.0, False
        for a, b, c in axes:
            at, p1, p2 = ((a + b) * half + c) / middle, a / middle, b / middle
            reach = abs(at) + (abs(p1) + abs(p2)) * half
            if not reach < _REACH:
                return None
            off = max(off, abs(p1 * e2 + p2 * e1) * half * half + 2 * reach * bend * bend)
            below = below or at - reach + abs(at) < 0
            columns.append([0.0, p1 - at * e1, -p1 * e1])
            rows.append([at, p2 - at * e2, -p2 * e2])
        margin = math.ceil(off * SUBPIXELS * _STEPS + _ROUNDING)
        if margin > _MAX_MARGIN:
            return None
        polynomials = np.array(columns + rows) * (SUBPIXELS * _STEPS)
        polynomials[2:, 0] += _STEPS // 2 + margin
        return polynomials, margin, below

    def _add_up(self, tables: Int32Array, rows: slice, margin: int, clamp: bool) -> None:
        """Fill some rows of the map and note which positions lie within `margin` of a border."""
        count = rows.stop - rows.start
        sums, spare = self._sums[:, :count], self._spare[:, :count]
        (x, y), (first, second) = sums, spare
        np.add(tables[:2, None, :], tables[2:, rows, None], out=sums)
        np.bitwise_and(sums, _STEPS - 1, out=spare)
        np.minimum(first, second, out=first)
        np.less_equal(first, 2 * margin, out=self._near[rows])
        if clamp:
            np.maximum(sums, 0, out=sums)
        np.right_shift(x.view(np.uint32), 16, out=first.view(np.uint32))
        np.bitwise_and(y, -1 << 16, out=second)
        np.bitwise_or(first, second, out=self._pairs[rows])
        np.right_shift(sums, _FRACTION_SHIFTS, out=sums)
        np.bitwise_and(sums, _FRACTION_MASKS, out=sums)
        np.bitwise_or(x, y, out=self._fraction[rows], casting="unsafe")

    def _settle(self, inverse: DoubleArray) -> None:
        """Compute the noted positions exactly."""
        near = np.flatnonzero(self._near)
        if len(near):
            j, i = np.divmod(near, self._size)
            x, y = _positions(inverse, i, j, _block_width(self._size, self._size)).astype(np.int32)
            self._fraction.reshape(-1)[near] = (y & 31) << 5 | x & 31
            self._pairs.reshape(-1)[near] = y >> 5 << 16 | x >> 5 & 0xFFFF
