"""What each frame shows of one exercise: the input of its counter, and whether the exercise is being done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fitness.errors import OptionError
from fitness.metrics.record.motion import SIDES
from fitness.recognition.embedding import angles_of, embed
from fitness.recognition.exercises import STANDING, Exercise
from fitness.recognition.hysteresis_counter import HysteresisCounter
from fitness.recognition.kinematics import (
    TRUNK_TILT,
    angle_of,
    hip_hinge,
    swing_angle,
    visibility_of,
)
from fitness.recognition.rep_candidate import CounterOptions, Observation, RepCandidate
from fitness.recognition.taught import TaughtExercise
from fitness.types import DoubleArray, Pose, Side

_GAP_S: Final = 1.5
"""After a gap of this length, seconds, the averages of votes and visibility start anew."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseFeatures:
    """A pose with the numbers computed from it.

    embedding: (D,).   angles_deg: the 13 joint angles.   visibility: of the 33 landmarks, as in Pose.
    """

    pose: Pose
    embedding: DoubleArray
    angles_deg: list[float]
    visibility: list[float]

    @classmethod
    def of(cls, pose: Pose) -> PoseFeatures:
        """The features of a pose. ValueError if its landmarks are not finite, or the trunk has no length."""
        embedding = embed(pose.world[None])[0]
        return cls(pose, embedding, angles_of(embedding).tolist(), pose.visibility.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class FrameFeatures:
    """The input of the counters for one frame.

    camera: the pose as the camera sees it; taught exercises use it, because the pictures that teach are not levelled.
    level: the pose as a level camera would see it.
    shares: (K,) votes for each class of the classifier, for `level`.   distance: of `level` to the nearest samples.
    """

    camera: PoseFeatures
    level: PoseFeatures
    shares: DoubleArray
    distance: float


class ExerciseCounter:
    """Counts one built-in exercise.

    built_in: false for the subclass of taught exercises.   counter: finds its reps.
    side: the side whose joint is counted, or None if both are averaged.
    share, bottom_share, visibility: smoothed share of the votes for the exercise and for its bottom class, and smoothed
        visibility of its joints, 0..1.

    Args:
        classes: the classifier's classes, in its order.   counter: thresholds of the counter.
        smoothing_s: time constant of `share`, `bottom_share` and `visibility`.   sides: whose joints are used.

    Raises:
        OptionError: the classifier lacks a class of the exercise.
    """

    built_in = True

    def __init__(
        self,
        exercise: Exercise,
        classes: tuple[str, ...],
        counter: CounterOptions,
        smoothing_s: float,
        sides: tuple[Side, ...] = SIDES,
    ) -> None:
        self.exercise = exercise
        self.side = sides[0] if len(sides) == 1 else None
        self.counter = HysteresisCounter(exercise, counter)
        self._sides = sides
        self._columns: tuple[int, int] | None = None
        self._standing = classes.index(STANDING) if STANDING in classes else None
        if exercise.has_samples:
            self._columns = _column(classes, exercise.top_class), _column(classes, exercise.bottom_class)
        self._smoothing_s = smoothing_s
        self._t: float | None = None
        self.share = self.bottom_share = self.visibility = 0.0

    def step(self, frame: FrameFeatures) -> RepCandidate | None:
        """Add the next frame; return the swing that it completes, counted or not, or None."""
        return self.counter.step(self._observe(frame.level, frame.shares, frame.distance))

    def _observe(self, level: PoseFeatures, shares: DoubleArray, distance: float) -> Observation:
        """What one frame shows of the exercise."""
        pose, angles_deg, seen = level.pose, level.angles_deg, level.visibility
        voting_share = 1.0
        if self._columns is None:
            share = bottom = 1.0  # an exercise without samples is recognised by its motion alone
            distance = 0.0
        else:
            voting_share -= 0.0 if self._standing is None else float(shares[self._standing])
            bottom = float(shares[self._columns[1]])
            share = float(shares[self._columns[0]]) + bottom
        angle, visibility = swing_angle(seen, angles_deg, self.exercise, self._sides)
        self._follow(share, bottom, visibility, pose.t)
        return Observation(
            t=pose.t,
            angle_deg=angle,
            exercise=share,
            bottom=bottom,
            distance=distance,
            tilt_deg=angles_deg[TRUNK_TILT],
            score=pose.score,
            visibility=visibility,
            postures_deg=tuple(angle_of(angles_deg, each.angle) for each in self.exercise.postures),
            hinge_deg=hip_hinge(angles_deg) if self.exercise.hinge_votes else 0.0,
            voting_share=voting_share,
        )

    def _follow(self, share: float, bottom: float, visibility: float, t: float) -> None:
        """Update `share`, `bottom_share` and `visibility`."""
        weight = 1.0
        if self._t is not None and t - self._t <= _GAP_S:
            weight -= math.exp((self._t - t) / self._smoothing_s)
        self._t = t
        self.share += weight * (share - self.share)
        self.bottom_share += weight * (bottom - self.bottom_share)
        self.visibility += weight * (visibility - self.visibility)


class TaughtExerciseCounter(ExerciseCounter):
    """Counts one taught exercise by its turning points, with a classifier and a signal of its own."""

    built_in = False

    def __init__(self, taught: TaughtExercise, smoothing_s: float) -> None:
        super().__init__(taught.exercise, taught.classifier.classes_, taught.options, smoothing_s)
        self.counter = HysteresisCounter(taught.exercise, taught.options, taught.motion)
        self._taught = taught

    def step(self, frame: FrameFeatures) -> RepCandidate | None:
        """Add the next frame; return the swing that it completes, counted or not, or None."""
        return self.step_pose(frame.camera)

    def step_pose(self, camera: PoseFeatures) -> RepCandidate | None:
        """As `step`, for the pose as the camera sees it."""
        visibility = visibility_of(camera.visibility, self.exercise)
        tilt_deg = camera.angles_deg[TRUNK_TILT]
        observation = self._taught.observe(camera.pose, camera.embedding, tilt_deg, visibility)
        # its classifier knows little else, so a pose far from all samples gets votes for the exercise, too: ignore them
        near = observation.distance <= self._taught.options.max_distance
        self._follow(observation.exercise * near, observation.bottom * near, visibility, camera.pose.t)
        return self.counter.step(observation)


def new_counters(
    exercises: Iterable[Exercise],
    taught: Iterable[TaughtExercise],
    classes: tuple[str, ...],
    options: CounterOptions,
    smoothing_s: float,
) -> list[ExerciseCounter]:
    """A counter for each exercise that is counted in reps; two where each side is counted by itself.

    Args:
        exercises: built-in ones; those that are held get no counter.   taught: taught ones, counted by their turning points.
        classes, options, smoothing_s: see `ExerciseCounter`.
    """
    built_in = [
        ExerciseCounter(one, classes, options, smoothing_s, sides)
        for one in exercises
        if not one.hold
        for sides in ((SIDES,) if one.sides == "both" else ((side,) for side in SIDES))
    ]
    return [*built_in, *(TaughtExerciseCounter(one, smoothing_s) for one in taught)]


def _column(classes: tuple[str, ...], name: str) -> int:
    if name not in classes:
        raise OptionError(f"the pose samples have no class '{name}', only {', '.join(classes)}")
    return classes.index(name)
