"""Streams for tests of the store and the exports: poses and counts generated frame by frame, the same for the same seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session import Session, SessionRecorder
from fitness.types import Classification, Count, Pose, Rep, RepCounted

ZONE = timezone(timedelta(hours=5, minutes=30))
START = datetime(2026, 3, 1, 18, 30, 15, 250_000, tzinfo=ZONE)
SOURCE = SourceInfo('gym, "best" day.mp4', 20.0, 10.0, 640, 480, 0)
SETTINGS = {"model": "lite", "exercise": "auto", "program": "1"}

Step = tuple[float, Pose | None, Classification | None, Count]


def limit_pages(database: sqlite3.Connection, spare: int) -> None:
    """Let the file of a store grow by `spare` pages at most, as on a disk that is nearly full."""
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages + spare}")


# long: one stream with everything in it
def stream(
    seconds: float = 20.0, fps: float = 10.0, seed: int = 1, reps_every_s: float = 2.0
) -> Iterator[Step]:
    """Counted frames: a rep every `reps_every_s`, a new set every third rep, squats then push-ups by turns."""
    random = np.random.default_rng(seed)
    totals: dict[str, int] = {}
    done = 0
    for i in range(round(seconds * fps)):
        t = i / fps
        if i % 7 == 3:
            yield t, None, None, Count(totals, message="step into view")
            continue
        points = random.normal(size=(33, 3)).astype(np.float32)
        seen = random.random((2, 33)).astype(np.float32)
        pose = Pose(points, points * 100 + 300, seen[0], seen[1], float(random.random()), t)
        share = float(random.random())
        scores = (
            {"squat_up": share, "other": 1 - share} if i % 2 else {"push-up_up": share, "other": 1 - share}
        )
        reps: list[Rep] = []
        if t >= (done + 1) * reps_every_s:
            number = done // 3
            exercise = ("squat", "push-up")[number % 2]
            totals = {**totals, exercise: totals.get(exercise, 0) + 1}
            done += 1
            reps = [
                Rep(
                    exercise,
                    number + 1,
                    (done - 1) % 3 + 1,
                    t - 1.4,
                    t - 0.7,
                    t,
                    0.9,
                    {"depth": share},
                    id=done,
                )
            ]
        exercise_now = exercise if reps else None
        yield (
            t,
            pose,
            Classification(scores, 0.5),
            Count(totals, exercise_now, phase=share, events=tuple(map(RepCounted, reps))),
        )


def recorded(steps: Iterator[Step], source: SourceInfo = SOURCE) -> Session:
    """The session of a stream, as the recorder makes it."""
    recorder = SessionRecorder()
    for step in steps:
        recorder.add_counted(*step)
    return recorder.session(
        SourceInfo(source.name, source.duration_s, source.fps, source.width, source.height, recorder.frames),
        model="lite",
        settings=SETTINGS,
        warnings=["first packet damaged"],
    )
