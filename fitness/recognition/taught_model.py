"""The model of a taught exercise, made by `fitness.teach.fitting`: for each joint, what gives its swings a probability.

A movement that the trajectory model knows has its probability. Another one has a linear model. Its input are the numbers of
a swing and the probabilities that the trajectory model gives it. The trajectory model was fitted to many people, so its
probabilities show which differences between two swings matter.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from fitness.errors import SamplesError
from fitness.metrics.body import ANGLE_NAMES
from fitness.metrics.record import ORDERS, Order
from fitness.recognition.embedding import DIMENSIONS
from fitness.recognition.repetition.cycles import PHASES as CYCLE_PHASES
from fitness.recognition.trajectory.description import (
    PHASES,
    POSE_NUMBERS,
    RETURN_NUMBERS,
    describe,
)
from fitness.recognition.trajectory.model import JointModel
from fitness.recognition.trajectory.swing_data import AROUND, MODEL_JOINTS, SwingData
from fitness.types import DoubleArray, FloatArray

VERSION: Final = 4
"""Version 1 had no probabilities of the trajectory model, version 2 no `KindModel`, version 3 no shapes."""
LEAST_SHARE: Final = 1e-4
"""Minimum probability; smaller ones are replaced by it."""
_ROUNDING: Final = 1e-3
_ANGLES: Final = len(ANGLE_NAMES)
_PHASES: Final = ((0, 1.0), (3, 1.0), (1, 0.5), (4, 0.5))
"""(phase, weight) of the joint angles that are compared. The start and the turning point have most weight."""
_REST_SCALE: Final = 0.7
"""Weight of the other numbers."""
_MOST_BIAS: Final = 30.0
"""A file with a larger bias is damaged: the log odds of a probability of 1e-9 are -21, so `fitting` gives at most 22."""
_LONGEST_SHAPE: Final = 1.01
"""A shape has the length 1, but for rounding."""
_UNREADABLE: Final = (
    OSError, KeyError, ValueError, TypeError, OverflowError, EOFError, BadZipFile, zlib.error, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""What reading a damaged file raises: `zipfile` takes damaged bytes for a password or an unknown compression."""
_CLIP: Final = 5.0
"""Numbers are clipped to this many spreads from the mean."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Gives swings of one joint the probability that they are reps: logistic regression.

    mean, spread: (F,) of many swings.   weights, bias: (F,) weights of `numbers`, and a number.
    names: the C classes of the trajectory model that are used; none in files of version 0.1.
    opinion_weights: (C, 3) weights of `with_odds`.
    """

    mean: FloatArray
    spread: FloatArray
    weights: DoubleArray
    bias: float
    names: tuple[str, ...]
    opinion_weights: DoubleArray

    def shares(self, swings: SwingData, model: JointModel) -> DoubleArray:
        """(N,) probability that each swing is a rep. Swings of both sides are averaged with their mirror images."""
        plain = self._shares(swings, model, mirrored=False)
        if swings.sided.all():
            return plain
        mirrored = self._shares(swings, model, mirrored=True)
        shares: DoubleArray = np.where(swings.sided, plain, (plain + mirrored) / 2)
        return shares

    def _shares(self, swings: SwingData, model: JointModel, *, mirrored: bool) -> DoubleArray:
        logits = numbers(swings, self.mean, self.spread, mirrored=mirrored) @ self.weights + self.bias
        if self.names:
            known = named(opinions(model, swings, mirrored=mirrored), model.classes, self.names)
            logits = logits + np.einsum("nck,ck->n", with_odds(known), self.opinion_weights)
        shares: DoubleArray = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return shares


@dataclass(frozen=True, slots=True)
class KindModel:
    """Gives swings of one joint the probability that they are reps of a built-in exercise, by the trajectory model.

    bias: added to the log odds.
    """

    exercise: str
    bias: float = 0.0

    def shares(self, swings: SwingData, model: JointModel) -> DoubleArray:
        """(N,) probability that each swing is a rep; 0 if the trajectory model does not know the exercise."""
        if self.exercise not in model.classes or not len(swings.world):
            return np.zeros(len(swings.world))
        share = model.shares(swings)[:, model.classes.index(self.exercise)]
        odds = math.exp(self.bias) * share
        return odds / (odds + 1 - share)


@dataclass(frozen=True, slots=True, eq=False)
class TaughtSwings:
    """The swings of a taught exercise.

    models: joint -> its model.   alternating: left and right alternate, each side a rep.   clips: number of clips that
    taught it.   kind: the built-in exercise whose movement it is, "" if there is none or it is not known.
    shapes: (16, D) shape of the motion in each clip, see `cycles.shape_of`; none if the counter of repeated motion does not
    find the reps of the clips.   steps: reps in a cycle, 1 or 2.   first: whether a rep begins with lowering or lifting;
    None if the clips do not show it.
    """

    models: Mapping[str, LinearModel | KindModel]
    alternating: bool
    clips: int
    kind: str = ""
    shapes: tuple[DoubleArray, ...] = ()
    steps: int = 1
    first: Order | None = None

    @property
    def by_cycles(self) -> bool:
        """Whether cycles of repeated motion count."""
        return bool(self.shapes)

    @property
    def by_swings(self) -> bool:
        """Whether single swings count: if the trajectory model knows the movement, or cycles cannot count it."""
        return bool(self.kind) or not self.shapes


def named(logs: DoubleArray, have: tuple[str, ...], want: tuple[str, ...]) -> DoubleArray:
    """Select classes of `opinions`: (N, H, 2) for `have` -> (N, W, 2) for `want`; missing ones get `LEAST_SHARE`."""
    if have == want:
        return logs
    found = np.full((len(logs), len(want), 2), np.log(LEAST_SHARE))
    for at, name in enumerate(want):
        if name in have:
            found[:, at] = logs[:, have.index(name)]
    return found


def numbers(swings: SwingData, mean: FloatArray, spread: FloatArray, *, mirrored: bool = False) -> FloatArray:
    """(N, F) joint angles at four phases, ranges, travel and durations of N swings.

    In spreads from the mean; 0 for joints that are not visible.
    """
    if not len(swings.world):
        return np.zeros((0, len(mean)), np.float32)
    values, weights = chosen_numbers(swings, mirrored=mirrored)
    rows: FloatArray = np.clip((values - mean) / spread * weights, -_CLIP, _CLIP) * SCALES
    return rows


def opinions(model: JointModel, swings: SwingData, *, mirrored: bool = False) -> DoubleArray:
    """(N, C, 2): log probabilities of the C classes of the trajectory model, from its networks and its linear model."""
    if not len(swings.world):
        return np.zeros((0, len(model.classes), 2))
    found = np.stack(model.parts(describe(swings, mirrored)), axis=2)
    logs: DoubleArray = np.log(np.maximum(found, LEAST_SHARE))
    return logs


def with_odds(logs: DoubleArray) -> DoubleArray:
    """(N, C, 2) `opinions` -> (N, C, 3): the same, and the log odds of their mean, normalised."""
    mean = np.exp(logs.mean(axis=2))
    mean /= mean.sum(axis=1, keepdims=True)
    odds = np.log(mean + _ROUNDING) - np.log(1 - mean + _ROUNDING)
    whole: DoubleArray = np.concatenate([logs, odds[:, :, None]], axis=2)
    return whole


def chosen_numbers(swings: SwingData, *, mirrored: bool = False) -> tuple[FloatArray, FloatArray]:
    """Values and weights (N, F) of those numbers of a description that are used here."""
    described = describe(swings, mirrored)
    return _chosen(described.values), _chosen(described.weights)


def _chosen(described: FloatArray) -> FloatArray:
    at_phases = [described[:, k * DIMENSIONS :][:, DIMENSIONS - _ANGLES : DIMENSIONS] for k, _ in _PHASES]
    return np.concatenate([*at_phases, described[:, POSE_NUMBERS:-RETURN_NUMBERS]], axis=1)


def _scales() -> FloatArray:
    total = describe(_nothing()).values.shape[1] - POSE_NUMBERS - RETURN_NUMBERS
    parts = [np.full(_ANGLES, scale) for _, scale in _PHASES]
    return np.concatenate([*parts, np.full(total, _REST_SCALE)]).astype(np.float32)


def _nothing() -> SwingData:
    """A placeholder swing, to find out how many numbers describe one."""
    one = np.zeros((1, PHASES + AROUND, 33, 3), np.float32)
    one[:, :, 11:13, 1] = -0.5  # shoulders above the hips, so that there is a trunk
    flat = np.zeros((1, PHASES + AROUND, 33, 2), np.float32)
    flat[:, :, 11:13, 1] = -100
    return SwingData(
        one, flat, np.ones((1, AROUND), np.float32), np.ones((1, 33), np.float32), np.ones(1), np.ones((1, 6)),
        np.zeros(1, bool),
    )  # fmt: skip


SCALES: Final = _scales()


def save_swings(taught: TaughtSwings, path: Path) -> None:
    """Write the swings of one exercise. OSError if the file cannot be written."""
    arrays: dict[str, Any] = {
        "version": np.int64(VERSION),
        "alternating": np.bool_(taught.alternating),
        "clips": np.int64(taught.clips),
        "kind": np.str_(taught.kind),
        "shapes": np.array(taught.shapes, np.float32).reshape(-1, CYCLE_PHASES, DIMENSIONS),
        "steps": np.int64(taught.steps),
        "first": np.str_(taught.first or ""),
    }
    for joint, model in taught.models.items():
        if isinstance(model, KindModel):
            arrays |= {f"{joint}/exercise": np.str_(model.exercise), f"{joint}/bias": np.float64(model.bias)}
            continue
        arrays |= {
            f"{joint}/mean": model.mean,
            f"{joint}/spread": model.spread,
            f"{joint}/weights": model.weights,
            f"{joint}/bias": np.float64(model.bias),
            f"{joint}/names": np.array(model.names, np.str_),
            f"{joint}/opinion_weights": model.opinion_weights,
        }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_swings(path: Path) -> TaughtSwings:
    """Read a file of `save_swings`, also an older one. SamplesError if it cannot be used."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if not 1 <= int(arrays["version"]) <= VERSION:
                raise SamplesError(path, "made by another version of this program; teach the exercise again")
            joints = sorted({name.split("/")[0] for name in arrays.files if "/" in name})
            models = {joint: _model(arrays, joint) for joint in joints}
            kind = str(arrays["kind"]) if "kind" in arrays.files else ""
            shapes = tuple(arrays["shapes"].astype(np.float64)) if "shapes" in arrays.files else ()
            steps = int(arrays["steps"]) if "steps" in arrays.files else 1
            named_first = str(arrays["first"]) if "first" in arrays.files else ""
            first = next((one for one in ORDERS if one == named_first), None)
            loaded = TaughtSwings(
                models, bool(arrays["alternating"]), int(arrays["clips"]), kind, shapes, steps, first
            )
    except _UNREADABLE as error:
        raise SamplesError(path, f"the swings of this exercise cannot be read ({error})") from None
    known = set(loaded.models) <= set(MODEL_JOINTS)
    whole = known and all(map(_fits, loaded.models.values())) and all(map(_is_shape, loaded.shapes))
    if not loaded.models or not whole or loaded.steps not in (1, 2):
        raise SamplesError(path, "it describes swings in another way; teach the exercise again")
    return loaded


def _model(arrays: Any, joint: str) -> LinearModel | KindModel:
    if f"{joint}/exercise" in arrays.files:
        return KindModel(str(arrays[f"{joint}/exercise"]), float(arrays[f"{joint}/bias"]))
    named_ones = int(arrays["version"]) > 1
    return LinearModel(
        arrays[f"{joint}/mean"],
        arrays[f"{joint}/spread"],
        arrays[f"{joint}/weights"],
        float(arrays[f"{joint}/bias"]),
        tuple(arrays[f"{joint}/names"].tolist()) if named_ones else (),
        arrays[f"{joint}/opinion_weights"] if named_ones else np.zeros((0, 3)),
    )


def _is_shape(shape: DoubleArray) -> bool:
    if shape.shape != (CYCLE_PHASES, DIMENSIONS) or not bool(np.abs(shape).max() <= 1):
        return False
    return float((shape * shape).sum()) <= _LONGEST_SHAPE


def _fits(model: LinearModel | KindModel) -> bool:
    if isinstance(model, KindModel):
        return abs(model.bias) < _MOST_BIAS
    arrays = (model.mean, model.spread, model.weights)
    return (
        all(one.shape == SCALES.shape and bool(np.isfinite(one).all()) for one in arrays)
        and bool((model.spread > 0).all())
        and abs(model.bias) < _MOST_BIAS
        and model.opinion_weights.shape == (len(model.names), 3)
        and bool(np.isfinite(model.opinion_weights).all())
    )
