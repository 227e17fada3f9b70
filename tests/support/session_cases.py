"""A recorded session for tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session import Session, SessionRecorder
from fitness.types import Classification, Count, Frame, FrameResult, Pose, Rep, RepCounted

FPS = 10
SOURCE = SourceInfo("clip.mp4", 4.0, FPS, 64, 48, 40)


def make_pose(seed: int, t: float) -> Pose:
    rng = np.random.default_rng(seed)
    return Pose(
        rng.normal(size=(33, 3)), rng.uniform(0, 64, (33, 3)), rng.uniform(size=33), rng.uniform(size=33),
        float(rng.uniform()), t,
    )  # fmt: skip


def results(count: int = 40) -> Iterator[FrameResult]:
    """A session at 10 fps; nobody in frames 5-7, a message in 10 and 11; squats end at 1.5 and 2.5, a push-up at 3.5."""
    totals: dict[str, int] = {}
    reps = {15: ("squat", 1, 1), 25: ("squat", 1, 2), 35: ("push-up", 2, 1)}
    for i in range(count):
        t, rep = i / FPS, None
        if i in reps:
            exercise, number_of_set, number = reps[i]
            rep = Rep(exercise, number_of_set, number, t - 0.9123456, t - 0.4, t, 0.87654, id=i)
            totals = {**totals, exercise: totals.get(exercise, 0) + 1}
        pose = None if 5 <= i <= 7 else make_pose(i, t)
        scores = {"squat_up": 0.25, "other": 0.75} if i < 30 else {"pushup_up": 1.0, "other": 0.0}
        count_now = Count(
            totals,
            exercise="squat" if i >= 10 else None,
            set=1,
            reps_in_set=0,
            phase=i / 40 if i >= 10 else None,
            events=() if rep is None else (RepCounted(rep),),
            message="Feet not visible" if i in (10, 11) else None,
        )
        frame = Frame(np.zeros((48, 64, 3), np.uint8), t, i)
        yield FrameResult(frame, pose, Classification(scores, 0.1) if pose else None, count_now)


def recorded(count: int = 40, **options: bool) -> Session:
    recorder = SessionRecorder(**options)
    for result in results(count):
        recorder.add(result)
    return recorder.session(SOURCE, model="full", settings={"enter": 0.6}, warnings=["odd times"])
