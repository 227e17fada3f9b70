"""The moving average of class scores: seconds, not frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from fitness.errors import OptionError, StateError
from fitness.recognition.score_smoothing import ScoreSmoother
from tests.support.strategies import examples, increasing_times, locked, seeds


@pytest.mark.parametrize("rate", [10, 15, 30, 60])
def test_step_response_is_the_same_at_every_frame_rate(rate: int) -> None:
    """One time constant after a step the average has done 1 - 1/e of it."""
    smoother = ScoreSmoother(0.4)
    smoother.step(locked(np.zeros(2)), 0.0)
    for k in range(1, rate * 2 // 5 + 1):
        found = smoother.step(locked(np.ones(2)), k / rate)
    assert found == pytest.approx([1 - math.exp(-(rate * 2 // 5) / rate / 0.4)] * 2)


@given(increasing_times(least=3, most=30), seeds())
@examples(40)
def test_splitting_a_step_in_two_changes_nothing(times: list[float], seed: int) -> None:
    """The same value given once more in between leaves the average where it would have been."""
    values = np.random.default_rng(seed).random((len(times), 3))
    coarse, fine = ScoreSmoother(0.3), ScoreSmoother(0.3)
    for k, (value, t) in enumerate(zip(values, times, strict=True)):
        if k:
            fine.step(value, (times[k - 1] + t) / 2)
        assert fine.step(value, t) == pytest.approx(coarse.step(value, t), abs=1e-9)


@given(increasing_times(), seeds())
@examples(40)
def test_the_average_stays_within_what_it_has_seen(times: list[float], seed: int) -> None:
    """Averages lie in the hull of the inputs so far, and shares still add up to 1."""
    values = np.random.default_rng(seed).dirichlet(np.ones(4), len(times))
    smoother = ScoreSmoother(0.2)
    for k, t in enumerate(times):
        found = smoother.step(locked(values[k]), t)
        assert (found >= values[: k + 1].min(axis=0) - 1e-12).all()
        assert (found <= values[: k + 1].max(axis=0) + 1e-12).all()
        assert found.sum() == pytest.approx(1.0)


@given(increasing_times(), seeds())
@examples(20)
def test_a_reset_smoother_equals_a_new_one(times: list[float], seed: int) -> None:
    """After `reset` no earlier value has an effect, and time may start again."""
    values = np.random.default_rng(seed).random((len(times), 2))
    used, new = ScoreSmoother(0.3), ScoreSmoother(0.3)
    for value, t in zip(values[::-1], times, strict=True):
        used.step(value, t + 9)
    used.reset()
    for value, t in zip(values, times, strict=True):
        assert np.array_equal(used.step(value, t), new.step(value, t))


def test_a_long_gap_starts_afresh() -> None:
    """After more than `gap_s` old values have no effect; after exactly `gap_s` they still have."""
    for later, expected in ((1.51, 0.0), (1.5, math.exp(-1.5))):
        smoother = ScoreSmoother(1.0, gap_s=1.5)
        smoother.step(np.ones(1), 0.0)
        assert smoother.step(np.zeros(1), later) == pytest.approx([expected])


@pytest.mark.parametrize("second", [1.0, 0.5])
def test_time_must_increase(second: float) -> None:
    """A time that does not increase is an error, and leaves the average as it was."""
    smoother = ScoreSmoother(0.5)
    smoother.step(np.zeros(1), 1.0)
    with pytest.raises(StateError, match="times must increase"):
        smoother.step(np.ones(1), second)
    assert smoother.step(np.zeros(1), 1.1).tolist() == [0.0]


def test_a_first_time_of_zero_is_a_time() -> None:
    """0 s is not "no time yet"."""
    smoother = ScoreSmoother(0.5)
    smoother.step(np.zeros(1), 0.0)
    with pytest.raises(StateError):
        smoother.step(np.ones(1), 0.0)


def test_returned_arrays_are_copies() -> None:
    """Writing to the average, or to the input values, does not change later results."""
    smoother = ScoreSmoother(0.5)
    for t in (0.0, 0.1, 0.2):
        value = np.ones(2)
        found = smoother.step(value, t)
        assert found.tolist() == [1.0, 1.0]
        value[:] = found[:] = 77


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_time_constant_must_be_positive(value: float) -> None:
    """The message names the option and the value given."""
    with pytest.raises(OptionError, match=f"time_constant_s must be greater than 0, got {value}"):
        ScoreSmoother(value)
