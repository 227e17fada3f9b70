"""Reps of the trajectory model beside those of the counters of joint angles."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from fitness.recognition.exercises import EXERCISES
from fitness.recognition.recogniser import MODEL
from fitness.recognition.rep_builder import Claim
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.recognition.trajectory import SwingName, TrajectoryCounter, load_model
from fitness.recognition.whole_reps import WholeReps

EVIDENCE = Evidence(1.0, 1.0, 0.05, 1.0, 1.0, 80.0, 20.0, seated=True)


def candidate(*failed: str) -> Claim:
    swing = RepCandidate(1.0, 2.0, 3.0, EVIDENCE, False, failed[0], 0.9, failed=failed, t_turn=2.0)
    return Claim(EXERCISES["squat"], swing)


@pytest.mark.parametrize("named", ["auto", "squat"])
@pytest.mark.parametrize(
    ("failed", "exercise", "share", "counts"),
    [
        (("seated",), "squat", 0.99, True),
        (("seated",), "squat", 0.9, False),
        (("seated", "bottom"), "squat", 0.9, False),
        (("seated",), "lunge", 0.99, False),
    ],
)
def test_a_squat_with_the_weight_behind_the_feet_counts_if_the_model_is_sure(
    named: str, failed: tuple[str, ...], exercise: str, share: float, counts: bool
) -> None:
    """The counter takes it for sitting down; what it takes for that is no rep of another exercise."""
    reps = WholeReps(named, load_model(MODEL), ("squat", "push-up"))
    found = SwingName(exercise, 1.0, 2.0, 3.2, share, "both")
    reps.counter = Mock(spec=TrajectoryCounter)
    reps.counter.step.return_value = [found]
    reps.note([candidate(*failed)])
    assert (reps.step(None, 4.0) == [found]) == counts
