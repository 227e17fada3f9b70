"""Candidates of the counters wait until the trajectory model has judged their movement."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from fitness.recognition.claim import Claim
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.recognition.trajectory import TrajectoryCounter
from fitness.recognition.trajectory.gate import TrajectoryGate, holds

EVIDENCE = Evidence(1.0, 1.0, 0.05, 1.0, 1.0, 80.0, 20.0)


def candidate(*failed: str, accepted: bool = False, partial: bool = False) -> Claim:
    """A squat from 1 to 3 s."""
    swing = RepCandidate(
        1.0, 2.0, 3.0, EVIDENCE, accepted, "".join(failed[:1]), 0.9, partial, failed=failed, t_turn=2.0
    )
    return Claim(EXERCISES["squat"], swing)


def gate(share: float) -> TrajectoryGate:
    counter = Mock(spec=TrajectoryCounter)
    counter.share_of.return_value = share
    return TrajectoryGate(counter)


@pytest.mark.parametrize("claim", [candidate(accepted=True), candidate("depth", partial=True)])
def test_a_candidate_passes_if_the_model_agrees(claim: Claim) -> None:
    """At once if the probability is enough; else it is refused after half its duration."""
    assert gate(0.4).step([claim], 3.0) == ([claim], [])
    held = gate(0.2)
    assert held.step([claim], 3.0) == ([], [])
    assert held.waiting == (claim.swing,)
    assert held.step([], 4.1) == ([], [claim])
    assert not held.waiting


@pytest.mark.parametrize("failed", ["quality", "distance"])
def test_a_hint_waits_for_the_model(failed: str) -> None:
    """The model may count what the counter cannot judge, so the hint comes only after its decision."""
    claim, held = candidate(failed), gate(0.99)
    assert held.step([claim], 3.0) == ([], [])
    assert held.step([], 4.1) == ([], [claim])


@pytest.mark.parametrize("failed", [("quality", "distance"), ("exercise",)])
def test_other_refused_candidates_do_not_wait(failed: tuple[str, ...]) -> None:
    """They are refused at once, for the reasons of the counter."""
    claim = candidate(*failed)
    assert not holds(claim)
    assert gate(0.99).step([claim], 3.0) == ([claim], [])
