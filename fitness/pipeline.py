"""The one loop: frames in, a `FrameResult` for each out. Live, recorded, web and replay all run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from fitness.types import Classification, Count, Frame, FrameResult, Pose


class Tracker(Protocol):
    """Finds the person in each frame of a stream."""

    def step(self, frame: Frame) -> Pose | None: ...


class Counter(Protocol):
    """Says what a pose looks like and how often the exercise was done."""

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """A frame and who was found in it.   pose: None when nobody was.   pose_ms: milliseconds that took."""

    frame: Frame
    pose: Pose | None
    pose_ms: float


def results(frames: Iterable[Frame], tracker: Tracker, recogniser: Counter) -> Iterator[FrameResult]:
    """Everything known after each frame, in order, as soon as it is known.

    Timings hold the milliseconds of "pose" and "recognition"; they are for display and never influence a result.
    """
    return counted(tracked(frames, tracker), recogniser)


def tracked(frames: Iterable[Frame], tracker: Tracker) -> Iterator[Tracked]:
    """The first half of `results`; it may run ahead of the other in a thread of its own."""
    for frame in frames:
        started = perf_counter()
        pose = tracker.step(frame)
        yield Tracked(frame, pose, (perf_counter() - started) * 1e3)


def counted(followed: Iterable[Tracked], recogniser: Counter) -> Iterator[FrameResult]:
    """The second half of `results`."""
    for found in followed:
        started = perf_counter()
        classification, count = recogniser.step(found.pose, found.frame.t)
        timings = {"pose": found.pose_ms, "recognition": (perf_counter() - started) * 1e3}
        yield FrameResult(found.frame, found.pose, classification, count, timings)
