"""The clips of the counting benchmark: recordings with known counts, and landmark logs of further people."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import SourceError
from fitness.types import Pose
from scripts.benchmarks.clips import FrameTracker, RateLimit, landmarks_of
from scripts.benchmarks.truth import ClipTruth, people

Frames = list[tuple[float, tuple[Pose, ...]]]
"""Seconds and the people of each frame, in order of time."""

_READ_ERRORS: Final = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, eq=False)
class BenchClip:
    """One clip with its truth.

    person: a name for the person in it.
    frames: reads the frames; each call reads them again, so that a benchmark holds one clip at a time.
    recording: True for a recording, False for one of the further landmark logs.
    """

    truth: ClipTruth
    person: str
    frames: Callable[[], Frames]
    recording: bool = True

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return Path(self.truth.file).stem


def recordings(
    truths: list[ClipTruth],
    videos: Path | None,
    landmarks: Path | None,
    tracker: Callable[[], FrameTracker],
    model: str,
) -> list[BenchClip]:
    """The clips of a truth table. A landmark log is read from `landmarks`, or made from the video when it is needed."""

    def read(truth: ClipTruth) -> Frames:
        video = (videos or Path()) / truth.file
        return list(landmarks_of(video, tracker, model=model, kept_in=landmarks).people())

    person_of = people(truths)
    return [BenchClip(truth, person_of[truth.file], partial(read, truth)) for truth in truths]


def training_logs(folder: Path) -> list[BenchClip]:
    """The clips of a folder with `logs.npz` and `logs.csv`, one person each.

    `logs.npz` holds NAME/world (T, 33, 3) metres, NAME/image (T, 33, 2) as shares of the frame, NAME/visibility
    (T, 33) of 0..255, NAME/t and NAME/score (T,) for each row of the table. SourceError if they cannot be read.
    """
    table = folder / "logs.csv"
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [
            BenchClip(
                _truth(row), row["group"], partial(_frames_of, folder / "logs.npz", row), recording=False
            )
            for row in rows
        ]
    except _READ_ERRORS as error:
        raise SourceError(
            f"{table}: the table of landmark logs cannot be read ({type(error).__name__}: {error})"
        ) from error


def _truth(row: Mapping[str, str]) -> ClipTruth:
    times = tuple(float(t) for t in row["rep_times_s"].split(";") if t)
    accept = int(row["accept_min"]), int(row["accept_max"])
    return ClipTruth(row["name"], row["exercise"], int(row["true_reps"]), accept, times)


def _frames_of(path: Path, row: Mapping[str, str]) -> Frames:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return list(_unpacked(arrays, row))
    except _READ_ERRORS as error:
        raise SourceError(
            f"{path}: the log {row.get('name')} cannot be read ({type(error).__name__}: {error})"
        ) from error


def _unpacked(arrays: Any, row: Mapping[str, str]) -> Iterator[tuple[float, tuple[Pose, ...]]]:
    name = row["name"]
    world = arrays[f"{name}/world"].astype(np.float32)
    image = np.zeros_like(world)
    image[..., :2] = arrays[f"{name}/image"].astype(np.float32) * (float(row["width"]), float(row["height"]))
    seen = arrays[f"{name}/visibility"] / np.float32(255)
    scores = arrays[f"{name}/score"].astype(float)
    found = np.isfinite(world).all((1, 2)) & np.isfinite(image).all((1, 2)) & (np.abs(world).sum((1, 2)) > 0)
    for i, t in enumerate(arrays[f"{name}/t"].astype(float).tolist()):
        if not found[i]:
            yield t, ()
        else:
            yield t, (Pose(world[i], image[i], seen[i], seen[i], float(scores[i]), t, id=1),)


def prepared(frames: Iterable[tuple[float, tuple[Pose, ...]]], rate_hz: float | None, start: int) -> Frames:
    """The frames as a camera would deliver them that starts `start` frames later, with at most `rate_hz` fps."""
    limit = RateLimit(rate_hz)
    return [frame for i, frame in enumerate(frames) if i >= start and limit.keeps(frame[0])]
