"""Regions of interest: angles, corners, points in and out, overlap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fitness.engine.blazepose.geometry import (
    box_iou,
    corners,
    median,
    median_distance,
    rectangle_corners,
    roi_from_points,
    to_image,
    to_roi,
    turn,
    wrap_angle,
)
from fitness.types import Roi
from tests.support.strategies import examples, locked, reals, rois, seeds


def _points(seed: int, count: int = 7) -> np.ndarray:
    return locked(np.random.default_rng(seed).uniform(-0.5, 1.5, (count, 3)))


@pytest.mark.parametrize(
    ("angle", "wrapped"),
    [
        (0.0, 0.0),
        (math.pi, -math.pi),
        (-math.pi, -math.pi),
        (1.5 * math.pi, -0.5 * math.pi),
        (-1.5 * math.pi, 0.5 * math.pi),
        (7.0, 7.0 - 2 * math.pi),
    ],
)
def test_checklist_12_rotation_wraps_into_minus_pi_to_pi(angle: float, wrapped: float) -> None:
    """Angles are given in [-pi, pi): half a turn is -pi."""
    assert wrap_angle(angle) == pytest.approx(wrapped, abs=1e-12)


@given(reals(-50.0, 50.0))
@examples(100)
def test_wrapping_changes_an_angle_by_whole_turns(angle: float) -> None:
    """A wrapped angle is in range and points the same way."""
    wrapped = wrap_angle(angle)
    assert -math.pi - 1e-9 <= wrapped <= math.pi + 1e-9
    turns = (wrapped - angle) / (2 * math.pi)
    assert turns == pytest.approx(round(turns), abs=1e-9)


def test_checklist_11_roi_of_the_published_example() -> None:
    """The hips and scale point of MediaPipe's test picture (1000 x 667) give its published ROI to 1e-6."""
    width, height = 1000, 667
    roi = roi_from_points(
        (0.49192297 * width, 0.7013345 * height), (0.48453212 * width, 0.32265595 * height), 1.25
    )
    assert roi is not None
    assert roi.x / width == pytest.approx(0.49192297, abs=1e-7)
    assert roi.y / height == pytest.approx(0.7013345, abs=1e-7)
    assert roi.size / width == pytest.approx(0.6317167, abs=1e-6)
    assert roi.size / height == pytest.approx(0.9471016, abs=1e-6)
    assert roi.rotation == pytest.approx(-0.029253244, abs=1e-6)


@pytest.mark.parametrize(
    ("scale_point", "rotation"),
    [
        ((100.0, 50.0), 0.0),
        ((150.0, 100.0), math.pi / 2),
        ((50.0, 100.0), -math.pi / 2),
        ((100.0, 150.0), -math.pi),
    ],
)
def test_checklist_12_rotation_follows_the_body(scale_point: tuple[float, float], rotation: float) -> None:
    """Upright is 0, head to the right is a quarter turn clockwise, upside down is half a turn."""
    roi = roi_from_points((100.0, 100.0), scale_point, 1.25)
    assert roi is not None
    assert roi.rotation == pytest.approx(rotation, abs=1e-6)


@given(reals(-2000, 2000), reals(-2000, 2000), reals(1, 3000), reals(-math.pi, math.pi))
@examples(100)
def test_checklist_12_side_is_five_halves_of_the_radius(x: float, y: float, d: float, angle: float) -> None:
    """The ROI is 2.5 radii wide and has the scale point straight above its centre."""
    scale_point = (x + d * math.cos(angle), y + d * math.sin(angle))
    roi = roi_from_points((x, y), scale_point, 1.25)
    assert roi is not None
    assert roi.size == pytest.approx(2.5 * d, rel=1e-6, abs=1e-3)  # float32, as in MediaPipe
    inside = to_roi(np.array([[*scale_point, 0.0]]), roi)
    assert inside == pytest.approx(np.array([[0.5, 0.1, 0.0]]), abs=1e-6 + 1e-3 / d)


@pytest.mark.parametrize(
    ("centre", "scale_point"),
    [
        ((10.0, 10.0), (10.0, 10.0)),
        ((math.nan, 10.0), (10.0, 20.0)),
        ((10.0, 10.0), (math.nan, 20.0)),
        ((10.0, 10.0), (math.inf, 20.0)),
        ((10.0, -math.inf), (10.0, 20.0)),
    ],
)
def test_points_without_extent_or_not_finite_give_no_roi(
    centre: tuple[float, float], scale_point: tuple[float, float]
) -> None:
    """Absence is a value: two equal points, or a NaN, are no region."""
    assert roi_from_points(centre, scale_point, 1.25) is None


@given(rois(), seeds())
@examples(100)
def test_points_survive_projection_into_the_frame_and_back(roi: Roi, seed: int) -> None:
    """`to_roi` undoes `to_image`, and the other way round, for any turned ROI; arguments stay as they are."""
    points = _points(seed)
    assert to_roi(to_image(points, roi), roi) == pytest.approx(points, abs=1e-9)
    pixels = locked(points * 500)
    assert to_image(to_roi(pixels, roi), roi) == pytest.approx(pixels, abs=1e-6)


@given(rois())
@examples(60)
def test_corners_are_those_of_the_roi_in_the_frame(roi: Roi) -> None:
    """Bottom-left, top-left, top-right, bottom-right are (0,1), (0,0), (1,0), (1,1) of the ROI."""
    unit = np.array([[0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 1, 0]], dtype=np.float64)
    found = corners(roi)
    assert found.dtype == np.float32
    assert found == pytest.approx(to_image(unit, roi)[:, :2], abs=2e-3)


def test_corners_of_a_rectangle_turned_by_a_quarter() -> None:
    """Turned clockwise, the bottom-left corner of a wide rectangle comes to lie top-left."""
    found = rectangle_corners(100.0, 50.0, 40.0, 20.0, math.pi / 2)
    assert found == pytest.approx(np.array([[90, 30], [110, 30], [110, 70], [90, 70]]), abs=1e-4)


def test_z_has_the_scale_of_x() -> None:
    """A depth of half a ROI is half its side in pixels, for every rotation."""
    roi = Roi(10.0, 20.0, 300.0, 0.7)
    assert to_image(np.array([[0.2, 0.3, 0.5]]), roi)[0, 2] == pytest.approx(150.0)


def test_turning_is_clockwise_on_screen() -> None:
    """A quarter turn takes right to down, down to left, and leaves z."""
    turned = turn(locked(np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]])), math.pi / 2)
    assert turned == pytest.approx(np.array([[0.0, 1.0, 3.0], [-1.0, 0.0, 4.0]]), abs=1e-6)


@given(seeds(), reals(-math.pi, math.pi))
@examples(60)
def test_turning_keeps_lengths_and_can_be_undone(seed: int, angle: float) -> None:
    """Turning by an angle and back changes nothing."""
    vectors = _points(seed)
    turned = turn(vectors, angle)
    assert np.linalg.norm(turned, axis=1) == pytest.approx(np.linalg.norm(vectors, axis=1), abs=1e-6)
    assert turn(turned, -angle) == pytest.approx(vectors, abs=1e-6)


def test_overlap_of_known_boxes() -> None:
    """The same box overlaps fully, a neighbour not at all, a box shifted by half its width by a third."""
    boxes = locked(
        np.array([[0, 0, 2, 2], [2, 0, 4, 2], [1, 0, 3, 2], [1, 1, 1, 1], [-5, -5, 5, 5]], np.float32)
    )
    found = box_iou(boxes, locked(np.array([0, 0, 2, 2], np.float32)))
    assert found == pytest.approx([1.0, 0.0, 1 / 3, 0.0, 0.04], abs=1e-6)


def test_a_box_without_area_overlaps_nothing() -> None:
    """An empty box has no overlap even with itself, and there is no warning about a division."""
    empty = np.array([1, 1, 1, 1], np.float32)
    assert box_iou(empty[None], empty).tolist() == [0.0]


@given(st.lists(reals(0, 100), min_size=8, max_size=8))
@examples(100)
def test_overlap_is_symmetric_and_a_share(values: list[float]) -> None:
    """IoU is in 0..1 and does not depend on the order of the two boxes."""
    a, b = (np.sort(np.array(v, np.float32).reshape(2, 2), axis=0).ravel() for v in (values[:4], values[4:]))
    assume((a[2:] - a[:2]).min() > 1e-3 and (b[2:] - b[:2]).min() > 1e-3)
    there, back = float(box_iou(a[None], b)[0]), float(box_iou(b[None], a)[0])
    assert 0.0 <= there <= 1.0 + 1e-6
    assert there == pytest.approx(back, abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, 32, 33])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_quick_median_equals_that_of_numpy(count: int, kind: type) -> None:
    values = np.random.default_rng(count).normal(size=(count, 3)).astype(kind)
    found = median(values)
    assert found.dtype == kind
    assert np.array_equal(found, np.median(values, axis=0))


@pytest.mark.parametrize("count", [1, 2, 32, 33])
def test_the_median_distance_is_the_median_of_the_norms(count: int) -> None:
    rng = np.random.default_rng(count)
    points, others = rng.normal(300, 200, (count, 2)), rng.normal(300, 200, (count, 2))
    assert median_distance(points, others) == float(np.median(np.linalg.norm(points - others, axis=1)))
