"""Filters over time for landmarks: One-Euro and low-pass, against a scalar version written out step by step."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose import smoothing
from fitness.engine.blazepose.smoothing import LowPassFilter, OneEuroFilter, OneEuroOptions
from fitness.errors import OptionError
from tests.support.strategies import examples, increasing_times, locked, reals, seeds

_IMAGE = OneEuroOptions(0.05, 80.0)


def _one(filtered: OneEuroFilter, value: float, t: float, scale: float = 1.0) -> float:
    return float(filtered.apply(locked(np.array([value])), t, scale)[0])


def test_checklist_28_low_pass_values() -> None:
    """alpha 1 follows, alpha 1/2 meets half way; the first value passes through."""
    for alpha, second in ((1.0, 100.0), (0.5, 51.0), (0.1, 11.8)):
        low_pass = LowPassFilter(alpha)
        assert low_pass.apply(locked(np.array([2.0], np.float32)), 1.0).tolist() == [2.0]
        assert low_pass.apply(locked(np.array([100.0], np.float32)), 2.0) == pytest.approx([second])


def test_checklist_28_one_euro_values() -> None:
    """MediaPipe's unit case: 1 Hz, cut-offs 0.1 Hz, no beta."""
    filtered = OneEuroFilter(OneEuroOptions(0.1, 0.0, 0.1))
    values = [_one(filtered, v, t) for v, t in ((2.0, 1.0), (3.0, 2.0), (4.0, 3.0))]
    assert values == pytest.approx([2.0, 2.4, 3.0], abs=0.1)
    assert values[0] == 2.0


def test_checklist_28_one_euro_follows_a_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """MediaPipe's second unit case: first time 0 counts as unset, so a nominal rate of 1 Hz is used, and 79.8 comes out."""
    monkeypatch.setattr(smoothing, "FIRST_RATE_HZ", 1.0)
    filtered = OneEuroFilter(OneEuroOptions(0.001, 1.0, 0.001), zero_is_unset=True)
    assert _one(filtered, 2.0, 0.0) == 2.0
    assert _one(filtered, 100.0, 1e-6) == pytest.approx(79.8, abs=0.2)


def test_checklist_28_speed_is_that_of_the_raw_values() -> None:
    """The derivative is taken from the last raw value, so a value at rest has no speed, even while the filter lags."""
    options = OneEuroOptions(0.1, 10.0, 1.0)
    filtered = OneEuroFilter(options)
    found = [_one(filtered, v, t) for v, t in ((0.0, 1.0), (1.0, 1.1), (1.0, 1.2))]
    assert found == pytest.approx(_slowly([(0.0, 1.0), (1.0, 1.1), (1.0, 1.2)], options), abs=1e-6)
    assert found[1] < 0.97  # it lags, so a speed taken from filtered values would not be 0 now


def test_checklist_28_a_time_that_does_not_increase_returns_the_input() -> None:
    """Such a value passes through unchanged and does not change the filter."""
    disturbed, calm = OneEuroFilter(_IMAGE), OneEuroFilter(_IMAGE)
    for t, value in ((1.0, 5.0), (1.1, 6.0)):
        assert _one(disturbed, value, t) == _one(calm, value, t)
    assert _one(disturbed, 99.0, 1.1) == 99.0
    assert _one(disturbed, -99.0, 0.3) == -99.0
    assert _one(disturbed, 7.0, 1.2) == _one(calm, 7.0, 1.2)


def test_checklist_29_a_first_time_of_zero() -> None:
    """MediaPipe takes 0 for unset and uses 30 Hz for the second sample; by default the real step is used."""
    samples = [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0)]
    as_mediapipe, ours = OneEuroFilter(_IMAGE, zero_is_unset=True), OneEuroFilter(_IMAGE)
    theirs = [_one(as_mediapipe, v, t, 0.01) for v, t in samples]
    shifted = [_one(ours, v, t, 0.01) for v, t in samples]
    assert theirs[:2] == pytest.approx(_slowly([(0.0, 1.0), (1.0, 1.0 + 1 / 30)], _IMAGE, 0.01), abs=1e-6)
    assert shifted == pytest.approx(_slowly([(v, t + 1) for v, t in samples], _IMAGE, 0.01), abs=1e-6)
    assert theirs[1] != pytest.approx(shifted[1], abs=1e-3)


def _slowly(samples: list[tuple[float, float]], options: OneEuroOptions, scale: float = 1.0) -> list[float]:
    """One scalar through the One-Euro filter, as the paper and MediaPipe's notes say; times greater than 0."""
    found, rate, before = [], 30.0, None
    for value, t in samples:
        if before is None:
            smooth, speed = value, 0.0
        else:
            raw, t_before = before
            rate = 1 / (t - t_before)
            weight = 1 / (1 + rate / (2 * math.pi * options.derivative_cutoff_hz))
            speed += weight * ((value - raw) * scale * rate - speed)
            weight = 1 / (1 + rate / (2 * math.pi * (options.min_cutoff_hz + options.beta * abs(speed))))
            smooth += weight * (value - smooth)
        before = (value, t)
        found.append(smooth)
    return found


@given(increasing_times(), seeds(), st.sampled_from([(0.05, 80.0), (0.01, 10.0), (0.1, 40.0), (1.0, 0.0)]))
@examples(40)
def test_one_euro_equals_the_scalar_filter(
    times: list[float], seed: int, settings: tuple[float, float]
) -> None:
    """An array is filtered value by value, with float32 state; arguments stay as they are."""
    options, scale = OneEuroOptions(*settings), 1 / 300
    values = np.random.default_rng(seed).normal(300, 60, (len(times), 3))
    filtered = OneEuroFilter(options)
    found = np.array([filtered.apply(locked(v), t, scale) for v, t in zip(values, times, strict=True)])
    for column in range(3):
        expected = _slowly(list(zip(values[:, column].tolist(), times, strict=True)), options, scale)
        assert np.abs(found[:, column] - expected).max() < 2e-2


@given(increasing_times(), seeds())
@examples(40)
def test_filters_stay_within_what_they_have_seen(times: list[float], seed: int) -> None:
    """No filter leaves the range of its inputs so far."""
    values = np.random.default_rng(seed).uniform(-5, 5, (len(times), 4))
    one_euro, low_pass, timed = OneEuroFilter(_IMAGE), LowPassFilter(0.1), LowPassFilter(0.1, 1 / 30)
    for k, t in enumerate(times):
        low, high = values[: k + 1].min(axis=0) - 1e-5, values[: k + 1].max(axis=0) + 1e-5
        row = values[k].astype(np.float32)
        for found in (one_euro.apply(values[k], t), low_pass.apply(row, t), timed.apply(row, t)):
            assert (low <= found).all() and (found <= high).all()


@given(increasing_times(), reals(-1000, 1000))
@examples(30)
def test_a_constant_stays_constant(times: list[float], value: float) -> None:
    """A constant input gives a constant output."""
    one_euro, timed = OneEuroFilter(_IMAGE), LowPassFilter(0.3, 1 / 30)
    for t in times:
        assert _one(one_euro, value, t) == pytest.approx(value, rel=1e-6, abs=1e-6)
        assert float(timed.apply(np.array([value], np.float32), t)[0]) == pytest.approx(
            value, rel=1e-6, abs=1e-6
        )


@given(increasing_times(), seeds())
@examples(20)
def test_a_reset_filter_equals_a_new_one(times: list[float], seed: int) -> None:
    """After `reset` no earlier sample has an effect, and time may start again."""
    values = np.random.default_rng(seed).normal(0, 10, (len(times), 2))
    for used, new in (
        (OneEuroFilter(_IMAGE), OneEuroFilter(_IMAGE)),
        (LowPassFilter(0.1, 1 / 30), LowPassFilter(0.1, 1 / 30)),
    ):
        for v, t in zip(values[::-1], times, strict=True):
            used.apply(v, t + 5)
        used.reset()
        for v, t in zip(values, times, strict=True):
            assert np.array_equal(used.apply(v, t), new.apply(v, t))


@pytest.mark.parametrize("rate", [10, 15, 30, 60])
def test_a_timed_low_pass_is_the_same_at_every_frame_rate(rate: int) -> None:
    """One second after a step, the filter tuned at 30 Hz has done 1 - 0.9^30 of it at any rate."""
    low_pass = LowPassFilter(0.1, 1 / 30)
    low_pass.apply(np.zeros(1, np.float32), 0.0)
    for k in range(1, rate + 1):
        found = low_pass.apply(np.ones(1, np.float32), k / rate)
    assert found == pytest.approx([1 - 0.9**30], abs=1e-5)


def test_an_untimed_low_pass_counts_samples() -> None:
    """Without a period the weight is the same after a millisecond and after a second, as in MediaPipe."""
    slow, fast = LowPassFilter(0.1), LowPassFilter(0.1)
    for value in (0.0, 1.0):
        there = slow.apply(np.array([value], np.float32), value)
        here = fast.apply(np.array([value], np.float32), value / 1000)
    assert there == here == pytest.approx([0.1])


def test_returned_arrays_are_copies() -> None:
    """Writing to a filter's result, or to an array fed to it, does not change its next result."""
    for make in (lambda: OneEuroFilter(_IMAGE), lambda: LowPassFilter(0.1)):
        spoilt, calm = make(), make()
        for t in (1.0, 1.1, 1.2):
            value = np.array([10 * t, 2.0], np.float32 if isinstance(calm, LowPassFilter) else np.float64)
            expected = calm.apply(locked(value), t).copy()
            found = spoilt.apply(value, t)
            assert np.array_equal(found, expected)
            found[:] = 1e6
            value[:] = -1e6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: OneEuroOptions(0.0, 1.0), "min_cutoff_hz must be greater than 0, got 0.0"),
        (lambda: OneEuroOptions(1.0, 1.0, -1.0), "derivative_cutoff_hz must be greater than 0, got -1.0"),
        (lambda: OneEuroOptions(math.nan, 1.0), "min_cutoff_hz must be greater than 0, got nan"),
        (lambda: OneEuroOptions(1.0, -0.1), "beta must be at least 0, got -0.1"),
        (lambda: LowPassFilter(0.0), r"alpha must be in \(0, 1\], got 0.0"),
        (lambda: LowPassFilter(1.5), r"alpha must be in \(0, 1\], got 1.5"),
    ],
)
def test_settings_out_of_range_are_refused(make: object, message: str) -> None:
    """The error for a wrong setting has its name, the allowed values and the given value."""
    with pytest.raises(OptionError, match=message):
        make()  # type: ignore[operator]
