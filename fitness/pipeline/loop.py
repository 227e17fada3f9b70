"""The loop from frames to results: one `FrameResult` for each frame. Live, recordings and page all run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

from fitness.types import Classification, Count, Frame, FrameResult, Pose


class Tracker(Protocol):
    """Finds the people in each frame of a stream."""

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        """All tracked people in the frame; the first one is shown while nobody has completed a rep."""
        ...


class AnySize:
    """A tracker for a stream whose frame size may change. Old positions are then invalid, so the whole frame is searched.

    Args:
        tracker: has `people(frame)`; if it has `set_rois()`, that is called to search the whole frame.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._shape: tuple[int, ...] | None = None

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        """See `Tracker.people`."""
        forget = getattr(self._tracker, "set_rois", None)
        if self._shape not in (None, frame.image.shape) and forget is not None:
            forget()
        self._shape = frame.image.shape
        return self._tracker.people(frame)


class Counter(Protocol):
    """Chooses the person to count, classifies the pose, and counts the reps."""

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]: ...


def notes_of(counter: Counter) -> tuple[str, ...]:
    """A counter's notes on the whole recording, in words for the user; most counters have none."""
    return tuple(getattr(counter, "notes", ()))


def finished(counter: Counter) -> Count | None:
    """The count after the end of a stream if frames were still held back, else None."""
    finish = getattr(counter, "finish", None)
    last: Count | None = None if finish is None else finish()
    return last


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """A frame and the people in it.   pose_ms: duration of tracking, milliseconds."""

    frame: Frame
    people: tuple[Pose, ...]
    pose_ms: float


def results(frames: Iterable[Frame], tracker: Tracker, recogniser: Counter) -> Iterator[FrameResult]:
    """The result of each frame, in order, as soon as it is known.

    Timings hold the milliseconds of "pose" and "recognition"; they are for display and never influence a result.
    """
    return counted(tracked(frames, tracker), recogniser)


def tracked(frames: Iterable[Frame], tracker: Tracker) -> Iterator[Tracked]:
    """The first half of `results`: tracking. It may run in a thread of its own, ahead of the second half."""
    # `map`, because a for loop would keep its last frame in memory while it waits
    yield from map(partial(_tracked, tracker), frames)


def _tracked(tracker: Tracker, frame: Frame) -> Tracked:
    started = perf_counter()
    people = tracker.people(frame)
    return Tracked(frame, people, (perf_counter() - started) * 1e3)


def counted(followed: Iterable[Tracked], recogniser: Counter) -> Iterator[FrameResult]:
    """The second half of `results`: counting."""
    yield from map(partial(_counted, recogniser), followed)


def _counted(recogniser: Counter, found: Tracked) -> FrameResult:
    started = perf_counter()
    pose, classification, count = recogniser.step(found.people, found.frame.t)
    others = tuple(other for other in found.people if other is not pose)
    timings = {"pose": found.pose_ms, "recognition": (perf_counter() - started) * 1e3}
    return FrameResult(found.frame, pose, classification, count, timings, others)
