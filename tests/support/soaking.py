"""Live counting for hours, in compressed time: a looping clip whose camera is lost every minute.

scripts/soak live [--minutes 120] [--model lite] [--fps 15]     (`--help` says more)

Frames come as fast as they can be counted; stream time is the clock of everything, as with a real camera. The camera is
lost at the end of the last loop of each minute and refuses to open twice, so no rep is in flight and every one that was
done must be counted. Runner, coach, grabber and store are those of `fitness live`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from fitness.apps.window.runner import Runner
from fitness.coach import CoachOptions
from fitness.errors import SourceError
from fitness.media.camera import Grabber
from fitness.media.info import SourceInfo
from fitness.pipeline.settings import Engine, Settings, counter
from fitness.pipeline.workout import Workout
from fitness.recognition.recogniser import RecogniserOptions
from fitness.session.store import Store
from fitness.types import Frame, ImageArray
from scripts.figure import Clip, Idle, Motion, Reps

REPS_A_LOOP = 4
REFUSALS = 2
"""Number of failed tries to open the camera after a loss; each try takes a second of stream time."""


@dataclass(frozen=True)
class Sample:
    """Resources of the process at one time.   rss_mb: resident memory.   threads, handles: how many are open."""

    minute: float
    rss_mb: float
    threads: int
    handles: int


class LoopingCamera:
    """A camera that shows a clip again and again, in stream time; a source for `Runner`.

    Args:
        pictures: frames of one loop.   fps: of the stream.   loops: between two losses of the camera.   seconds: in all.
    """

    def __init__(self, pictures: list[ImageArray], fps: float, loops: int, seconds: float) -> None:
        self._pictures, self._step_s, self._seconds = pictures, 1 / fps, seconds
        self._frames_a_life = loops * len(pictures)
        self._now_s, self._shown, self._left, self._refusals = 0.0, 0, 0, 0
        self.finished_loops, self.losses, self.samples = 0, 0, list[Sample]()
        self.clock = lambda: self._now_s
        self._grabber = Grabber("looping camera", self._open, self.clock, live=True)

    def _open(self) -> LoopingCamera:
        if self._refusals:
            self._refusals -= 1
            raise SourceError("the looping camera is not there")
        self._left = self._frames_a_life
        return self

    def read(self) -> ImageArray | None:
        """The next frame; None if the camera is lost."""
        if self._left == 0:
            self.losses += 1
            self._refusals = REFUSALS
            return None
        self._left -= 1
        self._now_s += self._step_s
        picture = self._pictures[self._shown % len(self._pictures)]
        self._shown += 1
        return picture.copy()

    def close(self) -> None:
        """The capture's; nothing is open."""

    @property
    def taken_s(self) -> float:
        return self._now_s

    @property
    def message(self) -> str | None:
        return self._grabber.message

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("looping camera", 0.0, 0.0, *self._grabber.size, self._grabber.frames)

    def __iter__(self) -> Iterator[Frame]:
        next_sample_s = 0.0
        while True:
            wait_s = self._grabber.step()  # it moves the clock itself when it reads a frame
            self._now_s += wait_s
            grab = self._grabber.slot.take()
            if grab is None:
                continue
            yield grab.frame
            if self._now_s >= next_sample_s:
                next_sample_s += 60.0
                self.samples.append(sample(self._now_s / 60))
                print(json.dumps(self.samples[-1].__dict__), file=sys.stderr, flush=True)
            if self._shown % len(self._pictures) == 0 and self._now_s >= self._seconds:
                break
        self.finished_loops = self._shown // len(self._pictures)


def sample(minute: float) -> Sample:
    """The current resources of this process; without /proc, memory and handles are 0."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        handles = len(os.listdir("/proc/self/fd"))
    except OSError:
        pages = handles = 0
    megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Sample(round(minute, 2), round(megabytes, 1), threading.active_count(), handles)


@dataclass(frozen=True)
class Outcome:
    """The result of a soak test.   expected, counted, stored: reps done, counted, and found in the store afterwards."""

    minutes: float
    frames: int
    losses: int
    expected: int
    counted: int
    stored: int
    growth_mb: float
    threads: tuple[int, int]
    handles: tuple[int, int]

    @property
    def problems(self) -> list[str]:
        """The problems, as text."""
        found = []
        if not self.expected == self.counted == self.stored:
            found.append(f"{self.expected} reps done, {self.counted} counted, {self.stored} stored")
        if self.growth_mb > 10:
            found.append(f"memory grew by {self.growth_mb:.1f} MB after warm-up")
        if self.threads[1] > self.threads[0] or self.handles[1] > self.handles[0]:
            found.append(f"threads {self.threads}, handles {self.handles} before and after")
        return found


def soak(minutes: float, *, model: str = "lite", fps: float = 15.0, warm_up: float = 5.0) -> Outcome:
    """Count for `minutes` of stream time; memory is compared with that after `warm_up` minutes."""
    motion = Motion(Idle(0.6), Reps("squat", REPS_A_LOOP, seconds=2.0, pause_top_s=0.4), Idle(0.6))
    clip = Clip(motion, fps=fps, width=320, height=320, supersample=1)
    pictures = [np.ascontiguousarray(frame.image) for frame in clip.frames()]
    loops = max(1, int(60 * fps / len(pictures)))
    settings = Settings(model=model, recogniser=RecogniserOptions(exercise="squat"))
    engine = Engine(settings)
    with tempfile.TemporaryDirectory() as folder:
        before = sample(0.0)
        camera = LoopingCamera(pictures, fps, loops, minutes * 60)
        workout = Workout(CoachOptions(), lambda name, ids: counter(settings.with_exercise(name), ids=ids))
        path = Path(folder) / "sessions.sqlite3"
        store = Store.open(path)
        log = store.begin(camera.info, {}, started_at=datetime.now(timezone.utc), model=model)
        runner = Runner(camera, engine.tracker(), workout, log=log)
        worker = threading.Thread(target=runner.run)
        worker.start()
        worker.join()
        if runner.error is not None:
            raise runner.error
        log.end()
        session = store.load(log.id)
        stored, frames = sum(session.totals.values()), len(session.frames)
        del session
        store.close()
        after = sample(minutes)
    counted = sum(one.reps for one in runner.coach.sets)
    warm = next((one for one in camera.samples if one.minute >= warm_up), camera.samples[0])
    return Outcome(
        minutes, frames, camera.losses, camera.finished_loops * REPS_A_LOOP, counted, stored,
        round(camera.samples[-1].rss_mb - warm.rss_mb, 1), (before.threads, after.threads),
        (before.handles, after.handles),
    )  # fmt: skip


def main() -> int:
    """Run the soak test; returns 1 if there is a problem."""
    parser = argparse.ArgumentParser(prog="scripts/soak live", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=120.0, help="of stream time (120)")
    parser.add_argument("--model", default="lite", choices=("lite", "full", "heavy"))
    parser.add_argument("--fps", type=float, default=15.0, help="of the stream (15)")
    given = parser.parse_args()
    outcome = soak(given.minutes, model=given.model, fps=given.fps)
    print(json.dumps(outcome.__dict__ | {"problems": outcome.problems}, indent=2))
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
