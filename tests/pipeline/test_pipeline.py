"""The loop that joins the stages, with mock stages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from fitness.pipeline.loop import results
from fitness.types import Classification, Count, Frame, Pose
from tests.support.strategies import locked, pose_of, squatting

_IMAGE = locked(np.zeros((4, 6, 3), np.uint8))


class _Stages:
    """Tracker and recogniser in one: each step is recorded; every third frame has no person."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def frames(self, count: int) -> Iterator[Frame]:
        for k in range(count):
            self.notes.append(f"frame {k}")
            yield Frame(_IMAGE, k / 10, k)

    def tracker(self) -> _Tracker:
        return _Tracker(self.notes)

    def recogniser(self) -> _Recogniser:
        return _Recogniser(self.notes)


class _Tracker:
    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        self._notes.append(f"pose {frame.index}")
        return () if frame.index % 3 == 2 else (pose_of(squatting(100.0), frame.t),)


class _Recogniser:
    def __init__(self, notes: list[str]) -> None:
        self._notes = notes
        self.seen: list[tuple[Pose | None, float]] = []

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        pose = next(iter(people), None)
        self._notes.append(f"count {len(self.seen)}")
        self.seen.append((pose, t))
        classification = None if pose is None else Classification({"squat_down": 1.0}, 0.1)
        return pose, classification, Count({"squat": len(self.seen)})


def test_every_frame_gives_one_result_in_order() -> None:
    """A result has its frame and the results of all stages, also without a person."""
    stages = _Stages()
    recogniser = stages.recogniser()
    found = list(results(stages.frames(6), stages.tracker(), recogniser))
    assert [result.frame.index for result in found] == list(range(6))
    assert [result.pose is None for result in found] == [k % 3 == 2 for k in range(6)]
    assert [result.classification is None for result in found] == [k % 3 == 2 for k in range(6)]
    assert [result.count.totals["squat"] for result in found] == [1, 2, 3, 4, 5, 6]
    for result, (pose, t) in zip(found, recogniser.seen, strict=True):
        assert result.pose is pose
        assert result.frame.t == t


def test_results_come_as_soon_as_they_are_known() -> None:
    """The next frame is only read when the result of the one before was taken; then the stream ends."""
    stages = _Stages()
    stream = results(stages.frames(2), stages.tracker(), stages.recogniser())
    assert stages.notes == []
    next(stream)
    assert stages.notes == ["frame 0", "pose 0", "count 0"]
    next(stream)
    assert stages.notes[3:] == ["frame 1", "pose 1", "count 1"]
    with pytest.raises(StopIteration):
        next(stream)


def test_no_frames_no_results() -> None:
    """An empty source is an empty stream."""
    stages = _Stages()
    assert list(results([], stages.tracker(), stages.recogniser())) == []


def test_timings_name_the_stages() -> None:
    """Each result has the milliseconds of both stages, none of them negative."""
    stages = _Stages()
    for result in results(stages.frames(3), stages.tracker(), stages.recogniser()):
        assert set(result.timings_ms) == {"pose", "recognition"}
        assert all(ms >= 0 for ms in result.timings_ms.values())


def test_errors_of_a_stage_reach_the_caller() -> None:
    """An error in source, tracker or recogniser is raised to the caller; earlier results stay valid."""

    class Broken(_Tracker):
        def people(self, frame: Frame) -> tuple[Pose, ...]:
            if frame.index == 1:
                raise RuntimeError("the tracker broke")
            return super().people(frame)

    stages = _Stages()
    stream = results(stages.frames(3), Broken(stages.notes), stages.recogniser())
    assert next(stream).frame.index == 0
    with pytest.raises(RuntimeError, match="the tracker broke"):
        next(stream)
    assert "frame 2" not in stages.notes


def test_leaving_a_stream_closes_its_source() -> None:
    """Closing the results reads no further frame, and the source is closed."""
    stages = _Stages()
    stream = results(stages.frames(3), stages.tracker(), stages.recogniser())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert stages.notes == ["frame 0", "pose 0", "count 0"]
    assert list(stream) == []
