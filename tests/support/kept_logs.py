"""Landmark logs to which the trajectory model is fitted, counted again by the whole recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.types import Count, Event, Pose
from scripts.training.logs import TrainingClip, read_clips
from tests.support.rep_clips import fitted


@cache
def _clips() -> dict[str, TrainingClip]:
    return {clip.name: clip for clip in read_clips()}


def kept_log(name: str) -> TrainingClip:
    """The log of that name, with its truth."""
    return _clips()[name]


def poses_of(clip: TrainingClip) -> Iterator[Pose]:
    """The first person of a log; depth in the picture and presence are not kept."""
    for one in clip.streams[0]:
        image = np.concatenate([one.image, np.zeros((33, 1))], axis=1)
        yield Pose(one.world, image.astype(np.float32), one.visibility, one.visibility, one.score, one.t)


def recount(name: str, exercise: str = "auto") -> tuple[Count, list[Event]]:
    """The last count of a log, and all events."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise=exercise))
    events: list[Event] = []
    count = Count({})
    for pose in poses_of(kept_log(name)):
        count = recogniser.step(pose, pose.t)[1]
        events += count.events
    return count, events


def totals(count: Count) -> dict[str, int]:
    """Reps by exercise, with those that are pending at the end."""
    found = dict(count.totals)
    for rep in count.pending:
        found[rep.exercise] = found.get(rep.exercise, 0) + 1
    return found
