"""Streams are kept as columns: the same values as all at once, in little memory."""

from __future__ import annotations

import tempfile
import tracemalloc

import numpy as np
import pytest

from fitness.media.info import SourceInfo
from fitness.session.growing import GrowingLog, GrowingScores
from fitness.session.landmarks import LandmarkLog
from fitness.types import Pose

SOURCE = SourceInfo("a.mp4", 40.0, 30.0, 64, 48, 1200)


def pose(number: int, person: int = 1) -> Pose:
    """A pose that only this frame has."""
    random = np.random.default_rng([number, person])
    points = random.normal(size=(2, 33, 3)).astype(np.float32)
    seen = random.uniform(size=(2, 33)).astype(np.float32)
    return Pose(points[0], points[1], seen[0], seen[1], score=0.5 + number / 1e4, t=number / 30, id=person)


def frame(number: int) -> tuple[float, Pose | None, list[Pose]]:
    """Nobody in every seventh frame, somebody else in every fifth."""
    return number / 30, pose(number) if number % 7 else None, [pose(number, 2)] if number % 5 == 0 else []


@pytest.mark.parametrize("frames", [0, 1, 255, 256, 257, 1000, 3000])
def test_a_log_that_grew_is_the_log_of_all_frames(frames: int) -> None:
    """Array for array, at whatever length; asking in between changes nothing."""
    growing = GrowingLog()
    rows = [frame(number) for number in range(frames)]
    for number, (t, counted, others) in enumerate(rows):
        growing.add(t, counted, others)
        if number in (100, 256, 600, 2600):
            assert len(growing.log(SOURCE, "full")) == number + 1
    log = growing.log(SOURCE, "full")
    apart = [(number, other) for number, (_, _, others) in enumerate(rows) for other in others]
    whole = LandmarkLog.of(SOURCE, "full", [(t, counted) for t, counted, _ in rows], apart)
    for name in ("t", "found", "world", "image", "visibility", "presence", "score", "person"):
        assert np.array_equal(getattr(log, name), getattr(whole, name)), name
    for name, array in whole.others.items():
        assert np.array_equal(log.others[name], array), name


def test_scores_of_classes_that_come_and_go() -> None:
    """A class has NaN where it was not scored; classes stand in the order of their first appearance."""
    growing = GrowingScores()
    rows = [{"up": i / 600} if i < 400 else {"down": 0.5, "up": 0.25} if i < 599 else {} for i in range(600)]
    for scores in rows:
        growing.add(scores)
    classes, table = growing.table()
    assert classes == ("up", "down")
    expected = [[scores.get(name, np.nan) for name in classes] for scores in rows]
    assert np.array_equal(table, np.array(expected), equal_nan=True)


def test_memory_does_not_grow_with_the_stream() -> None:
    """Another 2560 frames take no more than 0.2 KB each, as the rest lies on the disk."""
    growing = GrowingLog()
    tracemalloc.start()
    try:
        for number in range(2560):
            growing.add(number / 30, pose(number), [])
        before = tracemalloc.get_traced_memory()[0]
        for number in range(2560, 5120):
            growing.add(number / 30, pose(number), [])
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 0.2 * 1024 * 2560


def test_a_full_disk_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no temporary file can be had, everything stays in memory."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    growing = GrowingLog()
    for number in range(3000):
        growing.add(*frame(number))
    assert growing.log(SOURCE, "full").t.tolist() == [number / 30 for number in range(3000)]
