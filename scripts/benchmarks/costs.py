"""What a frame costs against the length of a recording, the people in it, and the size of its frames.

Each row is measured in a process of its own (`python -m scripts.benchmarks.costs TABLE VALUE`), with one thread, as CPU
time. So the rows do not warm each other's caches, and each has its own peak memory.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fitness.errors import ModelError, OptionError
from fitness.types import JsonDict

if TYPE_CHECKING:
    from fitness.types import Frame, Pose

_RATE_HZ: Final = 15
"""Frames per second of the recording whose length varies."""
_WARM_UP: Final = 10
_FRAMES: Final = 60
"""Frames of the clips whose people or size vary."""
_PLACES: Final = ((0.0, 0.0), (1.15, -0.4), (-1.15, -0.4), (2.1, -1.0))
"""Where the figures stand, metres right of and before the first one."""
_SIZES: Final = MappingProxyType(
    {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080), "2160p": (3840, 2160)}
)


def length_row(minutes: str) -> JsonDict:
    """Counting and recording a workout of that many minutes: tracked landmarks of 10 s of squats, repeated.

    counting_ms: mean per frame.   minute_mb, most_mb: peak memory after the first minute, and at the end.
    written_s: to write the session's files.
    """
    from fitness.media.info import SourceInfo
    from fitness.pipeline.loop import finished
    from fitness.pipeline.settings import Settings, counter
    from fitness.session import SessionRecorder, write_session

    total = round(float(minutes) * 60 * _RATE_HZ)
    stage, recorder, minute_mb, spent_s = counter(Settings()), SessionRecorder(), 0.0, 0.0
    for index, seen in enumerate(islice(cycle(_tracked_squats()), total)):
        t = index / _RATE_HZ
        people = [replace(pose, t=t) for pose in seen]
        started = time.process_time()
        pose, classification, count = stage.step(people, t)
        recorder.add_counted(t, pose, classification, count)
        spent_s += time.process_time() - started
        if index == 60 * _RATE_HZ - 1:
            minute_mb = _peak_mb()
    recorder.finish(finished(stage))
    info = SourceInfo("squats.mp4", total / _RATE_HZ, _RATE_HZ, 960, 544, total)
    session = recorder.session(info, model="full", settings={}, warnings=[], landmarks=False)
    started = time.process_time()
    with tempfile.TemporaryDirectory(prefix="fitness-") as folder:
        write_session(session, Path(folder), "squats", landmarks=recorder.columns(session.source, "full"))
        written_s = time.process_time() - started
    return {
        "minutes": minutes, "frames": total, "counting_ms": spent_s / total * 1e3, "minute_mb": minute_mb,
        "most_mb": _peak_mb(), "written_s": written_s,
    }  # fmt: skip


def _tracked_squats() -> list[tuple[Pose, ...]]:
    from fitness.pipeline.settings import Engine, Settings
    from scripts.figure import Camera, Clip, Motion, Reps

    motion = Motion(Reps("squat", 4, seconds=2.5, tempo_spread=0.1, seed=1))
    camera = Clip(motion, width=480, height=272).framed(Camera(yaw_deg=40))
    tracker = Engine(Settings()).tracker()
    clip = Clip(motion, camera=camera, width=480, height=272, fps=_RATE_HZ, supersample=1)
    return [tracker.people(frame) for frame in clip.frames()]


def people_row(figures: str) -> JsonDict:
    """Tracking and counting with that many figures in a room, all of them tracked.

    tracked: mean number of poses per frame.   track_ms, count_ms: medians per frame.
    """
    from fitness.pipeline.settings import Engine, Settings, counter
    from scripts.figure import Actor, Body, Camera, Clip, Motion, Reps, Scene

    exercises = ("squat", "jumping-jack", "lateral-raise", "squat")
    others = [
        Actor(Motion(Reps(name, 3)), Body.random(k), x, z)
        for k, (name, (x, z)) in enumerate(zip(exercises, _PLACES, strict=True))
    ]
    clip = Clip(
        others[0].motion, others[0].body, Camera(pitch_deg=5, distance_m=4.6, target_m=(0.3, 0.85, 0), fov_deg=62),
        Scene(background="room", wall_m=4.0), 30.0, 960, 544, others=tuple(others[1 : int(figures)]), supersample=1,
    )  # fmt: skip
    settings = Settings()
    settings = replace(settings, tracker=replace(settings.tracker, num_poses=int(figures)))
    tracker, stage = Engine(settings).tracker(), counter(settings)
    times: dict[str, list[float]] = {"track_ms": [], "count_ms": []}
    poses = []
    for frame in islice(clip.frames(), _WARM_UP + _FRAMES):
        people = _timed(times["track_ms"], tracker.people, frame)
        poses.append(len(people))
        _timed(times["count_ms"], stage.step, people, frame.t)
    return {"people": figures, "tracked": statistics.fmean(poses[_WARM_UP:]), **_medians(times)}


def size_row(name: str) -> JsonDict:
    """Every stage of `fitness analyze` with an annotated video, for frames of that size; medians per frame."""
    from fitness.drawing.overlay import Overlay
    from fitness.media.source import VideoFile
    from fitness.pipeline.settings import Engine, Settings, counter
    from fitness.types import FrameResult

    tracker, stage, overlay = Engine(Settings()).tracker(), counter(Settings()), Overlay()
    stages = ("read_ms", "track_ms", "count_ms", "draw_ms", "encode_ms")
    times: dict[str, list[float]] = {stage_name: [] for stage_name in stages}
    with tempfile.TemporaryDirectory(prefix="fitness-") as folder:
        clip = _sized_clip(Path(folder), *_SIZES[name])
        encode = _Encoder(*_SIZES[name])
        with VideoFile(clip) as video:
            frames: Iterator[Frame] = iter(video)
            for _ in range(_WARM_UP + _FRAMES):
                frame = _timed(times["read_ms"], next, frames)
                people = _timed(times["track_ms"], tracker.people, frame)
                pose, classification, count = _timed(times["count_ms"], stage.step, people, frame.t)
                drawn = _timed(
                    times["draw_ms"], overlay.draw, FrameResult(frame, pose, classification, count, {})
                )
                _timed(times["encode_ms"], encode, drawn)
    return {"size": name, **_medians(times), "sum_ms": sum(_medians(times).values())}


def _sized_clip(folder: Path, width: int, height: int) -> Path:
    import cv2

    from fitness.media.writer import VideoWriter
    from scripts.figure import Camera, Clip, Motion, Reps

    motion = Motion(Reps("squat", 2, seconds=2.5))
    camera = Clip(motion, width=854, height=480).framed(Camera(yaw_deg=40))
    clip = Clip(motion, camera=camera, width=854, height=480, supersample=1)
    path = folder / "clip.mp4"
    with VideoWriter(path, width, height, clip.fps) as writer:
        for frame in islice(clip.frames(), _WARM_UP + _FRAMES):
            writer.write(cv2.resize(frame.image, (width, height)).astype("uint8"), frame.t)
    return path


class _Encoder:
    """Encodes frames as `VideoWriter` does, in this thread, and keeps nothing."""

    def __init__(self, width: int, height: int) -> None:
        import av

        codec: Any = av.CodecContext.create("libx264", "w")
        codec.width, codec.height, codec.pix_fmt, codec.framerate = width, height, "yuv420p", 30
        codec.options, codec.max_b_frames, codec.thread_count = {"preset": "ultrafast", "crf": "23"}, 0, 1
        self._codec = codec

    def __call__(self, image: Any) -> None:
        import av
        import cv2

        planes: Any = cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)
        self._codec.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p"))


def _timed(times: list[float], work: Callable[..., Any], *arguments: Any) -> Any:
    started = time.process_time()
    found = work(*arguments)
    times.append((time.process_time() - started) * 1e3)
    return found


def _medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(values[_WARM_UP:]) for name, values in times.items()}


def _peak_mb() -> float:
    """Peak memory of this process, megabytes; 0 on systems that do not report it."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


_Row = Callable[[str], JsonDict]
TABLES: Final[Mapping[str, tuple[_Row, tuple[str, ...]]]] = MappingProxyType(
    {
        "length": (length_row, ("1", "10", "30", "120")),
        "people": (people_row, ("1", "2", "3", "4")),
        "size": (size_row, tuple(_SIZES)),
    }
)
"""Name -> how a row is measured, and the values of the rows."""


def measure_table(name: str) -> list[JsonDict]:
    """The rows of one of `TABLES`. Raises ModelError if a row's process fails."""
    rows = []
    for value in TABLES[name][1]:
        command = [sys.executable, "-m", "scripts.benchmarks.costs", name, value]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            raise ModelError(f"{name} {value} ended early: {' '.join(last) or 'without a message'}")
        rows.append(json.loads(done.stdout))
    return rows


def draw(report: JsonDict, path: Path) -> None:
    """Draw the tables of a report side by side into a file (.svg or .png).

    Raises OptionError if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise OptionError("--picture needs matplotlib; install it: pip install matplotlib") from error
    names = [name for name in TABLES if name in report]
    figure = Figure(figsize=(3.6 * len(names), 3.0), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        rows = report[name]
        key = next(iter(rows[0]))
        low = [0.0] * len(rows)
        for part in [each for each in rows[0] if each.endswith("_ms") and each != "sum_ms"]:
            heights = [row[part] for row in rows]
            axes.bar([row[key] for row in rows], heights, bottom=low, label=part.removesuffix("_ms"))
            low = [first + second for first, second in zip(low, heights, strict=True)]
        axes.set_xlabel(key)
        axes.set_ylabel("CPU time per frame, ms")
        axes.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(TABLES[sys.argv[1]][0](sys.argv[2])) + "\n")
