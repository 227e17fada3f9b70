"""The figures of a benchmark, worked out by hand and against brute force."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmarks.scores import ClipResult, matches, summarise
from scripts.benchmarks.truth import ClipTruth
from tests.support.strategies import examples

_KNOWN = ("squat", "push-up")


def _result(
    exercise: str,
    reps: int,
    totals: dict[str, int],
    *,
    accept: tuple[int, int] | None = None,
    true_s: tuple[float, ...] = (),
    found_s: tuple[float, ...] = (),
    seconds: float = 60.0,
) -> ClipResult:
    truth = ClipTruth("clip.mp4", exercise, reps, accept or (reps, reps), true_s)
    return ClipResult(truth, totals, {exercise: found_s} if found_s else {}, seconds)


def test_counts_of_the_exercise_and_of_others() -> None:
    """`count` is the reps of what is really done, `false` those of everything else."""
    result = _result("squat", 5, {"squat": 4, "push-up": 2, "lunge": 1})
    assert (result.count, result.false) == (4, 3)
    assert (_result("squat", 5, {}).count, _result("squat", 5, {}).false) == (0, 0)


def test_the_figures_of_a_small_benchmark() -> None:
    """Exact 2 of 4 (one by its range), within one 3 of 4, relative error (0 + 1/5 + 2/4 + 1/10) / 4."""
    found = summarise(
        [
            _result("squat", 8, {"squat": 8}),
            _result("squat", 5, {"squat": 6, "push-up": 1}),
            _result("push-up", 4, {"push-up": 2, "squat": 2}),
            _result("push-up", 10, {"push-up": 9}, accept=(9, 10)),
            _result("none", 0, {"squat": 1}, seconds=90),
            _result("lunge", 12, {}, seconds=30),
        ],
        _KNOWN,
    )
    assert (found["n"], found["exact"], found["obo"], found["mae"]) == (4, 0.5, 0.75, 0.2)
    assert (found["reps"], found["counted"], found["cross"]) == (27, 25, 3)
    assert (found["negatives"], found["negative_minutes"]) == (2, 2.0)
    assert (found["false_reps"], found["false_per_min"]) == (1, 0.5)
    assert found["f1"] is None
    squat, push_up = found["per_exercise"]["squat"], found["per_exercise"]["push-up"]
    assert (squat["n"], squat["exact"], squat["obo"], squat["mae"]) == (2, 0.5, 1.0, 0.1)
    assert (push_up["n"], push_up["exact"], push_up["obo"], push_up["mae"]) == (2, 0.5, 0.5, 0.3)


def test_a_recording_without_reps_of_a_known_exercise_is_left_out() -> None:
    """A person who only gets ready is neither a positive (its relative error has no meaning) nor a negative."""
    found = summarise([_result("squat", 0, {"squat": 1}), _result("squat", 2, {"squat": 2})], _KNOWN)
    assert (found["n"], found["exact"], found["mae"], found["negatives"]) == (1, 1.0, 0.0, 0)


def test_f1_counts_turning_points_of_all_recordings() -> None:
    """3 true and 4 found with 2 in common, and 2 of 2, make 2 * 4 / (5 + 6); clips without times are left out."""
    found = summarise(
        [
            _result("squat", 3, {"squat": 4}, true_s=(1.0, 3.0, 5.0), found_s=(1.2, 2.0, 4.0, 5.3)),
            _result("squat", 2, {"squat": 2}, true_s=(1.0, 2.0), found_s=(0.9, 2.1)),
            _result("squat", 2, {"squat": 2}, found_s=(0.9, 2.1)),
        ],
        _KNOWN,
    )
    assert found["f1"] == round(8 / 11, 4)


def test_no_recordings_give_no_figures() -> None:
    """Shares of nothing are None, not a division by zero."""
    found = summarise([], _KNOWN)
    assert (found["n"], found["exact"], found["f1"], found["false_per_min"]) == (0, None, None, None)
    assert found["per_exercise"] == {}


@pytest.mark.parametrize(
    ("true_s", "found_s", "hits"),
    [
        ((1.0,), (1.3,), 1),
        ((1.0,), (1.31,), 0),
        ((1.0,), (0.7,), 1),
        ((1.0, 1.2), (1.1,), 1),
        ((1.0, 1.2), (1.4, 0.8), 2),
        ((1.0, 1.5), (1.25, 1.25), 2),
        ((), (1.0,), 0),
        ((1.0,), (), 0),
    ],
)
def test_matches_of_known_examples(true_s: tuple[float, ...], found_s: tuple[float, ...], hits: int) -> None:
    """Each true time needs a separate found time within 0.3 s, in any order."""
    assert matches(true_s, found_s, 0.3 + 1e-9) == hits


@given(
    st.lists(st.integers(0, 20), max_size=5).map(lambda v: [x / 10 for x in v]),
    st.lists(st.integers(0, 20), max_size=5).map(lambda v: [x / 10 for x in v]),
)
@examples(100)
def test_matching_is_maximal(true_s: list[float], found_s: list[float]) -> None:
    """Going through both in order finds as many pairs as trying every assignment; it is symmetric."""
    tolerance = 0.25
    few, many = sorted((true_s, found_s), key=len)
    best = max(
        sum(abs(a - b) <= tolerance for a, b in zip(few, chosen, strict=True))
        for chosen in itertools.permutations(many, len(few))
    )
    assert matches(true_s, found_s, tolerance) == best == matches(found_s, true_s, tolerance)
