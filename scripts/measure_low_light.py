"""Measures how far landmarks move when recordings are darkened, with and without the brightening of dark crops.

    python scripts/measure_low_light.py VIDEOS              every recording of a folder, its first 75 frames
    python scripts/measure_low_light.py VIDEOS --every 4    every fourth recording

Each recording is tracked as it is, and in darker copies with the noise of a sensor. A distance is the mean over the visible
landmarks from the shoulders down, in world millimetres, as the median over frames, and then over recordings. Frames of the
first second do not count, as streams are brightened once their light is steady. A frame is "lost" if the person is found in
it as it is, but not in the copy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.engine.options import COUNTING
from fitness.engine.tracking.tracker import PoseTracker
from fitness.media.source import VideoFile
from fitness.types import Frame, ImageArray, Pose

COPIES: Final = ((0.35, 0.0), (0.5, 5.0), (0.35, 8.0), (0.2, 6.0))
"""(share of the light, standard deviation of the noise in grey levels)."""
_BODY: Final = slice(11, 33)
_LEAST_VISIBILITY: Final = 0.5
_FROM_S: Final = 1.2
"""Seconds from which frames are compared: a stream is brightened once its light is steady."""
_ENDINGS: Final = (".mp4", ".mov", ".webm", ".gif", ".avi", ".mkv")


def darker(light: float, noise: float, rng: np.random.Generator) -> Callable[[Frame], Frame]:
    """A function that makes a frame darker and adds noise."""

    def change(frame: Frame) -> Frame:
        dark = cv2.convertScaleAbs(frame.image, alpha=light)
        grain = (noise * rng.standard_normal(frame.image.shape, np.float32)).round().astype(np.int16)
        image: ImageArray = np.asarray(cv2.add(dark, grain, dtype=cv2.CV_8U), np.uint8)
        return replace(frame, image=image)

    return change


def tracked(frames: Sequence[Frame], *, low_light: bool) -> list[Pose | None]:
    """The main person of each frame."""
    with PoseTracker.load("full", replace(COUNTING, low_light=low_light)) as tracker:
        return [people[0] if (people := tracker.people(frame)) else None for frame in frames]


def distance_mm(plain: Sequence[Pose | None], dark: Sequence[Pose | None]) -> tuple[float, int]:
    """Median distance over frames, and the number of lost frames."""
    found, lost = [], 0
    for a, b in zip(plain, dark, strict=True):
        if a is None or a.t < _FROM_S:
            continue
        if b is None:
            lost += 1
            continue
        seen = a.visibility[_BODY] > _LEAST_VISIBILITY
        if seen.any():
            found.append(float(np.linalg.norm(a.world[_BODY] - b.world[_BODY], axis=1)[seen].mean()))
    return (1000 * float(np.median(found)) if found else np.nan), lost


def main() -> None:
    """Print a table: for each copy, distances and lost frames without and with the brightening."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("videos", type=Path, help="folder of recordings")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each Nth recording")
    parser.add_argument("--frames", type=int, default=75, help="frames of each recording")
    options = parser.parse_args()
    files = sorted(one for one in options.videos.iterdir() if one.suffix.lower() in _ENDINGS)[
        :: options.every
    ]
    found: dict[tuple[float, float, bool], list[tuple[float, int]]] = {}
    for file in files:
        with VideoFile(file) as video:
            frames = list(islice(video, options.frames))
        plain = tracked(frames, low_light=False)
        for light, noise in COPIES:
            copy = list(map(darker(light, noise, np.random.default_rng(1)), frames))
            for low_light in (False, True):
                row = distance_mm(plain, tracked(copy, low_light=low_light))
                found.setdefault((light, noise, low_light), []).append(row)
        print(f"{file.name}: done", file=sys.stderr)
    print(f"{len(files)} recordings\nlight  noise  brightened  distance mm  frames lost")
    for (light, noise, low_light), rows in found.items():
        middle = float(np.nanmedian([row[0] for row in rows]))
        lost = sum(row[1] for row in rows)
        print(f"{light:5.2f} {noise:6.1f}  {'yes' if low_light else 'no':>10} {middle:12.1f} {lost:12d}")


if __name__ == "__main__":
    main()
