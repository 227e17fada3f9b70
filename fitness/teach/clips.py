"""Several clips of one exercise -> its pose samples and its swings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.recogniser import MODEL
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.trajectory import BACKGROUND, load_model
from fitness.teach.clip import clip_samples, turning_points
from fitness.teach.fitting import fit
from fitness.teach.reference import load_reference
from fitness.teach.reps import ClipSwings, TaughtReps, swings_of_poses, taken, taught_reps
from fitness.types import Pose

_SAME_SHARE: Final = 0.35
"""Minimum mean probability for the taught reps to be those of a built-in exercise."""
ENOUGH_CLIPS: Final = 2
"""Number of clips from which whole swings count better than turning points (docs/guides/teach.md has the table)."""


@dataclass(frozen=True, slots=True, eq=False)
class TeachingClip:
    """One clip that teaches.   source: its name.   poses: in order of time.   reps: how many it shows."""

    source: str
    poses: list[Pose]
    reps: int


def taught_from_clips(name: str, clips: Sequence[TeachingClip]) -> tuple[PoseSamples, TaughtExercise]:
    """Learn an exercise; the samples of all clips, and what counts it.

    One clip is counted by its turning points, several by whole swings. So is one clip whose turning points do not stand out.

    Raises:
        OptionError: the reps of a clip cannot be separated.
    """
    parts: list[PoseSamples] = []
    found: list[tuple[ClipSwings, TaughtReps]] = []
    doubtful = False
    for clip in clips:
        swings, problem = _swings(clip)
        try:
            parts.append(clip_samples(name, clip.source, clip.poses, turning_points(clip.poses, clip.reps)))
        except OptionError:
            if swings is None:
                raise problem or OptionError(f"{clip.source}: no rep was found") from None
            doubtful = True
            parts.append(_samples(name, clip, swings[1]))
        if swings is not None:
            found.append(swings)
    samples = PoseSamples(
        np.concatenate([part.world for part in parts]),
        tuple(label for part in parts for label in part.labels),
        tuple(source for part in parts for source in part.sources),
    )
    if len(found) >= ENOUGH_CLIPS or (doubtful and found):
        fitted = fit(found, load_reference(), without=same_as(found))
        return samples, TaughtExercise.of(name, samples, fitted)
    return samples, TaughtExercise.of(name, samples)


def same_as(found: Sequence[tuple[ClipSwings, TaughtReps]]) -> tuple[str, ...]:
    """The built-in exercise that the taught reps are, for the model that ships with the program; none if it is unsure.

    Its reps must not be examples of what the taught exercise is not.
    """
    model = load_model(MODEL)
    total: dict[str, float] = defaultdict(float)
    for swings, reps in found:
        rows = model.classify(reps.joint, taken(swings.data[reps.joint], reps.own[reps.joint]))
        for row in rows:
            for name, share in row.items():
                total[name] += share / len(rows) / len(found)
    total.pop(BACKGROUND, None)
    name, share = max(total.items(), key=lambda one: one[1], default=("", 0.0))
    return (name,) if share >= _SAME_SHARE else ()


def _swings(clip: TeachingClip) -> tuple[tuple[ClipSwings, TaughtReps] | None, OptionError | None]:
    swings = swings_of_poses(clip.poses)
    try:
        return (swings, taught_reps(swings, clip.reps)), None
    except OptionError as error:
        return None, error


def _samples(name: str, clip: TeachingClip, reps: TaughtReps) -> PoseSamples:
    """The poses at the turning points, and those in the middle between them."""
    t = np.array([pose.t for pose in clip.poses])
    turns = np.array(reps.turns_s)
    between = [(turns[0] + t[0]) / 2 if len(turns) == 1 else max(t[0], turns[0] - (turns[1] - turns[0]) / 2)]
    between += [*((turns[1:] + turns[:-1]) / 2), (turns[-1] + t[-1]) / 2]
    world, labels, sources = [], [], []
    for side, times in (("down", turns), ("up", between)):
        for number, time in enumerate(times, 1):
            pose = clip.poses[int(np.abs(t - time).argmin())]
            world.append(pose.world)
            labels.append(f"{name}_{side}")
            sources.append(f"{clip.source}#{number}@{pose.t:.2f}")
    return PoseSamples(np.stack(world), tuple(labels), tuple(sources))
