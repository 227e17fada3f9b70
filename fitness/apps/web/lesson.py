"""The samples that one page collects for a new exercise, from images or a clip. They are in memory until they are saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.exercises import OTHER
from fitness.recognition.samples import PoseSamples
from fitness.recognition.taught import TaughtExercise
from fitness.teach.check import check
from fitness.teach.clip import usable
from fitness.teach.clips import ClipLesson, TeachingClip, clip_lesson, taught_exercise
from fitness.teach.expected import expectation
from fitness.teach.trial import trials
from fitness.types import FloatArray, JsonDict, Pose

_ANY_NAME = "lesson"
MOST_CLIPS = 8
"""Clips that one lesson may have; their poses are kept in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One sample.   side: "up", "down" or "other".   source: as in PoseSamples.   world: (33, 3) metres."""

    side: str
    source: str
    world: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Clip:
    """A clip that teaches, and what it taught."""

    clip: TeachingClip
    lesson: ClipLesson


class Lesson:
    """Samples being collected.   limit: pictures a class.

    done, total: frames of the clip that is being analysed; total is 0 without one.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: list[_Row] = []
        self._clips: list[_Clip] = []
        self._number = 0
        self.done = self.total = 0

    def add(self, side: str, source: str, pose: Pose) -> int:
        """Add a picture of `side` ("up", "down" or "other"); returns its number of pictures. OptionError if full."""
        if side not in ("up", "down", OTHER):
            raise OptionError(f"class must be up, down or {OTHER}, got '{side[:20]}'")
        count = sum(row.side == side for row in self._rows)
        if count >= self._limit:
            raise OptionError(f"at most {self._limit} pictures a class")
        self._rows.append(_Row(side, source, pose.world))
        return count + 1

    def remove(self, source: str) -> None:
        """Remove a picture, or a clip with all its samples. OptionError if there is none."""
        left = [row for row in self._rows if row.source != source and not row.source.startswith(source + "#")]
        if len(left) == len(self._rows):
            raise OptionError("there is no such picture or clip")
        self._rows = left
        self._clips = [one for one in self._clips if one.clip.source != source]

    def learn_clip(self, found: Iterable[Pose | None], reps: int) -> JsonDict:
        """Add a clip with `reps` reps.

        Args:
            found: the person in each frame, or None, in order of time.

        Returns:
            source: the name of the clip.   down, up: seconds of the lower and upper turning points.
            samples: number of samples that were taken.   clips: number of clips now.

        Raises:
            OptionError: the reps cannot be distinguished, a person is hardly ever found, or there are too many clips.
        """
        if len(self._clips) >= MOST_CLIPS:
            raise OptionError(f"at most {MOST_CLIPS} clips a lesson; remove one first")
        clip = TeachingClip(f"clip-{self._number + 1}", usable(found), reps)
        lesson = clip_lesson(_ANY_NAME, clip)
        self._number += 1
        self._clips.append(_Clip(clip, lesson))
        samples = lesson.samples
        for world, label, source in zip(samples.world, samples.labels, samples.sources, strict=True):
            self._rows.append(_Row(label.removeprefix(_ANY_NAME + "_"), source, world))
        return {
            "source": clip.source,
            "down": [round(t, 2) for t in lesson.down_s],
            "up": [round(t, 2) for t in lesson.up_s],
            "samples": len(samples),
            "clips": len(self._clips),
        }

    def watched(
        self, poses: Iterable[Pose | None], total: int, stop: Callable[[], bool]
    ) -> Iterable[Pose | None]:
        """Yield the poses and count them in `done`. OptionError when `stop` returns True."""
        self.done, self.total = 0, max(1, total)
        try:
            for pose in poses:
                if stop():
                    raise OptionError("stopped")
                self.done += 1
                yield pose
        finally:
            self.total = 0

    def samples(self, name: str) -> PoseSamples:
        """The collection, its classes named after the exercise. OptionError while it is empty."""
        if not self._rows:
            raise OptionError(
                "nothing is collected yet; add pictures of the start and the end position, or a clip"
            )
        labels = tuple(OTHER if row.side == OTHER else f"{name}_{row.side}" for row in self._rows)
        world = np.stack([row.world for row in self._rows])
        return PoseSamples(world, labels, tuple(row.source for row in self._rows))

    def taught(self, name: str) -> TaughtExercise:
        """The counter's data of the exercise: whole swings, if a clip shows them; else the poses at the turning points.

        Raises:
            OptionError: nothing was collected, or the samples do not make an exercise.
        """
        return taught_exercise(name, self.samples(name), [one.lesson.learned for one in self._clips])

    def report(self, name: str) -> JsonDict:
        """The quality report of `fitness teach`, with "clips" and "expected" if there are clips.

        Raises:
            OptionError: nothing was collected, or the samples do not make an exercise.
        """
        document = check(self.samples(name)).document()
        if self._clips:
            taught = self.taught(name)
            document["clips"] = trials(name, taught, [one.clip for one in self._clips])
            if taught.swings is not None:
                document["expected"] = expectation(taught.swings)
        return document
