"""Gives swings the probability of each exercise: a small network for each joint, fitted by `scripts/train_recogniser.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.trajectory.description import Description, describe, describe_both
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.types import DoubleArray, FloatArray

BACKGROUND: Final = "background"
"""The class of swings that are not reps."""

VERSION: Final = 3
_CLIP: Final = 5.0
_DOUBT: Final = 0.01
"""Probability that is spread evenly over the classes, so that none is impossible."""


@dataclass(frozen=True, slots=True, eq=False)
class JointModel:
    """The networks of one joint, run by NumPy.

    F numbers describe a swing, P of them poses. The poses are reduced to C principal components, so the networks have
    D = C + F - P inputs, H hidden units and O outputs.

    outputs: the class of each output; outputs of one class are adjacent, and their probabilities are added. `BACKGROUND`
        has many: one for each joint of other exercises, and some for movements without a name.
    mean, spread: (F,) of the training swings.
    components: (P, C) principal components of the poses.
    hidden: (K, D, H), hidden_bias: (K, H), output: (K, H, O), output_bias: (K, O) of K networks, which are averaged.
    linear: (D, O), linear_bias: (O,) of a linear model, for exercises that were taught with an older version.
    """

    outputs: tuple[str, ...]
    mean: FloatArray
    spread: FloatArray
    components: FloatArray
    hidden: FloatArray
    hidden_bias: FloatArray
    output: FloatArray
    output_bias: FloatArray
    linear: FloatArray
    linear_bias: FloatArray

    @property
    def classes(self) -> tuple[str, ...]:
        """The C classes, each once, in the order of `outputs`."""
        return tuple(dict.fromkeys(self.outputs))

    def probabilities(self, described: Description) -> DoubleArray:
        """(N, C) probability of each class for N described swings: the mean of the networks."""
        found = self._networks(self._inputs(described))
        shares: DoubleArray = found * (1 - _DOUBT) + _DOUBT / found.shape[1]
        return shares

    def shares(self, swings: SwingData) -> DoubleArray:
        """(N, C) probability of each class. Swings of both sides are averaged with their mirror images."""
        if swings.sided.all():
            return self.probabilities(describe(swings))
        shares, mirrored = map(self.probabilities, describe_both(swings))
        averaged: DoubleArray = np.where(swings.sided[:, None], shares, (shares + mirrored) / 2)
        return averaged

    def parts(self, described: Description) -> tuple[DoubleArray, DoubleArray]:
        """(N, C) each: the probabilities of the networks, as their mean, and those of the linear model."""
        x = self._inputs(described)
        linear = np.add.reduceat(_softmax(x @ self.linear + self.linear_bias), self._firsts, axis=1)
        return self._networks(x), linear

    @property
    def _firsts(self) -> list[int]:
        """The first output of each class."""
        return [self.outputs.index(name) for name in self.classes]

    def _inputs(self, described: Description) -> FloatArray:
        """(N, D)."""
        z = (described.values - self.mean) / self.spread * described.weights
        z = np.minimum(np.maximum(z, -_CLIP), _CLIP)
        poses = len(self.components)
        return np.concatenate([z[:, :poses] @ self.components, z[:, poses:]], axis=1)

    def _networks(self, x: FloatArray) -> DoubleArray:
        units = np.maximum(np.matmul(x, self.hidden) + self.hidden_bias[:, None], 0)
        each = _softmax(np.matmul(units, self.output) + self.output_bias[:, None])
        shares: DoubleArray = np.add.reduceat(np.add.reduce(each) / len(each), self._firsts, axis=1)
        return shares


@dataclass(frozen=True, slots=True, eq=False)
class TrajectoryModel:
    """A `JointModel` for each joint whose swings can be reps."""

    joints: Mapping[str, JointModel]

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises that it knows, sorted."""
        return tuple(
            sorted({name for one in self.joints.values() for name in one.classes if name != BACKGROUND})
        )

    def classify(self, joint: str, swings: SwingData) -> list[dict[str, float]]:
        """Class -> probability, for each swing of `joint`, see `JointModel.shares`."""
        model = self.joints[joint]
        return [dict(zip(model.classes, row, strict=True)) for row in model.shares(swings).tolist()]


def _softmax(x: FloatArray) -> DoubleArray:
    """(..., O) logits -> (..., O) probabilities."""
    shifted = np.exp(x.astype(np.float64) - np.maximum.reduce(x, axis=-1, keepdims=True))
    shares: DoubleArray = shifted / np.add.reduce(shifted, axis=-1, keepdims=True)
    return shares


_ARRAYS: Final = (
    "mean", "spread", "components", "hidden", "hidden_bias", "output", "output_bias", "linear", "linear_bias",
)  # fmt: skip


def save_model(path: Path, model: TrajectoryModel) -> None:
    """Write a model to `path`, with weights as float16. The same model gives the same bytes."""
    arrays: dict[str, Any] = {"version": np.int64(VERSION)}
    for joint, one in model.joints.items():
        arrays[f"{joint}/outputs"] = np.array(one.outputs)
        for name in _ARRAYS:
            kept = np.float32 if name in ("mean", "spread") else np.float16
            arrays[f"{joint}/{name}"] = np.asarray(getattr(one, name), kept)
    np.savez_compressed(path, **arrays)


def load_model(path: Path) -> TrajectoryModel:
    """Read the model at `path`; a model that was read before and did not change is not read again.

    Raises:
        OptionError: the file cannot be read, or is of another version.
    """
    return _loaded(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> TrajectoryModel:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if int(arrays["version"]) != VERSION:
                raise OptionError(f"{path}: this program reads models of version {VERSION}")
            joints = sorted({name.split("/")[0] for name in arrays.files if "/" in name})
            return TrajectoryModel({joint: _joint(arrays, joint) for joint in joints})
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise OptionError(f"{path}: the trajectory model cannot be read ({error})") from error


def _joint(arrays: Any, joint: str) -> JointModel:
    outputs: Sequence[str] = arrays[f"{joint}/outputs"].tolist()
    return JointModel(
        tuple(outputs), *(np.asarray(arrays[f"{joint}/{name}"], np.float32) for name in _ARRAYS)
    )
