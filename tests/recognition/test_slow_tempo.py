"""Slow reps, pauses and half reps: time alone never drops a rep, and half reps after deep ones are partial."""

from __future__ import annotations

import pytest

from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, counted, poses


@pytest.mark.parametrize("pause_s", [6.0, 45.0])
@pytest.mark.parametrize("exercise", ["squat", "push-up"])
def test_a_pause_at_the_bottom_loses_no_rep(exercise: str, pause_s: float) -> None:
    """An isometric hold at the turning point is part of the rep, and the three reps are one set."""
    reps = (Reps(exercise, 1), Reps(exercise, 1, pause_bottom_s=pause_s), Reps(exercise, 1))
    clip = clip_of(Idle(0.6), *reps, Idle(0.6), yaw_deg=60)
    session = counted("auto", poses(clip, 8))
    assert session.totals == {exercise: 3}
    assert len(session.sets) == 1


@pytest.mark.parametrize("seconds", [30.0])
@pytest.mark.parametrize("exercise", ["squat", "push-up", "biceps-curl"])
def test_reps_of_half_a_minute_count(exercise: str, seconds: float) -> None:
    """Tempo training: three reps of 10 to 30 s each are three reps in one set."""
    clip = clip_of(Idle(0.6), Reps(exercise, 3, seconds=seconds), Idle(0.6), yaw_deg=60)
    session = counted(exercise, poses(clip, 8))
    assert session.totals == {exercise: 3}
    assert len(session.sets) == 1


@pytest.mark.parametrize(("seconds", "pause_s"), [(6.0, 4.0), (12.0, 4.0), (20.0, 0.0)])
@pytest.mark.parametrize("exercise", ["squat", "push-up"])
def test_slow_reps_wait_for_their_whole_movement(exercise: str, seconds: float, pause_s: float) -> None:
    """The model of whole movements sees the end of a slow rep seconds after the counter of joint angles does."""
    reps = Reps(exercise, 3, seconds=seconds, pause_bottom_s=pause_s)
    session = counted("auto", poses(clip_of(Idle(0.6), reps, Idle(3.0), yaw_deg=60), 10))
    assert session.totals == {exercise: 3}


@pytest.mark.parametrize("halves", [1, 5])
def test_half_squats_after_deep_ones_are_partial(halves: int) -> None:
    """The last squats of a set bend the knees by less than three quarters of what the ones before did."""
    depths = (1.0,) * 6 + (0.68,) * halves
    clip = clip_of(Idle(0.6), Reps("squat", 6 + halves, depth=depths), Idle(0.8), yaw_deg=60)
    session = counted("auto", poses(clip, 15))
    assert session.totals == {"squat": 6}
    assert len(session.partials) == halves
    assert all(rep.partial and rep.number == 0 for rep in session.partials)


def test_a_person_who_goes_over_to_half_squats_is_counted_again() -> None:
    """A set of nothing but half squats counts: the person's own range decides, not that of another person."""
    clip = clip_of(Idle(0.6), Reps("squat", 6, depth=(0.8,) * 6), Idle(0.8), yaw_deg=60)
    session = counted("auto", poses(clip, 15))
    assert session.totals == {"squat": 6} and not session.partials
