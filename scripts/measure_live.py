"""Measures the latency of live counting over time: on the terminal, in the window and on the page.

    python scripts/measure_live.py [--minutes 3] [--model full] [--slow MS] [headless] [window] [page]

The camera shows a rendered figure that does squats, 640 x 480 at 30 fps, repeated. headless and window: it is the camera of
`fitness live`; the window is opened on Xvfb. page: it is Chromium's camera, and `fitness serve` counts. The latency is the
program's own: from when a frame was read until its count is known; on the page, from the browser's time of the camera
frame until the answer is drawn. --slow makes the model take at least this long, milliseconds.
Prints counted fps; median, 95th and 99th percentile; the 95th percentile of each minute; reps counted and done.
Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2  # before PyAV, as in `fitness live`
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fitness.engine.tracking.tracker import PoseTracker
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from scripts.figure import Camera, Clip, Idle, Motion, Reps

ROOT = Path(__file__).parents[1]
WHERE = ("headless", "window", "page")
FPS, WIDTH, HEIGHT = 30, 640, 480
REPS = 4
SCRIPT = """{
  window.figures = [];
  const plain = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    this.timed ??= this.addEventListener('message', (event) => {
      const said = JSON.parse(event.data);
      const now = performance.now();
      if (said.type === 'frame') figures.push([now / 1e3, now - said.camera_ms, said.state.total]);
    }) ?? true;
    plain.call(this, data);
  };
}"""

Figures = list[tuple[float, float]]
"""(seconds, latency in milliseconds) of every frame."""


def render(folder: Path) -> Path:
    """One loop of the workout, which can be repeated without a break."""
    motion = Motion(Idle(1.0), Reps("squat", REPS, seconds=2.4, seed=1), Idle(1.0))
    clip = Clip(
        motion, camera=Camera(yaw_deg=40), fps=FPS, width=WIDTH, height=HEIGHT, fit=True, supersample=1
    )
    path = folder / "round.mp4"
    with VideoWriter(path, WIDTH, HEIGHT, FPS) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    return path


def repeated(path: Path, rounds: int) -> Path:
    """The same packets `rounds` times."""
    import av

    out = path.with_name("long.mp4")
    with av.open(str(path)) as read, av.open(str(out), "w") as write:
        stream = read.streams.video[0]
        target = write.add_stream_from_template(stream)
        packets = [packet for packet in read.demux(stream) if packet.dts is not None]
        span = round(len(packets) / FPS / stream.time_base)
        for _ in range(rounds):
            for packet in packets:
                packet.stream = target
                write.mux(packet)
                packet.pts += span
                packet.dts += span
    return out


def raw(path: Path) -> Path:
    """Raw video for Chromium's camera, which is repeated."""
    out = path.with_name("round.y4m")
    with VideoFile(path) as frames, out.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420).tobytes())
    return out


def slowed(milliseconds: float) -> None:
    """Make the models take at least this long for every frame, in this process."""
    plain = PoseTracker.people

    def people(self: PoseTracker, frame: Any) -> Any:
        started = time.perf_counter()
        found = plain(self, frame)
        time.sleep(max(0.0, milliseconds / 1e3 - (time.perf_counter() - started)))
        return found

    PoseTracker.people = people  # type: ignore[method-assign]


def live(video: Path, model: str, slow: float, *options: str, **environment: str) -> tuple[Figures, int]:
    """Run `fitness live` to the end of the video in a new process; returns its latencies and counted reps."""
    figures = video.with_name("figures.json")
    arguments = ["live", "--camera", str(video), "--model", model, "--no-sound", "--no-auto-model", *options]
    done = child(
        f"measure_live.recorded({str(figures)!r}); {slow_call(slow)} main({arguments!r})", **environment
    )
    output, problems = done.communicate()
    if done.returncode != 0:
        raise SystemExit(problems)
    (total,) = re.findall(r"^total: (\d+) reps", output, re.MULTILINE)
    return json.loads(figures.read_text()), int(total)


def child(code: str, **environment: str) -> subprocess.Popen[str]:
    """A Python that runs `code` after importing this file and the program's `main`."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests"), str(ROOT / "scripts")))
    return subprocess.Popen(
        [sys.executable, "-c", f"import measure_live; from fitness.apps.cli import main; {code}"],
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def slow_call(milliseconds: float) -> str:
    return f"measure_live.slowed({milliseconds});" if milliseconds else ""


def recorded(path: str) -> None:
    """In the child process: write every frame's latency to `path`, and close the window at the end of the video."""
    from fitness.apps.window.app import Window
    from fitness.session.latency import Latencies

    figures: Figures = []
    add, turn = Latencies.add, Window._turn

    def kept(self: Latencies, timings_ms: Mapping[str, float]) -> None:
        figures.append((time.monotonic(), timings_ms["camera to count"]))
        add(self, timings_ms)

    Latencies.add = kept  # type: ignore[method-assign]
    Window._turn = lambda self: not self._runner.done.is_set() and turn(self)  # type: ignore[method-assign]
    atexit.register(lambda: Path(path).write_text(json.dumps(figures)))


@contextlib.contextmanager
def virtual_display() -> Iterator[str]:
    """Start Xvfb; yields the name of its display."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        try:
            yield ":" + os.read(read, 16).decode().strip()
        finally:
            server.terminate()


def page(camera: Path, model: str, seconds: float, slow: float) -> tuple[Figures, int]:
    """Run Chromium with `fitness serve` for a time; returns the browser's latencies and the shown reps."""
    from playwright.sync_api import sync_playwright

    from tests.support.page_browser import chromium

    arguments = ["serve", "--port", "0", "--model", model]
    with child(f"{slow_call(slow)} main({arguments!r})") as server:
        assert server.stdout is not None
        (address,) = re.findall(r"http://\S+", server.stdout.readline())
        try:
            with sync_playwright() as driver, chromium(driver, camera) as browser:
                tab = browser.new_page(viewport={"width": 1280, "height": 800})
                tab.add_init_script(SCRIPT)
                tab.goto(address + "?autostart=1&exercise=auto")
                tab.wait_for_selector("#speed:has-text('fps')", timeout=60_000)
                tab.wait_for_timeout(seconds * 1e3)
                found = tab.evaluate("figures")
        finally:
            server.terminate()
    return [(at, ms) for at, ms, _ in found], int(found[-1][2])


def print_figures(name: str, figures: Figures, counted: int, done: str) -> None:
    at, ms = np.array(figures).T
    at -= at[0]
    p50, p95, p99 = np.percentile(ms, (50, 95, 99))
    minutes = [
        f"{np.percentile(ms[at // 60 == k], 95):.0f}"
        for k in range(int(at[-1] // 60) + 1)
        if (at // 60 == k).sum() > 30
    ]
    print(
        f"{name}: {len(ms)} pictures, {(len(ms) - 1) / at[-1]:.1f} a second; p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f}, "
        f"most {ms.max():.0f} ms; p95 of each minute {' '.join(minutes)}; reps {counted} of {done}",
        flush=True,
    )


def measure() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("where", nargs="*", metavar="|".join(WHERE))
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--model", default="full")
    parser.add_argument("--slow", type=float, default=0.0, metavar="MS")
    asked = parser.parse_args()
    asked.where = asked.where or list(WHERE)
    if not set(asked.where) <= set(WHERE):
        parser.error(f"choose from {', '.join(WHERE)}")
    with tempfile.TemporaryDirectory(prefix="fitness-live-") as folder:
        os.environ["FITNESS_STORE"] = str(Path(folder) / "sessions.sqlite3")
        once = render(Path(folder))
        with VideoFile(once) as video:
            length_s = video.info.duration_s
        rounds = max(1, round(asked.minutes * 60 / length_s))
        if {"headless", "window"} & set(asked.where):
            long = repeated(once, rounds)
        if "headless" in asked.where:
            print_figures("headless", *live(long, asked.model, asked.slow, "--headless"), str(rounds * REPS))
        if "window" in asked.where:
            with virtual_display() as display:
                print_figures(
                    "window", *live(long, asked.model, asked.slow, DISPLAY=display), str(rounds * REPS)
                )
        if "page" in asked.where:
            done = f"about {asked.minutes * 60 / length_s * REPS:.0f}"
            print_figures("page", *page(raw(once), asked.model, asked.minutes * 60, asked.slow), done)


if __name__ == "__main__":
    measure()
