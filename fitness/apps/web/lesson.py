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
from fitness.teach.clip import clip_samples, turning_points, usable
from fitness.teach.trial import trial
from fitness.types import FloatArray, JsonDict, Pose

_ANY_NAME = "lesson"


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One sample.   side: "up", "down" or "other".   source: as in PoseSamples.   world: (33, 3) metres."""

    side: str
    source: str
    world: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Clip:
    title: str
    reps: int
    poses: list[Pose]


class Lesson:
    """Samples being collected.   limit: pictures a class.

    done, total: frames of the clip that is being analysed; total is 0 if there is none.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: list[_Row] = []
        self._clip: _Clip | None = None
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
        """Remove a picture. OptionError if there is none."""
        left = [row for row in self._rows if row.source != source]
        if len(left) == len(self._rows):
            raise OptionError("there is no such picture")
        self._rows = left

    def learn_clip(self, title: str, found: Iterable[Pose | None], reps: int) -> JsonDict:
        """Samples of the turning points of a clip that shows `reps` reps; those of an older clip are replaced.

        Args:
            found: who is seen in each frame, in order of time.

        Returns:
            down, up: seconds of the lower and upper turning points.   samples: how many were taken.

        Raises:
            OptionError: the reps cannot be distinguished, or a person is hardly ever found.
        """
        poses = usable(found)
        turns = turning_points(poses, reps)
        samples = clip_samples(_ANY_NAME, title, poses, turns)
        if self._clip is not None:
            old = self._clip.title
            self._rows = [row for row in self._rows if not row.source.startswith(old + "#")]
        self._clip = _Clip(title, reps, poses)
        for world, label, source in zip(samples.world, samples.labels, samples.sources, strict=True):
            self._rows.append(_Row(label.removeprefix(_ANY_NAME + "_"), source, world))
        return {
            "down": [round(float(turns.t[i]), 2) for i in turns.peaks],
            "up": [round(float(turns.t[i]), 2) for i in turns.valleys],
            "samples": len(samples),
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

    def report(self, name: str) -> JsonDict:
        """The quality report of `fitness teach`, with "clip" where one was shown.

        Raises:
            OptionError: nothing was collected, or the samples do not make an exercise.
        """
        own = self.samples(name)
        document = check(own).document()
        if self._clip is not None:
            clip = self._clip
            document["clip"] = trial(name, TaughtExercise.of(name, own), clip.title, clip.poses, clip.reps)
        return document
