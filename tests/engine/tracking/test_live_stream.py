"""The live stream never waits, drops old frames, keeps the order, and continues after errors."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from fitness.engine.tracking.live_stream import LiveStream
from fitness.engine.tracking.result import TrackedFrame
from fitness.errors import StateError
from fitness.types import Frame

_PATIENCE_S = 120.0  # for a thread that should answer at once; a test that waits so long fails


class SlowTracker:
    """Processes one frame at a time, and only as many as the test allows."""

    def __init__(self, *, open_gate: bool = False) -> None:
        self.seen: list[int] = []
        self.rotations: list[int] = []
        self.busy = threading.Semaphore(0)
        self.gate = threading.Semaphore(10_000 if open_gate else 0)
        self.fail_on: set[int] = set()
        self.running = self.most_running = 0

    def step_all(self, frame: Frame, rotation_deg: int = 0) -> TrackedFrame:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.seen.append(frame.index)
        self.rotations.append(rotation_deg)
        self.busy.release()
        assert self.gate.acquire(timeout=_PATIENCE_S)
        self.running -= 1
        if frame.index in self.fail_on:
            raise RuntimeError(f"frame {frame.index}")
        return TrackedFrame()


class Results:
    """Records the results."""

    def __init__(self) -> None:
        self.frames: list[int] = []
        self.notes: list[object] = []
        self.threads: set[int] = set()
        self.came = threading.Semaphore(0)
        self.fail_on: set[int] = set()

    def __call__(self, found: TrackedFrame, frame: Frame, note: object) -> None:
        assert found.poses == ()
        self.frames.append(frame.index)
        self.notes.append(note)
        self.threads.add(threading.get_ident())
        self.came.release()
        if frame.index in self.fail_on:
            raise ValueError(f"callback {frame.index}")


def frame(index: int, t: float | None = None) -> Frame:
    return Frame(np.zeros((4, 6, 3), np.uint8), index / 30 if t is None else t, index)


@pytest.fixture
def results() -> Results:
    return Results()


@pytest.fixture
def slow() -> SlowTracker:
    return SlowTracker()


@pytest.fixture
def stream(slow: SlowTracker, results: Results) -> Iterator[LiveStream]:
    made = LiveStream(slow, results)
    yield made
    for _ in range(100):
        slow.gate.release()
    made.close()


def _begin(stream: LiveStream, slow: SlowTracker) -> None:
    """Frame 0 is in flight."""
    stream.submit(frame(0))
    assert slow.busy.acquire(timeout=_PATIENCE_S)


def test_checklist_38_one_in_flight_one_waiting_older_ones_dropped(
    stream: LiveStream, slow: SlowTracker, results: Results
) -> None:
    """Of frames 1..5, submitted while frame 0 is processed, only the last is kept; four are counted as dropped."""
    _begin(stream, slow)
    for k in range(1, 6):
        stream.submit(frame(k))
    assert results.frames == [] and slow.seen == [0]
    assert stream.dropped == 4
    slow.gate.release(2)
    stream.close()
    assert results.frames == [0, 5]
    assert slow.most_running == 1
    assert (stream.delivered, stream.errors, stream.dropped) == (2, 0, 4)


def test_results_come_in_order_on_one_other_thread(results: Results) -> None:
    """A caller that waits for each result loses none, and all come on the stream's thread."""
    slow = SlowTracker(open_gate=True)
    with LiveStream(slow, results) as stream:
        for k in range(20):
            stream.submit(frame(k), note=f"note {k}", rotation_deg=90)
            assert results.came.acquire(timeout=_PATIENCE_S)
    assert results.frames == list(range(20))
    assert results.notes == [f"note {k}" for k in range(20)]
    assert set(slow.rotations) == {90}
    assert len(results.threads) == 1 and threading.get_ident() not in results.threads
    assert stream.dropped == 0


def test_checklist_39_an_error_in_the_callback_is_reported_and_the_stream_goes_on(
    results: Results, caplog: pytest.LogCaptureFixture
) -> None:
    """The error reaches `on_error`, the log and the counter; the next frames come as before."""
    errors: list[tuple[str, int]] = []
    results.fail_on = {1}
    slow = SlowTracker(open_gate=True)
    slow.fail_on = {3}
    with (
        caplog.at_level(logging.ERROR),
        LiveStream(slow, results, lambda error, frame: errors.append((str(error), frame.index))) as stream,
    ):
        for k in range(5):
            stream.submit(frame(k))
            assert (results.came if k != 3 else slow.busy).acquire(timeout=_PATIENCE_S)
            if k != 3:
                assert slow.busy.acquire(timeout=_PATIENCE_S)
    assert results.frames == [0, 1, 2, 4]
    assert errors == [("callback 1", 1), ("frame 3", 3)]
    assert (stream.delivered, stream.errors) == (3, 2)
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


def test_an_error_in_on_error_does_not_end_the_stream(
    results: Results, caplog: pytest.LogCaptureFixture
) -> None:
    """An error in the error callback is logged only."""

    def broken(error: Exception, frame: Frame) -> None:
        raise KeyError("reporter")

    results.fail_on = {0}
    with LiveStream(SlowTracker(open_gate=True), results, broken) as stream:
        for k in range(2):
            stream.submit(frame(k))
            assert results.came.acquire(timeout=_PATIENCE_S)
    assert results.frames == [0, 1]
    assert "on_error failed" in caplog.text


@pytest.mark.parametrize("second", [1.0, 0.25])
def test_times_must_increase_and_the_stream_recovers(
    stream: LiveStream, slow: SlowTracker, results: Results, second: float
) -> None:
    """A frame that is not later than the last one, even a dropped one, is refused; a later one is accepted."""
    stream.submit(frame(0, 0.0))
    assert slow.busy.acquire(timeout=_PATIENCE_S)
    stream.submit(frame(1, 0.5))
    stream.submit(frame(2, 1.0))
    with pytest.raises(StateError, match=f"frame times must increase: {second:.6f} s came after 1.000000 s"):
        stream.submit(frame(3, second))
    stream.submit(frame(4, 1.5))
    slow.gate.release(2)
    stream.close()
    assert results.frames == [0, 4]


def test_close_finishes_accepted_frames_and_may_be_called_twice(
    stream: LiveStream, slow: SlowTracker, results: Results
) -> None:
    """The frame in progress and the waiting one are delivered; then no frame is accepted."""
    _begin(stream, slow)
    stream.submit(frame(1))
    slow.gate.release(2)
    stream.close()
    stream.close()
    assert results.frames == [0, 1]
    with pytest.raises(StateError, match="closed"):
        stream.submit(frame(2))


def test_a_callback_may_close_and_submit() -> None:
    """Neither call blocks."""
    frames: list[int] = []
    done = threading.Event()

    def on_result(found: TrackedFrame, seen: Frame, note: object) -> None:
        frames.append(seen.index)
        if seen.index < 3:
            stream.submit(frame(seen.index + 1))
        else:
            stream.close()
            done.set()

    stream = LiveStream(SlowTracker(open_gate=True), on_result)
    stream.submit(frame(0))
    assert done.wait(_PATIENCE_S)
    stream.close()
    assert frames == [0, 1, 2, 3]


def test_a_delivered_frame_is_not_kept(results: Results) -> None:
    """While it waits, the stream holds no image."""
    with LiveStream(SlowTracker(open_gate=True), results) as stream:
        image = np.zeros((4, 6, 3), np.uint8)
        gone = weakref.ref(image)
        stream.submit(Frame(image, 0.0, 0))
        del image
        assert results.came.acquire(timeout=_PATIENCE_S)
        stream.submit(frame(1))
        assert results.came.acquire(timeout=_PATIENCE_S)
        gc.collect()
        assert gone() is None


def test_a_callback_that_ends_the_program_does_not_end_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    """`sys.exit()` in a callback ends no program, as it runs on another thread; later frames are answered."""
    errors: list[BaseException] = []
    answered = threading.Event()

    def on_result(found: TrackedFrame, frame: Frame, note: object) -> None:
        if frame.index == 0:
            raise SystemExit(3)
        answered.set()

    with (
        caplog.at_level(logging.CRITICAL),
        LiveStream(
            SlowTracker(open_gate=True), on_result, lambda error, _: errors.append(error), max_waiting=None
        ) as stream,
    ):
        for index in range(2):
            stream.submit(Frame(np.zeros((2, 2, 3), np.uint8), float(index), index))
        assert answered.wait(_PATIENCE_S)
    assert [type(one) for one in errors] == [SystemExit] and stream.errors == 1


def test_an_abandoned_stream_drops_what_waits() -> None:
    """At the end of a program, a stream that was not closed processes no further frame."""
    tracker = SlowTracker()
    stream = LiveStream(tracker, Results(), max_waiting=None)
    for index in range(3):
        stream.submit(Frame(np.zeros((2, 2, 3), np.uint8), float(index), index))
    assert tracker.busy.acquire(timeout=_PATIENCE_S)
    threading.Timer(0.05, tracker.gate.release).start()
    stream.abandon()
    assert tracker.seen == [0] and stream.dropped == 2
    with pytest.raises(StateError):
        stream.submit(Frame(np.zeros((2, 2, 3), np.uint8), 9.0, 9))
