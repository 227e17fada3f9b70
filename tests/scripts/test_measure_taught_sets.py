"""`scripts/measure_taught_sets.py`: the weights, and what counts with them."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.measure_taught_sets import Stream, counted, curve, fitted
from scripts.training.logs import TrainingClip


def clip(name: str, reps: int, seconds: float = 30.0) -> TrainingClip:
    return TrainingClip(name, "dip" if reps else "none", reps, (reps, reps), (), name, seconds, ())


def stream(name: str, relation: str, reps: int, *sets: list[tuple[float, float]], steps: int = 1) -> Stream:
    return Stream("dip", 1, 0, clip(name, reps), relation, steps, tuple(np.array(one) for one in sets))


ROWS = [
    stream("a", "same", 3, [(3.0, 0.9), (4.0, 0.9), (4.0, 0.95)]),
    stream("b", "same", 2, [(-6.0, 0.7), (2.0, 0.8)]),
    stream("c", "none", 0, [(-6.0, 0.2)] * 4),
    stream("d", "other", 0, [(1.0, -0.3)] * 2, [(-6.0, 0.6)] * 3),
]


def test_both_numbers_make_a_set_likelier() -> None:
    """The weights are positive, and all sets of the exercise are likelier than all others."""
    weights, bias = fitted(ROWS)
    assert (weights > 0).all()
    ends = {one.clip.name: max(float(own[-1] @ weights + bias) for own in one.sets) for one in ROWS}
    assert min(ends["a"], ends["b"]) > max(ends["c"], ends["d"])


def test_reps_count_up_to_the_last_cycle_at_which_the_set_is_likely() -> None:
    """Those before it were held; those after it would be."""
    weights = np.array([1.0, 0.0])
    one = stream("e", "same", 5, [(-1.0, 0), (1.0, 0), (1.0, 0), (-1.0, 0)], [(1.0, 0)], [(-1.0, 0)])
    assert counted(one, weights, 0.0, 0.0) == 3 + 1
    assert counted(one, weights, 0.0, 2.0) == 0


def test_a_curve_has_right_counts_and_false_reps_a_minute() -> None:
    """A cycle may be two reps; clips of other exercises are not in the curve."""
    models = {"dip": (np.array([1.0, 0.0]), 0.0)}
    rows = [*ROWS[:3], stream("f", "same", 4, [(1.0, 0.0)] * 2, steps=2)]
    assert curve(rows, 0.0, models) == (1.0, 0.0)
    right, false = curve(rows, -10.0, models)
    assert right == 1.0 and false == pytest.approx(8.0)
