"""The same movement at any frame rate, even or jittered, gives the same count, and records that agree."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.session import Session
from scripts.figure import Clip, Idle, Reps
from tests.support.clips import true_poses
from tests.support.rep_clips import clip_of, counted

REPS = 3
EXERCISES = ("squat", "push-up", "biceps-curl", "jumping-jack", "lunge")


def even(clip: Clip, rate_hz: float) -> np.ndarray:
    return np.arange(int(clip.duration_s * rate_hz)) / rate_hz


def jittered(clip: Clip, rate_hz: float, seed: int) -> np.ndarray:
    """Steps between half and one and a half of the usual one, and every twentieth frame is missing."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.5, 1.5, int(clip.duration_s * rate_hz))) / rate_hz
    times = times[rng.random(len(times)) > 0.05]
    return times[times < clip.duration_s]


def same(sessions: list[Session], exercise: str, clip: Clip) -> None:
    assert [session.totals for session in sessions] == [{exercise: REPS}] * len(sessions)
    for session in sessions:
        within = [rep for rep in session.partials if rep.t_peak < clip.truth.reps[-1].t_end]
        assert len(session.sets) == 1 and not within  # getting up again may count as a part of one
        for rep, truth in zip(session.reps, clip.truth.reps, strict=True):
            assert rep.t_peak == pytest.approx(truth.t_peak, abs=0.3)
    for name, most in (("depth_deg", 8.0), ("range_deg", 12.0)):
        values = np.array([[getattr(rep.record, name) for rep in one.reps] for one in sessions], np.float64)
        assert np.ptp(values, axis=0).max() < most


@pytest.mark.parametrize("exercise", EXERCISES)
def test_any_frame_rate_gives_the_same_count(exercise: str) -> None:
    """10, 15, 30 and 60 fps, and 20 fps with jitter and missing frames."""
    clip = clip_of(Idle(0.6), Reps(exercise, REPS), Idle(0.8), yaw_deg=60.0)
    times = [even(clip, rate_hz) for rate_hz in (10, 15, 30, 60)]
    times.append(jittered(clip, 20.0, seed=len(exercise)))
    same([counted(exercise, true_poses(clip, each)) for each in times], exercise, clip)
