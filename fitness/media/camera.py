"""Gives the newest frame of a camera, a stream, or a file played in real time. Times are those of a monotonic clock.

A thread reads the frames. Only the newest one waits; an older waiting frame is dropped and counted. A camera that
disconnects is opened again until it is back. `Grabber` does the thread's work without a thread; tests run it with
their own clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from fitness import stopping
from fitness.errors import FitnessError, SourceError
from fitness.media.camera_faults import FaultWatch
from fitness.media.camera_open import Capture, open_capture
from fitness.media.info import SourceInfo
from fitness.types import Frame, ImageArray

RETRY_S: Final = 1.0
"""Pause between two tries to open a camera that went away."""

MIN_STEP_S: Final = 0.001
"""Minimum time between two frames, seconds, even if the clock stands still or goes back."""

_WAIT_S: Final = 0.1

Clock = Callable[[], float]
Opener = Callable[[], Capture]


@dataclass(frozen=True, slots=True, eq=False)
class Grab:
    """frame: its `t` counts from the camera's first frame.   taken_s: when it was read, on the camera's clock."""

    frame: Frame
    taken_s: float


class NewestFrame:
    """Holds at most one frame; a newer one replaces it. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._grab: Grab | None = None
        self._closed = False
        self.dropped = 0

    def __len__(self) -> int:
        with self._changed:
            return int(self._grab is not None)

    def put(self, grab: Grab) -> None:
        """Store the newest frame."""
        with self._changed:
            self.dropped += self._grab is not None
            self._grab = grab
            self._changed.notify_all()

    def take(self, timeout_s: float = 0.0) -> Grab | None:
        """Take the waiting frame; None if none came within `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self._grab is not None or self._closed, timeout_s)
            grab, self._grab = self._grab, None
            return grab

    def close(self) -> None:
        """Accept no more frames; the waiting frame can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Closed and empty."""
        with self._changed:
            return self._closed and self._grab is None


class Grabber:
    """Reads frames one by one, opens the camera again when it is lost, and reports faults.

    Args:
        name: the user's name for the source.
        opener: opens it; raises SourceError when it is not there.
        clock: monotonic seconds.
        live: True for a camera, which may come back after it is lost; False for a file.

    Raises:
        SourceError: it cannot be opened the first time.
    """

    def __init__(self, name: str, opener: Opener, clock: Clock, *, live: bool) -> None:
        self.name, self.live, self.slot = name, live, NewestFrame()
        self._opener, self._clock = opener, clock
        self._capture: Capture | None = opener()
        self._faults = FaultWatch()
        self._start_s: float | None = None
        self._last_t = -MIN_STEP_S
        self._lost: str | None = None
        self.frames = self.reopened = 0
        self.size = (0, 0)
        self.ended = False

    @property
    def message(self) -> str | None:
        """What the user should know about the camera now, or None."""
        return self._lost or self._faults.message(self._clock())

    @property
    def warnings(self) -> list[str]:
        """What went wrong so far, one sentence each."""
        found = list(self._faults.seen)
        if self.reopened:
            often = "once" if self.reopened == 1 else f"{self.reopened} times"
            found.append(f"{self.name} disconnected and came back {often}")
        return found

    def step(self) -> float:
        """Read the next frame or try to open the camera; returns the seconds to wait before the next step."""
        if self._capture is None:
            return self._reopen()
        try:
            image = self._capture.read()
        except FitnessError as error:
            return self._lose(str(error))
        if image is None:
            return self._lose(f"{self.name} gives no more frames")
        self._keep(image)
        return 0.0

    def _keep(self, image: ImageArray) -> None:
        taken_s = self._clock()
        if self._start_s is None:
            self._start_s = taken_s
        t = max(taken_s - self._start_s, self._last_t + MIN_STEP_S)
        self._last_t = t
        self._faults.see(image, taken_s)
        self.size = (image.shape[1], image.shape[0])
        self.slot.put(Grab(Frame(image, t, self.frames), taken_s))
        self.frames += 1

    def _lose(self, reason: str) -> float:
        self.close()
        if not self.live:
            self.ended = True
            self.slot.close()
            return 0.0
        self._lost = f"{reason}: plug it in or close other programs; it comes back by itself"
        return RETRY_S

    def _reopen(self) -> float:
        try:
            self._capture = self._opener()
        except FitnessError:
            return RETRY_S
        self._lost, self._faults = None, self._faults.afresh()
        self.reopened += 1
        return 0.0

    def close(self) -> None:
        """Release the camera."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None


class Camera:
    """Reads a camera in a separate thread; a context manager that iterates over the newest frames.

    Args:
        source: camera number, address (rtsp://, http://, ...), device or file.
        opener, clock: for tests.

    Raises:
        SourceError: the source cannot be opened; the text says what to try.
    """

    def __init__(self, source: str, *, opener: Opener | None = None, clock: Clock = time.monotonic) -> None:
        kind = open_capture(source, clock)
        self.clock = clock
        self._grabber = Grabber(kind.name, opener or kind.open, clock, live=kind.live)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fitness-camera", daemon=True)
        self._error: Exception | None = None
        self._taken_s = 0.0
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and not self._grabber.ended:
                wait_s = self._grabber.step()
                if wait_s:
                    self._stop.wait(wait_s)
        except Exception as error:
            self._error = error
        finally:
            self._grabber.close()
            self._grabber.slot.close()

    def __iter__(self) -> Iterator[Frame]:
        """Frames until the source ends or the camera is closed; frames that come too fast are left out.

        In a command, the wait for a frame in the main thread is a safe point to end (`fitness.stopping`).
        """
        while not self._stop.is_set():
            stopping.check()
            grab = self._grabber.slot.take(_WAIT_S)
            if grab is not None:
                self._taken_s = grab.taken_s
                yield grab.frame
            elif self._grabber.slot.ended:
                break
        if self._error is not None:
            raise SourceError(f"{self._grabber.name} cannot be read: {self._error}") from self._error

    @property
    def taken_s(self) -> float:
        """The time on `clock` at which the last returned frame was read."""
        return self._taken_s

    @property
    def message(self) -> str | None:
        """What is wrong with the camera now, in words for the user."""
        return self._grabber.message

    @property
    def warnings(self) -> list[str]:
        """What was wrong so far."""
        return self._grabber.warnings

    @property
    def dropped(self) -> int:
        """Number of frames dropped because newer ones arrived."""
        return self._grabber.slot.dropped

    @property
    def info(self) -> SourceInfo:
        """Name and frame size of the camera; its fps is not known."""
        width, height = self._grabber.size
        return SourceInfo(self._grabber.name, 0.0, 0.0, width, height, self._grabber.frames)

    def close(self) -> None:
        """Stop reading; may be called twice."""
        self._stop.set()
        self._grabber.slot.close()
        self._thread.join(timeout=5.0)

    def __enter__(self) -> Camera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
