"""Measures how well an exercise taught from one clip counts the other clips; prints a row for each exercise.

    python scripts/teach_transfer.py --truth videos.csv --landmarks DIR [--taught DIR/NAME --as squat] EXERCISE...

`DIR` holds the landmark logs that `scripts/bench counting --landmarks` makes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.errors import OptionError
from fitness.recognition.samples import load_samples
from fitness.recognition.taught import TaughtExercise
from fitness.session import read_landmarks
from fitness.teach.clip import clip_samples, turning_points, usable
from fitness.teach.trial import count
from fitness.types import Pose


def _poses(path: Path) -> list[Pose]:
    return usable(pose for _, pose in read_landmarks(path).poses())


def _row(title: str, results: list[tuple[int, int]]) -> str:
    if not results:
        return f"| {title} | 0 | - | - |"
    exact = sum(a == b for a, b in results) / len(results)
    obo = sum(abs(a - b) <= 1 for a, b in results) / len(results)
    return f"| {title} | {len(results)} | {exact:.2f} | {obo:.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--landmarks", type=Path, required=True)
    parser.add_argument(
        "--taught", type=Path, help="a taught exercise's folder, counted on all clips of --as"
    )
    parser.add_argument("--as", dest="slug")
    parser.add_argument("exercises", nargs="*")
    given = parser.parse_args()
    with given.truth.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    clips: dict[str, list[tuple[str, int, Path]]] = {}
    for row in rows:
        stem = row["file"].rpartition(".")[0]
        path = given.landmarks / f"{stem}.landmarks.npz"
        if path.exists():
            clips.setdefault(row["exercise"], []).append((stem, int(row["true_reps"]), path))
    print("| taught | tests | exact | within one |\n|---|---|---|---|")
    if given.taught:
        taught = TaughtExercise.of(given.taught.name, load_samples(given.taught))
        for slug in (given.slug, "none"):
            found = [(true, count(taught, _poses(path))) for _, true, path in clips[slug]]
            print(_row(f"{given.taught.name}, on clips of {slug}", found), flush=True)
            print(f"  false reps: {sum(n for true, n in found if not true)}")
    for slug in given.exercises:
        results, elsewhere = [], []
        for stem, true, path in clips[slug]:
            poses = _poses(path)
            try:
                own = clip_samples("it", stem, poses, turning_points(poses, true))
                taught = TaughtExercise.of("it", own)
            except OptionError as error:
                print(f"  {stem}: {error}")
                continue
            results += [(n, count(taught, _poses(other))) for name, n, other in clips[slug] if name != stem]
            elsewhere += [(n, count(taught, _poses(other))) for _, n, other in clips.get("none", ())]
        print(_row(f"{slug}, from one clip", results), flush=True)
        print(_row("the same, on clips of none", elsewhere), flush=True)
        print(f"  false reps: {sum(n for _, n in elsewhere)}")


if __name__ == "__main__":
    main()
