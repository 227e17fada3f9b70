"""Makes the documents' pictures of trajectories: how swings look, and how far their probabilities can be trusted.

    python scripts/train_recogniser.py --folds FOLDS
    python scripts/make_trajectory_pictures.py FOLDS docs/pictures

The reliability is that of people whom the model has not seen. Its table is printed as well.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import itertools

from fitness.recognition.trajectory.model import BACKGROUND, load_model
from fitness.recognition.trajectory.proposals import ProposalFinder
from fitness.recognition.trajectory.samples import RATE_HZ, SIGNALS, SignalTracker
from scripts.training.fitting import Swings, swings_of
from scripts.training.labels import JOINT_OF
from scripts.training.logs import TrainingClip, read_clips

SHOWN: Final = (
    ("sit-up", "hip"),
    ("overhead-press", "shoulder"),
    ("biceps-curl", "elbow"),
    ("lunge", "knee"),
)
"""Exercises whose swings are drawn, each with the joint that counts it."""
CLIPS: Final = 6
EDGES: Final = (0.0, 0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.98, 1.0)


def judged(swings: Sequence[Swings], folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """(N,) the probability that each labelled swing is a rep, by the model of its fold; (N,) whether it is one."""
    people = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
    shares, truth = [], []
    for number, groups in enumerate(people):
        model = load_model(folder / f"fold{number}.npz")
        for one in swings:
            if one.clip.group not in groups:
                continue
            for joint, data in one.data.items():
                for share, label in zip(model.classify(joint, data), one.labels[joint], strict=True):
                    if label is not None:
                        shares.append(1 - share[BACKGROUND])
                        truth.append(label != BACKGROUND)
    return np.array(shares), np.array(truth)


def table(shares: np.ndarray, truth: np.ndarray) -> list[tuple[float, float, float, float, int]]:
    """(from, to, mean probability, share of reps, swings) of each bin that holds swings."""
    rows = []
    for low, high in itertools.pairwise(EDGES):
        own = (shares >= low) & (shares < high)
        if own.any():
            rows.append((low, high, float(shares[own].mean()), float(truth[own].mean()), int(own.sum())))
    return rows


def reliability(rows: Sequence[tuple[float, float, float, float, int]], path: Path) -> None:
    """Probability against share of reps; the area of a dot is the number of swings."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(4.6, 4.4))
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1)
    _, _, predicted, true, count = np.array(rows).T
    axes.scatter(predicted, true, s=12 + 120 * np.sqrt(count / count.max()), color="#33658a", alpha=0.8)
    axes.set_xlabel("probability that a swing is a rep")
    axes.set_ylabel("share that are reps")
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    figure.tight_layout()
    figure.savefig(path, dpi=90)


def trajectories(clips: Sequence[TrainingClip], path: Path) -> None:
    """The joint that counts an exercise about each turning point, and the same joint where nothing is counted."""
    from matplotlib import pyplot as plt

    figure, places = plt.subplots(1, len(SHOWN), figsize=(11, 2.9), sharey=True)
    for axes, (exercise, joint) in zip(places, SHOWN, strict=True):
        own = [clip for clip in clips if clip.exercise == exercise and clip.times_s][:CLIPS]
        other = [clip for clip in clips if clip.exercise not in JOINT_OF][:CLIPS]
        for clip in other:
            for t, angle in _about(clip, joint, _turns(clip, joint)[:2]):
                axes.plot(t, angle, color="#bbbbbb", linewidth=0.8)
        for clip in own:
            for t, angle in _about(clip, joint, clip.times_s[:2]):
                axes.plot(t, angle, color="#33658a", linewidth=0.9)
        axes.set_title(f"{exercise}: {joint}", fontsize=9)
        axes.set_xlabel("seconds from the turning point", fontsize=8)
    places[0].set_ylabel("degrees")
    figure.tight_layout()
    figure.savefig(path, dpi=90)


def _signal(clip: TrainingClip, joint: str) -> tuple[np.ndarray, np.ndarray]:
    tracker = SignalTracker()
    at = SIGNALS.index((joint, "both"))
    values = [tracker.step(sample)[at] for sample in clip.streams[0]]
    return np.array([sample.t for sample in clip.streams[0]]), np.array(values)


def _turns(clip: TrainingClip, joint: str) -> list[float]:
    if not clip.streams:
        return []
    finder = ProposalFinder()
    found = [one for sample in clip.streams[0] for one in finder.step(sample)]
    return sorted({one.t_turn for one in found if SIGNALS[one.signal] == (joint, "both")})


def _about(clip: TrainingClip, joint: str, turns: Sequence[float]) -> list[tuple[np.ndarray, np.ndarray]]:
    if not clip.streams or len(clip.streams[0]) < RATE_HZ:
        return []
    t, value = _signal(clip, joint)
    near = [np.abs(t - turn) < 1.5 for turn in turns]
    return [(t[own] - turn, value[own]) for own, turn in zip(near, turns, strict=True)]


def main(folds: Path, out: Path) -> None:
    """Both pictures, and the table of the reliability."""
    matplotlib.use("Agg")
    out.mkdir(parents=True, exist_ok=True)
    clips = read_clips()
    rows = table(*judged(swings_of(clips), folds))
    for low, high, predicted, true, count in rows:
        print(f"{low:.2f}-{high:.2f}: said {predicted:.3f}, are reps {true:.3f}, {count} swings")
    reliability(rows, out / "reliability.png")
    trajectories(clips, out / "trajectories.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
