"""Reps of the trajectory model get the times of the counter's candidates for the same movements."""

from __future__ import annotations

from unittest.mock import Mock

from fitness.recognition.claim import Claim
from fitness.recognition.exercises import AUTO, EXERCISES
from fitness.recognition.recogniser import MODEL
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.recognition.trajectory import SwingName, load_model
from fitness.recognition.whole_reps import WholeReps


def rep(t_start: float, t_turn: float, t_end: float) -> SwingName:
    return SwingName("squat", t_start, t_turn, t_end, 0.9, "both")


def candidate(t_start: float, t_turn: float, t_end: float) -> Claim:
    evidence = Evidence(1.0, 1.0, 0.05, 1.0, 1.0, 80.0, 20.0)
    swing = RepCandidate(t_start, t_turn, t_end, evidence, True, "", 0.9, t_turn=t_turn)
    return Claim(EXERCISES["squat"], swing)


def times(reps: list[SwingName], claims: list[Claim]) -> list[tuple[float, float, float]]:
    whole = WholeReps(AUTO, load_model(MODEL))
    whole.counter = Mock(pending=[], step=lambda pose, t, embedding: reps)
    whole.note(claims)
    return [(one.t_start, one.t_turn, one.t_end) for one in whole.step(None, 9.0)]


def test_a_rep_has_the_times_of_its_candidate() -> None:
    assert times([rep(1.0, 1.7, 2.4)], [candidate(1.1, 1.75, 2.3)]) == [(1.1, 1.75, 2.3)]
    assert times([rep(1.0, 1.7, 2.4)], [candidate(4.0, 5.0, 6.0)]) == [(1.0, 1.7, 2.4)]


def test_a_candidate_that_spans_two_reps_gives_no_times() -> None:
    """Else the second rep would overlap the first one, and be taken for the same movement."""
    reps = [rep(1.0, 1.7, 2.4), rep(2.6, 3.5, 4.4)]
    assert times(reps, [candidate(1.0, 3.5, 4.4)]) == [(1.0, 1.7, 2.4), (2.6, 3.5, 4.4)]
