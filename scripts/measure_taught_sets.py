"""Fits when a set of cycles is a taught exercise, with exercises that the trajectory model does not know.

    python scripts/train_recogniser.py --out A/trajectories.npz --folds A --without lunge --without row ...
    python scripts/measure_taught_sets.py A B

Each folder has the models of the folds of people, fitted without some exercises. These are taught as in `scripts/bench
counting taught`, and the sets of other people are described: sets of the same exercise, of others, and of no exercise. A
logistic regression on what is known after each cycle of a set gives the weights in fitness/recognition/taught_cycles.py. It
also prints what each exercise has if the weights are fitted to the others.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.recognition.taught_cycles import CycleNames
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory import TrajectoryModel
from fitness.teach.replay import IT, judged_swings
from fitness.teach.reps import ClipSwings
from fitness.types import DoubleArray
from scripts.benchmarks import taught
from scripts.training.logs import TrainingClip

_WEIGHTS: Final = {"same": 1.0, "none": 2.0, "other": 1.0}
"""Total weight of the sets of the taught exercise, of no exercise, and of other exercises, for each taught exercise."""
_STRENGTH: Final = 0.3
"""Inverse of the penalty on weights."""
_SCORES: Final = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
"""Minimum scores for which the share of right counts is printed."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What was seen of one person while an exercise was taught.

    exercise: the taught one.   clips: number of clips that taught it.   test: number of the test.
    clip: the clip that is counted.   relation: its exercise, "same", "none" or "other".   steps: reps in a cycle.
    sets: (N, 2) log odds and likeness after each of the N cycles of each set.
    """

    exercise: str
    clips: int
    test: int
    clip: TrainingClip
    relation: str
    steps: int
    sets: tuple[DoubleArray, ...]


def streams(folder: Path) -> Iterator[Stream]:
    """Teach the exercises that the models of a folder do not know, and describe the sets of other people."""
    of = taught.material(folder)
    for exercise in of.unknown or sorted({clip.exercise for clip in of.clips.values()} - {"none"}):
        for number in taught.TAUGHT_FROM:
            for test, lesson in enumerate(taught.lessons(of, exercise, number)):
                if lesson.taught is None or not lesson.taught.shapes:
                    continue
                for name, clip in of.clips.items():
                    same = clip.exercise == exercise
                    if clip.group not in (lesson.tested if same else lesson.held) or (same and not clip.reps):
                        continue
                    relation = "same" if same else "none" if clip.exercise == "none" else "other"
                    for one in of.swings[name]:
                        sets = tuple(_sets(lesson.taught, one, of.models[name]))
                        yield Stream(exercise, number, test, clip, relation, lesson.taught.steps, sets)


def _sets(lesson: TaughtSwings, clip: ClipSwings, model: TrajectoryModel) -> Iterator[DoubleArray]:
    """(N, 2) for each set of N cycles."""
    names = CycleNames({IT: lesson}, math.inf)
    names.add_swings(judged_swings(lesson, clip, model))
    rows: list[tuple[float, float]] = []
    for cycle in clip.cycles:
        names.step([cycle])
        if names.number == 1 and rows:
            yield np.array(rows)
            rows = []
        found = names.evidence(IT)
        rows.append((found.odds, found.likeness))
    if rows:
        yield np.array(rows)


def fitted(rows: Sequence[Stream]) -> tuple[DoubleArray, float]:
    """(2,) weights and the bias. Each set has the same weight in its exercise and relation, whatever its length."""
    values = np.concatenate([own for one in rows for own in one.sets])
    same = np.concatenate([np.full(len(own), one.relation == "same") for one in rows for own in one.sets])
    keys = [(one.exercise, one.relation) for one in rows for own in one.sets for _ in own]
    each = np.concatenate([np.full(len(own), 1 / len(own)) for one in rows for own in one.sets])
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for key, weight in zip(keys, each, strict=True):
        totals[key] += weight
    weights = each * np.array([_WEIGHTS[relation] / totals[name, relation] for name, relation in keys])
    spread = values.std(axis=0)
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    model.fit(values / spread, same, sample_weight=weights / weights.mean())
    return model.coef_[0] / spread, float(model.intercept_[0])


def counted(one: Stream, weights: DoubleArray, bias: float, least: float) -> int:
    """The reps that count if a set needs the score `least`: those up to the last cycle at which it is reached."""
    total = 0
    for own in one.sets:
        enough = np.flatnonzero(own @ weights + bias >= least)
        total += int(enough[-1]) + 1 if len(enough) else 0
    return total


def curve(
    rows: Sequence[Stream], least: float, models: dict[str, tuple[DoubleArray, float]]
) -> tuple[float, float]:
    """Share of clips that are counted right, and false reps a minute, for a minimum score."""
    right: dict[tuple[str, int, int, str], int] = defaultdict(int)
    clips = {}
    for one in rows:
        key = one.exercise, one.clips, one.test, one.clip.name
        right[key] = max(right[key], one.steps * counted(one, *models[one.exercise], least))
        clips[key] = one
    same = [clips[key].clip.accepts(n) for key, n in right.items() if clips[key].relation == "same"]
    none = [(n, clips[key].clip.seconds) for key, n in right.items() if clips[key].relation == "none"]
    return float(np.mean(same)), 60 * sum(n for n, _ in none) / sum(s for _, s in none)


def main() -> None:
    """Print the weights, and the curves of exercises with the weights of the others."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="+", help="models of folds without some exercises")
    rows = [one for folder in parser.parse_args().folder for one in streams(folder)]
    weights, bias = fitted(rows)
    print(f"odds {weights[0]:.3f}  likeness {weights[1]:.3f}  bias {bias:.3f}")
    names = sorted({one.exercise for one in rows})
    models = {name: fitted([one for one in rows if one.exercise != name]) for name in names}
    for number in taught.TAUGHT_FROM:
        own = [one for one in rows if one.clips == number]
        for name in ("all", *sorted({one.exercise for one in own})):
            some = [one for one in own if name in ("all", one.exercise)]
            points = [curve(some, least, models) for least in _SCORES]
            print(f"{number} {name:18}", *(f"{right:.2f}@{false:.2f}" for right, false in points))


if __name__ == "__main__":
    main()
