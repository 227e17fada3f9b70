"""Movements that are faster than gravity allows are landmarks that jump, and no reps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fitness.recognition.recogniser import MODEL
from fitness.recognition.trajectory import TrajectoryCounter, load_model
from tests.support.kept_logs import kept_log, poses_of


def _names(name: str, speed: float) -> list[str]:
    """The exercise of each rep in a log that is played faster."""
    counter = TrajectoryCounter(load_model(MODEL))
    found = []
    for pose in poses_of(kept_log(name)):
        t = pose.t / speed
        found += counter.step(replace(pose, t=t), t)
    return [rep.exercise for rep in (*found, *counter.pending)]


@pytest.mark.parametrize("name", ["burpee_tb1", "burpee_ib7"])
def test_a_burpee_of_a_third_of_a_second_does_not_count(name: str) -> None:
    """A person who had just come into view was once given a burpee of 0.3 s."""
    assert "burpee" in _names(name, 1.0)
    assert "burpee" not in _names(name, 8.0)
