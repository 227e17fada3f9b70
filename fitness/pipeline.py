"""The one loop: frames in, a `FrameResult` for each out. Live, recorded, web and replay all run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Protocol

from fitness.types import Classification, Count, Frame, FrameResult, Pose


class Tracker(Protocol):
    """Finds the person in each frame of a stream."""

    def step(self, frame: Frame) -> Pose | None: ...


class Counter(Protocol):
    """Says what a pose looks like and how often the exercise was done."""

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]: ...


def results(frames: Iterable[Frame], tracker: Tracker, recogniser: Counter) -> Iterator[FrameResult]:
    """Everything known after each frame, in order, as soon as it is known.

    Timings hold the milliseconds of "pose" and "recognition"; they are for display and never influence a result.
    """
    for frame in frames:
        started = perf_counter()
        pose = tracker.step(frame)
        tracked = perf_counter()
        classification, count = recogniser.step(pose, frame.t)
        counted = perf_counter()
        timings = {"pose": (tracked - started) * 1e3, "recognition": (counted - tracked) * 1e3}
        yield FrameResult(frame, pose, classification, count, timings)
