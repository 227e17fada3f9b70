"""Counts taught exercises by whole swings.

Swings are found as in `trajectory`, but by a counter of their own, so taught exercises cannot change what built-in ones
count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fitness.options import bounded, check_options, of_type
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder, SwingName
from fitness.recognition.trajectory.judge import SwingJudge
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.samples import BodySampler
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.types import Pose


@dataclass(frozen=True, slots=True)
class TaughtOptions:
    """When swings of taught exercises count.

    decoder: costs of the likeliest sequence of reps.   least_mean: minimum mean log odds of the reps of a set.
    """

    decoder: DecoderOptions = of_type(DecoderOptions, DecoderOptions)
    least_mean: float = bounded(0.0)

    def __post_init__(self) -> None:
        check_options(self)


NAMED: Final = TaughtOptions(DecoderOptions(start=1.0, change=2.0, bonus=1.0), 1.0)
"""Options if the user names the taught exercise; measured by `scripts/bench counting taught`. The mean log odds of 1.0, a
probability of .73, decide between right counts and false reps (docs/research/teaching.md has the curve)."""
IN_AUTO: Final = TaughtOptions(DecoderOptions(start=1.0, change=2.0, bonus=1.0, wait_s=1.0), 1.0)
"""Options in "auto", where people may do anything. The longer wait lets a built-in exercise count the movement first."""

_ROUNDING: Final = 1e-9


@dataclass(slots=True)
class _Set:
    """A set.   worths: log odds of its reps.   held: reps that do not count yet.   t_end: end of the last rep, seconds."""

    worths: list[float] = field(default_factory=list)
    held: list[SwingName] = field(default_factory=list)
    t_end: float = -math.inf


class SetCheck:
    """Lets reps count once the mean log odds of their set are high enough.

    So one likely swing among doubtful ones does not count. Doubtful reps wait, and count if later reps of the set show
    that it is the exercise.
    """

    def __init__(self, options: TaughtOptions) -> None:
        self._options = options
        self._sets: dict[str, _Set] = {}

    def step(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """Add reps in time order; return those that count now."""
        return self._passed(self._sets, reps)

    def foreseen(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """What `step` would return; nothing changes."""
        sets = {name: _Set([*one.worths], [*one.held], one.t_end) for name, one in self._sets.items()}
        return self._passed(sets, reps)

    def _passed(self, sets: dict[str, _Set], reps: Iterable[SwingName]) -> list[SwingName]:
        passed: list[SwingName] = []
        for rep in reps:
            current = sets.get(rep.exercise)
            if current is None or rep.t_start - current.t_end >= self._options.decoder.memory_s:
                current = sets[rep.exercise] = _Set()
            current.t_end = rep.t_end
            current.worths.append(math.log(rep.share + _ROUNDING) - math.log(1 - rep.share + _ROUNDING))
            current.held.append(rep)
            if sum(current.worths) >= self._options.least_mean * len(current.worths):
                passed += current.held
                current.held = []
        return passed


class TaughtSwingCounter:
    """Finds the reps of taught exercises of one person in poses in time order.

    Args:
        taught: name -> its swings.   model: the trajectory model.   options: see `TaughtOptions`.
    """

    def __init__(
        self, taught: Mapping[str, TaughtSwings], model: TrajectoryModel, options: TaughtOptions
    ) -> None:
        self._taught = taught
        self._model = model
        self._check = SetCheck(options)
        self._sampler = BodySampler()
        self._judge = SwingJudge(self._judged)
        self._decoder = SetDecoder(options.decoder, [name for name, one in taught.items() if one.alternating])

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that would count if no further frame came, in time order."""
        return tuple(self._check.foreseen(self._decoder.pending))

    def step(self, pose: Pose | None, t: float) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.   pose: None where the person was not found."""
        for one in self._judge.step(self._sampler.step(pose, t), t):
            self._decoder.add_judged(one)
        return self._check.step(self._decoder.step(t, self._judge.waiting))

    def _judged(self, joint: str, swings: SwingData) -> list[dict[str, float]]:
        """The probability of each taught exercise and of none, for each swing of one joint."""
        shares = {
            name: one.models[joint].shares(swings, self._model.joints[joint])
            for name, one in self._taught.items()
            if joint in one.models
        }
        judged = []
        for at in range(len(swings.world)):
            named = {name: float(values[at]) for name, values in shares.items()}
            total = max(1.0, sum(named.values()))
            named = {name: share / total for name, share in named.items()}
            judged.append({**named, BACKGROUND: max(0.0, 1 - sum(named.values()))})
        return judged
