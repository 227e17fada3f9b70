"""Several clips of one exercise -> its pose samples and its swings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.recogniser import MODEL
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.trajectory import load_model
from fitness.teach.clip import clip_samples, turning_points
from fitness.teach.fitting import LearnedClip, fit
from fitness.teach.reference import load_reference
from fitness.teach.reps import ClipSwings, TaughtReps, swings_of_poses, taught_reps
from fitness.types import Pose


@dataclass(frozen=True, slots=True, eq=False)
class TeachingClip:
    """One clip that teaches.   source: its name.   poses: in order of time.   reps: how many it shows."""

    source: str
    poses: list[Pose]
    reps: int


def taught_from_clips(name: str, clips: Sequence[TeachingClip]) -> tuple[PoseSamples, TaughtExercise]:
    """Learn an exercise; the samples of all clips, and what counts it.

    It is counted by whole swings; only if no clip has swings that stand out, by the poses at the turning points.

    Raises:
        OptionError: the reps of a clip cannot be separated.
    """
    parts: list[PoseSamples] = []
    found: list[LearnedClip] = []
    model = load_model(MODEL)
    for clip in clips:
        swings, problem = _swings(clip)
        try:
            parts.append(clip_samples(name, clip.source, clip.poses, turning_points(clip.poses, clip.reps)))
        except OptionError:
            if swings is None:
                raise problem or OptionError(f"{clip.source}: no rep was found") from None
            parts.append(_samples(name, clip, swings[1]))
        if swings is not None:
            found.append(LearnedClip(*swings, model))
    samples = PoseSamples(
        np.concatenate([part.world for part in parts]),
        tuple(label for part in parts for label in part.labels),
        tuple(source for part in parts for source in part.sources),
    )
    if found:
        return samples, TaughtExercise.of(name, samples, fit(found, load_reference()))
    return samples, TaughtExercise.of(name, samples)


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
