"""Counts taught exercises by whole swings.

Swings are found as in `trajectory`, but by a counter of their own, so taught exercises cannot change what built-in ones
count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.judge import SwingJudge
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.samples import BodySampler
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import Pose

NAMED: Final = DecoderOptions(start=1.0, change=2.0, bonus=1.0, least_mean=1.0)
"""Options if the user names the taught exercise; measured by `scripts/bench counting taught`. The mean log odds of 1.0, a
probability of .73, decide between right counts and false reps (docs/research/teaching.md has the curve)."""
IN_AUTO: Final = DecoderOptions(start=1.0, change=2.0, bonus=1.0, least_mean=1.0, wait_s=1.0)
"""Options in "auto", where people may do anything. The longer wait lets a built-in exercise count the movement first."""


class TaughtSwingCounter:
    """Finds the reps of taught exercises of one person in poses in time order.

    Args:
        taught: name -> its swings.   model: the trajectory model.   options: see `DecoderOptions`.
    """

    def __init__(
        self, taught: Mapping[str, TaughtSwings], model: TrajectoryModel, options: DecoderOptions
    ) -> None:
        self._taught = taught
        self._model = model
        self._sampler = BodySampler()
        self._judge = SwingJudge(self._judged)
        self._decoder = SetDecoder(options, [name for name, one in taught.items() if one.alternating])

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that would count if no further frame came, in time order."""
        return self._decoder.pending

    def step(self, pose: Pose | None, t: float) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.   pose: None where the person was not found."""
        for one in self._judge.step(self._sampler.step(pose, t), t):
            self._decoder.add_judged(one)
        return self._decoder.step(t, self._judge.waiting)

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
