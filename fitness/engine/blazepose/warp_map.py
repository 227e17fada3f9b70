"""Computes the source positions of a crop's pixels in the fixed-point numbers of OpenCV's image warps.

Positions are rounded to 1/32 pixel. With the inverse H of the warp's matrix, x of output column i and row j is
round((H00 i + H01 j + H02) 32 / (H20 i + H21 j + H22)), with halves rounded to even; y uses row 1 of H instead of row 0.
OpenCV adds up the numerator in blocks of columns: first the column at the left of the block, then the row, then the rest
of the column. Many positions lie half-way between two neighbours, where the order of the sums decides the rounding.
`exact_map` computes this formula directly. `MapMaker` gives the same numbers in less than half the time.
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
"""Larger positions are clipped, because whole pixels are 16-bit numbers."""

_BLOCK_PIXELS: Final = 1024
_BLOCK_ROWS: Final = 16
_EXTRA_BITS: Final = (
    11  # below 1/32 pixel: a pixel then is 2**16, so its whole part is half of a 32-bit number
)
_STEPS: Final = 1 << _EXTRA_BITS
_REACH: Final = 32000.0  # pixels; smaller positions fit 32 bits with room for rounding
_MAX_MARGIN: Final = 64  # in units of 1 / _STEPS; above it too many positions would be computed twice
_ROUNDING: Final = 1.01  # in units of 1 / _STEPS: two roundings to nearest, and the error of the doubles
_BLOCK: Final = 64  # rows per block, so that a block stays in the processor's cache
_FRACTION_SHIFTS: Final = np.array([_EXTRA_BITS, _EXTRA_BITS - 5], np.int32)[:, None, None]
_FRACTION_MASKS: Final = np.array([31, 31 << 5], np.int32)[:, None, None]


def exact_map(inverse: DoubleArray, width: int, height: int) -> tuple[Int16Array, UInt16Array]:
    """The source position of each output pixel: whole pixels (h, w, 2) int16 and index of the fraction (h, w) uint16.

    inverse: (3, 3) from output to source. The index is 32 times the vertical fraction plus the horizontal one.
    """
    i, j = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)[:, None]
    x, y = _positions(inverse, i, j, _block_width(width, height)).clip(-LIMIT, LIMIT).astype(np.int32)
    return np.stack([x >> 5, y >> 5], axis=-1).astype(np.int16), ((y & 31) * 32 + (x & 31)).astype(np.uint16)


def _block_width(width: int, height: int) -> int:
    """Number of columns in OpenCV's blocks: a block has at most 1024 pixels in at most 16 rows."""
    return min(_BLOCK_PIXELS // min(_BLOCK_ROWS, height), width)


def _positions(inverse: DoubleArray, i: DoubleArray, j: DoubleArray, block: int) -> DoubleArray:
    """(2, ...) source positions x and y of output columns i and rows j, in 1/32 pixel.

    block: number of columns in a block.
    """
    i, j = np.broadcast_arrays(i, j)
    a, b, c = inverse.T.reshape(3, 3, *(1,) * i.ndim)
    left = np.floor(i / block) * block
    terms = ((a * left + b * j) + c) + a * (i - left)
    # As in OpenCV, positions are 0 where the denominator is 0, which a singular matrix causes.
    scale = np.divide(SUBPIXELS, terms[2], out=np.zeros(i.shape), where=terms[2] != 0)
    positions: DoubleArray = np.rint(terms[:2] * scale)
    return positions


class MapMaker:
    """Makes square maps of one size; not thread-safe, and each map overwrites the last one.

    The warp of a rotated square is almost affine, so a position is a function of the column plus a function of the row.
    Both are short tables of integers in units of 2**-11 of 1/32 pixel. Where their sum is so near a rounding border that
    its error could matter, the position is computed exactly.

    Args:
        size: side of the output, pixels.
        clamp: set positions left of or above the source to 0. If the edge pixels are repeated outside the image, the
            colour is the same, and OpenCV's look-up takes half the time.
    """

    def __init__(self, size: int, clamp: bool = False) -> None:
        self._size = size
        self._clamp = clamp
        u = np.arange(size, dtype=np.float64) - size / 2
        self._powers = np.stack([np.ones(size), u, u * u])
        self._sums = np.empty((2, _BLOCK, size), np.int32)
        self._spare = np.empty((2, _BLOCK, size), np.int32)
        self._near = np.empty((size, size), np.bool_)
        # A pair of 16-bit numbers, x first, is read as a 32-bit number with x in its lower half. This holds on
        # little-endian machines, and the inference libraries run on no others.
        self._pairs = np.empty((size, size), np.int32)
        self._whole = self._pairs.view(np.int16).reshape(size, size, 2)
        self._fraction = np.empty((size, size), np.uint16)

    def make(self, inverse: DoubleArray) -> tuple[Int16Array, UInt16Array]:
        """The same map as `exact_map`, bit for bit (except for `clamp`)."""
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
        """Polynomials of the tables, the error bound of their sum, and whether positions may be below 0.

        Polynomials and error bound are in units of 1 / `_STEPS`. The four polynomials, by rising powers, are over columns
        for x and y, then over rows for x and y. `_STEPS` / 2 is added so that truncation rounds, and the error bound,
        which changes only sums that are computed exactly anyway.
        Returns None if the tables cannot hold the positions. With the numerator N0 + n1 u + n2 v and the denominator
        D0 (1 + e1 u + e2 v) around the middle, N / D = X + p1 u + p2 v - (X + p1 u + p2 v)(e1 u + e2 v) + ... where
        X = N0 / D0 and p = n / D0. All terms but the one in u v are functions of u or of v alone.
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
        """Fill some rows of the map and mark the positions within `margin` of a rounding border."""
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
        """Compute the marked positions exactly."""
        near = np.flatnonzero(self._near)
        if len(near):
            j, i = np.divmod(near, self._size)
            x, y = _positions(inverse, i, j, _block_width(self._size, self._size)).astype(np.int32)
            self._fraction.reshape(-1)[near] = (y & 31) << 5 | x & 31
            self._pairs.reshape(-1)[near] = y >> 5 << 16 | x >> 5 & 0xFFFF
