"""Measures how far `--precision mixed` and `half` move landmarks, and the CPU time of one inference.

    python scripts/measure_precision.py [--model full] [--frames 60] [VIDEO ...]

Evenly spaced frames of each video (without a video: of the clip that ships with `fitness demo`) are cropped as the exact
model tracks them. Each crop is given to the exact model and to the two others. Distances are means over the 33 landmarks,
in pixels of the 256-pixel crop, before refinement. `half` also runs on processors without 16-bit floats, where it is slow.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.engine.blazepose.crop import Border, Cropper
from fitness.engine.blazepose.landmark_model import INPUT_SIZE
from fitness.engine.blazepose.relative_roi import RelativeRoi, size_of
from fitness.engine.runtime.model import InPlaceModel
from fitness.media.video_file import VideoFile
from fitness.pipeline.settings import PRECISIONS, Engine, Settings
from fitness.types import FloatArray

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "fitness" / "apps" / "cli" / "demo" / "clip.mp4"


def crops(path: Path, engine: Engine, count: int) -> Iterator[FloatArray]:
    """Crops of `count` evenly spaced frames with a person, (256, 256, 3) in 0..1."""
    cropper, tracker, found = Cropper(INPUT_SIZE, Border.REPLICATE), engine.tracker(), []
    with VideoFile(path) as video:
        for frame in video:
            pose = tracker.step(frame)
            if pose is not None and pose.roi is not None:
                corners = RelativeRoi.of(pose.roi, size_of(frame.image)).corners(size_of(frame.image), True)
                found.append(cropper.crop_square(frame.image, corners).astype(np.float32) / np.float32(255))
    for i in np.unique(np.linspace(0, len(found) - 1, count).round().astype(int)):
        yield found[i]


def landmarks(model: InPlaceModel, crop: FloatArray) -> tuple[FloatArray, float]:
    """The 33 landmarks (33, 2), pixels of the crop, and the CPU time of the inference, milliseconds."""
    model.input_view()[0] = crop
    started = time.thread_time()
    flat = model.run_in_place()[0].reshape(-1, 5)[:33, :2].copy()
    return flat, 1e3 * (time.thread_time() - started)


def main() -> None:
    """Print a line for each precision."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("videos", nargs="*", type=Path, default=[DEMO], metavar="VIDEO")
    parser.add_argument("--model", default="full", choices=["lite", "full", "heavy"])
    parser.add_argument("--frames", type=int, default=60, help="frames of each video")
    chosen = parser.parse_args()
    with patch("fitness.engine.runtime.loader.has_half_precision", lambda: True):
        engines = {name: Engine(Settings(model=chosen.model, precision=name)) for name in PRECISIONS}
    models = {name: engine.networks[1] for name, engine in engines.items()}
    apart: dict[str, list[float]] = {name: [] for name in models}
    times: dict[str, list[float]] = {name: [] for name in models}
    for path in chosen.videos:
        for crop in crops(path, engines["exact"], chosen.frames):
            exact, _ = landmarks(models["exact"], crop)
            for name, model in models.items():
                found, ms = landmarks(model, crop)
                apart[name].append(float(np.linalg.norm(found - exact, axis=1).mean()))
                times[name].append(ms)
    for name in models:
        print(
            f"{chosen.model} {name}: {np.mean(apart[name]):.2f} px, at most {max(apart[name]):.2f} px, "
            f"{median(times[name]):.1f} ms ({len(apart[name])} crops)"
        )


if __name__ == "__main__":
    main()
