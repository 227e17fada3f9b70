"""Stages that run ahead in threads: same items in the same order, errors carried, threads always joined."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError, OutputError, SourceError
from fitness.media.info import SourceInfo
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.analysis import Outputs, analyse
from fitness.pipeline.loop import counted, results, tracked
from fitness.pipeline.prefetch import Prefetch
from fitness.session import read_landmarks
from fitness.types import Count, Frame, Pose
from tests.support.strategies import examples


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Every thread that a test starts has ended when it ends."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@given(st.lists(st.integers(), max_size=30), st.integers(1, 5))
@examples(40)
def test_the_items_come_in_order(items: list[int], depth: int) -> None:
    """Whatever the depth, everything arrives once and in order, and then no more."""
    with Prefetch(items, depth) as ahead:
        assert list(ahead) == items
        assert list(ahead) == []


def test_items_are_made_in_another_thread() -> None:
    """The iterable runs in a thread with the given name, not in the caller's."""
    names = (threading.current_thread().name for _ in range(3))
    with Prefetch(names, name="reading") as ahead:
        assert set(ahead) == {"reading"}


@pytest.mark.parametrize(("depth", "taken"), [(1, 0), (1, 4), (3, 0), (3, 5)])
def test_no_more_than_depth_items_wait(depth: int, taken: int) -> None:
    """The thread works ahead by `depth` items, and not by more."""
    made = 0
    there = threading.Semaphore(0)

    def source() -> Iterator[int]:
        nonlocal made
        for i in range(100):
            made += 1
            there.release()
            yield i

    with Prefetch(source(), depth) as ahead:
        assert [next(ahead) for _ in range(taken)] == list(range(taken))
        assert all(there.acquire(timeout=10) for _ in range(depth + taken))
    assert made == depth + taken


def test_an_error_comes_after_the_items_before_it() -> None:
    """The same exception object arrives in the taker's thread, once, after what was made before."""
    error = SourceError("the disk is gone")

    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise error

    with Prefetch(source()) as ahead:
        assert [next(ahead), next(ahead)] == [1, 2]
        with pytest.raises(SourceError) as caught:
            next(ahead)
        assert caught.value is error
        assert list(ahead) == []


def test_an_error_before_the_first_item_is_carried_too() -> None:
    """An iterable that cannot even be iterated over says so to the taker."""
    with Prefetch(3) as ahead, pytest.raises(TypeError, match="not iterable"):  # type: ignore[arg-type]
        next(ahead)


def test_leaving_early_closes_the_generator_in_its_thread() -> None:
    """A generator that waits for room is closed, so that its own clean-up runs, in the thread it ran in."""
    closed: list[str] = []

    def source() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.append(threading.current_thread().name)

    with pytest.raises(KeyboardInterrupt), Prefetch(source(), name="reading") as ahead:
        assert next(ahead) == 0
        raise KeyboardInterrupt
    assert closed == ["reading"]


def test_closing_twice_does_nothing_more() -> None:
    """After `close` no item comes, and a second call returns."""
    ahead = Prefetch(range(10))
    ahead.close()
    ahead.close()
    assert list(ahead) == []


def test_chained_stages_end_together() -> None:
    """A stage that waits for another one ends when both are closed, the later one first."""
    with Prefetch(iter(int, 1), 2) as first, Prefetch((item + 1 for item in first), 2) as second:
        assert next(second) == 1


@pytest.mark.parametrize("depth", [0, -1])
def test_depth_must_be_positive(depth: int) -> None:
    """No room at all would wait for ever."""
    with pytest.raises(OptionError, match=f"option depth must be at least 1, got {depth}"):
        Prefetch([], depth)


class Follower:
    """A tracker whose pose tells the frame; raises at one of them if told so."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.fails_at = fails_at
        self.threads: set[str] = set()

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        self.threads.add(threading.current_thread().name)
        if frame.index == self.fails_at:
            raise RuntimeError("a bug in the tracker")
        if frame.index % 3 == 2:
            return ()
        points = np.full((33, 3), frame.index, np.float32)
        return (Pose(points, points, points[:, 0], points[:, 0], 1.0, frame.t),)


class Counting:
    """A recogniser that counts the frames with a pose."""

    def __init__(self, interrupt_at: int | None = None) -> None:
        self.count = 0
        self.steps = 0
        self.interrupt_at = interrupt_at

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, None, Count]:
        if self.steps == self.interrupt_at:
            raise KeyboardInterrupt
        self.steps += 1
        self.count += len(people)
        return next(iter(people), None), None, Count({"squat": self.count})


def film(path: Path, frames: int = 12) -> Path:
    """A short film of grey pictures."""
    with VideoWriter(path, 64, 48, 20) as writer:
        for i in range(frames):
            writer.write(np.full((48, 64, 3), 5 * i, np.uint8), i / 20)
    return path


def test_both_halves_are_the_whole(tmp_path: Path) -> None:
    """`counted(tracked(...))`, each ahead in a thread or not, gives what `results` gives."""
    path = film(tmp_path / "a.mp4")
    with VideoFile(path) as video:
        plain = list(results(video, Follower(), Counting()))
    with (
        VideoFile(path) as video,
        Prefetch(video) as frames,
        Prefetch(tracked(frames, Follower())) as followed,
    ):
        split = list(counted(followed, Counting()))
    assert len(plain) == len(split) == 12
    for one, other in zip(plain, split, strict=True):
        assert (one.frame.t, one.frame.index) == (other.frame.t, other.frame.index)
        assert np.array_equal(one.frame.image, other.frame.image)
        assert one.count == other.count and (one.pose is None) == (other.pose is None)
        assert one.pose is None or np.array_equal(one.pose.world, other.pose.world)  # type: ignore[union-attr]
        assert set(other.timings_ms) == {"pose", "recognition"}


def test_no_stage_holds_a_picture_while_it_waits() -> None:
    """When the next frame is asked for, the one before is gone: of 1920 x 1080 each takes 6 MB."""
    gone: list[bool] = []

    def frames() -> Iterator[Frame]:
        for i in range(4):
            image = np.zeros((48, 64, 3), np.uint8)
            last = weakref.ref(image)
            frames_left = [Frame(image, i / 20, i)]
            del image
            yield frames_left.pop()
            gone.append(last() is None)

    for result in results(frames(), Follower(), Counting()):
        del result
    assert gone == [True] * 4


def test_an_analysis_tracks_in_another_thread(tmp_path: Path) -> None:
    """Tracking runs beside counting and drawing; all files are written and the session is whole."""
    tracker = Follower()
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        done = analyse(video, tracker, Counting(), outputs=Outputs(tmp_path / "out", "a"))
    assert tracker.threads == {"track"}
    assert done.session.totals == {"squat": 8} and len(done.session.frames) == 12
    with VideoFile(tmp_path / "out" / "a.annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == 12


def test_the_log_is_written_also_where_it_is_not_handed_back(tmp_path: Path) -> None:
    """The files are the same to the byte; the session has its log only where that is wanted."""
    path = film(tmp_path / "a.mp4")
    for name, wanted in (("with", True), ("without", False)):
        with VideoFile(path) as video:
            outputs = Outputs(tmp_path / name, "a", annotate=False)
            done = analyse(video, Follower(), Counting(), outputs=outputs, landmarks=wanted)
        assert (done.session.landmarks is not None) == wanted
    assert len(read_landmarks(tmp_path / "without" / "a.landmarks.npz")) == 12
    for file in (tmp_path / "with").iterdir():
        assert file.read_bytes() == (tmp_path / "without" / file.name).read_bytes(), file.name


def test_an_error_while_tracking_reaches_the_caller(tmp_path: Path) -> None:
    """A bug in the tracker's thread is raised by `analyse`, and no half-written video stays behind."""
    with VideoFile(film(tmp_path / "a.mp4")) as video, pytest.raises(RuntimeError, match="a bug in the"):
        analyse(video, Follower(fails_at=5), Counting(), outputs=Outputs(tmp_path / "out", "a"))
    assert not list((tmp_path / "out").glob("*annotated*"))


def test_an_error_while_writing_ends_the_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: the message arrives, the threads that read and track end."""

    def full(self: VideoWriter, image: object, t: float) -> None:
        raise OutputError("the disk is full")

    path = film(tmp_path / "a.mp4")
    monkeypatch.setattr(VideoWriter, "write", full)
    with VideoFile(path) as video, pytest.raises(OutputError, match="the disk is full"):
        analyse(video, Follower(), Counting(), outputs=Outputs(tmp_path / "out", "a"))


def test_ctrl_c_keeps_what_was_counted(tmp_path: Path) -> None:
    """Frames that were read or tracked ahead, but not counted, are in none of the results."""
    with VideoFile(film(tmp_path / "a.mp4")) as video:
        done = analyse(video, Follower(), Counting(interrupt_at=5), outputs=Outputs(tmp_path / "out", "a"))
    assert done.interrupted and done.session.source.frames == len(done.session.frames) == 5
    with VideoFile(tmp_path / "out" / "a.annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == 5


def test_a_damaged_end_is_still_reported(tmp_path: Path) -> None:
    """What the reading thread finds wrong with a file is among the session's warnings."""
    path = film(tmp_path / "a.mkv", frames=40)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    with VideoFile(path) as video:
        done = analyse(video, Follower(), Counting())
    assert isinstance(done.session.source, SourceInfo)
    assert any("damaged or cut short" in text for text in done.session.warnings)
