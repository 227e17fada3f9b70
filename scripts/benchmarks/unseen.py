"""Counts recordings without knowing or recognising the exercise."""

from __future__ import annotations

from collections.abc import Iterable

from fitness.recognition.repetition import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
    PeriodicRep,
)
from fitness.types import Pose
from scripts.benchmarks.scores import ClipResult
from scripts.benchmarks.truth import ClipTruth


def count_unseen(
    truth: ClipTruth, poses: Iterable[tuple[float, Pose | None]], options: PeriodicityOptions | None = None
) -> ClipResult:
    """Count one recording as in live counting; every rep is credited to the true exercise.

    The name of the exercise is used only to label the result: the counter does not get it.
    """
    counter, state = PeriodicityCounter(options), PeriodicCount()
    reps: list[PeriodicRep] = []
    seconds, before = 0.0, None
    for t, pose in poses:
        state = counter.step(t, None if pose is None else pose.world, "world")
        reps += state.new
        if pose is not None and before is not None:
            seconds += t - before
        before = t
    peaks = tuple(rep.t_peak for rep in (*reps, *state.pending_reps))
    return ClipResult(truth, {truth.exercise: state.shown}, {truth.exercise: peaks}, seconds)
