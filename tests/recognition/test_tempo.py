"""Reps are not nearer to each other than half of the usual time; rests between sets are not part of the tempo."""

from __future__ import annotations

import pytest

from fitness.recognition.tempo import too_soon


@pytest.mark.parametrize(
    ("turns_s", "t_turn", "expected"),
    [
        ([2.0, 5.0, 8.0], 9.0, True),
        ([2.0, 5.0, 8.0], 9.6, False),
        ([8.0, 2.0, 5.0], 6.1, True),  # between two reps that were counted before
        ([4.0, 7.0], 7.5, False),  # one step is no tempo
        ([4.0, 7.0, 20.6], 23.6, False),  # two sets of two squats
        ([2.0, 5.0, 8.0, 40.0, 43.0], 44.0, True),
    ],
)
def test_a_rep_keeps_its_distance_within_a_set(turns_s: list[float], t_turn: float, expected: bool) -> None:
    assert too_soon(turns_s, t_turn) is expected
