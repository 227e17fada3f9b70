"""Exercises that the user taught: samples of two turning points -> a swinging signal that the same counter counts.

A taught exercise has no motion description. Its signal is how far the embedding has gone from the mean of the upper
samples to the mean of the lower ones, along the line between them; it is handed to `SwingCounter` as an angle that falls
from 180 at the top to 80 at the bottom. The k-NN decides, as for the known exercises, whether a swing is one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.metrics.body import ANGLE_NAMES, angles, mirror
from fitness.recognition.classifier import KnnOptions, KnnPoseClassifier
from fitness.recognition.embedding import ARMS, DIMENSIONS, embed
from fitness.recognition.exercises import OTHER, Exercise
from fitness.recognition.hysteresis_counter import CounterOptions, Observation
from fitness.recognition.rep_criteria import LimbMotion
from fitness.recognition.samples import PoseSamples, load_samples
from fitness.recognition.taught_swings import FILE, TaughtSwings, load_swings
from fitness.types import DoubleArray, Pose

TAUGHT_VARIABLE: Final = "FITNESS_TAUGHT_DIR"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
_RANGE_DEG: Final = 100.0
_FEWEST: Final = 2
_MIN_SEPARATION: Final = 0.02
_FAR: Final = 0.13
_NEARER_THAN: Final = 1.6
"""A swing may be so far from the samples (docs/guides/teach.md has the clips), or three quarters of the way
between the turning points; but it must be nearer than so many times that way: what is much further from them than they are
from each other may be any movement. Without that, one deadlift clip counted 14 reps of walking."""
_ARMS_BESIDE: Final = 0.5
"""What a difference of the arms counts where legs or trunk move in the exercise: one squats with arms that go up, the next
with a bar. Of the squat clips, counted by what each other one taught, 0.64 were exact with arms that count fully, 0.73 with
half of that, and 0.76 with a quarter, but then with twice as many false reps as with half."""
_PARTS: Final = {
    "legs": ("hip", "knee", "ankle"),
    "arms": ("shoulder", "elbow", "wrist"),
    "trunk": ("shoulder", "hip", "knee"),
}


def exercise_name(text: str) -> str:
    """`text` if it may name an exercise: never a path. OptionError otherwise."""
    if not _NAME.fullmatch(text):
        raise OptionError(
            "a name must be 2 to 32 small letters, digits and hyphens, a letter first, got " + repr(text[:40])
        )
    return text


def taught_names(folder: Path) -> tuple[str, ...]:
    """The exercises that `folder` holds, one folder each, sorted; none if there is no such folder."""
    for left in folder.glob(".*.old"):  # by a program that ended while it replaced the exercise
        recover(folder / left.name[1:-4])
    found = folder.iterdir() if folder.is_dir() else iter(())
    return tuple(sorted(p.name for p in found if _NAME.fullmatch(p.name) and _complete(p)))


def new_folder(place: Path) -> Path:
    """Where the samples of an exercise are written before they take the place of older ones."""
    return place.with_name(f".{place.name}.new")


def old_folder(place: Path) -> Path:
    """Where the older samples are while the new ones take their place."""
    return place.with_name(f".{place.name}.old")


def recover(place: Path) -> None:
    """Finish or undo a replacement of the exercise at `place` that was broken off."""
    old = old_folder(place)
    with suppress(OSError):
        if old.is_dir() and place.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif old.is_dir():
            old.rename(place)


def _complete(folder: Path) -> bool:
    """Whether both turning points are there."""
    return all((folder / f"{folder.name}_{side}.csv").is_file() for side in ("up", "down"))


def taught_folder(beside: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where taught exercises are kept: FITNESS_TAUGHT_DIR, else `taught` in the folder of the sessions' file."""
    named = environ.get(TAUGHT_VARIABLE)
    return Path(named) if named else beside.parent / "taught"


def knn_options(samples: PoseSamples) -> KnnOptions:
    """As many neighbours as the smaller turning point can give, ten at most."""
    few = max(1, min(10, *(samples.labels.count(name) for name in samples.classes if name != OTHER), 10))
    return KnnOptions(candidates=max(30, few), neighbours=few, nearest=min(5, few))


@dataclass(frozen=True, slots=True, eq=False)
class TaughtExercise:
    """One taught exercise, ready to be looked for.

    exercise: its description for the counter.   classifier: knows NAME_up, NAME_down and poses that are neither.
    swings: counts it by whole swings where several clips taught it; None: the lane of turning points counts it.
    options: the counter's thresholds.   origin, direction: (D,) of the embedding; the signal of an embedding e is
    (e - origin) . direction, 0 at the top, 1 at the bottom.   motion: of the limbs that carry the body.
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
        """From its samples: classes NAME_up, NAME_down, and perhaps "other"; and its swings, where clips taught it.

        The program's own samples of other poses are not used: they show the very exercises that people teach.

        Raises:
            OptionError: a turning point has fewer than two samples, or both look alike.
        """
        top, bottom = f"{name}_up", f"{name}_down"
        for label in (top, bottom):
            if own.labels.count(label) < _FEWEST:
                raise OptionError(
                    f"{label} has {own.labels.count(label)} samples; at least {_FEWEST} are needed (better 10)"
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
        """What the user called it."""
        return self.exercise.name

    def progress(self, embedding: DoubleArray) -> float:
        """0 at the upper samples' mean, 1 at the lower samples'; beyond them less and more."""
        return float((embedding - self.origin) @ self.direction)

    def observe(self, pose: Pose, embedding: DoubleArray, tilt_deg: float, visibility: float) -> Observation:
        """What one pose, with its embedding (D,), says about the exercise."""
        shares, distances = self.classifier.query(embedding[None])
        top, bottom = (
            float(shares[0][self.classifier.classes_.index(label)])
            for label in (self.exercise.top_class, self.exercise.bottom_class)
        )
        angle = 180.0 - _RANGE_DEG * self.progress(embedding)
        return Observation(
            pose.t, angle, top + bottom, bottom, float(distances[0]), tilt_deg, pose.score, visibility,
            limbs=self.motion.seen(embedding),
        )  # fmt: skip


def load_taught(folder: Path, name: str) -> TaughtExercise:
    """The exercise `name` kept in `folder`.

    Raises:
        OptionError: there is none of that name, or too little of it.   SamplesError: its samples are broken.
    """
    if name not in taught_names(folder):
        raise OptionError(f"no taught exercise is called '{name[:40]}'")
    swings = folder / name / FILE
    return TaughtExercise.of(
        name, load_samples(folder / name), load_swings(swings) if swings.is_file() else None
    )


def sample_weights(samples: PoseSamples) -> DoubleArray | None:
    """(D,) what a difference of each number counts for these samples; None where a turning point is missing."""
    ends = [[name for name in samples.classes if name.endswith(side)] for side in ("_up", "_down")]
    if not all(ends):
        return None
    up, down = (_embedded(samples, names[0]).mean(axis=0) for names in ends)
    return _weights(LimbMotion.between(up, down))


def _weights(motion: LimbMotion) -> DoubleArray:
    """(D,) with mean 1: what a difference of each number of an embedding counts."""
    weights = np.ones(DIMENSIONS)
    if motion.carries:
        weights[ARMS] = _ARMS_BESIDE
    normalised: DoubleArray = weights / weights.mean()
    return normalised


def _embedded(samples: PoseSamples, label: str) -> DoubleArray:
    """(2N, D): the class's samples and their mirror images, so that the signal prefers no side."""
    world = samples.select(one == label for one in samples.labels).world
    return np.concatenate([embed(world), embed(mirror(world))])


def _limb(own: PoseSamples, top: str, bottom: str) -> str:
    """What must be seen: the limb whose joint angle changes most between the turning points."""
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
