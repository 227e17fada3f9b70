"""The landmark model's input, its five outputs, heatmap refinement and projection into the image."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose.geometry import to_image
from fitness.engine.blazepose.heatmap import refine
from fitness.engine.blazepose.landmark_model import LandmarkModel
from fitness.types import Roi
from tests.support.strategies import examples, locked, noise_image, rois, seeds

_NOWHERE = -1e16


class FakeLandmarkModel:
    """A landmark network whose answers are given; points are pixels of the 256 px crop."""

    input_shape = (1, 256, 256, 3)

    def __init__(self, mask_side: int = 256, flag: float = 0.9) -> None:
        self.output_shapes = ((1, 195), (1, 1), (1, mask_side, mask_side, 1), (1, 64, 64, 39), (1, 117))
        rng = np.random.default_rng(11)
        self.rows = rng.uniform(-80, 336, (39, 5)).astype(np.float32)
        self.rows[:, 3:] = rng.normal(0, 3, (39, 2))
        self.world = rng.normal(0, 0.4, (39, 3)).astype(np.float32)
        self.mask = rng.normal(0, 4, (mask_side, mask_side)).astype(np.float32)
        self.heatmap = np.full((64, 64, 39), _NOWHERE, np.float32)
        self.flag = flag
        self.tensors: list[np.ndarray] = []

    def run(self, tensor: np.ndarray) -> tuple[np.ndarray, ...]:
        self.tensors.append(tensor.copy())
        return (
            locked(self.rows.reshape(1, -1)),
            np.array([[self.flag]], np.float32),
            locked(self.mask[None, :, :, None]),
            locked(self.heatmap[None]),
            locked(self.world.reshape(1, -1)),
        )


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x.astype(np.float64)))


_IMAGE = noise_image(0, 120, 160)
_ROI = Roi(70.0, 50.0, 200.0, 0.8)


def test_checklist_05_a_roi_over_the_edge_repeats_the_edge() -> None:
    """The outside of a white image is white for the model, not black."""
    model = FakeLandmarkModel()
    LandmarkModel(model).run(locked(np.full((40, 40, 3), 255, np.uint8)), Roi(0, 0, 400, 0.3))
    assert (model.tensors[0] == 1).all()


def test_checklist_06_landmark_model_sees_rounded_rgb_from_zero_to_one() -> None:
    """Red is the first channel; the range is [0, 1]; interpolated pixels are whole numbers before scaling."""
    model = FakeLandmarkModel()
    LandmarkModel(model).run(locked(np.full((50, 50, 3), (255, 0, 51), np.uint8)), Roi(20, 20, 33, 0.1))
    assert model.tensors[0].shape == (1, 256, 256, 3) and model.tensors[0].dtype == np.float32
    assert model.tensors[0][0, 99, 99] == pytest.approx([1.0, 0.0, 0.2], abs=1e-7)
    LandmarkModel(model).run(_IMAGE, _ROI)
    levels = model.tensors[1] * 255
    assert np.abs(levels - np.rint(levels)).max() < 1e-4
    assert model.tensors[1].min() >= 0 and model.tensors[1].max() <= 1


def test_checklist_13_outputs_are_taken_by_index() -> None:
    """0 holds 39 rows of five, 1 the flag, 4 the world; 33 are the body, the next two the auxiliary points."""
    model = FakeLandmarkModel(flag=0.625)
    found = LandmarkModel(model, refine_window=0).run(_IMAGE, _ROI)
    expected = to_image(model.rows[:, :3].astype(np.float64) / 256, _ROI)
    assert found.image == pytest.approx(expected[:33], abs=1e-3)
    assert found.auxiliary == pytest.approx(expected[33:35], abs=1e-3)
    assert found.visibility == pytest.approx(_sigmoid(model.rows[:33, 3]), abs=1e-6)
    assert found.presence == pytest.approx(_sigmoid(model.rows[:33, 4]), abs=1e-6)
    assert found.score == 0.625  # a probability already: no sigmoid
    assert found.roi == _ROI


@pytest.mark.parametrize("side", [128, 256])
def test_checklist_13_segmentation_size_is_read_from_the_tensor(side: int) -> None:
    """The mask has the network's own resolution, as probabilities; it is returned only on request."""
    model = FakeLandmarkModel(side)
    found = LandmarkModel(model).run(_IMAGE, _ROI, with_mask=True)
    assert found.mask is not None and found.mask.shape == (side, side) and found.mask.dtype == np.float32
    assert np.abs(found.mask - _sigmoid(model.mask)).max() < 1e-6
    assert LandmarkModel(model).run(_IMAGE, _ROI).mask is None


def test_extreme_logits_do_not_overflow() -> None:
    """A logit of +-1e16 in any output is a probability of 1 or 0, without a warning."""
    model = FakeLandmarkModel()
    model.rows[0, 3:], model.rows[1, 3:] = _NOWHERE, -_NOWHERE
    model.mask[0, :2] = _NOWHERE, -_NOWHERE
    found = LandmarkModel(model).run(_IMAGE, _ROI, with_mask=True)
    assert found.visibility[:2].tolist() == found.presence[:2].tolist() == [0.0, 1.0]
    assert found.mask is not None and found.mask[0, :2].tolist() == [0.0, 1.0]


def test_checklist_15_z_uses_the_scale_of_x() -> None:
    """A z of 64 crop pixels is a quarter of the ROI's side in pixels, rotation or not."""
    model = FakeLandmarkModel()
    model.rows[:, 2] = 64
    found = LandmarkModel(model).run(_IMAGE, _ROI)
    assert found.image[:, 2] == pytest.approx(50.0)


def test_checklist_18_world_landmarks_are_turned_by_the_roi() -> None:
    """World x and y are turned by the ROI's angle; z, origin and scale stay."""
    model = FakeLandmarkModel()
    found = LandmarkModel(model).run(_IMAGE, Roi(70.0, 50.0, 200.0, math.pi / 2))
    expected = np.stack([-model.world[:33, 1], model.world[:33, 0], model.world[:33, 2]], axis=1)
    assert found.world == pytest.approx(expected, abs=1e-6)
    flat = LandmarkModel(model).run(_IMAGE, Roi(10.0, 20.0, 500.0, 0.0))
    assert flat.world == pytest.approx(model.world[:33], abs=1e-6)


def test_checklist_19_landmarks_outside_the_frame_are_not_clipped() -> None:
    """A landmark above and left of the image keeps its negative coordinates."""
    model = FakeLandmarkModel()
    model.rows[:, :2] = (-128, -128)
    found = LandmarkModel(model).run(_IMAGE, Roi(10.0, 20.0, 100.0, 0.0))
    assert found.image[:, :2] == pytest.approx(np.tile([-90.0, -80.0], (33, 1)), abs=1e-3)


def _refine_one(
    point: tuple[float, float], cells: dict[tuple[int, int], float], least: float, window: int = 3
) -> tuple[float, float]:
    """One landmark on a 3 x 3 map whose (row, column) cells are given, as in MediaPipe's own test."""
    heatmap = np.full((3, 3, 1), _NOWHERE, np.float32)
    for (row, column), logit in cells.items():
        heatmap[row, column, 0] = logit
    points = locked(np.array([[*point, 5.0]], np.float32))
    refined = refine(points, locked(heatmap), window, least)
    assert refined[0, 2] == 5.0
    return float(refined[0, 0]), float(refined[0, 1])


@pytest.mark.parametrize(
    ("point", "cells", "least", "expected"),
    [
        ((0.5, 0.5), {(1, 0): 1.0}, 0.1, (0.0, 1 / 3)),
        ((0.5, 0.5), {(1, 0): 0.0}, 0.6, (0.5, 0.5)),
        ((0.5, 0.5), {(1, 0): 0.0}, 0.5, (0.0, 1 / 3)),
        ((0.0, 0.0), {(1, 0): 0.0, (1, 2): 0.0}, 0.1, (0.0, 1 / 3)),
        ((0.9, 0.9), {(1, 0): 0.0, (1, 2): 0.0, (2, 2): 0.0}, 0.1, (2 / 3, 1 / 2)),
        ((0.5, 0.5), {}, 0.0, (0.5, 0.5)),
        ((-0.2, 0.5), {(1, 0): 1.0}, 0.1, (0.0, 1 / 3)),
        ((-0.4, 0.5), {(1, 0): 1.0}, 0.1, (-0.4, 0.5)),
        ((0.5, -0.4), {(1, 0): 1.0}, 0.1, (0.5, -0.4)),
        ((1.0, 0.5), {(1, 2): 1.0}, 0.1, (1.0, 0.5)),
        ((0.5, 1.0), {(2, 1): 1.0}, 0.1, (0.5, 1.0)),
    ],
    ids=[
        "one cell",
        "below the least confidence",
        "at the least confidence",
        "window clipped top-left",
        "window clipped bottom-right",
        "no weight at all",
        "truncated toward zero",
        "left of the map",
        "above the map",
        "right of the map",
        "below the map",
    ],
)
def test_checklist_16_refinement(
    point: tuple[float, float],
    cells: dict[tuple[int, int], float],
    least: float,
    expected: tuple[float, float],
) -> None:
    """Refinement moves a landmark to the centre of mass of cell indices near it, or leaves it."""
    assert _refine_one(point, cells, least) == pytest.approx(expected, abs=1e-6)


def test_checklist_17_the_window_selects_the_cells() -> None:
    """A cell four columns away is in the window of 9 cells (legacy Python) and not in that of 7 (graphs)."""
    heatmap = np.full((64, 64, 1), _NOWHERE, np.float32)
    heatmap[32, 32], heatmap[32, 36] = 2.0, 2.0
    points = np.array([[32.5 / 64, 32.5 / 64, 0.0]], np.float32)
    assert refine(points, heatmap, 7)[0, 0] == pytest.approx(32 / 64)
    assert refine(points, heatmap, 9)[0, 0] == pytest.approx(34 / 64)


def test_refinement_is_off_with_a_window_of_zero() -> None:
    """With a window of 0 the heatmap has no effect."""
    model = FakeLandmarkModel()
    plain = LandmarkModel(model, refine_window=0).run(_IMAGE, _ROI)
    model.heatmap[:] = 5.0
    assert np.array_equal(LandmarkModel(model, refine_window=0).run(_IMAGE, _ROI).image, plain.image)
    assert not np.array_equal(LandmarkModel(model, refine_window=7).run(_IMAGE, _ROI).image, plain.image)


def _refine_slowly(points: np.ndarray, heatmap: np.ndarray, window: int, least: float) -> np.ndarray:
    """Refinement as it is described: one landmark and one cell at a time."""
    height, width, count = heatmap.shape
    refined = points.astype(np.float64)
    for k in range(count):
        column, row = int(points[k, 0] * np.float32(width)), int(points[k, 1] * np.float32(height))
        if not (0 <= column < width and 0 <= row < height):
            continue
        total = x = y = best = 0.0
        for r in range(max(0, row - window // 2), min(height, row + window // 2 + 1)):
            for c in range(max(0, column - window // 2), min(width, column + window // 2 + 1)):
                p = 1 / (1 + math.exp(-float(heatmap[r, c, k])))
                total, x, y, best = total + p, x + p * c, y + p * r, max(best, p)
        if best >= least and total > 0:
            refined[k, :2] = x / (width * total), y / (height * total)
    return refined


@given(seeds(), st.sampled_from([1, 3, 7, 9]), st.sampled_from([4, 9, 16]))
@examples(40)
def test_refinement_equals_one_cell_at_a_time(seed: int, window: int, side: int) -> None:
    """The array arithmetic does what the loops of the description do, over all borders."""
    rng = np.random.default_rng(seed)
    points = locked(rng.uniform(-0.2, 1.2, (12, 3)).astype(np.float32))
    heatmap = locked(rng.normal(-2, 3, (side, side + 2, 12)).astype(np.float32))
    expected = _refine_slowly(points, heatmap, window, 0.5)
    assert refine(points, heatmap, window) == pytest.approx(expected, abs=1e-5)


@given(rois())
@examples(20)
def test_the_position_of_the_roi_does_not_change_its_content(roi: Roi) -> None:
    """Landmarks have the same position in any ROI; visibility, presence and score do not depend on the ROI."""
    model = FakeLandmarkModel()
    found = LandmarkModel(model).run(_IMAGE, roi)
    there = LandmarkModel(model).run(_IMAGE, _ROI)
    assert found.image == pytest.approx(to_image(model.rows[:33, :3].astype(np.float64) / 256, roi), abs=1e-2)
    assert np.array_equal(found.visibility, there.visibility)
    assert np.array_equal(found.presence, there.presence)
    assert np.linalg.norm(found.world, axis=1) == pytest.approx(np.linalg.norm(there.world, axis=1), abs=1e-6)
