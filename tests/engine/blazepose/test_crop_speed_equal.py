"""The fast code gives the same bits as the plain code: maps, crops, tensors, refinement, models used in place."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose import warp_map
from fitness.engine.blazepose.crop import Border, Cropper, crop, inverse, output_to_source
from fitness.engine.blazepose.detector import PoseDetector
from fitness.engine.blazepose.geometry import corners
from fitness.engine.blazepose.heatmap import refine
from fitness.engine.blazepose.landmark_model import LandmarkModel
from fitness.engine.blazepose.relative_roi import RelativeRoi
from fitness.engine.blazepose.warp_map import MapMaker, exact_map
from fitness.engine.runtime.model import ABSENT, InPlaceModel, in_place, without
from fitness.errors import StateError
from fitness.types import FloatArray, Roi
from tests.support.strategies import examples, locked, seeds

SIZES = (33, 224, 256)
MAKERS = {size: MapMaker(size) for size in SIZES}
"""Kept over all examples: a maker must not remember anything of the map before."""


@st.composite
def any_rois(draw: st.DrawFn) -> Roi:
    """ROIs of all sizes in and around a image: anywhere, or at whole pixels and right angles, where ties abound."""
    if draw(st.booleans()):
        whole = st.integers(-300, 1500)
        turn = draw(st.sampled_from([0.0, math.pi / 2, -math.pi / 2, -math.pi, math.pi / 4]))
        return Roi(draw(whole) / 2, draw(whole) / 2, float(draw(st.integers(1, 2000))), turn)
    place = st.floats(-500, 2500)
    size = 10 ** draw(st.floats(0.3, 3.6))
    return Roi(draw(place), draw(place), size, draw(st.floats(-math.pi, math.pi, exclude_max=True)))


def inverse_of(roi: Roi, size: int) -> np.ndarray:
    """The matrix from output to source, as the crop computes it."""
    return output_to_source(corners(roi), size, size)


def assert_same_map(size: int, matrix: np.ndarray) -> None:
    whole, fraction = MAKERS[size].make(matrix)
    expected_whole, expected_fraction = exact_map(matrix, size, size)
    assert whole.dtype == expected_whole.dtype and fraction.dtype == expected_fraction.dtype
    assert np.array_equal(whole, expected_whole)
    assert np.array_equal(fraction, expected_fraction)


@given(any_rois(), st.sampled_from(SIZES))
@examples(150)
def test_the_fast_map_is_the_exact_map(roi: Roi, size: int) -> None:
    """Every position of the map is that of the formula, ties included."""
    assert_same_map(size, inverse_of(roi, size))


def test_the_fast_crop_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a person in an 8K frame the map comes from the tables, not from the formula for each position."""
    monkeypatch.setattr(warp_map, "exact_map", lambda *_: pytest.fail("the slow way was taken"))
    rng = np.random.default_rng(0)
    for _ in range(50):
        roi = Roi(rng.uniform(0, 7680), rng.uniform(0, 4320), rng.uniform(100, 4000), rng.uniform(-3, 3))
        MAKERS[256].make(inverse_of(roi, 256))


@pytest.mark.parametrize(
    "roi", [Roi(1e6, -1e6, 50, 0.3), Roi(40000, 10, 300, 0.0), Roi(10, 10, 1e5, 1.0)], ids=str
)
def test_positions_that_the_tables_cannot_hold_are_right(roi: Roi) -> None:
    """A ROI that is far away or huge gives the exact map, too."""
    assert_same_map(256, inverse_of(roi, 256))


def test_a_strong_perspective_is_not_forced_into_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that is far from affine uses the slow code at once: the tables would hold few of its positions."""
    calls: list[int] = []
    monkeypatch.setattr(warp_map, "exact_map", lambda *given: calls.append(1) or exact_map(*given))
    assert_same_map(256, np.array([[2.0, 0.1, 30], [0.0, 1.5, 20], [1e-3, 2e-3, 1]]))
    assert calls


@given(st.floats(-1e-6, 1e-6), st.floats(-1e-6, 1e-6), seeds())
@examples(60)
def test_a_slight_perspective_stays_exact(e1: float, e2: float, seed: int) -> None:
    """Corners rounded to 32 bits leave a trace of perspective; it is in the tables or in the margin."""
    rng = np.random.default_rng(seed)
    rows = [[*rng.uniform(-4, 4, 2), 900], [*rng.uniform(-4, 4, 2), 500], [e1 / 256, e2 / 256, 1]]
    assert_same_map(256, np.array(rows))


def test_a_matrix_without_inverse_maps_everything_to_the_first_pixel() -> None:
    """OpenCV 4 does the same; a ROI that is too small for a float is cropped without an error."""
    matrix = inverse(np.array([[1.0, 2, 3], [2, 4, 6], [0, 0, 1]]))
    assert not matrix.any()
    assert_same_map(33, matrix)
    assert not exact_map(matrix, 33, 33)[0].any()
    image = locked(np.full((20, 30, 3), 7, np.uint8))
    assert (crop(image, Roi(1e7, 5.0, 1e-3, 0.0), 16, Border.REPLICATE) == 7).all()


@given(any_rois(), seeds(), st.sampled_from(list(Border)))
@examples(80)
def test_a_crop_is_a_look_up_with_the_exact_map(roi: Roi, seed: int, border: Border) -> None:
    """Positions beside the image may be clamped in the map; no pixel shows it."""
    image = locked(np.random.default_rng(seed).integers(0, 256, (90, 140, 3), dtype=np.uint8))
    whole, fraction = exact_map(inverse_of(roi, 64), 64, 64)
    expected = cv2.remap(image, whole, fraction, cv2.INTER_LINEAR, borderMode=border.value)
    assert np.array_equal(crop(image, roi, 64, border), expected)


def test_only_positions_below_zero_are_clamped() -> None:
    """A clamping maker gives the exact map with 0 for negative positions."""
    maker = MapMaker(64, clamp=True)
    for roi in (Roi(10.2, 20.3, 100.7, 0.3), Roi(300.1, 200.2, 90.3, 0.3)):
        whole, fraction = exact_map(inverse_of(roi, 64), 64, 64)
        x, y = (whole[..., k].astype(int) * 32 + (fraction >> 5 * k & 31) for k in (0, 1))
        assert ((x < 0).any() and (y < 0).any()) == (roi.x < 100)
        made, parts = maker.make(inverse_of(roi, 64))
        for k, exact in enumerate((x, y)):
            found = made[..., k].astype(int) * 32 + (parts >> 5 * k & 31)
            assert np.array_equal(np.maximum(found, 0), np.maximum(exact, 0))
            assert (found < 0).mean() < 0.05  # near ties are computed exactly, and not clamped


@given(any_rois(), seeds(), st.sampled_from(list(Border)))
@examples(40)
def test_a_cropper_equals_the_function(roi: Roi, seed: int, border: Border) -> None:
    """The reused memory of a cropper keeps nothing of the previous crop."""
    cropper = Cropper(64, border)
    image = locked(np.random.default_rng(seed).integers(0, 256, (90, 140, 3), dtype=np.uint8))
    cropper.crop(image, Roi(70, 45, 30, 0.2))
    assert np.array_equal(cropper.crop(image, roi), crop(image, roi, 64, border))


class Noting:
    """A network that works in place and records its inputs."""

    def __init__(self, shape: tuple[int, ...], outputs: tuple[FloatArray, ...]) -> None:
        self.input_shape = shape
        self.output_shapes = tuple(out.shape for out in outputs)
        self._input = np.full(shape, np.nan, np.float32)
        self._outputs = outputs

    def input_view(self) -> FloatArray:
        return self._input

    def run_in_place(self) -> tuple[FloatArray, ...]:
        self.seen = self._input.copy()
        return self._outputs

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        self.seen = tensor.copy()
        return self._outputs


class Copied:
    """The same network without a way to work in place."""

    def __init__(self, inner: Noting) -> None:
        self._inner = inner
        self.input_shape, self.output_shapes = inner.input_shape, inner.output_shapes

    def run(self, tensor: FloatArray) -> tuple[FloatArray, ...]:
        return self._inner.run(tensor)


def landmark_network(seed: int, mask: bool = True) -> Noting:
    """Answers noise; heatmaps with cells that refine."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 2, (39, 5)).astype(np.float32)
    rows[:, :3] = rng.uniform(-10, 270, (39, 3))
    outputs = (
        rows.reshape(1, -1),
        np.array([[0.9]], np.float32),
        np.zeros((1, 256, 256, 1), np.float32) if mask else np.empty(ABSENT, np.float32),
        rng.normal(-1, 3, (1, 64, 64, 39)).astype(np.float32),
        rng.normal(0, 0.3, (1, 117)).astype(np.float32),
    )
    return Noting((1, 256, 256, 3), tuple(locked(out) for out in outputs))


@given(any_rois(), seeds())
@examples(15)
def test_the_landmark_network_sees_the_plain_tensor(roi: Roi, seed: int) -> None:
    """Its input is the crop as float32 times 1/255, whether it works in place or not."""
    image = locked(np.random.default_rng(seed).integers(0, 256, (90, 140, 3), dtype=np.uint8))
    corners_px = RelativeRoi.of(roi, (140, 90)).corners((140, 90))
    square = Cropper(256, Border.REPLICATE).crop_square(image, corners_px)
    expected = square.astype(np.float32)[None] * (np.float32(1) / np.float32(255))
    for wrap in (lambda network: network, Copied):
        network = landmark_network(seed)
        LandmarkModel(wrap(network)).run(image, roi)
        assert np.array_equal(network.seen, expected)


def test_the_detector_sees_the_plain_tensor() -> None:
    """Its input is the letterboxed image from -1 to 1, in float32 throughout."""
    image = locked(np.random.default_rng(3).integers(0, 256, (90, 140, 3), dtype=np.uint8))
    square = crop(image, Roi(70, 45, 140, 0.0), 224, Border.BLACK)
    expected = (square[None] * np.float64(np.float32(2 / 255)) - 1).astype(np.float32)
    outputs = (np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), -100, np.float32))
    network = Noting((1, 224, 224, 3), outputs)
    assert PoseDetector(network).detect(image) == []
    assert network.seen.dtype == np.float32 and np.array_equal(network.seen, expected)


def test_a_mask_of_a_model_without_one_is_a_state_error() -> None:
    """The message says that the model was loaded without the mask; landmarks are still available."""
    image = np.zeros((50, 50, 3), np.uint8)
    model = LandmarkModel(landmark_network(0, mask=False))
    assert model.run(image, Roi(25, 25, 40, 0.0)).mask is None
    with pytest.raises(StateError, match="loaded without its mask"):
        model.run(image, Roi(25, 25, 40, 0.0), with_mask=True)


def plainly_refined(points: FloatArray, heatmap: FloatArray, window: int) -> FloatArray:
    """Refinement cell by cell, in doubles."""
    height, width, _ = heatmap.shape
    moved = points.astype(np.float64)
    for n, (x, y, _) in enumerate(points.astype(np.float64)):
        column, row = math.trunc(x * width), math.trunc(y * height)
        if not (column < width and row < height):
            continue
        near = range(-(window // 2), window // 2 + 1)
        cells = [
            (row + a, column + b)
            for a in near
            for b in near
            if 0 <= row + a < height and 0 <= column + b < width
        ]
        weights = np.array([1 / (1 + math.exp(-heatmap[r, c, n])) for r, c in cells])
        if weights.max() >= 0.5:
            moved[n, 0] = sum(w * c for w, (_, c) in zip(weights, cells, strict=True)) / weights.sum() / width
            moved[n, 1] = (
                sum(w * r for w, (r, _) in zip(weights, cells, strict=True)) / weights.sum() / height
            )
    return moved.astype(np.float32)


@given(seeds(), st.sampled_from([3, 7, 9]), st.integers(0, 4))
@examples(25)
def test_refinement_is_that_of_the_plain_loops(seed: int, window: int, spare: int) -> None:
    """Inside, at the borders and outside of the map, with channels to spare: each landmark moves as cell by cell."""
    rng = np.random.default_rng(seed)
    points = locked(rng.uniform(0.0, 1.1, (12, 3)).astype(np.float32))
    heatmap = locked(rng.normal(-2, 3, (16, 20, 12 + spare)).astype(np.float32))
    found = refine(points, heatmap, window)
    np.testing.assert_allclose(found, plainly_refined(points, heatmap, window), rtol=0, atol=1e-6)
    assert np.array_equal(found[:, 2], points[:, 2])


def test_in_place_leaves_a_model_that_can_alone() -> None:
    """Only a model without `run_in_place` is wrapped; cutting nothing wraps nothing."""
    network = landmark_network(0)
    assert in_place(network, network.input_shape) is network
    assert without(network, []) is network
    wrapped = in_place(Copied(network), network.input_shape)
    assert isinstance(wrapped, InPlaceModel)
    assert wrapped.output_shapes == network.output_shapes and wrapped.input_shape == network.input_shape
    wrapped.input_view()[...] = 0.25
    assert wrapped.run_in_place() == network.run_in_place()
    assert (network.seen != 0.25).sum() == network.seen.size  # the wrapper feeds a tensor of its own
