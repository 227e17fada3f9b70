"""Swings of many people that ship with the program: the counterexamples for a taught exercise.

`python scripts/make_reference_swings.py` makes the file from the training clips and the trajectory model, and so does
`scripts/train_recogniser.py` after each fit. Teaching fits against these swings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.taught_model import SCALES, named
from fitness.recognition.trajectory import TrajectoryModel
from fitness.resources import resource_path
from fitness.types import DoubleArray, FloatArray

REFERENCE: Final = resource_path("models", "reference_swings.npz")
STEP: Final = 1 / 25
"""The numbers of a swing are stored as bytes; one unit is this many spreads."""
OPINION_STEP: Final = -1 / 13
"""The log probabilities of the trajectory model are stored as bytes, too; one unit is 1 / 13."""
MOST_OF_A_CLIP: Final = 8.0
"""Maximum total weight of the swings of one clip and joint, in swings."""


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceRows:
    """Swings of one joint.

    values: (N, F).   opinions: (N, C, 2), see `taught_model.opinions`.
    exercises: (N,) whether each is a rep of a built-in exercise.   weights: (N,).
    """

    values: FloatArray
    opinions: FloatArray
    exercises: np.ndarray
    weights: DoubleArray


@dataclass(frozen=True, slots=True, eq=False)
class JointReference:
    """The swings of one joint.

    mean, spread: (F,).   values: (N, F).   clip: (N,) index of the clip.   rep: (N,) whether it is a rep of its exercise.
    names: the C classes of the trajectory model.   opinions: (N, C, 2), see `taught_model.opinions`.
    """

    mean: FloatArray
    spread: FloatArray
    values: FloatArray
    clip: np.ndarray
    rep: np.ndarray
    names: tuple[str, ...]
    opinions: FloatArray

    def taken(self, rows: np.ndarray) -> JointReference:
        """Some of the swings, by index or mask."""
        return JointReference(
            self.mean, self.spread, self.values[rows], self.clip[rows], self.rep[rows], self.names,
            self.opinions[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """joints: joint -> its swings.   clip_exercises, groups: of each clip; "none" means no exercise; a group is a
    person.
    """

    joints: Mapping[str, JointReference]
    clip_exercises: tuple[str, ...]
    groups: tuple[str, ...]

    def moments(self, joint: str) -> tuple[FloatArray, FloatArray]:
        """Mean and spread (F,) of the numbers of a joint's swings."""
        return self.joints[joint].mean, self.joints[joint].spread

    def rows(self, joint: str, without: Collection[str] = ()) -> ReferenceRows:
        """The swings of a joint, without the clips of some exercises."""
        own = self.joints[joint]
        sizes = Counter(own.clip.tolist())
        weights = np.array([min(1.0, MOST_OF_A_CLIP / sizes[clip]) for clip in own.clip.tolist()])
        kept = ~np.isin(self._exercises(own), list(without))
        return ReferenceRows(own.values[kept], own.opinions[kept], own.rep[kept], weights[kept])

    def _exercises(self, joint: JointReference) -> np.ndarray:
        names: np.ndarray = np.array(self.clip_exercises)[joint.clip]
        return names

    def named(self, joint: str, logs: DoubleArray, model: TrajectoryModel) -> DoubleArray:
        """(N, C, 2) `opinions` of another trajectory model, in the order of the classes of this reference."""
        return named(logs, model.joints[joint].classes, self.joints[joint].names)

    def only(self, keep: Collection[int]) -> Reference:
        """The reference of some clips only, by index; the other clips then have no swings."""
        kept = list(keep)
        joints = {name: one.taken(np.isin(one.clip, kept)) for name, one in self.joints.items()}
        return Reference(joints, self.clip_exercises, self.groups)


def load_reference(path: Path = REFERENCE) -> Reference:
    """Read the swings. OptionError with the file's name if it cannot be read."""
    return _loaded(path)


@lru_cache(maxsize=2)
def _loaded(path: Path) -> Reference:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            joints = {str(name): _joint(arrays, str(name)) for name in arrays["joints"].tolist()}
            reference = Reference(
                joints,
                tuple(arrays["clip_exercises"].tolist()),
                tuple(arrays["groups"].tolist()),
            )
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise OptionError(f"{path}: the reference swings cannot be read ({error})") from error
    if any(one.mean.shape != SCALES.shape for one in joints.values()):
        raise OptionError(f"{path}: made for other features; run python scripts/make_reference_swings.py")
    return reference


def _joint(arrays: Any, joint: str) -> JointReference:
    def read(name: str) -> Any:
        return arrays[f"{joint}/{name}"]

    return JointReference(
        read("mean"),
        read("spread"),
        read("values").astype(np.float32) * np.float32(STEP) * SCALES,
        read("clip").astype(np.intp),
        read("rep").astype(bool),
        tuple(read("names").tolist()),
        read("opinions").astype(np.float32) * np.float32(OPINION_STEP),
    )
