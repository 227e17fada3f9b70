"""Whether the whole person is in view, for the coach."""

from __future__ import annotations

import pytest

from fitness.coach.readiness import Confidence
from fitness.recognition.uncounted import UNKNOWN_MOVE
from fitness.types import Count
from tests.support.strategies import pose_of, squatting


@pytest.mark.parametrize(
    ("count", "in_view"),
    [
        (Count({}), True),
        (Count({}, message="step back: legs not visible"), False),
        (Count({}, message=UNKNOWN_MOVE, uncounted=UNKNOWN_MOVE), True),
    ],
)
def test_an_uncounted_movement_does_not_report_the_person_as_gone(count: Count, in_view: bool) -> None:
    """If the person cannot be measured, the screen shows the reason, not "Step into the outline"."""
    confidence = Confidence()
    for k in range(20):
        confidence.step(pose_of(squatting(170.0), k / 10), count, k / 10)
    assert confidence.in_view is in_view
