"""Learns an exercise from one or more clips: pose samples and swings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.recogniser import MODEL
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.trajectory import load_model
from fitness.teach.clip import clip_samples, turning_points
from fitness.teach.direction import first_order
from fitness.teach.fitting import fit
from fitness.teach.kinds import LearnedClip, learned_clip
from fitness.teach.reference import load_reference
from fitness.teach.reps import TaughtReps, swings_of_poses
from fitness.types import Pose


@dataclass(frozen=True, slots=True, eq=False)
class TeachingClip:
    """One clip that teaches.   source: its name. poses: in order of time. reps: number of reps in it."""

    source: str
    poses: list[Pose]
    reps: int


@dataclass(frozen=True, slots=True, eq=False)
class ClipLesson:
    """The result of learning from one clip.

    samples: poses at both turning points.   learned: its reps as whole swings, or None if the swings of no joint are
        clear enough.
    down_s, up_s: seconds of the lower and upper turning points.
    """

    samples: PoseSamples
    learned: LearnedClip | None
    down_s: tuple[float, ...]
    up_s: tuple[float, ...]


def taught_from_clips(name: str, clips: Sequence[TeachingClip]) -> tuple[PoseSamples, TaughtExercise]:
    """Learn an exercise; return the samples of all clips, and the data for counting it.

    Raises:
        OptionError: the reps of a clip cannot be separated, or nobody was found; of several clips, the text names it.
    """
    lessons = []
    for clip in clips:
        try:
            lessons.append(clip_lesson(name, clip))
        except OptionError as error:
            raise error if len(clips) == 1 else OptionError(f"{clip.source}: {error}") from None
    parts = [one.samples for one in lessons]
    samples = PoseSamples(
        np.concatenate([part.world for part in parts]),
        tuple(label for part in parts for label in part.labels),
        tuple(source for part in parts for source in part.sources),
    )
    return samples, taught_exercise(name, samples, [one.learned for one in lessons])


def taught_exercise(name: str, samples: PoseSamples, learned: Iterable[LearnedClip | None]) -> TaughtExercise:
    """The data for counting an exercise: whole swings, if a clip shows them; else the poses at the turning points.

    Raises:
        OptionError: the samples do not make an exercise.
    """
    found = [one for one in learned if one is not None]
    swings = fit(found, load_reference()) if found else None
    return TaughtExercise.of(name, samples, swings)


def clip_lesson(name: str, clip: TeachingClip) -> ClipLesson:
    """Find the reps of a clip.

    Raises:
        OptionError: they cannot be separated, or the person was found in too few frames.
    """
    learned = _learned(clip)
    try:
        turns = turning_points(clip.poses, clip.reps)
    except OptionError:
        if learned is None:
            raise
        samples, up_s = _samples(name, clip, learned.reps)
        down_s = learned.reps.turns_s
    else:
        samples = clip_samples(name, clip.source, clip.poses, turns)
        down_s, up_s = (tuple(float(turns.t[at]) for at in ends) for ends in (turns.peaks, turns.valleys))
    if learned is not None:
        learned = replace(learned, first=first_order(clip.poses, up_s, down_s))
    return ClipLesson(samples, learned, down_s, up_s)


def _learned(clip: TeachingClip) -> LearnedClip | None:
    try:
        return learned_clip(swings_of_poses(clip.poses), clip.reps, load_model(MODEL))
    except OptionError:
        return None


def _samples(name: str, clip: TeachingClip, reps: TaughtReps) -> tuple[PoseSamples, tuple[float, ...]]:
    """The poses at the turning points and halfway between them, with the times of both in seconds."""
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
    return PoseSamples(np.stack(world), tuple(labels), tuple(sources)), tuple(float(at) for at in between)
