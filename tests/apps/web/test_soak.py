"""The short form of `scripts/soak live`: a minute of stream time, the camera lost once."""

from __future__ import annotations

import pytest

from tests.support.soaking import soak


@pytest.mark.usefixtures("models")
def test_a_minute_loses_no_rep_thread_or_handle() -> None:
    """Reps done, counted and stored agree; memory, threads and handles do not grow."""
    outcome = soak(1.1, fps=10.0, warm_up=0.5)
    assert outcome.problems == []
    assert outcome.losses >= 1 and outcome.expected >= 20
