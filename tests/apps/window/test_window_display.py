"""`fitness live` on a real (virtual) display: the camera plays a rendered figure, and keys are sent as a user
presses them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest

from fitness.errors import FitnessError
from fitness.media.writer import VideoWriter
from fitness.session.store import SessionRow, Store
from scripts.figure import Camera, Clip, Idle, Motion, Reps

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("Xvfb", "xdotool"))),
    reason="Xvfb or xdotool is not installed",
)


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual display with the first free number."""
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
    """Sets of squats with four seconds between them, in a portrait frame as from a phone that stands upright."""
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
    """The stored counts of the running session."""
    if not store.is_file():
        return {}
    with suppress(FitnessError), Store.open(store, readonly=True) as opened:
        return next((dict(row.totals) for row in opened.sessions()), {})
    return {}


@dataclass
class Played:
    """A running `fitness live`. tool: calls xdotool. store, shots, out: where it writes."""

    program: subprocess.Popen[bytes]
    tool: Callable[..., str]
    store: Path
    shots: Path
    out: Path

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window and give it the keyboard focus."""
        window = self.tool("search", "--name", "^fitness live$").splitlines()[-1]
        self.tool("windowsize", window, str(width), str(height))
        self.tool("windowfocus", window)
        time.sleep(1.0)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.tool("key", key)
            time.sleep(0.3)

    def press_and_save(self, *keys: str) -> str:
        """Press keys of which the last saves a picture; wait until it is saved, and return its name."""
        before = self.pictures()
        self.press(*keys)
        wait_for(lambda: self.pictures() > before, 300)
        return max(self.pictures() - before)

    def pictures(self) -> set[str]:
        """The names of the saved pictures."""
        return {path.name for path in self.shots.glob("*.png")}

    def saved(self, name: str) -> tuple[int, ...]:
        """Height, width and channels of a saved picture, when it exists."""
        wait_for((self.shots / name).is_file, 300)
        return tuple(cv2.imread(str(self.shots / name)).shape)

    def ended(self) -> tuple[str, SessionRow, list[tuple[str, int, int, int | None]]]:
        """Its output after it ended; its session; exercise, reps, counted reps and target of each set."""
        assert self.program.wait(300) == 0
        with Store.open(self.store, readonly=True) as opened:
            (row,) = opened.sessions()
            sets = opened.workout(row.id).sets
        return self.out.read_text(), row, [(one.exercise, one.reps, one.counted, one.target) for one in sets]


@contextmanager
def live(display: str, folder: Path, models: Path, clip: Path, *options: str) -> Iterator[Played]:
    """`fitness live` with a clip as its camera, from the moment its window is open."""
    store, shots, out = folder / "sessions.sqlite3", folder / "shots", folder / "out.txt"
    environment = {**os.environ, "DISPLAY": display, "FITNESS_STORE": str(store)}
    command = [sys.executable, "-m", "fitness", "live", "--camera", str(clip), "--model", "lite", "--no-sound",
               "--cache-dir", str(models), "--snapshots", str(shots), *options]  # fmt: skip

    def tool(*words: str) -> str:
        return subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=False
        ).stdout.strip()

    with (
        out.open("w") as file,
        subprocess.Popen(
            command,
            env=environment,
            stdout=file,
            stderr=file,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.SIG_DFL
            ),  # a shell ignores it for jobs behind &
        ) as program,
    ):
        try:
            wait_for(lambda: tool("search", "--name", "^fitness live$") != "", 300)
            yield Played(program, tool, store, shots, out)
        finally:
            program.kill()


def test_keys_reach_the_window_and_the_count_is_exact(display: str, tmp_path: Path, models: Path) -> None:
    """Two squats are counted, one is added by hand, s saves the summary. Ctrl-C on the last screen ends like q: exit status
    0, the same numbers on the terminal, a finished session.
    """
    with live(display, tmp_path, models, squats(tmp_path / "clip.mp4", 2)) as one:
        one.resize(540, 720)
        wait_for(lambda: kept(one.store) == {"squat": 2}, 300)
        # What follows is a rest, then the clip ends; the last frame stays on show, and s saves the summary.
        wait_for(lambda: one.press_and_save("s") == "workout-001.png", 300)
        assert one.saved("workout-001.png") == (1350, 1080, 3)
        one.press_and_save("h", "h", "l", "l", "m", "m", "i", "i", "space", "space", "plus", "1", "s")
        one.program.send_signal(signal.SIGINT)
        printed, row, sets = one.ended()
    assert "Set 1: 3 squats" in printed and "by hand +1" in printed and "total: 3 reps" in printed
    assert row.finished and sets == [("squat", 3, 2, None)]


def test_a_planned_workout_is_stored_as_the_window_showed_it(
    display: str, tmp_path: Path, models: Path
) -> None:
    """Two sets of two squats with a rest, one corrected; then another exercise by key, full screen, and the end."""
    plan = "squat 2x2 rest 2, lunge 1x3"
    with live(display, tmp_path, models, squats(tmp_path / "clip.mp4", 2, 2), "--plan", plan) as one:
        one.resize(1280, 720)
        one.press("s")
        assert one.saved("snapshot-001.png") == (720, 1280, 3)
        one.press("f")  # this display has no window manager, which would give the window the whole screen
        one.resize(1920, 1080)
        one.press("s")
        assert one.saved("snapshot-002.png") == (1080, 1920, 3)
        one.press("f")
        wait_for(lambda: kept(one.store) == {"squat": 4}, 300)
        one.press("plus", "4")
        wait_for(lambda: kept(one.store) == {"squat": 5}, 300)
        one.press("q")
        printed, row, sets = one.ended()
    assert "Set 1: 2 squats" in printed and "Set 2: 3 squats" in printed and "total: 5 reps" in printed
    assert sets == [("squat", 2, 2, 2), ("squat", 3, 2, 2)]
    assert row.finished and row.settings["plan"] == plan
