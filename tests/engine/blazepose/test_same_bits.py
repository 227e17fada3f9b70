"""The order of MediaPipe's sums, step by step in 32-bit floats: a last bit that differs moves a stream by pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from numpy import float32

from fitness.engine.blazepose.crop import output_to_source
from fitness.engine.blazepose.heatmap import refine
from fitness.engine.blazepose.smoothing import OneEuroFilter, OneEuroOptions
from fitness.engine.blazepose.warp_map import MapMaker, exact_map
from tests.support.strategies import examples, locked, seeds


def _refined(point: np.ndarray, heatmap: np.ndarray, window: int) -> list[float32]:
    """One landmark, cell by cell as `refine_landmarks_from_heatmap_calculator.cc` does it."""
    height, width = heatmap.shape
    column, row = int(point[0] * float32(width)), int(point[1] * float32(height))
    total = across = down = most = float32(0)
    reach = window // 2
    for y in range(max(0, row - reach), min(height, row + reach + 1)):
        for x in range(max(0, column - reach), min(width, column + reach + 1)):
            share = float32(1) / (float32(1) + float32(math.exp(-float(heatmap[y, x]))))
            total, most = total + share, max(most, share)
            across, down = across + float32(x) * share, down + float32(y) * share
    if most < 0.5:
        return [point[0], point[1]]
    return [across / float32(width) / total, down / float32(height) / total]


@given(seeds())
@examples(20)
def test_refinement_adds_up_cell_by_cell(seed: int) -> None:
    """Both windows, over the edge of the map too."""
    rng = np.random.default_rng(seed)
    heatmap = rng.normal(-1, 3, (64, 64, 3)).astype(np.float32)
    points = rng.uniform(0, 0.999, (3, 3)).astype(np.float32)
    for window in (7, 9):
        found = refine(locked(points), locked(heatmap), window)
        expected = [_refined(points[k], heatmap[:, :, k], window) for k in range(3)]
        assert found[:, :2].tolist() == np.array(expected).tolist()


ZERO = float32(0)


@dataclass
class Scalar:
    """`one_euro_filter.cc` and `low_pass_filter.cc` for one value; what they keep are 32-bit floats."""

    cutoff: float
    beta: float
    rate: float = 30.0
    last_ns: int = 0
    raw: float32 | None = None
    value: float32 = ZERO
    speed: float32 = ZERO

    def alpha(self, cutoff: float) -> float32:
        return float32(1 / (1 + (1 / (2 * math.pi * cutoff)) / (1 / self.rate)))

    def apply(self, value: float32, t_ns: int, scale: float32) -> float32:
        if self.last_ns:
            self.rate = 1 / ((t_ns - self.last_ns) * 1e-9)
        self.last_ns = t_ns
        if self.raw is None:
            self.raw = self.value = value
            return value
        speed = float32((float(value) - float(self.raw)) * float(scale) * self.rate)
        self.speed = _low_pass(speed, self.speed, self.alpha(1.0))
        alpha = self.alpha(self.cutoff + self.beta * abs(float(self.speed)))
        self.raw, self.value = value, _low_pass(value, self.value, alpha)
        return self.value


def _low_pass(new: float32, old: float32, alpha: float32) -> float32:
    return float32(float(alpha * new) + (1.0 - float(alpha)) * float(old))


@given(seeds())
@examples(20)
def test_the_filter_keeps_32_bit_floats(seed: int) -> None:
    """Forty frames of MediaPipe's image filter at its legacy clock."""
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.normal(0, 2, (40, 4)), axis=0).astype(np.float32) + float32(300)
    ours = OneEuroFilter(OneEuroOptions(0.05, 80.0))
    theirs = [Scalar(float(float32(0.05)), 80.0) for _ in range(4)]
    for k, row in enumerate(values):
        scale = float32(1) / float32(rng.uniform(100, 400))
        found = ours.apply(row.astype(np.float64), (k + 1) * 0.033333, float(scale))
        expected = [each.apply(x, (k + 1) * 33_333_000, scale) for each, x in zip(theirs, row, strict=True)]
        assert found.tolist() == [float(x) for x in expected], k


CORNERS = np.array(
    [[1666.554, 1711.0823], [-113.5564, 1131.7356], [465.79028, -648.37476], [2245.9006, -69.028076]],
    np.float32,
)
"""Of a frame on which some positions lie half-way between two pixels of 1/32."""


def _blocks(inverse: np.ndarray, size: int) -> np.ndarray:
    """(2, size, size) positions in 1/32 pixel, block by block as OpenCV 4's `warpPerspective` does it."""
    m = inverse.ravel().tolist()
    positions = np.empty((2, size, size), np.int64)
    for j in range(size):
        for left in range(0, size, 64):
            x0, y0, w0 = (m[k] * left + m[k + 1] * j + m[k + 2] for k in (0, 3, 6))
            for i in range(left, left + 64):
                scale = 32 / (w0 + m[6] * (i - left))
                positions[0, j, i] = round((x0 + m[0] * (i - left)) * scale)
                positions[1, j, i] = round((y0 + m[3] * (i - left)) * scale)
    return positions


def test_positions_are_added_up_in_blocks() -> None:
    """Both ways of making a map have OpenCV's positions where they lie half-way, too."""
    inverse = output_to_source(CORNERS, 256, 256)
    expected = _blocks(inverse, 256)
    for whole, fraction in (exact_map(inverse, 256, 256), MapMaker(256).make(inverse)):
        assert np.array_equal(whole[..., 0].astype(int) * 32 + (fraction & 31), expected[0])
        assert np.array_equal(whole[..., 1].astype(int) * 32 + (fraction >> 5), expected[1])
    i, j = np.meshgrid(np.arange(256.0), np.arange(256.0))
    a, b, c = inverse.T.reshape(3, 3, 1, 1)
    plain = a * i + (b * j + c)
    assert (np.rint(plain[:2] * (32 / plain[2])) != expected).any()  # so the order matters here
