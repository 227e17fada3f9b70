"""The window of a channel's samples, against a list that is cut."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.recognition.repetition.window import SampleWindow


@pytest.mark.parametrize("capacity", [1, 2, 5])
def test_holds_the_last_samples_in_order(capacity: int) -> None:
    """After any number of samples, times and samples are those of the last `capacity`, oldest first."""
    window = SampleWindow(capacity)
    samples = np.random.default_rng(0).normal(size=(4 * capacity + 3, 3))
    for number, sample in enumerate(samples, 1):
        window.add(float(number), sample)
        first = max(0, number - capacity)
        assert window.times.tolist() == [float(n + 1) for n in range(first, number)]
        for begin in range(number - first):
            assert np.array_equal(window.samples(begin), samples[first + begin : number])


def test_gives_copies_of_samples() -> None:
    """Samples that were given out do not change when the window moves on."""
    window = SampleWindow(2)
    window.add(0.0, np.array([1.0]))
    window.add(1.0, np.array([2.0]))
    given = window.samples(0)
    for number in range(2, 9):
        window.add(float(number), np.array([10.0 * number]))
    assert given.tolist() == [[1.0], [2.0]]
