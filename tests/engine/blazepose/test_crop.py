"""Crops of ROIs and masks mapped back, compared with the published arithmetic in plain NumPy."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose.crop import Border, crop, crop_rectangle, mask_to_image
from fitness.engine.blazepose.geometry import corners, rectangle_corners, to_roi
from fitness.types import Roi
from tests.support.strategies import examples, locked, noise_image, rois, seeds

_TIE = 1e-6


def _reference_crop(image: np.ndarray, roi: Roi, size: int, border: Border) -> tuple[np.ndarray, np.ndarray]:
    """The crop in plain NumPy, and where rounding is decided by less than the noise of a double."""
    source = _perspective(corners(roi).astype(np.float64), size)
    place = np.rint(source * 32).astype(int)
    fraction, x, y = place & 31, place[..., 0] >> 5, place[..., 1] >> 5
    fx, fy = fraction[..., :1], fraction[..., 1:]
    total = np.full((size, size, 3), 16384)
    for dx, dy, weight in (
        (0, 0, (32 - fx) * (32 - fy)),
        (1, 0, fx * (32 - fy)),
        (0, 1, (32 - fx) * fy),
        (1, 1, fx * fy),
    ):
        total += 32 * weight * _tap(image, x + dx, y + dy, border)
    tie = (np.abs(source * 32 % 1 - 0.5) < _TIE).any(axis=-1)
    return (total >> 15).astype(np.uint8), tie


def _perspective(ends: np.ndarray, size: int) -> np.ndarray:
    """Where each pixel of the crop comes from: the perspective map that takes its corners to `ends`.

    The corners are float32, so they are not exactly a parallelogram and the map not exactly affine.
    """
    rows, values = [], []
    for (i, j), (x, y) in zip([(0, size), (0, 0), (size, 0), (size, size)], ends, strict=True):
        rows += [[i, j, 1, 0, 0, 0, -i * x, -j * x], [0, 0, 0, i, j, 1, -i * y, -j * y]]
        values += [x, y]
    m = np.append(np.linalg.solve(np.array(rows, dtype=np.float64), values), 1.0).reshape(3, 3)
    j, i = np.mgrid[:size, :size]
    at = np.stack([i, j, np.ones_like(i)], axis=-1) @ m.T
    return at[..., :2] / at[..., 2:]


def _tap(image: np.ndarray, x: np.ndarray, y: np.ndarray, border: Border) -> np.ndarray:
    height, width = image.shape[:2]
    pixel = image[y.clip(0, height - 1), x.clip(0, width - 1)].astype(int)
    outside = (x < 0) | (x >= width) | (y < 0) | (y >= height)
    return np.where(outside[..., None] & (border is Border.BLACK), 0, pixel)


def _reference_mask(mask: np.ndarray, roi: Roi, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """The way back in plain NumPy, and where rounding is decided by less than the noise of a double."""
    side, cos, sin = len(mask), np.cos(roi.rotation), np.sin(roi.rotation)
    turn = np.array([[cos, sin], [-sin, cos]]) * side / roi.size
    a = np.column_stack([turn, side / 2 - turn @ [roi.x, roi.y]]).astype(np.float32).astype(np.float64)
    j, i = np.mgrid[:height, :width].astype(np.float64)
    parts = [(a[k, 1] * j + a[k, 2]) * 1024 for k in (0, 1)] + [a[k, 0] * i * 1024 for k in (0, 1)]
    x, y = (((np.rint(parts[k]) + 16 + np.rint(parts[k + 2])).astype(int)) >> 5 for k in (0, 1))
    fx, fy = (x & 31) / 32, (y & 31) / 32
    padded = np.pad(mask.astype(np.float64), 2)
    col, row = ((v >> 5).clip(-2, side) + 2 for v in (x, y))
    above = (1 - fx) * padded[row, col] + fx * padded[row, col + 1]
    below = (1 - fx) * padded[row + 1, col] + fx * padded[row + 1, col + 1]
    value = (1 - fy) * above + fy * below
    tie = np.any([np.abs(part % 1 - 0.5) < _TIE for part in parts], axis=0)
    return value, tie


@given(rois(), seeds(), st.sampled_from(list(Border)), st.sampled_from([16, 33, 64]))
@examples(60)
def test_checklist_03_crop_equals_the_arithmetic_of_opencv_4(
    roi: Roi, seed: int, border: Border, size: int
) -> None:
    """Every pixel of a crop of noise is that of the fixed-point formula, with every OpenCV."""
    image = noise_image(seed, 90, 140)
    expected, tie = _reference_crop(image, roi, size, border)
    found = crop(image, roi, size, border)
    assert found.dtype == np.uint8
    assert np.array_equal(found[~tie], expected[~tie])


@given(rois(low=20.0), seeds(), st.sampled_from([8, 64]))
@examples(60)
def test_checklist_03_mask_equals_the_arithmetic_of_opencv_4(roi: Roi, seed: int, side: int) -> None:
    """Every pixel of a mask brought back is that of the fixed-point formula, with every OpenCV."""
    mask = locked(np.random.default_rng(seed).random((side, side), dtype=np.float32))
    expected, tie = _reference_mask(mask, roi, 70, 50)
    found = mask_to_image(mask, roi, 70, 50)
    assert found.dtype == np.float32 and found.shape == (50, 70)
    assert np.abs(found - expected)[~tie].max() <= 1e-6


def _golden(
    shared: Path, name: str, keep: bool, case: tuple[float, ...], size: tuple[int, int], border: Border
) -> int:
    """Greatest difference to a stored crop. keep: the ROI grows in pixels to the output's aspect."""
    folder = shared / "benchmarks" / "mediapipe_goldens"
    files = (folder / "input.jpg", folder / f"{name}.png")
    image, golden = (cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB) for file in files)
    height, width = image.shape[:2]
    x, y, w, h, degrees = case
    w, h = w * width, h * height
    if keep:
        aspect = size[1] / size[0]
        w, h = (w, w * aspect) if aspect > h / w else (h / aspect, h)
    box = rectangle_corners(x * width, y * height, w, h, np.radians(degrees))
    return int(np.abs(crop_rectangle(locked(image), box, size, border).astype(int) - golden).max())


@pytest.mark.corpus
@pytest.mark.parametrize(("suffix", "border"), [("", Border.REPLICATE), ("_border_zero", Border.BLACK)])
@pytest.mark.parametrize(
    ("name", "keep", "case", "side"),
    [
        ("medium_sub_rect_keep_aspect", True, (0.65, 0.4, 0.5, 0.5, 0), 256),
        ("medium_sub_rect_keep_aspect_with_rotation", True, (0.65, 0.4, 0.5, 0.5, 90), 256),
        ("medium_sub_rect_with_rotation", False, (0.65, 0.4, 0.5, 0.5, -45), 256),
        ("large_sub_rect", False, (0.5, 0.5, 1.5, 1.1, 0), 128),
        ("large_sub_rect_keep_aspect", True, (0.5, 0.5, 1.5, 1.1, 0), 128),
        ("large_sub_rect_keep_aspect_with_rotation", True, (0.5, 0.5, 1.5, 1.1, -15), 128),
    ],
)
def test_checklist_02_crop_goldens(
    shared: Path, name: str, keep: bool, case: tuple[float, ...], side: int, suffix: str, border: Border
) -> None:
    """MediaPipe's stored crops are reproduced without any difference."""
    assert _golden(shared, f"{name}{suffix}", keep, case, (side, side), border) == 0


@pytest.mark.corpus
def test_checklist_02_crop_golden_of_the_whole_frame(shared: Path) -> None:
    """The whole image at its own size is the image."""
    assert _golden(shared, "noop_except_range", True, (0.5, 0.5, 1, 1, 0), (64, 128), Border.REPLICATE) == 0


def test_a_roi_on_the_pixel_grid_is_a_slice() -> None:
    """Indices are mapped corner to corner: a 32 px ROI at whole pixels is those 32 pixels."""
    image = noise_image(1, 60, 80)
    assert np.array_equal(crop(image, Roi(26, 36, 32, 0.0), 32, Border.BLACK), image[20:52, 10:42])


def test_there_are_no_half_pixel_centres() -> None:
    """Halving the size takes every second pixel, beginning with the first, and averages nothing."""
    image = noise_image(2, 64, 64)
    assert np.array_equal(crop(image, Roi(32, 32, 64, 0.0), 32, Border.BLACK), image[::2, ::2])


def test_a_turned_roi_is_turned_upright() -> None:
    """A ROI turned clockwise by a quarter gives the image turned back by a quarter."""
    image = noise_image(3, 64, 64)
    found = crop(image, Roi(32, 32, 64, np.pi / 2), 64, Border.REPLICATE)
    # np.rot90 turns counter-clockwise. The ROI begins at x = 64, one past the last column.
    assert np.array_equal(found[1:], np.rot90(image)[:-1])


def test_checklist_04_outside_is_black_for_the_detector() -> None:
    """With a black border nothing of the image's edge is repeated."""
    image = np.full((20, 20, 3), 200, np.uint8)
    found = crop(image, Roi(10, 10, 60, 0.0), 60, Border.BLACK)
    assert (found[20:40, 20:40] == 200).all()
    assert found.sum() == 20 * 20 * 3 * 200


def test_checklist_05_outside_repeats_the_edge_for_the_landmarks() -> None:
    """Outside the image, a ROI repeats the pixels of the edge, and is not black."""
    image = noise_image(4, 20, 20)
    found = crop(image, Roi(0, 10, 20, 0.0), 20, Border.REPLICATE)
    assert np.array_equal(found[:, 10:], image[:, :10])
    assert np.array_equal(found[:, :10], np.repeat(image[:, :1], 10, axis=1))


@pytest.mark.parametrize("far", [40_000.0, 65_546.0, 1e6, 1e8])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_roi_far_outside_contains_only_the_border(far: float, sign: int) -> None:
    """A ROI thousands of pixels off is black, or the nearest corner's colour; 16 and 32 bit do not overflow."""
    image = noise_image(5, 20, 30)
    roi = Roi(sign * far, sign * far, 50, 0.0)
    assert not crop(image, roi, 8, Border.BLACK).any()
    nearest = image[-1, -1] if sign > 0 else image[0, 0]
    assert (crop(image, roi, 8, Border.REPLICATE) == nearest).all()


def test_a_crop_is_a_new_array() -> None:
    """Writing to the crop does not change the image, even if the crop is the whole image."""
    image = np.array(noise_image(6, 16, 16))
    before = image.copy()
    crop(image, Roi(8, 8, 16, 0.0), 16, Border.REPLICATE)[:] = 0
    assert np.array_equal(image, before)


@given(rois(low=60.0, high=400.0))
@examples(40)
def test_checklist_20_mask_is_placed_at_the_roi(roi: Roi) -> None:
    """A mask that rises from 0 to 1 along the ROI's x axis shows the place of every pixel in the ROI."""
    side, width, height = 64, 90, 70
    ramp = locked(np.tile(np.arange(side, dtype=np.float32) / side, (side, 1)))
    found = mask_to_image(ramp, roi, width, height)
    y, x = np.mgrid[:height, :width]
    pixels = np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)]).astype(np.float64)
    u, v = (to_roi(pixels, roi)[:, k].reshape(height, width) for k in (0, 1))
    inside = (u > 0.01) & (u < 1 - 2 / side) & (v > 0.01) & (v < 1 - 2 / side)
    # Positions are rounded to 1/32 of a cell, and the terms they are made of a little more finely.
    assert np.abs(found - u)[inside].max(initial=0) <= (1 / 32 + 2 / 1024) / side
    outside = (u < -2 / side) | (u > 1 + 1 / side) | (v < -2 / side) | (v > 1 + 1 / side)
    assert not found[outside].any()
    assert found.min() >= 0.0 and found.max() <= 1.0


def test_checklist_20_a_full_mask_covers_the_roi_and_nothing_else() -> None:
    """A mask of ones is 1 over the ROI's pixels and 0 beside it, for every size of the mask."""
    for side in (128, 256):
        found = mask_to_image(np.ones((side, side), np.float32), Roi(50, 40, 40, 0.0), 100, 80)
        assert (found[21:59, 31:69] == 1).all()
        assert not found[:19].any() and not found[62:].any()
        assert not found[:, :29].any() and not found[:, 72:].any()
