"""Counts recordings by MediaPipe's published classification recipe, to compare this program with it.

    python scripts/measure_recipe.py --landmarks LOGS --samples fitness_pose_samples.csv

LOGS has one landmark log NAME.landmarks.npz for each recording in `tests/data/recordings/truth.csv`, as
`fitness analyze --out` writes them. The samples are those that ML Kit publishes: rows of name, class and 33 x 3 numbers in
pixels. So the recipe gets this engine's landmarks, and only the classification and counting are compared.

The recipe (MediaPipe's pose classification Colab): 23 difference vectors in pixels, k-NN in two passes (30, then 10 votes),
an average over ten frames, and a rep when the votes for the lower position rise above 6 and fall below 4 again.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.session import read_landmarks
from fitness.types import DoubleArray
from scripts.benchmarks.recordings import recordings

CLASSES = {"squats_down": "squat", "pushups_down": "push-up"}
TORSO, SCALE = 2.5, 100.0
WEIGHTS = np.array([1.0, 1.0, 0.2])
FIRST, VOTERS = 30, 10
WINDOW, ALPHA = 10, 0.2
ENTER, EXIT = 6.0, 4.0
# fmt: off
PAIRS = (
    (11, 13), (12, 14), (13, 15), (14, 16), (23, 25), (24, 26), (25, 27), (26, 28), (11, 15), (12, 16), (23, 27),
    (24, 28), (23, 15), (24, 16), (11, 27), (12, 28), (23, 15), (24, 16), (13, 14), (25, 26), (15, 16), (27, 28),
)
# fmt: on
"""Landmarks between which the recipe measures, hip to wrist twice; the line from hips to shoulders comes first."""


def embedding(points: DoubleArray) -> DoubleArray:
    """(N, 33, 3) pixels -> (N, 69): the recipe's numbers."""
    hips, shoulders = points[:, 23:25].mean(axis=1), points[:, 11:13].mean(axis=1)
    centred = points - hips[:, None]
    torso = np.linalg.norm((shoulders - hips)[:, :2], axis=1) * TORSO
    size = np.maximum(torso, np.linalg.norm(centred[:, :, :2], axis=2).max(axis=1))
    centred = centred / size[:, None, None] * SCALE
    trunk = centred[:, 11:13].mean(axis=1) - centred[:, 23:25].mean(axis=1)
    start, end = (np.array(one) for one in zip(*PAIRS, strict=True))
    vectors = np.concatenate([trunk[:, None], centred[:, end] - centred[:, start]], axis=1)
    return np.asarray((vectors * WEIGHTS).reshape(len(points), -1), np.float64)


class Recipe:
    """The published classifier, from the rows of its samples."""

    def __init__(self, path: Path) -> None:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self._labels = np.array([row[1] for row in rows])
        points = np.array([row[2:101] for row in rows], np.float64).reshape(-1, 33, 3)
        self._samples = embedding(points)

    def votes(self, points: DoubleArray) -> dict[str, int]:
        """Class -> votes, ten in all, for landmarks (33, 3) in pixels."""
        both = embedding(np.stack([points, points * np.array([-1, 1, 1])]))
        apart = np.abs(self._samples[None] - both[:, None])
        near = np.argsort(apart.max(axis=2).min(axis=0), kind="stable")[:FIRST]
        nearest = near[np.argsort(apart[:, near].mean(axis=2).min(axis=0), kind="stable")[:VOTERS]]
        names, counts = np.unique(self._labels[nearest], return_counts=True)
        return dict(zip(names.tolist(), counts.tolist(), strict=True))


def smoothed(votes: Iterator[Mapping[str, int] | None]) -> Iterator[dict[str, float] | None]:
    """The recipe's average over the last ten frames; None for a frame without a pose."""
    window: deque[Mapping[str, int]] = deque(maxlen=WINDOW)
    for one in votes:
        window.appendleft(one or {})
        weights = (1 - ALPHA) ** np.arange(len(window))
        mean = {
            name: float(sum(w * seen.get(name, 0) for w, seen in zip(weights, window, strict=True)) / weights.sum())
            for name in CLASSES
        }  # fmt: skip
        yield None if one is None else mean


def reps(votes: Iterator[Mapping[str, int] | None]) -> dict[str, int]:
    """Exercise -> reps: a class counts when its average leaves it; frames without a pose (None) change nothing."""
    inside, totals = dict.fromkeys(CLASSES, False), dict.fromkeys(CLASSES.values(), 0)
    for means in smoothed(votes):
        for name, mean in (means or {}).items():
            if not inside[name]:
                inside[name] = mean > ENTER
            elif mean < EXIT:
                inside[name] = False
                totals[CLASSES[name]] += 1
    return totals


def counted(recipe: Recipe, path: Path) -> dict[str, int]:
    """Exercise -> reps of one landmark log."""
    log = read_landmarks(path)
    images = np.asarray(log.image, np.float64)
    return reps(recipe.votes(one) if found else None for one, found in zip(images, log.found, strict=True))


def main() -> None:
    """Print a line for each recording that is counted wrongly, and the shares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--landmarks", type=Path, required=True, help="folder of landmark logs")
    parser.add_argument("--samples", type=Path, required=True, help="the published pose samples (CSV)")
    chosen = parser.parse_args()
    recipe, exact, near, clips, others, wrong = Recipe(chosen.samples), 0, 0, 0, 0, 0
    for truth in recordings():
        totals = counted(recipe, chosen.landmarks / f"{truth.file}.landmarks.npz")
        if truth.exercise in totals:
            count = totals[truth.exercise]
            clips += 1
            exact += truth.accepts(count)
            near += truth.accepts(count) or abs(count - truth.reps) <= 1
            wrong += sum(totals.values()) - count
            if not truth.accepts(count):
                print(f"{truth.file}: {count} of {truth.reps}")
        else:
            others += sum(totals.values())
    print(
        f"{clips} clips of squats and push-ups: accepted {exact / clips:.3f}, within one {near / clips:.3f}, "
        f"reps of the wrong exercise {wrong}; false reps in the other clips {others}"
    )


if __name__ == "__main__":
    main()
