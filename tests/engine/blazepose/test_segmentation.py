"""Masks over time: MediaPipe's formula, and the state while a person is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.segmentation import MaskSmoother, smooth_mask
from fitness.engine.options import (
    DEFAULT,
    MEDIAPIPE_LEGACY,
    MEDIAPIPE_LEGACY_CPP,
    MEDIAPIPE_TASKS,
    TrackerOptions,
)
from fitness.engine.tracking.filtered_person import Person
from fitness.types import Roi
from tests.support.strategies import examples, locked, reals


def _full(value: float) -> np.ndarray:
    return locked(np.full((3, 4), value, np.float32))


@given(reals(0, 1), reals(0, 1), reals(0, 1))
@examples(200)
def test_checklist_34_formula_of_mediapipe(new: float, old: float, ratio: float) -> None:
    """p + (q - p) U(p) ratio, with the polynomial of `segmentation_smoothing_calculator.cc`, one pixel at a time."""
    x = (new - 0.5) ** 2
    polynomial = x * (5.68842 + x * (-0.748699 + x * (-57.8051 + x * (291.309 - x * 624.717))))
    expected = new + (old - new) * (1 - min(1.0, polynomial)) * ratio
    assert smooth_mask(_full(new), _full(old), ratio) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("ratio", [0.7, 1.0])
def test_checklist_34_certain_mask_pixels_do_not_change(ratio: float) -> None:
    """0 and 1 stay; 1/2 moves by the ratio of the difference."""
    for value in (0.0, 1.0):
        assert smooth_mask(_full(value), _full(0.5), ratio) == pytest.approx(value, abs=1e-4)
    assert smooth_mask(_full(0.5), _full(0.9), ratio) == pytest.approx(0.5 + 0.4 * ratio, abs=1e-6)


def test_checklist_34_each_mask_is_blended_with_the_smoothed_one_before() -> None:
    """The first passes; a ratio of 0, that of the legacy Python profile, changes nothing."""
    smoother, none = MaskSmoother(0.7), MaskSmoother(MEDIAPIPE_LEGACY.mask_smoothing)
    assert smoother.apply(_full(0.9)) == pytest.approx(0.9)
    assert smoother.apply(_full(0.5)) == pytest.approx(0.5 + 0.7 * 0.4)
    assert smoother.apply(_full(0.5)) == pytest.approx(0.5 + 0.7 * 0.28)
    assert [float(none.apply(_full(value))[0, 0]) for value in (0.25, 0.5)] == [0.25, 0.5]
    assert (MEDIAPIPE_LEGACY_CPP.mask_smoothing, MEDIAPIPE_TASKS.mask_smoothing) == (0.7, 0.0)


@pytest.mark.parametrize(
    ("options", "kept"), [(MEDIAPIPE_LEGACY_CPP, True), (DEFAULT, False)], ids=["legacy graph", "ours"]
)
def test_checklist_34_the_last_mask_is_kept_while_the_person_is_lost(
    options: TrackerOptions, kept: bool
) -> None:
    """MediaPipe's graph blends the mask of a person who is found again with the old one; the native tracker starts
    again.
    """
    person, image = Person(options), np.zeros((20, 20, 3), np.uint8)
    masks = []
    for k, inside in enumerate((0.9, 0.5)):
        pose = person.follow(_found(inside), k / 30, k / 30, image)
        person.lose()
        assert pose.mask is not None
        masks.append(float(pose.mask[10, 10]))
    assert masks == pytest.approx([0.9, 0.78 if kept else 0.5], abs=1e-5)


def _found(inside: float) -> RoiLandmarks:
    """A person whose mask has one value all over the ROI."""
    ones = np.ones(33, np.float32)
    return RoiLandmarks(
        image=np.ones((33, 3)),
        auxiliary=np.array([[10.0, 10.0, 0.0], [10.0, 2.0, 0.0]]),
        world=np.ones((33, 3)),
        visibility=ones,
        presence=ones,
        score=0.9,
        roi=Roi(10.0, 10.0, 20.0, 0.0),
        mask=np.full((16, 16), inside, np.float32),
    )
