"""`fitness live` on a real (virtual) display: a rendered figure as the camera, keys sent as a user presses them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import pytest

from fitness.errors import FitnessError
from fitness.media.writer import VideoWriter
from fitness.session.store import Store
from scripts.figure import Camera, Clip, Idle, Motion, Reps

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("Xvfb", "xdotool"))),
    reason="Xvfb or xdotool is not installed",
)


@pytest.fixture
def display() -> Iterator[str]:
    """A display of its own; its number is the first free one."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            yield ":" + os.read(read, 16).decode().strip()
        finally:
            os.close(read)
            server.terminate()


def squats(path: Path, *reps: int) -> Path:
    """Sets of squats with four seconds between them; upright, as from a phone that stands on its edge."""
    rests = [part for number in reps for part in (Reps("squat", number, seconds=2.2, seed=1), Idle(4.0))]
    motion = Motion(Idle(1.5), *rests)
    framed = Clip(motion, fps=15, width=240, height=320).framed(Camera(yaw_deg=40))
    clip = Clip(motion, camera=framed, fps=15, width=240, height=320)
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    return path


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def kept(store: Path) -> dict[str, int]:
    """What the running session has counted, as far as it is on the disk."""
    if not store.is_file():
        return {}
    with suppress(FitnessError), Store.open(store, readonly=True) as opened:
        return next((dict(row.totals) for row in opened.sessions()), {})
    return {}


def test_keys_reach_the_window_and_the_count_is_exact(display: str, tmp_path: Path, models: Path) -> None:
    """Two squats are two, one by hand is noted, s saves the summary.

    Ctrl-C on the last screen ends as q does: exit status 0, the same on the terminal, a finished session.
    """
    store = tmp_path / "sessions.sqlite3"
    environment = {**os.environ, "DISPLAY": display, "FITNESS_STORE": str(store)}
    clip, shots, out = squats(tmp_path / "clip.mp4", 2), tmp_path / "shots", tmp_path / "out.txt"
    command = [sys.executable, "-m", "fitness", "live", "--camera", str(clip), "--model", "lite", "--no-sound",
               "--cache-dir", str(models), "--snapshots", str(shots)]  # fmt: skip

    def tool(*words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    with (
        out.open("w") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=file) as program,
    ):
        try:
            wait_for(lambda: tool("search", "--name", "^fitness live$") != "", 90)
            window = tool("search", "--name", "^fitness live$").splitlines()[-1]
            tool("windowsize", window, "540", "720")
            tool("windowfocus", window)
            wait_for(lambda: kept(store) == {"squat": 2}, 120)
            time.sleep(8.0)  # what follows is a rest, then the clip ends; the last frame stays on show
            for key in ("h", "h", "l", "l", "m", "m", "i", "i", "space", "space", "plus", "1", "s"):
                tool("key", key)
                time.sleep(0.3)
            wait_for(lambda: (shots / "workout-001.png").is_file(), 30)
            program.send_signal(signal.SIGINT)
            assert program.wait(60) == 0
        finally:
            program.kill()
    said = out.read_text()
    assert "Set 1: 3 squats" in said and "by hand +1" in said and "total: 3 reps" in said
    picture = cv2.imread(str(shots / "workout-001.png"))
    assert picture.shape == (1350, 1080, 3) and picture.max() == 255
    with Store.open(store, readonly=True) as opened:
        (row,) = opened.sessions()
        (one,) = opened.workout(row.id).sets
    assert row.finished and (one.reps, one.counted) == (3, 2)


def test_a_planned_workout_is_stored_as_the_window_showed_it(
    display: str, tmp_path: Path, models: Path
) -> None:
    """Two sets of two squats with a rest, one corrected; then another exercise by key, full screen, and the end."""
    store = tmp_path / "sessions.sqlite3"
    environment = {**os.environ, "DISPLAY": display, "FITNESS_STORE": str(store)}
    clip, shots, out = squats(tmp_path / "clip.mp4", 2, 2), tmp_path / "shots", tmp_path / "out.txt"
    command = [sys.executable, "-m", "fitness", "live", "--camera", str(clip), "--model", "lite", "--no-sound",
               "--plan", "squat 2x2 rest 2, lunge 1x3", "--cache-dir", str(models), "--snapshots", str(shots)]  # fmt: skip

    def tool(*words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    with (
        out.open("w") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=file) as program,
    ):
        try:
            wait_for(lambda: tool("search", "--name", "^fitness live$") != "", 90)
            window = tool("search", "--name", "^fitness live$").splitlines()[-1]
            tool("windowsize", window, "1280", "720")
            tool("windowfocus", window)
            saved = [shots / f"snapshot-{number:03d}.png" for number in (1, 2)]
            time.sleep(1.0)
            tool("key", "s")
            wait_for(saved[0].is_file, 30)
            tool(
                "key", "f"
            )  # this display has no window manager, which would give the window the whole screen
            tool("windowsize", window, "1920", "1080")
            tool("windowfocus", window)
            time.sleep(1.0)
            tool("key", "s")
            wait_for(saved[1].is_file, 30)
            tool("key", "f")
            wait_for(lambda: kept(store) == {"squat": 4}, 120)
            for key in ("plus", "4"):
                tool("key", key)
                time.sleep(0.5)
            wait_for(lambda: kept(store) == {"squat": 5}, 60)
            tool("key", "q")
            assert program.wait(60) == 0
        finally:
            program.kill()
    said = out.read_text()
    assert "Set 1: 2 squats" in said and "Set 2: 3 squats" in said and "total: 5 reps" in said
    with Store.open(store, readonly=True) as opened:
        (row,) = opened.sessions()
        sets = opened.workout(row.id).sets
    assert [(one.exercise, one.reps, one.counted, one.target) for one in sets] == [
        ("squat", 2, 2, 2), ("squat", 3, 2, 2),
    ]  # fmt: skip
    assert row.finished and row.settings["plan"] == "squat 2x2 rest 2, lunge 1x3"
    assert [cv2.imread(str(path)).shape[:2] for path in saved] == [(720, 1280), (1080, 1920)]
