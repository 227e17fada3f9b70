"""Runs of half cycles: which of them make reps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fitness.recognition.repetition.half_cycles import HalfCycle, HalfCycleOptions, TurningPoint
from fitness.recognition.repetition.runs import RunState, advance

_Move = tuple[float, float]


def _reps(moves: Sequence[_Move], options: HalfCycleOptions | None = None) -> int:
    """Number of reps of half cycles of one second each; `moves` go from a minimum to a maximum and back in turn."""
    turn = TurningPoint(0.0, -1, np.zeros(2))
    row = []
    for number, move in enumerate(moves):
        step = np.array(move) * (1 if number % 2 == 0 else -1)
        following = TurningPoint(turn.t + 1, -turn.direction, turn.position + step)
        row.append(HalfCycle.between(turn, following))
        turn = following
    state, found = RunState(), 0
    while row:
        state, done = advance(state, row, options or HalfCycleOptions())
        row = row[1:]
        found += len(done)
    return found


def test_even_half_cycles_are_reps() -> None:
    """Two half cycles are a rep, from the fourth on."""
    assert [_reps([(100, 0)] * n) for n in (3, 4, 5, 6, 10)] == [0, 2, 2, 3, 5]


def test_movements_of_different_size_begin_no_run() -> None:
    """Getting into position goes back and forth, too, but not twice equally far; a set after it is counted whole."""
    moves: list[_Move] = [(50, 0), (50, 0), (100, 0), (100, 0)]
    assert _reps(moves, HalfCycleOptions(run_ratio=0.0)) == 2
    assert _reps(moves) == 0
    assert _reps([*moves, *[(100.0, 0.0)] * 8]) == 5
