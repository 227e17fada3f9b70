"""The landmark logs that the model is fitted to: 20 samples a second of the 13 landmarks that are used, in one file.

`models/training/logs.npz` holds the numbers, `models/training/logs.csv` the truth and where each clip comes from.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fitness.recognition.embedding import embed
from fitness.recognition.trajectory.samples import BodySample

FOLDER: Final = Path(__file__).parents[2] / "models" / "training"
LOGS: Final = FOLDER / "logs.npz"
TABLE: Final = FOLDER / "logs.csv"

USED: Final = np.array([0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""Nose, shoulders, elbows, wrists, hips, knees, ankles."""

COLUMNS: Final = (
    "name", "exercise", "true_reps", "accept_min", "accept_max", "rep_times_s", "group", "seconds", "rows", "source",
    "licence", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class TrainingClip:
    """One clip with its truth.

    name: of the clip.   exercise: its slug, or "none".
    reps, accept: the true count, and the least and greatest count that can be defended.
    times_s: of the turning points.   group: one person or source; folds never divide it.   seconds: length.
    streams: the samples of each person, in order of appearance.   source, licence, notes: where it comes from.
    """

    name: str
    exercise: str
    reps: int
    accept: tuple[int, int]
    times_s: tuple[float, ...]
    group: str
    seconds: float
    streams: tuple[tuple[BodySample, ...], ...]
    source: str = ""
    licence: str = ""
    notes: str = ""

    def accepts(self, count: int) -> bool:
        """Whether `count` is right."""
        return self.accept[0] <= count <= self.accept[1]


def write_clips(clips: Sequence[TrainingClip], folder: Path = FOLDER) -> None:
    """Write the numbers and the table; the same clips give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [sample for clip in clips for stream in clip.streams for sample in stream]
    np.savez_compressed(
        folder / LOGS.name,
        t=np.array([one.t for one in samples], np.float32),
        world=_rounded(np.array([one.world[USED] for one in samples]), 1 / 512),
        image=_rounded(np.array([one.image[USED] for one in samples]), 1 / 2),
        visibility=np.round(np.array([one.visibility[USED] for one in samples]) * 15).astype(np.uint8),
        score=np.round(np.array([one.score for one in samples]) * 255).astype(np.uint8),
    )
    with (folder / TABLE.name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for clip in clips:
            times = ";".join(f"{t:g}" for t in clip.times_s)
            rows = ";".join(str(len(stream)) for stream in clip.streams)
            writer.writerow(
                [clip.name, clip.exercise, clip.reps, *clip.accept, times, clip.group, f"{clip.seconds:.2f}", rows,
                 clip.source, clip.licence, clip.notes]
            )  # fmt: skip


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    return (np.round(values / step) * step).astype(np.float16)


def read_clips(folder: Path = FOLDER) -> list[TrainingClip]:
    """All clips, in the order of the table."""
    with np.load(folder / LOGS.name) as arrays:
        t, world, image = (arrays[name].astype(np.float32) for name in ("t", "world", "image"))
        visibility = arrays["visibility"].astype(np.float32) / 15
        score = arrays["score"].astype(np.float64) / 255
    whole_world, whole_image = _whole(world), _whole(image)
    whole_seen = np.zeros((len(t), 33), np.float32)
    whole_seen[:, USED] = visibility
    embedded = embed(whole_world)
    samples = [
        BodySample(float(t[i]), whole_world[i], whole_image[i], whole_seen[i], float(score[i]), embedded[i])
        for i in range(len(t))
    ]
    clips, at = [], 0
    with (folder / TABLE.name).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            streams = []
            for count in (int(one) for one in row["rows"].split(";") if one):
                streams.append(tuple(samples[at : at + count]))
                at += count
            clips.append(_clip(row, streams))
    return clips


def _clip(row: dict[str, str], streams: Iterable[tuple[BodySample, ...]]) -> TrainingClip:
    return TrainingClip(
        name=row["name"],
        exercise=row["exercise"],
        reps=int(row["true_reps"]),
        accept=(int(row["accept_min"]), int(row["accept_max"])),
        times_s=tuple(float(one) for one in row["rep_times_s"].split(";") if one),
        group=row["group"],
        seconds=float(row["seconds"]),
        streams=tuple(streams),
        source=row["source"],
        licence=row["licence"],
        notes=row["notes"],
    )


def _whole(used: np.ndarray) -> np.ndarray:
    whole = np.zeros((len(used), 33, used.shape[2]), np.float32)
    whole[:, USED] = used
    return whole
