"""Taught exercises: samples of two turning points become a signal that `HysteresisCounter` can count.

The signal is the way of the embedding from the mean of the upper samples to the mean of the lower ones, along the line
between them. It is given to the counter as an angle that falls from 180 degrees at the top to 80 at the bottom. The k-NN
votes on the poses of each swing, as for built-in exercises.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import OptionError, SamplesError
from fitness.metrics.body import ANGLE_NAMES, angles, mirror
from fitness.metrics.record import MotionSpec
from fitness.plural import some
from fitness.recognition.classifier import KnnOptions, KnnPoseClassifier
from fitness.recognition.embedding import ARMS, DIMENSIONS, embed
from fitness.recognition.exercises import OTHER, Exercise
from fitness.recognition.limb_motion import LimbMotion
from fitness.recognition.rep_candidate import CounterOptions, Observation
from fitness.recognition.samples import PoseSamples, load_samples
from fitness.recognition.taught_folders import SWINGS_FILE, taught_names
from fitness.recognition.taught_model import TaughtSwings, load_swings
from fitness.recognition.taught_motion import motion_of
from fitness.types import DoubleArray, Pose

_RANGE_DEG: Final = 100.0
"""How far the signal falls between the turning points, degrees."""
_FEWEST: Final = 2
"""Minimum number of samples of each turning point."""
_MIN_SEPARATION: Final = 0.02
"""Minimum mean difference of the embeddings of both turning points."""
_FAR: Final = 0.13
_NEARER_THAN: Final = 1.6
"""Maximum mean distance of a swing to the samples: `_FAR`, or three quarters of the distance between the turning points if
that is more, but at most `_NEARER_THAN` times that distance. Without this limit, a deadlift taught by one clip counted 14
reps of walking (docs/guides/teach.md describes the clips)."""
_ARMS_BESIDE: Final = 0.5
"""Weight of the arms in exercises of legs or trunk: some people squat with raised arms, others with a bar.

When each squat clip was counted by what each other one taught, 64 % were exact with weight 1, 73 % with 0.5, and 76 % with
0.25, which had twice as many false reps as 0.5."""
_PARTS: Final = {
    "legs": ("hip", "knee", "ankle"),
    "arms": ("shoulder", "elbow", "wrist"),
    "trunk": ("shoulder", "hip", "knee"),
}


def knn_options(samples: PoseSamples) -> KnnOptions:
    """k-NN options with as many neighbours as the smaller class of turning points has samples, at most ten."""
    few = max(1, min(10, *(samples.labels.count(name) for name in samples.classes if name != OTHER), 10))
    return KnnOptions(candidates=max(30, few), neighbours=few, nearest=min(5, few))


@dataclass(frozen=True, slots=True, eq=False)
class TaughtExercise:
    """One taught exercise, ready to be counted.

    exercise: its description for the counter.   classifier: knows NAME_up, NAME_down and poses that are neither.
    options: thresholds of the counter.   motion: how the limbs that carry the body move.
    origin, direction: (D,); the signal of an embedding e is (e - origin) . direction, 0 at the top and 1 at the bottom.
    swings: its whole swings, if clips taught it and it is counted by them; None: it is counted by its turning points.
    """

    exercise: Exercise
    classifier: KnnPoseClassifier
    options: CounterOptions
    origin: DoubleArray
    direction: DoubleArray
    motion: LimbMotion
    swings: TaughtSwings | None = None

    @classmethod
    def of(cls, name: str, own: PoseSamples, swings: TaughtSwings | None = None) -> TaughtExercise:
        """Make the exercise from its samples: classes NAME_up, NAME_down and, optionally, "other".

        The samples that come with the program are not used as "other", because people teach variants of those exercises.

        Raises:
            OptionError: a turning point has fewer than two samples, or both are too similar.
        """
        top, bottom = f"{name}_up", f"{name}_down"
        for label in (top, bottom):
            if own.labels.count(label) < _FEWEST:
                raise OptionError(
                    f"{label} has {some(own.labels.count(label), 'sample')}; at least {_FEWEST} are needed (better 10)"
                )
        up, down = (_embedded(own, label).mean(axis=0) for label in (top, bottom))
        way = down - up
        separation = float(np.abs(way).mean())
        if separation < _MIN_SEPARATION:
            raise OptionError(
                f"{name}: the upper and the lower turning point look alike; nothing swings between"
            )
        limb = _limb(own, top, bottom)
        exercise = Exercise(
            name, "", limb, _PARTS[limb], 180.0 - 0.55 * _RANGE_DEG, _RANGE_DEG, (0.0, 180.0), top, bottom,
            spec=_spec(own, top, bottom, swings),
        )  # fmt: skip
        options = replace(
            CounterOptions(),
            max_distance=min(max(_FAR, 0.75 * separation), _NEARER_THAN * separation),
            reversal_deg=40.0,
            reversal_cap_deg=55.0,
            min_quality=0.5,
        )
        motion = LimbMotion.between(up, down)
        weights = _weights(motion)
        classifier = KnnPoseClassifier.of(own, knn_options(own), weights)
        direction = way * weights
        return cls(exercise, classifier, options, up, direction / float(direction @ way), motion, swings)

    @property
    def name(self) -> str:
        """The name that the user gave it."""
        return self.exercise.name

    def progress(self, embedding: DoubleArray) -> float:
        """The signal of an embedding (D,): 0 at the mean of the upper samples, 1 at that of the lower ones; not clipped."""
        return float((embedding - self.origin) @ self.direction)

    def observe(self, pose: Pose, embedding: DoubleArray, tilt_deg: float, visibility: float) -> Observation:
        """What one frame shows of the exercise.

        Args:
            embedding: (D,) of the pose.   tilt_deg: of the trunk.   visibility: of the needed joints, 0..1.
        """
        shares, distance = self.classifier.query_one(embedding)
        top, bottom = (
            float(shares[self.classifier.classes_.index(label)])
            for label in (self.exercise.top_class, self.exercise.bottom_class)
        )
        angle = 180.0 - _RANGE_DEG * self.progress(embedding)
        return Observation(
            pose.t, angle, top + bottom, bottom, distance, tilt_deg, pose.score, visibility,
            limbs=self.motion.select(embedding),
        )  # fmt: skip


def load_taught(folder: Path, name: str) -> TaughtExercise:
    """The exercise `name` from `folder`.

    Raises:
        OptionError: there is none of that name.
        SamplesError: it is damaged, or must not be read; the text says what to do.
    """
    if name not in taught_names(folder):
        raise OptionError(f"no taught exercise is called '{name[:40]}'")
    place = folder / name
    swings = place / SWINGS_FILE
    if closed := [one for one in (place, *place.glob("*")) if not os.access(one, os.R_OK)]:
        raise SamplesError(
            f"taught exercise {name}", f"not allowed to read {closed[0]}; check its permissions"
        )
    try:
        return TaughtExercise.of(name, load_samples(place), load_swings(swings) if swings.is_file() else None)
    except (SamplesError, ValueError) as error:  # ValueError also stands for a body without a trunk
        reason = str(error).removeprefix(f"{place}{os.sep}")
        cure = f"teach it again, or remove it: fitness teach --remove {name}"
        raise SamplesError(f"taught exercise {name}", f"it is damaged ({reason}); {cure}") from None


def load_usable(folder: Path, names: Iterable[str]) -> tuple[list[TaughtExercise], dict[str, str]]:
    """The exercises `names` of `folder` that can be counted, and name -> problem and cure of those that are damaged."""
    usable, damaged = [], {}
    for name in names:
        try:
            usable.append(load_taught(folder, name))
        except SamplesError as error:
            damaged[name] = str(error)
    return usable, damaged


def sample_weights(samples: PoseSamples) -> DoubleArray | None:
    """(D,) weight of each embedding column for these samples; None if a turning point has none."""
    ends = [[name for name in samples.classes if name.endswith(side)] for side in ("_up", "_down")]
    if not all(ends):
        return None
    up, down = (_embedded(samples, names[0]).mean(axis=0) for names in ends)
    return _weights(LimbMotion.between(up, down))


def _weights(motion: LimbMotion) -> DoubleArray:
    """(D,) weight of each embedding column, with mean 1."""
    weights = np.ones(DIMENSIONS)
    if motion.carries:
        weights[ARMS] = _ARMS_BESIDE
    normalised: DoubleArray = weights / weights.mean()
    return normalised


def _embedded(samples: PoseSamples, label: str) -> DoubleArray:
    """(2N, D): embeddings of the samples of a class and of their mirror images, so that both sides count alike."""
    world = samples.select(one == label for one in samples.labels).world
    return np.concatenate([embed(world), embed(mirror(world))])


def _spec(own: PoseSamples, top: str, bottom: str, swings: TaughtSwings | None) -> MotionSpec:
    """What is measured in a rep."""
    up, down = (own.select(one == label for one in own.labels).world for label in (top, bottom))
    return motion_of(up, down) if swings is None else motion_of(up, down, swings.kind, swings.first)


def _limb(own: PoseSamples, top: str, bottom: str) -> str:
    """The limb that must be visible: the one whose joint angle changes most between the turning points."""
    means = [
        angles(own.select(one == label for one in own.labels).world).mean(axis=0) for label in (top, bottom)
    ]
    change = dict(zip(ANGLE_NAMES, np.abs(means[1] - means[0]), strict=True))
    both = {
        joint: change[f"left_{joint}"] + change[f"right_{joint}"]
        for joint in ("knee", "elbow", "shoulder", "hip")
    }
    limbs = {"legs": both["knee"], "arms": max(both["elbow"], both["shoulder"]), "trunk": both["hip"]}
    return max(limbs, key=lambda limb: limbs[limb])
