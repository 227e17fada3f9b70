"""Counts taught exercises by whole swings, with a linear model for each joint that `fitness.teach.fitting` fits.

Swings are found as in `trajectory`, but by a counter of their own, so taught exercises cannot change what built-in ones
count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from fitness.errors import SamplesError
from fitness.metrics.body import ANGLE_NAMES
from fitness.recognition.embedding import DIMENSIONS
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder, SwingName
from fitness.recognition.trajectory.description import (
    POSE_NUMBERS,
    SwingData,
    describe,
    gather,
    joint_of,
    qualities,
)
from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.proposals import Proposal, ProposalFinder
from fitness.recognition.trajectory.samples import SIGNALS, BodySampler
from fitness.types import DoubleArray, FloatArray, Pose

FILE: Final = "swings.npz"
"""The file in the folder of a taught exercise."""
VERSION: Final = 1
_ANGLES: Final = len(ANGLE_NAMES)
_PHASES: Final = ((0, 1.0), (3, 1.0), (1, 0.5), (4, 0.5))
"""(phase, weight) of the joint angles that are compared. The start and the turning point have most weight."""
_REST_SCALE: Final = 0.7
"""Weight of the other numbers."""
_CLIP: Final = 5.0
"""Numbers are clipped to this many spreads from the mean."""

NAMED: Final = DecoderOptions(start=1.0, change=2.0, bonus=1.5)
"""Costs if the user names the taught exercise; measured by `scripts/bench counting taught`."""
IN_AUTO: Final = DecoderOptions(start=1.0, change=2.0, bonus=1.0, wait_s=1.0)
"""Costs in "auto", where people may do anything. The longer wait lets a built-in exercise count the movement first."""


@dataclass(frozen=True, slots=True, eq=False)
class JointRows:
    """Training data of one joint: swings in F numbers.

    own: (N, F) reps of the taught exercise and their mirror images.   other: (M, F) other swings of the same clips.
    """

    own: FloatArray
    other: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Gives swings of one joint the probability that they are reps: logistic regression.

    mean, spread: (F,) of many swings.   weights, bias: (F,) and a number, applied to (swing - mean) / spread.
    """

    mean: FloatArray
    spread: FloatArray
    weights: DoubleArray
    bias: float

    def shares(self, swings: SwingData) -> DoubleArray:
        """(N,) probability that each swing is a rep. Swings of both sides are averaged with their mirror images."""
        plain = self._shares(numbers(swings, self.mean, self.spread))
        if swings.sided.all():
            return plain
        mirrored = self._shares(numbers(swings, self.mean, self.spread, mirrored=True))
        shares: DoubleArray = np.where(swings.sided, plain, (plain + mirrored) / 2)
        return shares

    def _shares(self, rows: FloatArray) -> DoubleArray:
        logits = np.clip(rows @ self.weights + self.bias, -30, 30)
        shares: DoubleArray = 1 / (1 + np.exp(-logits))
        return shares


@dataclass(frozen=True, slots=True, eq=False)
class TaughtSwings:
    """The swings of a taught exercise.

    models: joint -> its model.   rows: joint -> its training data, kept for teaching further clips.
    alternating: left and right alternate, each side a rep.   clips: number of clips that taught it.
    """

    models: Mapping[str, LinearModel]
    rows: Mapping[str, JointRows]
    alternating: bool
    clips: int


def numbers(swings: SwingData, mean: FloatArray, spread: FloatArray, *, mirrored: bool = False) -> FloatArray:
    """(N, F) joint angles at four phases, ranges, travel and durations of N swings.

    In spreads from the mean; 0 for joints that are not visible.
    """
    if not len(swings.world):
        return np.zeros((0, len(mean)), np.float32)
    values, weights = chosen_numbers(swings, mirrored=mirrored)
    rows: FloatArray = np.clip((values - mean) / spread * weights, -_CLIP, _CLIP) * SCALES
    return rows


def chosen_numbers(swings: SwingData, *, mirrored: bool = False) -> tuple[FloatArray, FloatArray]:
    """Values and weights (N, F) of those numbers of a description that are used here."""
    described = describe(swings, mirrored)
    return _chosen(described.values), _chosen(described.weights)


def _chosen(described: FloatArray) -> FloatArray:
    at_phases = [described[:, k * DIMENSIONS :][:, DIMENSIONS - _ANGLES : DIMENSIONS] for k, _ in _PHASES]
    return np.concatenate([*at_phases, described[:, POSE_NUMBERS:]], axis=1)


def _scales() -> FloatArray:
    total = describe(_nothing()).values.shape[1] - POSE_NUMBERS
    parts = [np.full(_ANGLES, scale) for _, scale in _PHASES]
    return np.concatenate([*parts, np.full(total, _REST_SCALE)]).astype(np.float32)


def _nothing() -> SwingData:
    """A placeholder swing, to find out how many numbers describe one."""
    one = np.zeros((1, 8, 33, 3), np.float32)
    one[:, :, 11:13, 1] = -0.5  # shoulders above the hips, so that there is a trunk
    flat = np.zeros((1, 8, 33, 2), np.float32)
    flat[:, :, 11:13, 1] = -100
    return SwingData(
        one, flat, np.ones((1, 2), np.float32), np.ones((1, 33), np.float32), np.ones(1), np.ones((1, 6)),
        np.zeros(1, bool),
    )  # fmt: skip


SCALES: Final = _scales()
"""(F,) weight of each number."""


class TaughtSwingCounter:
    """Finds the reps of taught exercises of one person in poses in time order.

    Args:
        taught: name -> its swings.   options: see `DecoderOptions`.
    """

    def __init__(self, taught: Mapping[str, TaughtSwings], options: DecoderOptions) -> None:
        self._taught = taught
        self._sampler = BodySampler()
        self._finder = ProposalFinder()
        self._decoder = SetDecoder(options, [name for name, one in taught.items() if one.alternating])

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that are not decided yet, in time order."""
        return self._decoder.pending

    def step(self, pose: Pose | None, t: float) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.   pose: None where the person was not found."""
        sample = self._sampler.step(pose, t)
        found = [] if sample is None else self._finder.step(sample)
        for joint in dict.fromkeys(map(joint_of, found)):
            own = [one for one in found if joint_of(one) == joint]
            swings = gather(own, self._finder.times, self._finder.samples)
            self.add(joint, own, swings)
        return self._decoder.step(t)

    def add(self, joint: str, proposals: Sequence[Proposal], swings: SwingData) -> None:
        """Add swings of one joint that were just completed."""
        shares = {
            name: one.models[joint].shares(swings)
            for name, one in self._taught.items()
            if joint in one.models
        }
        if not shares:
            return
        for at, (one, seen) in enumerate(zip(proposals, qualities(proposals, swings), strict=True)):
            named = {name: float(values[at]) for name, values in shares.items()}
            total = max(1.0, sum(named.values()))
            named = {name: share / total for name, share in named.items()}
            named[BACKGROUND] = max(0.0, 1 - sum(named.values()))
            self._decoder.add(named, one.t_start, one.t_turn, one.t_end, seen, SIGNALS[one.signal][1])


def save_swings(taught: TaughtSwings, path: Path) -> None:
    """Write the swings of one exercise. OSError if the file cannot be written."""
    arrays: dict[str, Any] = {
        "version": np.int64(VERSION),
        "alternating": np.bool_(taught.alternating),
        "clips": np.int64(taught.clips),
    }
    for joint, model in taught.models.items():
        arrays |= {
            f"{joint}/mean": model.mean,
            f"{joint}/spread": model.spread,
            f"{joint}/weights": model.weights,
            f"{joint}/bias": np.float64(model.bias),
        }
    for joint, rows in taught.rows.items():
        arrays |= {
            f"{joint}/own": rows.own.astype(np.float16),
            f"{joint}/other": rows.other.astype(np.float16),
        }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_swings(path: Path) -> TaughtSwings:
    """Read a file of `save_swings`. SamplesError if it cannot be used."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if int(arrays["version"]) != VERSION:
                raise SamplesError(path, "made by another version of this program; teach the exercise again")
            names = _joints(arrays.files, "weights")
            models = {
                joint: LinearModel(
                    arrays[f"{joint}/mean"],
                    arrays[f"{joint}/spread"],
                    arrays[f"{joint}/weights"],
                    float(arrays[f"{joint}/bias"]),
                )
                for joint in names
            }
            rows = {
                joint: JointRows(
                    arrays[f"{joint}/own"].astype(np.float32), arrays[f"{joint}/other"].astype(np.float32)
                )
                for joint in _joints(arrays.files, "own")
            }
            loaded = TaughtSwings(models, rows, bool(arrays["alternating"]), int(arrays["clips"]))
    except (OSError, KeyError, ValueError, TypeError, EOFError, BadZipFile) as error:
        raise SamplesError(path, f"the swings of this exercise cannot be read ({error})") from None
    if not loaded.models or any(not _fits(one) for one in loaded.models.values()):
        raise SamplesError(path, "it describes swings in another way; teach the exercise again")
    return loaded


def _joints(files: Collection[str], part: str) -> list[str]:
    return sorted(name.split("/")[0] for name in files if name.endswith(f"/{part}"))


def _fits(model: LinearModel) -> bool:
    arrays = (model.mean, model.spread, model.weights)
    return all(one.shape == SCALES.shape and bool(np.isfinite(one).all()) for one in arrays)
