"""The one loop: frames in, a `FrameResult` for each out. Live, recorded, web and replay all run it."""

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
        """Everybody who is followed and seen; the one to count, if nobody has done anything yet, first."""
        ...


class AnySize:
    """A tracker for a stream whose pictures may change their size: where people were means nothing then, so it looks
    for them everywhere.

    Args:
        tracker: `people(frame)`; where it has `look_at()`, that makes it forget where it looked.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._shape: tuple[int, ...] | None = None

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        """As the tracker's own."""
        forget = getattr(self._tracker, "look_at", None)
        if self._shape not in (None, frame.image.shape) and forget is not None:
            forget()
        self._shape = frame.image.shape
        return self._tracker.people(frame)


class Counter(Protocol):
    """Says who of the people is counted, what that pose looks like and how often the exercise was done."""

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]: ...


def notes_of(counter: Counter) -> tuple[str, ...]:
    """What a counter has to say of the recording as a whole, in words for the user; most have nothing to say."""
    return tuple(getattr(counter, "notes", ()))


def finished(counter: Counter) -> Count | None:
    """The count once a stream has ended, where frames still waited to be counted; else None."""
    finish = getattr(counter, "finish", None)
    last: Count | None = None if finish is None else finish()
    return last


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """A frame and who was found in it.   pose_ms: milliseconds that took."""

    frame: Frame
    people: tuple[Pose, ...]
    pose_ms: float


def results(frames: Iterable[Frame], tracker: Tracker, recogniser: Counter) -> Iterator[FrameResult]:
    """Everything known after each frame, in order, as soon as it is known.

    Timings hold the milliseconds of "pose" and "recognition"; they are for display and never influence a result.
    """
    return counted(tracked(frames, tracker), recogniser)


def tracked(frames: Iterable[Frame], tracker: Tracker) -> Iterator[Tracked]:
    """The first half of `results`; it may run ahead of the other in a thread of its own."""
    yield from map(partial(_tracked, tracker), frames)  # a loop would hold its last picture while it waits


def _tracked(tracker: Tracker, frame: Frame) -> Tracked:
    started = perf_counter()
    people = tracker.people(frame)
    return Tracked(frame, people, (perf_counter() - started) * 1e3)


def counted(followed: Iterable[Tracked], recogniser: Counter) -> Iterator[FrameResult]:
    """The second half of `results`."""
    yield from map(partial(_counted, recogniser), followed)


def _counted(recogniser: Counter, found: Tracked) -> FrameResult:
    started = perf_counter()
    pose, classification, count = recogniser.step(found.people, found.frame.t)
    others = tuple(other for other in found.people if other is not pose)
    timings = {"pose": found.pose_ms, "recognition": (perf_counter() - started) * 1e3}
    return FrameResult(found.frame, pose, classification, count, timings, others)
