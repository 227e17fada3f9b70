"""Runs a tracker on a live stream: `submit` returns at once, results arrive by callback on another thread.

One frame is processed and at most `max_waiting` frames wait. If another frame comes, the oldest waiting frame is
dropped and counted. The default of 1 is that of MediaPipe's flow limiter (`max_in_flight` 1, `max_in_queue` 1).
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, TypeAlias
from weakref import WeakSet

from fitness.engine.tracking.result import TrackedFrame
from fitness.errors import StateError
from fitness.types import Frame

_log = logging.getLogger(__name__)

OnResult: TypeAlias = Callable[[TrackedFrame, Frame, object], object]
"""Called with (result, frame, note passed to `submit`)."""

OnError: TypeAlias = Callable[[BaseException, Frame], object]
"""Called with (error, frame)."""


_EXIT_S: Final = 5.0
"""How long the end of the program waits for a stream that was not closed, seconds."""
_running: Final[WeakSet[LiveStream]] = WeakSet()


@atexit.register
def _end() -> None:
    """Streams that were not closed end before the interpreter does: native code in a thread would crash it."""
    for one in list(_running):
        one.abandon()


class FrameTracker(Protocol):
    """The tracker interface that a live stream needs."""

    def step_all(self, frame: Frame, rotation_deg: int = 0) -> TrackedFrame: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    frame: Frame
    rotation_deg: int
    note: object


class LiveStream:
    """Runs a tracker on its own thread and calls back with each result, in frame order.

    Args:
        tracker: must not be used elsewhere until `close` has returned. `close` does not close it.
        on_result: called on the stream's thread, also if nobody is found. The next frame starts after it returns.
        on_error: called on the stream's thread if the tracker or `on_result` raises. Such an error is also logged
            and counted in `errors`; the stream continues with the next frame.
        max_waiting: maximum number of waiting frames, 1 or more; None never drops a frame.
    """

    def __init__(
        self,
        tracker: FrameTracker,
        on_result: OnResult,
        on_error: OnError | None = None,
        *,
        max_waiting: int | None = 1,
    ) -> None:
        self._tracker, self._on_result, self._on_error = tracker, on_result, on_error
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._max_waiting = max_waiting
        self._closing = False
        self._t: float | None = None
        self._dropped = self._delivered = self._errors = 0
        self._thread = threading.Thread(target=self._run, name="fitness-live-stream", daemon=True)
        self._thread.start()
        _running.add(self)

    @property
    def dropped(self) -> int:
        """Number of frames dropped because newer frames arrived."""
        with self._changed:
            return self._dropped

    @property
    def delivered(self) -> int:
        """Number of frames for which `on_result` returned without an error."""
        with self._changed:
            return self._delivered

    @property
    def errors(self) -> int:
        """Number of frames for which the tracker or `on_result` raised."""
        with self._changed:
            return self._errors

    def submit(self, frame: Frame, *, rotation_deg: int = 0, note: object = None) -> None:
        """Submit the next frame; returns at once.

        rotation_deg: as in `PoseTracker.step_all`.   note: passed to `on_result` with the frame.
        Raises StateError if the stream is closed or if the frame's time is not later than that of the previous frame.
        The stream then still accepts later frames.
        """
        with self._changed:
            if self._closing:
                raise StateError("this live stream is closed; make a new one")
            if self._t is not None and frame.t <= self._t:
                raise StateError(f"frame times must increase: {frame.t:.6f} s came after {self._t:.6f} s")
            self._t = frame.t
            if self._max_waiting is not None and len(self._waiting) >= self._max_waiting:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(_Job(frame, rotation_deg, note))
            self._changed.notify_all()

    def close(self) -> None:
        """Process the waiting frames, then end the thread. A second call does nothing.

        Called from a callback, it returns at once; the thread ends after the waiting frames.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def abandon(self) -> None:
        """End the thread after the frame that is being processed; waiting frames are dropped."""
        with self._changed:
            self._dropped += len(self._waiting)
            self._waiting.clear()
            self._closing = True
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(_EXIT_S)

    def __enter__(self) -> LiveStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                found = self._tracker.step_all(job.frame, job.rotation_deg)
                self._on_result(found, job.frame, job.note)
            except (
                BaseException
            ) as error:  # SystemExit would end the thread, and the frames would wait forever
                self._report(error, job.frame)
            else:
                with self._changed:
                    self._delivered += 1
            del job  # free the image while the stream waits

    def _next(self) -> _Job | None:
        """Wait for a frame and return the oldest; None if the stream is closed and no frame waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.popleft() if self._waiting else None

    def _report(self, error: BaseException, frame: Frame) -> None:
        with self._changed:
            self._errors += 1
        _log.error("live stream: frame at %.3f s failed", frame.t, exc_info=error)
        if self._on_error is None:
            return
        try:
            self._on_error(error, frame)
        except BaseException:
            _log.exception("live stream: on_error failed")
