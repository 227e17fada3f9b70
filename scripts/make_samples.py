"""Makes `pose_samples/` from recordings with known turning points and from labelled images; it holds numbers only.

    fitness analyze VIDEOS --no-annotate --out LOGS
    python scripts/make_samples.py --truth videos.csv --landmarks LOGS --images IMAGES

Samples of the bottom are frames close to a known turning point. Samples of the top are frames close to the straightest pose
between two turning points. Both must be bent or straight enough for their class. Recordings and images of anything else,
and rendered near misses, give the class "other".
Neutral standing with the arms down has the class "standing". Its votes are ignored.
Each row names its source: `file@seconds`, `repository/file` or `mannequin:exercise:yaw:seconds`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from fitness.media.source import load_image
from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.pipeline.settings import Engine, Settings
from fitness.recognition.exercises import EXERCISES, OTHER, STANDING, Exercise
from fitness.recognition.kinematics import joint_angle
from fitness.recognition.samples import PoseSamples, save_samples
from fitness.resources import resource_path
from fitness.session import read_landmarks
from fitness.types import FloatArray, Pose
from scripts.benchmarks.truth import ClipTruth, read_truth
from scripts.figure import Camera, Clip, Motion, Reps

PER_CLASS_AND_CLIP = 12
MARGIN_S, MARGIN_SHARE = 0.12, 0.12
TOP_BAND_DEG = 12.0
MIDDLE = 0.2
OTHER_EVERY_S = 0.5
ALONE_PERIOD_S = 2.0
MAX_EDGE_S = 3.0
LIMITS_DEG = {"squat": (115.0, 140.0), "push-up": (118.0, 120.0)}
RENDERED = ("deadlift",)
RENDERED_YAWS_DEG = (0.0, 45.0, 90.0, 135.0, 200.0, 270.0)
RENDERED_FPS, RENDERED_PX = 3.0, 480
PICTURE_CLASSES = {
    "squats_up": "squat_up",
    "squats_down": "squat_down",
    "pushups_up": "push-up_up",
    "pushups_down": "push-up_down",
}


@dataclass(frozen=True)
class Sample:
    """One future row: its source, its class, and the landmarks in metres."""

    source: str
    label: str
    world: FloatArray


def from_clip(truth: ClipTruth, poses: list[tuple[float, Pose]]) -> Iterator[Sample]:
    """Samples of one recording."""
    if truth.exercise not in EXERCISES:
        yield from from_negative(truth.file, poses)
        return
    exercise = EXERCISES[truth.exercise]
    times = np.array([t for t, _ in poses])
    bend = np.array([joint_angle(pose, exercise) for _, pose in poses])
    low_limit, high_limit = LIMITS_DEG[exercise.name]
    low = near_bottoms(times, truth.peaks_s) & (bend < low_limit)
    high = near_tops(times, bend, truth.peaks_s) & (bend > high_limit)
    for mask, label in ((high, exercise.top_class), (low, exercise.bottom_class)):
        for k in spread(np.flatnonzero(mask)):
            yield Sample(f"{truth.file}@{times[k]:.2f}", label, poses[k][1].world)


def from_negative(file: str, poses: list[tuple[float, Pose]]) -> Iterator[Sample]:
    """A pose every half second, each of them "other" or "standing"."""
    due = 0.0
    for t, pose in poses:
        if t >= due:
            yield Sample(f"{file}@{t:.2f}", no_exercise(pose.world), pose.world)
            due = t + OTHER_EVERY_S


def near_bottoms(times: np.ndarray, bottoms: tuple[float, ...]) -> np.ndarray:
    """Which times are close to a turning point. The limit is a share of the rep, at most `MARGIN_S`."""
    near = np.zeros(len(times), dtype=bool)
    for i, bottom in enumerate(bottoms):
        gaps = [abs(bottom - other) for j, other in enumerate(bottoms) if j != i]
        near |= np.abs(times - bottom) <= min(MARGIN_S, MARGIN_SHARE * min(gaps, default=ALONE_PERIOD_S))
    return near


def near_tops(times: np.ndarray, bend: np.ndarray, bottoms: tuple[float, ...]) -> np.ndarray:
    """Which times are close to the straightest pose between two turning points, or before the first or after the last."""
    period = float(np.median(np.diff(bottoms))) if len(bottoms) > 1 else ALONE_PERIOD_S
    edge = min(period, MAX_EDGE_S)
    near = np.zeros(len(times), dtype=bool)
    for start, end in pairwise((bottoms[0] - edge, *bottoms, bottoms[-1] + edge)):
        skip = MIDDLE * (end - start)
        first = start if start < bottoms[0] else start + skip
        last = end if end > bottoms[-1] else end - skip
        inside = np.flatnonzero((times > first) & (times < last))
        if len(inside):
            top = inside[bend[inside].argmax()]
            margin = min(MARGIN_S, MARGIN_SHARE * (end - start))
            near |= (np.abs(times - times[top]) <= margin) & (bend > bend[top] - TOP_BAND_DEG)
    return near


def spread(rows: np.ndarray) -> np.ndarray:
    """At most `PER_CLASS_AND_CLIP` rows, evenly spread."""
    if len(rows) <= PER_CLASS_AND_CLIP:
        return rows
    return rows[np.linspace(0, len(rows) - 1, PER_CLASS_AND_CLIP).round().astype(int)]


def from_pictures(folder: Path, settings: Settings) -> Iterator[Sample]:
    """Samples of the images listed in the folder's `images.csv` (columns file, cls, source_repo)."""
    tracker = Engine(settings).tracker(static=True)
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pose = tracker.estimate(load_image(folder.parent / row["file"]))
            label = PICTURE_CLASSES.get(row["cls"])
            if pose is not None and (label is None or is_what_it_says(pose, label)):
                source = f"{row['source_repo']}/{Path(row['file']).name}"
                yield Sample(source, label or no_exercise(pose.world), pose.world)


def from_rendered(settings: Settings) -> Iterator[Sample]:
    """Samples of near misses by the mannequin, as the recordings have too few of them; "other" or "standing"."""
    engine = Engine(settings)
    for name in RENDERED:
        for yaw in RENDERED_YAWS_DEG:
            motion = Motion(Reps(name, 1))
            camera = Clip(motion, width=RENDERED_PX, height=RENDERED_PX).framed(Camera(yaw_deg=yaw))
            clip = Clip(motion, camera=camera, fps=RENDERED_FPS, width=RENDERED_PX, height=RENDERED_PX)
            tracker = engine.tracker(static=True)
            for frame in clip.frames():
                pose = tracker.step(frame)
                if pose is not None:
                    source = f"mannequin:{name}:yaw{yaw:.0f}:{frame.t:.2f}"
                    yield Sample(source, no_exercise(pose.world), pose.world)


def no_exercise(world: FloatArray) -> str:
    """The class of a pose (33, 3) of no exercise: "standing" if upright with the arms down, else "other"."""
    of = dict(zip(ANGLE_NAMES, angles(world[None])[0], strict=True))
    straight = all(of[f"{side}_{joint}"] > 150 for side in ("left", "right") for joint in ("knee", "hip"))
    arms_down = max(of["left_shoulder"], of["right_shoulder"]) < 60
    return STANDING if straight and arms_down and of["trunk_tilt"] < 25 else OTHER


def is_what_it_says(pose: Pose, label: str) -> bool:
    """Whether the joint is as bent or straight as the class requires."""
    exercise: Exercise = next(e for e in EXERCISES.values() if label in (e.top_class, e.bottom_class))
    low_limit, high_limit = LIMITS_DEG[exercise.name]
    bend = angles(pose.world[None])[0]
    mean = (
        bend[ANGLE_NAMES.index(f"left_{exercise.joint}")] + bend[ANGLE_NAMES.index(f"right_{exercise.joint}")]
    ) / 2
    return bool(mean < low_limit if label == exercise.bottom_class else mean > high_limit)


def main() -> int:
    """Make the samples and print the number of each class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--truth", type=Path, required=True, help="table of the recordings")
    parser.add_argument("--landmarks", type=Path, required=True, help="folder of <stem>.landmarks.npz")
    parser.add_argument("--images", type=Path, required=True, help="folder of class folders and images.csv")
    parser.add_argument("--out", type=Path, default=resource_path("pose_samples"))
    args = parser.parse_args()
    samples: list[Sample] = []
    for truth in read_truth(args.truth):
        if truth.file.startswith("derived_"):
            continue
        log = read_landmarks(args.landmarks / f"{Path(truth.file).stem}.landmarks.npz")
        samples += from_clip(truth, [(t, pose) for t, pose in log.poses() if pose is not None])
    samples += from_pictures(args.images, Settings())
    samples += from_rendered(Settings())
    together = PoseSamples(
        np.stack([s.world for s in samples]),
        tuple(s.label for s in samples),
        tuple(s.source for s in samples),
    )
    for path in save_samples(together, args.out):
        print(path, Counter(together.labels)[path.stem], file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
