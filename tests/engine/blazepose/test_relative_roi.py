"""A ROI as fractions of the frame: the same place in a frame of another size."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given

from fitness.engine.blazepose.geometry import corners, to_image
from fitness.engine.blazepose.relative_roi import RelativeRoi
from fitness.types import Roi
from tests.support.strategies import examples, rois, seeds


@given(rois(), seeds())
@examples(60)
def test_in_the_frame_it_was_made_for_it_is_the_roi(roi: Roi, seed: int) -> None:
    """Corners and landmarks are those of the ROI in pixels, within the rounding of float32."""
    relative = RelativeRoi.of(roi, (640, 360))
    within = 1e-5 * (abs(roi.x) + abs(roi.y) + roi.size)
    assert relative.corners((640, 360)) == pytest.approx(corners(roi), abs=within)
    points = np.random.default_rng(seed).uniform(-0.2, 1.2, (33, 3)).astype(np.float32)
    assert relative.project(points, (640, 360)) == pytest.approx(
        to_image(points.astype(np.float64), roi), abs=within
    )


@given(rois())
@examples(30)
def test_in_a_frame_of_twice_the_size_everything_is_twice_as_large(roi: Roi) -> None:
    """Centre and side are doubled; the rotation stays."""
    twice = RelativeRoi.of(roi, (640, 360)).in_pixels((1280, 720))
    assert (twice.x, twice.y, twice.size) == pytest.approx((2 * roi.x, 2 * roi.y, 2 * roi.size), rel=1e-5)
    assert twice.rotation == pytest.approx(roi.rotation, abs=1e-6)


def test_without_padding_the_roi_is_cropped_as_it_is() -> None:
    """As MediaPipe's Tasks do it: in a frame of twice the height the crop is stretched, and so are its points."""
    relative = RelativeRoi.of(Roi(100.0, 50.0, 40.0, 0.0), (200, 100))
    assert np.ptp(relative.corners((200, 200), padded=False), axis=0) == pytest.approx([40, 80])
    points = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.1]], np.float32)
    assert relative.project(points, (200, 200), padded=False) == pytest.approx(
        np.array([[100.0, 100.0, 0.0], [80.0, 60.0, 4.0]]), abs=1e-4
    )


def test_in_a_frame_of_another_shape_the_longer_side_counts() -> None:
    """A frame that is padded below to twice its height: the crop is a square of twice the side, twice as far down."""
    relative = RelativeRoi.of(Roi(100.0, 50.0, 40.0, 0.0), (200, 100))
    assert astuple(relative.in_pixels((200, 200))) == pytest.approx((100.0, 100.0, 80.0, 0.0))
    box = relative.corners((200, 200))
    assert np.ptp(box, axis=0) == pytest.approx([80, 80])
    # The middle of the crop is the middle of the ROI; its upper edge is the ROI's, which fills the square's height.
    points = np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.1]], np.float32)
    assert relative.project(points, (200, 200)) == pytest.approx(
        np.array([[100.0, 100.0, 0.0], [100.0, 60.0, 8.0]]), abs=1e-4
    )
