"""Measures how well squats and push-ups are counted when image quality is worse.

    python scripts/measure_changes.py --videos DIR --truth TABLE [--keep LOGS] [CHANGE ...]

Each change is applied to every recording, which is then tracked again and counted in `auto`, without samples of the person
in it. `--keep` stores the landmarks, one folder per change, and reads them if they exist. A change takes about 7 minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.engine.tracking.tracker import PoseTracker
from fitness.pipeline.settings import Engine, Settings, sample_folder
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.samples import load_samples
from fitness.types import Frame, ImageArray, Pose
from scripts.benchmarks.clips import landmarks_of
from scripts.benchmarks.counting import leave_one_person_out
from scripts.benchmarks.scores import ClipResult, summarise
from scripts.benchmarks.truth import ClipTruth, people, read_truth

COUNTED = ("squat", "push-up")
SMALL_PX = 160
DARK, NOISE = 0.35, 8.0
TILE_PX = 509
JPEG_QUALITY = 12
_TILE = np.random.default_rng(1).normal(0, NOISE, (TILE_PX, TILE_PX, 3)).round().astype(np.int16)


def same(image: ImageArray) -> ImageArray:
    return image


def mirrored(image: ImageArray) -> ImageArray:
    return np.ascontiguousarray(image[:, ::-1])


def rolled(degrees: float) -> Callable[[ImageArray], ImageArray]:
    """A tilted camera."""

    def change(image: ImageArray) -> ImageArray:
        height, width = image.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        return cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)

    return change


def small(image: ImageArray) -> ImageArray:
    """Reduce the shorter side to 160 pixels."""
    share = SMALL_PX / min(image.shape[:2])
    if share >= 1:
        return image
    return cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def compressed(image: ImageArray) -> ImageArray:
    """JPEG of quality 12: blocks and wrong colours."""
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def dark(image: ImageArray) -> ImageArray:
    """A third of the light, and sensor noise: one tile, shifted in each frame, the same in every run."""
    height, width = image.shape[:2]
    at = int(image[:: height // 8, :: width // 8].sum())
    tile = np.roll(_TILE, (at % TILE_PX, at // TILE_PX % TILE_PX), axis=(0, 1))
    noise = np.tile(tile, (-(-height // TILE_PX), -(-width // TILE_PX), 1))[:height, :width]
    return cv2.add(cv2.convertScaleAbs(image, alpha=DARK), noise, dtype=cv2.CV_8U)


CHANGES: dict[str, tuple[str, Callable[[ImageArray], ImageArray]]] = {
    "as they are": ("full", same),
    "mirrored": ("full", mirrored),
    "rolled 8": ("full", rolled(8)),
    "rolled -12": ("full", rolled(-12)),
    "small": ("full", small),
    "compressed": ("full", compressed),
    "dark": ("full", dark),
    "lite model": ("lite", same),
    "heavy model": ("heavy", same),
}


class ChangedTracker:
    """Tracks people in changed frames."""

    def __init__(self, tracker: PoseTracker, change: Callable[[ImageArray], ImageArray]) -> None:
        self._tracker, self._change = tracker, change

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        return self._tracker.people(replace(frame, image=self._change(frame.image)))


def results(name: str, videos: Path, truths: list[ClipTruth], keep: Path | None) -> list[ClipResult]:
    """The counts of each recording with one change."""
    model, change = CHANGES[name]
    settings = Settings(model=model)
    engine = Engine(settings)
    kept_in = None if keep is None else keep / name.replace(" ", "-")

    def tracker() -> ChangedTracker:
        return ChangedTracker(engine.tracker(), change)

    logs = (
        (one, landmarks_of(videos / one.file, tracker, model=model, kept_in=kept_in).people())  # type: ignore[arg-type]
        for one in truths
    )
    samples = load_samples(sample_folder(settings))
    return list(leave_one_person_out(logs, samples, people(truths), RecogniserOptions()))


def main() -> None:
    """Print a row for each change, and the recordings that are counted wrongly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--videos", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("changes", nargs="*", metavar="CHANGE", help=f"of: {', '.join(CHANGES)}")
    given = parser.parse_args()
    if unknown := set(given.changes) - set(CHANGES):
        parser.error(f"there is no change '{min(unknown)}', only {', '.join(CHANGES)}")
    truths = read_truth(given.truth)
    print("| | exact | within one | false reps | of another exercise |\n|---|---|---|---|---|")
    for name in given.changes or CHANGES:
        found = results(name, given.videos, truths, given.keep)
        figures = summarise(found, COUNTED)
        row = (figures["exact"], figures["obo"], figures["false_reps"], figures["cross"])
        print(f"| {name} | {row[0]:.3f} | {row[1]:.3f} | {row[2]} | {row[3]} |", flush=True)
        for result in found:
            truth = result.truth
            if truth.exercise in COUNTED and not truth.accepts(result.count):
                print(f"    {truth.file}: {truth.reps} {truth.exercise}, counted {dict(result.totals)}")


if __name__ == "__main__":
    main()
