"""Counts taught exercises by whole swings, or by cycles of repeated motion.

Swings and cycles are found as in the other counters, but by counters of their own, so taught exercises cannot change what
built-in ones count.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fitness.options import bounded, check_options, of_type
from fitness.recognition.repetition.cycles import Cycle, CycleFinder
from fitness.recognition.taught_cycles import CycleNames
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.judge import SwingJudge
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.samples import BodySample, BodySampler
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.recognition.trajectory.swing_name import SwingName, same_movement
from fitness.types import DoubleArray, Pose

_RECENT: Final = 60
"""Number of counted reps that are remembered."""
_LOOK_BACK_S: Final = 45.0
"""How long swings are remembered for cycles, seconds."""
_GONE_S: Final = 0.2
"""Nothing more is known of a person who was not found for this time, seconds, so cycles are decided without."""


@dataclass(frozen=True, slots=True)
class TaughtOptions:
    """When taught exercises count.

    swings: of exercises that are counted by swings.
    least_score: minimum log odds of a set that is counted by cycles, see `SetEvidence`.
    """

    swings: DecoderOptions = of_type(DecoderOptions, DecoderOptions)
    least_score: float = bounded(0.0)

    def __post_init__(self) -> None:
        check_options(self)


NAMED: Final = TaughtOptions(DecoderOptions(start=1.0, change=2.0, bonus=1.0, least_mean=0.0), 0.0)
"""Options if the user names the taught exercise: a set must be likelier than not."""
IN_AUTO: Final = TaughtOptions(
    DecoderOptions(start=1.0, change=2.0, bonus=1.0, least_mean=1.0, wait_s=1.0), 1.0
)
"""Options in "auto", where people may do anything. The longer wait lets a built-in exercise count the movement first.

The minimums decide between right counts and false reps; docs/research/teaching.md has both curves."""


class CountedOnce:
    """Drops reps whose movement was counted already: cycles and swings may find the same one."""

    def __init__(self) -> None:
        self._recent: deque[SwingName] = deque(maxlen=_RECENT)

    def add(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """Add reps; return those that are new."""
        new = []
        for rep in reps:
            if not _known(rep, self._recent):
                self._recent.append(rep)
                new.append(rep)
        return new

    def foreseen(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """What `add` would return; nothing changes."""
        new: list[SwingName] = []
        for rep in reps:
            if not _known(rep, (*self._recent, *new)):
                new.append(rep)
        return new


def _known(rep: SwingName, others: Iterable[SwingName]) -> bool:
    return any(
        one.exercise == rep.exercise and same_movement(one.t_start, one.t_end, rep.t_start, rep.t_end)
        for one in others
    )


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
        self._sampler = BodySampler()
        self._judge = SwingJudge(self._judged)
        by_cycles = {name: one for name, one in taught.items() if one.by_cycles}
        by_swings = {name: one for name, one in taught.items() if one.by_swings}
        alternating = [name for name, one in by_swings.items() if one.alternating]
        self._decoder = SetDecoder(options.swings, alternating, set(by_swings))
        self._finder = CycleFinder() if by_cycles else None
        self._names = CycleNames(by_cycles, options.least_score)
        self._once = CountedOnce()
        self._seen_t = math.inf
        self._foreseen: tuple[tuple[Cycle, ...], list[SwingName]] = ((), [])

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that would count if no further frame came, in time order."""
        if self._finder is None:
            return self._decoder.pending
        cycles = self._finder.pending
        if cycles is not self._foreseen[0]:
            self._foreseen = cycles, self._names.foreseen(cycles, self._judge.waiting)
        pending = self._once.foreseen((*self._decoder.pending, *self._foreseen[1]))
        return tuple(sorted(pending, key=lambda one: one.t_end))

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.

        Args:
            pose: None where the person was not found.   embedding: (D,) of the pose; None to compute it here.
        """
        sample = self._sampler.step(pose, t, embedding)
        if pose is not None:
            self._seen_t = t
        judged = self._judge.step(sample, t)
        for one in judged:
            self._decoder.add_judged(one)
        found = self._decoder.step(t, self._judge.waiting)
        if self._finder is not None:
            self._names.add_swings(judged)
            self._names.forget(t - _LOOK_BACK_S)
            found += self._by_cycles(self._finder, sample, t)
        return self._once.add(found)

    def _by_cycles(self, finder: CycleFinder, sample: BodySample | None, t: float) -> list[SwingName]:
        """The reps of exercises that are counted by cycles."""
        if sample is not None:
            return self._names.step(finder.step(sample.t, sample.world, sample.embedding))
        if t - self._seen_t > _GONE_S:
            return self._names.step(finder.step(t, None, None))
        return []

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
