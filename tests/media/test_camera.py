"""Camera: the newest frame is used, a lost camera comes back, and faults are reported. The tests have their own
clock.
"""

from __future__ import annotations

import itertools
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.errors import SourceError
from fitness.media.camera import Camera, Grab, Grabber, NewestFrame
from fitness.media.camera_faults import BLACK, FROZEN, SILENT, FaultWatch
from fitness.media.camera_open import FileCapture, open_capture, plain_address
from fitness.types import Frame, ImageArray
from tests.support.clips import write_clip


class Clock:
    """A clock that only the test advances."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeCamera:
    """Gives `left` frames; reading one advances the clock by `step_s`."""

    def __init__(self, clock: Clock, left: int, step_s: float = 1 / 30) -> None:
        self.clock, self.left, self.step_s, self.closed = clock, left, step_s, False

    def read(self) -> ImageArray | None:
        self.clock.now += self.step_s
        self.left -= 1
        return None if self.left < 0 else np.full((48, 64, 3), 50 + self.left % 99, np.uint8)

    def close(self) -> None:
        self.closed = True


def test_a_slow_model_never_makes_a_queue() -> None:
    """A model of 200 ms on a 30 fps camera: at most one frame waits, and a shown frame is at most two inferences
    old.
    """
    clock = Clock()
    grabber = Grabber("camera 0", lambda: FakeCamera(clock, 10_000), clock, live=True)
    ages, worst_queue = [], 0
    for _ in range(300):
        grabber.step()
        grab = grabber.slot.take()
        assert grab is not None
        done_s = clock.now + 0.2
        while clock.now < done_s:  # the camera continues while the model works
            grabber.step()
            worst_queue = max(worst_queue, len(grabber.slot))
        ages.append(clock.now - grab.taken_s)
        waiting = grabber.slot.take()
        assert waiting is not None
        grabber.slot.put(waiting)
    assert worst_queue == 1 and max(ages) <= 0.4
    assert grabber.slot.dropped > 1000


def test_the_newest_frame_is_used_and_times_increase() -> None:
    """Of three frames the last is given, once; its time is that of the clock since the first."""
    clock = Clock()
    grabber = Grabber("camera 0", lambda: FakeCamera(clock, 99, 0.1), clock, live=True)
    for _ in range(3):
        grabber.step()
    grab = grabber.slot.take()
    assert grab is not None and grab.frame.index == 2 and grab.frame.t == pytest.approx(0.2)
    assert grabber.slot.take() is None and grabber.slot.dropped == 2


def test_a_clock_that_jumps_back_or_stands_keeps_times_increasing() -> None:
    """Whatever the clock does, a later frame has a later time."""
    clock = Clock()
    grabber = Grabber("camera 0", lambda: FakeCamera(clock, 99, 0.0), clock, live=True)
    times = []
    for step in (0.0, 0.0, -50.0, 0.1, 500.0, 0.0):
        clock.now += step
        grabber.step()
        grab = grabber.slot.take()
        assert grab is not None
        times.append(grab.frame.t)
    assert all(later > earlier for earlier, later in itertools.pairwise(times))


def test_a_lost_camera_comes_back() -> None:
    """A message says so; the camera is tried every second; times continue; and a warning stays."""
    clock, opened = Clock(), []

    def opener() -> FakeCamera:
        if len(opened) in (1, 2):
            opened.append(None)
            raise SourceError("there is no camera 0")
        opened.append(FakeCamera(clock, 2))
        return opened[-1]

    grabber = Grabber("camera 0", opener, clock, live=True)
    waits = [grabber.step() for _ in range(3)]
    assert waits == [0.0, 0.0, 1.0] and "comes back by itself" in (grabber.message or "")
    assert opened[0].closed
    assert [grabber.step() for _ in range(3)] == [1.0, 1.0, 0.0]
    clock.now += 5
    before = grabber.slot.take()
    grabber.step()
    after = grabber.slot.take()
    assert before is not None and after is not None and after.frame.t > before.frame.t + 5
    assert grabber.message is None and grabber.warnings == ["camera 0 disconnected and came back once"]


def test_the_end_of_a_file_is_the_end() -> None:
    """A file is not opened again: the last frame is given, then iteration ends."""
    clock = Clock()
    grabber = Grabber("clip.mp4", lambda: FakeCamera(clock, 2), clock, live=False)
    for _ in range(3):
        grabber.step()
    assert grabber.ended and not grabber.slot.ended
    assert grabber.slot.take() is not None and grabber.slot.ended


def test_a_file_is_played_in_real_time(tmp_path: Path) -> None:
    """Each frame comes when it is due by the clock; the test advances the clock instead of waiting."""
    clock, waits = Clock(), []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds

    capture = FileCapture(write_clip(tmp_path / "a.mp4", [0.0, 0.1, 0.4]), clock, sleep)
    while capture.read() is not None:
        pass
    capture.close()
    assert waits == pytest.approx([0.1, 0.3], abs=1e-3)


def test_the_thread_gives_frames_and_ends(tmp_path: Path) -> None:
    """A clip as the camera: increasing times up to the last frame, then the end; it can be closed twice."""
    path = write_clip(tmp_path / "a.mp4", [k / 50 for k in range(10)])
    with Camera(str(path)) as camera:
        frames = list(camera)
    camera.close()
    assert frames[-1].index == 9 and camera.info.name == "a.mp4"
    assert all(b.t > a.t for a, b in itertools.pairwise(frames))


def test_black_frozen_slow_and_silent_cameras_are_reported() -> None:
    """Each fault is reported after 1.5 s, and ends with the next good frame."""
    noise = np.random.default_rng(1)

    def good() -> ImageArray:
        return noise.integers(60, 200, (64, 64, 3), np.uint8)

    watch = FaultWatch()
    for k in range(20):
        watch.see(np.zeros((64, 64, 3), np.uint8), k * 0.1)
    assert watch.message(1.9) == BLACK
    watch.see(good(), 2.0)
    assert watch.message(2.0) is None
    still = good()
    for k in range(20):
        watch.see(still, 2.1 + k * 0.1)
    assert watch.message(4.0) == FROZEN
    assert watch.message(9.0) == SILENT
    watch = FaultWatch()
    for k in range(20):
        watch.see(good(), k * 0.2)
    assert "only 5 fps" in (watch.message(3.8) or "")


def test_the_end_of_the_stream_wakes_a_waiting_consumer() -> None:
    """Closing ends a wait for a frame that never comes."""
    slot = NewestFrame()
    slot.put(Grab(Frame(np.zeros((4, 4, 3), np.uint8), 0.0, 0), 0.0))
    slot.close()
    assert not slot.ended and slot.take(60.0) is not None and slot.take(60.0) is None and slot.ended


@pytest.mark.parametrize("source", ["ftp://host/x", "97", "no-such-clip.mp4"])
def test_missing_sources_are_reported(source: str) -> None:
    """An unknown kind of address, a missing camera and a missing file are SourceErrors of one line."""
    with pytest.raises(SourceError) as caught:
        open_capture(source).open()
    assert "\n" not in str(caught.value) and len(str(caught.value)) > 20


class _Jpegs(BaseHTTPRequestHandler):
    """A network camera: ten frames per connection, as multipart/x-mixed-replace."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        for k in range(10):
            data = cv2.imencode(".jpg", np.full((48, 64, 3), 100 + k, np.uint8))[1].tobytes()
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            self.wfile.write(head.encode() + data + b"\r\n")
            time.sleep(0.02)

    def log_message(self, *_: object) -> None: ...


def test_a_network_camera_is_read_and_comes_back() -> None:
    """Motion JPEG over HTTP: an interrupted stream is opened again, and a warning says so."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Jpegs)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Camera(f"http://127.0.0.1:{server.server_port}/video?key=secret") as camera:
            frames = []
            for frame in camera:
                frames.append(frame)
                if camera.warnings:
                    break
        assert frames[0].image.shape == (48, 64, 3) and abs(int(frames[0].image.mean()) - 104) < 10
        assert all(b.t > a.t for a, b in itertools.pairwise(frames)) and frames[-1].t - frames[0].t > 1.0
        assert camera.warnings == [
            f"http://127.0.0.1:{server.server_port}/video disconnected and came back once"
        ]
    finally:
        server.shutdown()
        server.server_close()


def test_passwords_of_addresses_are_not_shown() -> None:
    """Names and messages do not contain the user, password or query of an address."""
    assert plain_address("rtsp://me:secret@10.0.0.7:554/cam?token=9") == "rtsp://10.0.0.7:554/cam"
