"""The trajectory model decides about squats that their counter takes for sitting down."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import pytest

from fitness.recognition.exercises import EXERCISES
from fitness.recognition.rep_builder import Claim
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.recognition.trajectory import TrajectoryCounter
from fitness.recognition.trajectory.gate import TrajectoryGate, holds

EVIDENCE = Evidence(1.0, 1.0, 0.05, 1.0, 1.0, 80.0, 20.0, seated=True)


def candidate(*failed: str) -> Claim:
    swing = RepCandidate(1.0, 2.0, 3.0, EVIDENCE, False, failed[0], 0.9, failed=failed, t_turn=2.0)
    return Claim(EXERCISES["squat"], swing)


def gate(share: float) -> TrajectoryGate:
    counter = Mock(spec=TrajectoryCounter)
    counter.share_of.return_value = share
    return TrajectoryGate(counter)


def test_a_squat_with_the_weight_behind_the_feet_counts_if_the_model_is_sure() -> None:
    """It passes as an accepted candidate, with the same times."""
    claim = candidate("seated")
    passed, dropped = gate(0.99).step([claim], 3.0)
    assert [one.swing for one in passed] == [replace(claim.swing, accepted=True, reason="", failed=())]
    assert not dropped


def test_sitting_down_is_refused_after_a_wait() -> None:
    """A probability that is enough for other squats is not enough; the reason stays."""
    claim, held = candidate("seated"), gate(0.9)
    assert held.step([claim], 3.0) == ([], [])
    assert held.step([], 4.1) == ([], [claim])


@pytest.mark.parametrize("failed", [("seated", "bottom"), ("quality", "seated"), ("exercise",)])
def test_other_refused_candidates_do_not_wait(failed: tuple[str, ...]) -> None:
    """They are refused at once, for the reasons of the counter."""
    claim = candidate(*failed)
    assert not holds(claim)
    assert gate(0.99).step([claim], 3.0) == ([claim], [])
