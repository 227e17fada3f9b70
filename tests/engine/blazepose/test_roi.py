"""ROIs of the landmark model, from detections and from auxiliary landmarks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.roi import roi_from_auxiliary, roi_from_detection
from tests.support.strategies import locked


def _detection(*keypoints: tuple[float, float]) -> Detection:
    return Detection(np.array([0, 0, 1, 1]), np.array(keypoints), 0.9)


def test_checklist_11_roi_of_the_published_detection() -> None:
    """The four key points of MediaPipe's test detection give its published ROI to 1e-6."""
    points = [
        (0.49192297, 0.7013345),
        (0.48453212, 0.32265595),
        (0.49723503, 0.48548737),
        (0.4922851, 0.15978798),
    ]
    roi = roi_from_detection(_detection(*((x * 1000, y * 667) for x, y in points)))
    assert roi is not None
    assert roi.size / 1000 == pytest.approx(0.6317167, abs=1e-6)
    assert roi.size / 667 == pytest.approx(0.9471016, abs=1e-6)
    assert roi.rotation == pytest.approx(-0.029253244, abs=1e-6)


def test_a_detection_is_placed_by_its_first_two_key_points() -> None:
    """Hips and full-body scale point place the ROI; the shoulders' key points have no effect."""
    near = roi_from_detection(_detection((50, 60), (50, 20), (0, 0), (1, 1)))
    far = roi_from_detection(_detection((50, 60), (50, 20), (900, 5), (-70, 30)))
    assert near == far
    assert near is not None
    assert (near.x, near.y, near.size, near.rotation) == (50.0, 60.0, 100.0, 0.0)


def test_a_detection_without_extent_gives_no_roi() -> None:
    """Hips and scale point in one place give no ROI."""
    assert roi_from_detection(_detection((5, 5), (5, 5), (0, 0), (1, 1))) is None


def test_auxiliary_landmarks_place_the_next_roi() -> None:
    """Centre, direction and 1.25 times the circle through the second point; z is not used."""
    roi = roi_from_auxiliary(locked(np.array([[100.0, 200.0, 9.0], [140.0, 200.0, -7.0]])))
    assert roi is not None
    assert (roi.x, roi.y, roi.size) == (100.0, 200.0, 100.0)
    assert roi.rotation == pytest.approx(math.pi / 2)


def test_auxiliary_landmarks_that_are_not_numbers_give_no_roi() -> None:
    """A model's NaN does not become a region."""
    assert roi_from_auxiliary(np.array([[100.0, 200.0], [math.nan, 200.0]])) is None
