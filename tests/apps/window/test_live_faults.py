"""A rendered workout with a camera of 5 fps that turns black, is unplugged, changes its size and freezes, on a clock that
jumps. In the window and on the page, every rep is counted and every fault is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.apps.cli import Settings as Common
from fitness.apps.cli.options import load_engine
from fitness.apps.web.live import LiveOptions, LiveWorkout, Stages
from fitness.apps.web.live_record import LiveRecord
from fitness.apps.window.runner import Runner
from fitness.coach import CoachOptions
from fitness.media.camera import Grabber
from fitness.media.camera_faults import BLACK, FROZEN
from fitness.pipeline.settings import Settings, counter
from fitness.pipeline.workout import Workout
from fitness.types import Frame, ImageArray
from scripts.figure import Camera, Clip, Idle, Motion, Reps

FPS = 5


class Faulty:
    """The clip as the camera delivers it; `now` is the only clock, and reading advances it."""

    def __init__(
        self, pictures: list[ImageArray], black: range, gone: range, small_from: int, leap_at: int
    ) -> None:
        self.pictures, self.black, self.gone, self.small_from, self.leap_at = (
            pictures,
            black,
            gone,
            small_from,
            leap_at,
        )
        self.now, self.next = 0.0, 0

    def read(self) -> ImageArray | None:
        number = self.next
        self.next += 1
        self.now += 1 / FPS
        if number == self.leap_at:
            self.now += 3600  # the lid was closed for an hour
        if number in self.gone or number >= len(self.pictures):
            return None
        image = self.pictures[number]
        if number in self.black:
            return np.zeros_like(image)
        return image if number < self.small_from else np.asarray(cv2.resize(image, (240, 180)), np.uint8)

    def close(self) -> None: ...


class Stepped:
    """The camera's frames without its thread, and its messages."""

    def __init__(self, camera: Faulty) -> None:
        self.camera, self.printed = camera, list[str]()
        self.clock = lambda: camera.now
        self.taken_s, self.message = 0.0, None
        self.grabber = Grabber("camera 0", lambda: camera, self.clock, live=True)

    def __iter__(self) -> Iterator[Frame]:
        while self.camera.next < len(self.camera.pictures):
            wait_s = self.grabber.step()
            self.camera.now += wait_s
            if self.grabber.message:
                self.printed.append(self.grabber.message)
            grab = self.grabber.slot.take()
            if grab is not None:
                self.taken_s = grab.taken_s
                yield grab.frame


@pytest.fixture(scope="module")
def pictures() -> list[ImageArray]:
    """Two squats, a rest, two more squats, and then the last frame repeatedly."""
    motion = Motion(Idle(1.5), Reps("squat", 2, seconds=2.6), Idle(9), Reps("squat", 2, seconds=2.6), Idle(5))
    clip = Clip(motion, camera=Camera(yaw_deg=40), fps=FPS, width=320, height=240, fit=True)
    shown = [frame.image for frame in clip.frames()]
    return shown + [shown[-1]] * 12


IDLE = round((1.5 + 2 * 2.6) * FPS) + 5


def faulty(pictures: list[ImageArray]) -> Faulty:
    """Between the squats: 12 black frames, a missing one, smaller frames, then the clock jumps by an hour."""
    return Faulty(pictures, range(IDLE, IDLE + 12), range(IDLE + 13, IDLE + 14), IDLE + 16, IDLE + 18)


def test_counts_are_kept_through_every_fault(models: Path, pictures: list[ImageArray]) -> None:
    """Two squats before and two after the faults: all four are counted, and each fault is reported."""
    camera = faulty(pictures)
    source, settings = Stepped(camera), Settings(model="lite", cache_dir=models)
    workout = Workout(CoachOptions(), lambda name, ids: counter(settings.with_exercise(name), ids=ids))
    runner = Runner(source, load_engine(settings, Common(quiet=True)).tracker(), workout)
    runner.run()
    assert runner.error is None
    assert sum(one.reps for one in runner.coach.sets) == 4
    reported = "; ".join(dict.fromkeys(source.printed))
    assert (
        BLACK in reported
        and FROZEN in reported
        and "only 5 fps" in reported
        and "comes back by itself" in reported
    )
    assert source.grabber.reopened == 1
    assert "only 0 pictures" not in reported


def test_the_page_keeps_counts_through_every_fault(models: Path, pictures: list[ImageArray]) -> None:
    """The same camera in a browser whose clock stops, jumps and goes back: all four are counted, and each fault is
    reported.
    """
    camera, settings = faulty(pictures), Settings(model="lite", cache_dir=models)
    tracker = load_engine(settings, Common(quiet=True)).tracker()
    stages = Stages(
        lambda model: tracker, lambda name, ids: counter(settings.with_exercise(name), ids=ids), ("auto",)
    )
    record = LiveRecord(None, "lite", {}, lambda: datetime.now(timezone.utc))
    workout = LiveWorkout(LiveOptions("auto", "lite"), stages, record)
    reported, total, browser_s = dict[str | None, None](), 0, 1000.0
    while camera.next < len(pictures):
        image = camera.read()
        if image is None:
            workout.time.new_camera()  # unplugged and back
            continue
        browser_s += {IDLE + 5: 0.0, IDLE + 7: -500.0, IDLE + 15: 1e6}.get(camera.next, 1 / FPS)
        answer = workout.picture(image, workout.time.step(browser_s, camera.now))
        reported.setdefault(answer["camera"])
        total = answer["state"]["total"]
    assert total == 4
    assert list(reported) == [None, BLACK, FROZEN]
