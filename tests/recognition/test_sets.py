"""Numbers of reps and sets: rests and other exercises begin a new set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.recognition.sets import SetKeeper
from tests.support.strategies import examples, reals


def _add(keeper: SetKeeper, exercise: str, t: float, duration: float = 1.0) -> tuple[int, int]:
    """Set and number of a rep that begins at `t`."""
    rep = keeper.add(exercise, t, t + duration / 2, t + duration, 0.9)
    return rep.set, rep.number


def test_a_rep_keeps_what_it_was_given() -> None:
    """Times, exercise and confidence pass through; the duration is the time from leaving the top to the count."""
    rep = SetKeeper(8.0).add("squat", 1.0, 1.75, 2.5, 0.8)
    assert (rep.exercise, rep.set, rep.number) == ("squat", 1, 1)
    assert (rep.t_start, rep.t_peak, rep.t_end, rep.confidence, rep.duration) == (1.0, 1.75, 2.5, 0.8, 1.5)


def test_nothing_has_been_done_at_first() -> None:
    """Before the first rep there is set 0 with no reps."""
    keeper = SetKeeper(8.0)
    assert (keeper.number, keeper.reps, keeper.totals) == (0, 0, {})


def test_reps_are_numbered_within_their_set() -> None:
    """Three reps, a rest, two reps: sets 1 and 2, numbers 1-3 and 1-2, five in all."""
    keeper = SetKeeper(8.0)
    found = [_add(keeper, "squat", t) for t in (0.0, 2.0, 4.0, 30.0, 32.0)]
    assert found == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]
    assert (keeper.number, keeper.reps, keeper.totals) == (2, 2, {"squat": 5})


@pytest.mark.parametrize(("pause", "number"), [(7.9, 1), (8.0, 1), (8.1, 2)])
def test_a_rest_longer_than_the_option_ends_a_set(pause: float, number: int) -> None:
    """The rest counts from the end of one rep to the beginning of the next, and must be longer than `rest_s`."""
    keeper = SetKeeper(8.0)
    _add(keeper, "squat", 0.0)
    assert _add(keeper, "squat", 1.0 + pause)[0] == number


@pytest.mark.parametrize(("pause", "number"), [(11.9, 1), (12.1, 2)])
def test_slow_exercises_rest_longer(pause: float, number: int) -> None:
    """With reps of three seconds a set ends after twelve seconds, four reps' worth, rather than eight."""
    keeper = SetKeeper(8.0)
    for t in (0.0, 4.0, 8.0):
        _add(keeper, "squat", t, duration=3.0)
    assert _add(keeper, "squat", 11.0 + pause)[0] == number


def test_another_exercise_begins_a_set() -> None:
    """Squats, push-ups, squats without any rest are three sets; totals go on."""
    keeper = SetKeeper(8.0)
    found = [_add(keeper, name, 2.0 * k) for k, name in enumerate(("squat", "squat", "push-up", "squat"))]
    assert found == [(1, 1), (1, 2), (2, 1), (3, 1)]
    assert keeper.totals == {"squat": 3, "push-up": 1}


@given(
    st.lists(st.tuples(st.sampled_from(["squat", "push-up"]), reals(0.0, 30.0), reals(0.3, 5.0)), max_size=40)
)
@examples(50)
def test_totals_are_the_reps_of_all_sets(reps: list[tuple[str, float, float]]) -> None:
    """Set numbers never fall and rise by one; numbers restart at 1 exactly then; totals count every rep once."""
    keeper, t, before = SetKeeper(8.0), 0.0, (0, 0)
    for exercise, pause, duration in reps:
        t += pause
        found = _add(keeper, exercise, t, duration)
        t += duration
        assert found in {(before[0], before[1] + 1), (before[0] + 1, 1)}
        assert (keeper.number, keeper.reps) == found
        before = found
    assert sum(keeper.totals.values()) == len(reps)
