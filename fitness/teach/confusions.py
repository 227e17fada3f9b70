"""Counts a taught exercise in clips of built-in exercises and of everyday movements, to find what it would confuse.

The clips are landmarks alone: a few seconds of each built-in exercise and of everyday movements. They ship with the program;
`python scripts/make_reference_swings.py` makes the file from the training clips.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from fitness.errors import OptionError
from fitness.plural import some
from fitness.recognition.taught import TaughtExercise
from fitness.resources import resource_path
from fitness.skeleton import LANDMARK_COUNT
from fitness.teach.trial import count
from fitness.types import JsonDict, Pose

CLIPS: Final = resource_path("models", "replay_clips.npz")
NONE: Final = "none"
USED: Final = np.array([0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""Nose, shoulders, elbows, wrists, hips, knees, ankles: the landmarks that are kept."""
MOST_FALSE: Final = 1.0
"""Maximum number of false reps per minute that a taught exercise may count in everyday movements."""
SAME_SHARE: Final = 0.5
"""If the taught exercise counts at least this share of a built-in exercise's reps, it is the same exercise."""


@dataclass(frozen=True, slots=True, eq=False)
class ReplayClip:
    """One person. exercise: a built-in exercise, or "none". reps: number of reps. seconds: length. poses: in order of
    time.
    """

    exercise: str
    reps: int
    seconds: float
    poses: tuple[Pose, ...]


@dataclass(frozen=True, slots=True)
class Confusions:
    """What a taught exercise counts in the clips.

    exercises: built-in exercise -> (reps counted as the taught one, all its reps), if any is counted.
    false_reps: in the clips without an exercise.   minutes: length of the clips without an exercise.
    """

    exercises: dict[str, tuple[int, int]]
    false_reps: int
    minutes: float

    @property
    def same(self) -> tuple[str, ...]:
        """Built-in exercises that are the same as the taught one."""
        return tuple(name for name, (found, reps) in self.exercises.items() if found >= SAME_SHARE * reps)

    @property
    def serious(self) -> bool:
        """Whether to save the exercise only on request: it is a built-in exercise, or it counts everyday movements."""
        again = any(self.exercises[name][1] > 1 for name in self.same)
        return again or self.false_reps > MOST_FALSE * self.minutes

    def lines(self, name: str) -> list[str]:
        """One line for the user for each confusion."""
        lines = [
            f"{exercise}: {found} of {some(reps, 'rep')} would count as {name}"
            + (", so it may be the same exercise" if exercise in self.same else "")
            for exercise, (found, reps) in self.exercises.items()
        ]
        if self.false_reps:
            lines.append(
                f"no exercise: {some(self.false_reps, 'rep')} of {name} would be counted in {self.minutes:.1f} minutes"
            )
        return lines

    def document(self) -> JsonDict:
        """As JSON values."""
        return {
            "exercises": {name: list(pair) for name, pair in self.exercises.items()},
            "false_reps": self.false_reps,
            "minutes": round(self.minutes, 2),
        }


def confusions(taught: TaughtExercise) -> Confusions:
    """Count only the taught exercise in every clip; this takes some seconds."""
    found: dict[str, tuple[int, int]] = {}
    false, seconds = 0, 0.0
    for clip in replay_clips():
        counted = count(taught, list(clip.poses), sure=True)
        if clip.exercise == NONE:
            false += counted
            seconds += clip.seconds
            continue
        before = found.get(clip.exercise, (0, 0))
        found[clip.exercise] = before[0] + counted, before[1] + clip.reps
    return Confusions({name: pair for name, pair in sorted(found.items()) if pair[0]}, false, seconds / 60)


def replay_clips(path: Path = CLIPS) -> tuple[ReplayClip, ...]:
    """Read the clips. OptionError with the file's name if it cannot be read."""
    return _loaded(path)


@lru_cache(maxsize=1)
def _loaded(path: Path) -> tuple[ReplayClip, ...]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return tuple(_clips(arrays))
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise OptionError(f"{path}: the clips to replay cannot be read ({error})") from error


def _clips(arrays: Any) -> Iterator[ReplayClip]:
    t, score = arrays["t"].astype(np.float64), arrays["score"].astype(np.float64) / 255
    world, image = (_whole(arrays[name].astype(np.float32)) for name in ("world", "image"))
    seen = np.zeros((len(t), LANDMARK_COUNT), np.float32)
    seen[:, USED] = arrays["visibility"].astype(np.float32) / 15
    at = 0
    rows = zip(arrays["exercise"], arrays["reps"], arrays["seconds"], arrays["rows"], strict=True)
    for exercise, reps, seconds, size in rows:
        poses = tuple(
            Pose(world[i], image[i], seen[i], seen[i], float(score[i]), float(t[i]))
            for i in range(at, at + int(size))
        )
        at += int(size)
        yield ReplayClip(str(exercise), int(reps), float(seconds), poses)


def _whole(used: np.ndarray) -> np.ndarray:
    """(T, 13, 2 or 3) -> (T, 33, 3); other landmarks and the depth in the image are 0."""
    whole = np.zeros((len(used), LANDMARK_COUNT, 3), np.float32)
    whole[:, USED, : used.shape[2]] = used
    return whole
