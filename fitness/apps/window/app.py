"""The window: shows the newest state of the runner and handles keys. OpenCV's window functions run in one thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2

from fitness import stopping
from fitness.apps.window.look import Look
from fitness.apps.window.runner import Runner, Shown
from fitness.apps.window.view import View
from fitness.apps.window.words import summary_of_state
from fitness.coach import Stage
from fitness.drawing.summary import share_picture
from fitness.errors import OutputError, StateError
from fitness.pipeline.history import Highlights
from fitness.session import prepare_out_dir
from fitness.session.own_files import png_file
from fitness.types import ImageArray

TITLE: Final = "fitness live"
_ESC: Final = 27
_POLL_MS: Final = 15
_NOTICE_S: Final = 2.0
_FIRST_SIZE: Final = (1280, 720)

NO_DISPLAY: Final = (
    "there is no display for a window; use --headless to count on the terminal, or `fitness serve` for a page"
)


def check_display() -> None:
    """Raise StateError if no window can be opened. A child process tries it, because Qt ends its process on failure."""
    if sys.platform != "linux":
        return
    if not os.environ.get("DISPLAY"):
        raise StateError(NO_DISPLAY)
    code = "import cv2; cv2.namedWindow('x'); cv2.waitKey(1); cv2.destroyAllWindows()"
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired as error:
        raise StateError(NO_DISPLAY) from error
    if done.returncode != 0:
        raise StateError(NO_DISPLAY)


class Window:
    """One window for one runner.

    Args:
        runner: not started yet.   message: returns the current camera fault in words, or None.
        exercises: names for the keys 1 to 9.   snapshots: folder for the key s.
        history: returns the figures of earlier workouts for the summary at the end; called once.
    """

    fullscreen = False

    def __init__(
        self,
        runner: Runner,
        message: Callable[[], str | None],
        exercises: Sequence[str],
        snapshots: Path,
        history: Callable[[], Highlights] | None = None,
    ) -> None:
        self.look = Look()
        self._runner, self._message, self._view = runner, message, View()
        self._exercises, self._snapshots = exercises, snapshots
        runner.on_note = self._notify
        self._picture: ImageArray | None = None
        self._drawn: object = None
        self._history = history

    def run(self) -> None:
        """Show the window until q, Esc, Ctrl-C, or until it is closed. The runner is stopped before this returns."""
        worker = threading.Thread(target=self._runner.run, name="fitness-runner", daemon=True)
        worker.start()
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, *_FIRST_SIZE)
        if self.fullscreen:
            self._show_full(True)
        try:
            while self._turn():
                pass
        except KeyboardInterrupt:
            stopping.accept_ctrl_c()  # it is a usual way to end, as the key q is
        finally:
            self._runner.stop.set()
            worker.join(timeout=10.0)
            cv2.destroyAllWindows()

    def _turn(self) -> bool:
        """Draw once and handle one key. Returns False to end.

        In a command this is a safe point to end (`fitness.stopping`).
        """
        stopping.check()
        if self._runner.error is not None:
            return False
        shown = self._runner.newest
        if shown is not None:
            self.show(shown)
        elif self._runner.done.is_set():
            return False
        key = cv2.waitKey(_POLL_MS) & 0xFF
        if key in (_ESC, ord("q")):
            return False
        if key != 0xFF and shown is not None:
            self.press(chr(key), shown.frame.t)
        return bool(cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1)

    def show(self, shown: Shown) -> None:
        """Draw a frame and its state in the window, unless nothing changed since the last drawing."""
        _, _, width, height = cv2.getWindowImageRect(TITLE)
        size = (width, height) if width >= 32 and height >= 32 else _FIRST_SIZE
        over = self._runner.done.is_set()
        self._look_up_history(shown, over)
        message = None if over else self._message()
        latency = self._runner.latencies.lines() if self.look.timings else []
        what = (shown, replace(self.look), size, message, latency, over)
        if what == self._drawn:
            return  # drawing would take CPU time from the models
        self._drawn = what
        self._picture = self._view.draw(shown, self.look, size, message, latency, over)
        cv2.imshow(TITLE, cv2.cvtColor(self._picture, cv2.COLOR_RGB2BGR))

    def _look_up_history(self, shown: Shown, over: bool) -> None:
        """Load the figures of earlier workouts once, when the summary is first shown."""
        if self._history is not None and (over or shown.state.stage is Stage.DONE):
            history, self._history = self._history, None
            found = history()
            self.look.streak_weeks, self.look.records = found.streak_weeks, found.records

    def press(self, key: str, t: float) -> None:
        """Handle a key at stream time `t`, seconds."""
        look, coach = self.look, self._runner.coach
        switches = {"m": "mirror", "l": "landmarks", "h": "help", "i": "timings"}
        if key in switches:
            setattr(look, switches[key], not getattr(look, switches[key]))
        elif key == "f":
            self._show_full(not self.fullscreen)
        elif key == "s":
            self._snapshot(t)
        elif key in "0123456789":
            self._choose(int(key), t)
        else:
            with self._runner.lock:
                if key == " ":
                    coach.pause(not coach.paused, t)
                elif key in "+=-_":
                    delta = 1 if key in "+=" else -1
                    self._notify(
                        f"corrected {delta:+d}" if coach.correct(delta, t) else "no rep to remove", t
                    )
                elif key == "n":
                    coach.next_set(t)
                elif key == "k":
                    self._runner.workout.skip(t)
                elif key == "r":
                    coach.reset(t)
        self._runner.refresh()

    def _show_full(self, full: bool) -> None:
        """Switch to full screen, or back to a window."""
        self.fullscreen = full
        mode = cv2.WINDOW_FULLSCREEN if full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, mode)

    def _choose(self, number: int, t: float) -> None:
        if number > len(self._exercises):
            self._notify(f"there is no exercise {number}", t)
            return
        name = "auto" if number == 0 else self._exercises[number - 1]
        self._runner.change(name, t)
        self._notify(f"exercise: {name}", t)

    def _snapshot(self, t: float) -> None:
        """Save the content of the window. At the end, save the summary as a picture that shows no person."""
        shown, over = self._runner.newest, self._runner.done.is_set()
        if shown is not None and (over or shown.state.stage is Stage.DONE):
            summary = replace(summary_of_state(shown.state, self.look, over), footer="")
            self._save(share_picture(summary), "workout", t)
        elif self._picture is not None:
            self._save(self._picture, "snapshot", t)

    def _save(self, picture: ImageArray, name: str, t: float) -> None:
        """Save a picture under the next free number."""
        try:
            folder = prepare_out_dir(self._snapshots)
            number = 1
            while (path := folder / f"{name}-{number:03d}.png").exists():
                number += 1
            png_file(path, picture)
            self._notify(f"saved {path.name}", t)
        except (OutputError, cv2.error) as error:
            self._notify(str(error), t)

    def _notify(self, text: str, t: float) -> None:
        self.look.notice, self.look.notice_until_s = text, t + _NOTICE_S
