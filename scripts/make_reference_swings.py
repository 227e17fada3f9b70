"""Makes what teaching needs to know of other movements, from the logs of `models/training/`.

    python scripts/make_reference_swings.py

It writes `models/reference_swings.npz`, the swings that taught exercises are fitted against, and `models/replay_clips.npz`,
the clips in which a new exercise is counted before it is kept.

The same logs and the same trajectory model give the same bytes. Run it again when the description of a swing changes; a test
says so. `scripts/train_recogniser.py` does so itself after a fit.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.recognition.recogniser import MODEL
from fitness.recognition.taught_model import SCALES, chosen_numbers, opinions
from fitness.recognition.trajectory import TrajectoryModel, load_model
from fitness.recognition.trajectory.swing_data import MODEL_JOINTS
from fitness.teach.confusions import CLIPS, USED
from fitness.teach.reference import OPINION_STEP, REFERENCE, STEP
from fitness.teach.reps import joined, taken
from scripts.training.fitting import Swings, swings_of
from scripts.training.logs import TrainingClip, read_clips

MOST: Final = 10
"""Swings of one clip, joint and kind (rep or none) that are kept, so that the file stays small."""
EXERCISE_CLIPS: Final = 1
NONE_CLIPS: Final = 12
_USUAL_S: Final = 9.0
"""Clips of about this length, seconds, are replayed."""
_LEAST_SPREAD: Final = 0.02


def arrays_of(swings: list[Swings], model: TrajectoryModel, seed: int = 1) -> dict[str, Any]:
    """The arrays of `models/reference_swings.npz`."""
    clips = list({one.clip.name: one.clip for one in swings}.values())
    number = {clip.name: at for at, clip in enumerate(clips)}
    arrays: dict[str, Any] = {
        "model": np.array(digest(model)),
        "joints": np.array(MODEL_JOINTS),
        "clip_exercises": np.array([clip.exercise for clip in clips]),
        "groups": np.array([clip.group for clip in clips]),
    }
    rng = np.random.default_rng(seed)
    for joint in MODEL_JOINTS:
        parts = [one for one in swings if joint in one.data]
        data = joined([one.data[joint] for one in parts])
        values, weights = chosen_numbers(data)
        total = weights.sum(axis=0) + 1e-6
        mean = (values * weights).sum(axis=0) / total
        spread = np.sqrt(((values - mean) ** 2 * weights).sum(axis=0) / total) + _LEAST_SPREAD
        rows = np.clip((values - mean) / spread * weights, -5, 5)
        proposals = [(one, at) for one in parts for at in range(len(one.proposals[joint]))]
        rep = np.array([one.labels[joint][at] == one.clip.exercise for one, at in proposals])
        kept = _kept(proposals, rep, rng)
        chosen = [proposals[row][0] for row in kept]
        columns = {
            "mean": mean.astype(np.float32),
            "spread": spread.astype(np.float32),
            "values": np.round(rows[kept] / STEP).astype(np.int8),
            "clip": np.array([number[one.clip.name] for one in chosen], np.uint16),
            "rep": rep[kept],
            "names": np.array(model.joints[joint].classes),
            "opinions": np.round(opinions(model.joints[joint], taken(data, kept)) / OPINION_STEP).astype(
                np.uint8
            ),
        }
        arrays |= {f"{joint}/{name}": value for name, value in columns.items()}
        assert arrays[f"{joint}/mean"].shape == SCALES.shape
    return arrays


def digest(model: TrajectoryModel) -> str:
    """SHA-256 of a model's weights: tells whether a reference was made with this model."""
    sha = hashlib.sha256()
    for joint in sorted(model.joints):
        one = model.joints[joint]
        for array in (one.mean, one.spread, one.components, one.hidden, one.output, one.linear):
            sha.update(np.ascontiguousarray(array, np.float32).tobytes())
    return sha.hexdigest()


def _kept(proposals: list[tuple[Swings, int]], rep: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Indices of the swings that are kept: all reps, and at most `MOST` others of each person and clip."""
    by_stream: dict[int, list[int]] = {}
    for row, (one, _) in enumerate(proposals):
        if not rep[row]:
            by_stream.setdefault(id(one), []).append(row)
    others = [
        rng.choice(rows, MOST, replace=False) if len(rows) > MOST else np.array(rows)
        for rows in by_stream.values()
    ]
    return np.sort(np.concatenate([np.flatnonzero(rep), *others]))


def replay_arrays(clips: list[TrainingClip]) -> dict[str, Any]:
    """The arrays of `models/replay_clips.npz`: short clips of one person, a few of each exercise and of none."""
    alone = [one for one in clips if len(one.streams) == 1 and (one.reps or one.exercise == "none")]
    chosen: list[TrainingClip] = []
    for exercise in sorted({one.exercise for one in alone}):
        own = [one for one in alone if one.exercise == exercise]
        own.sort(key=lambda one: (abs(one.seconds - _USUAL_S), one.name))
        chosen += own[: NONE_CLIPS if exercise == "none" else EXERCISE_CLIPS]
    samples = [sample for clip in chosen for sample in clip.streams[0]]
    return {
        "exercise": np.array([clip.exercise for clip in chosen]),
        "reps": np.array([clip.reps for clip in chosen], np.int16),
        "seconds": np.array([clip.seconds for clip in chosen], np.float32),
        "rows": np.array([len(clip.streams[0]) for clip in chosen], np.int32),
        "t": np.array([one.t for one in samples], np.float32),
        "world": np.array([one.world[USED] for one in samples], np.float16),
        "image": np.array([one.image[USED] for one in samples], np.float16),
        "visibility": np.round(np.array([one.visibility[USED] for one in samples]) * 15).astype(np.uint8),
        "score": np.round(np.array([one.score for one in samples]) * 255).astype(np.uint8),
    }


def write_reference(swings: list[Swings], model: TrajectoryModel, path: Path = REFERENCE) -> None:
    """Write `models/reference_swings.npz`, or another file."""
    np.savez_compressed(path, **arrays_of(swings, model))
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB", flush=True)


def main() -> None:
    """Write both files."""
    clips = read_clips()
    write_reference(swings_of(clips), load_model(MODEL))
    np.savez_compressed(CLIPS, **replay_arrays(clips))
    print(f"{CLIPS}: {CLIPS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
