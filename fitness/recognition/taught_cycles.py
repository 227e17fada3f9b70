"""Counts taught exercises that the trajectory model does not know: by cycles of repeated motion whose set is the exercise.

A few clips do not show how other people differ, so single swings of others are often judged wrong. But the counter of
repeated motion finds the reps of a movement that it has never seen. So it counts, and what was taught only decides whether a
set is the exercise. Two numbers decide: the mean log odds of the swings in the set, and the likeness of its mean motion to
that of the clips.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from fitness.recognition.repetition.cycles import Cycle, likeness, shape_of
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.swing_data import joint_of
from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import DoubleArray

_ODDS_WEIGHT: Final = 0.40
_LIKENESS_WEIGHT: Final = 5.97
_BIAS: Final = -2.19
"""Log odds that a set is the exercise, fitted by scripts/measure_taught_sets.py (docs/research/teaching.md)."""

_MOST_ODDS: Final = 6.0
"""Log odds of swings are clipped to this size; a cycle in which no swing was found has the least."""
_LEAST_QUALITY: Final = 0.5
"""Minimum quality of a swing, see `swing_data.qualities`."""
_SAME: Final = 0.35
"""A swing belongs to a cycle if they share this part of the time that they span together."""
_ROUNDING: Final = 1e-9
_MOST_CYCLES: Final = 600
"""Number of cycles of a set that are remembered."""
PAUSE_S: Final = 8.0
"""A longer pause begins a new set, seconds."""
_LOOK_BACK_S: Final = 45.0
"""How long swings are remembered, seconds."""


_Times: TypeAlias = tuple[float, float, float]
"""Start, turning point and end of a cycle, seconds."""


@dataclass(frozen=True, slots=True)
class SetEvidence:
    """What shows whether a set is a taught exercise.

    odds: mean log odds of its swings.   likeness: -1..1, see `cycles.likeness`.
    """

    odds: float
    likeness: float

    @property
    def score(self) -> float:
        """Log odds that the set is the exercise."""
        return _ODDS_WEIGHT * self.odds + _LIKENESS_WEIGHT * self.likeness + _BIAS


@dataclass(frozen=True, slots=True)
class _Swing:
    """A swing.   t_start, t_end: seconds.   odds: exercise -> log odds that it is a rep of it."""

    t_start: float
    t_end: float
    joint: str
    odds: dict[str, float]


@dataclass(slots=True)
class _Set:
    """A set.

    number: of its cycles.   times: (start, turning point, end) of the last ones, seconds.   poses: sum over the cycles.
    odds: exercise -> joint -> sum of log odds.   held: number of the last cycles, which do not count yet.
    """

    number: int = 0
    times: tuple[_Times, ...] = ()
    poses: DoubleArray | float = 0.0
    odds: dict[str, dict[str, float]] = field(default_factory=dict)
    held: int = 0

    def copy(self) -> _Set:
        """A copy that can be changed."""
        odds = {name: dict(sums) for name, sums in self.odds.items()}
        return _Set(self.number, self.times, self.poses, odds, self.held)

    def ended(self, t: float) -> bool:
        """Whether a cycle that begins at `t` seconds is one of another set."""
        return bool(self.times) and t - self.times[-1][-1] > PAUSE_S


class CycleNames:
    """Decides which cycles of one person are reps of taught exercises.

    Args:
        taught: exercises with the shapes of their motion.   least_score: minimum `SetEvidence.score` of a set.
    """

    def __init__(self, taught: Mapping[str, TaughtSwings], least_score: float) -> None:
        self._taught = taught
        self._least_score = least_score
        self._swings: deque[_Swing] = deque()
        self._set = _Set()

    def add_swings(self, swings: Iterable[JudgedSwing]) -> None:
        """Add swings, with the probability of each taught exercise."""
        self._swings += _usable(swings)

    def step(self, cycles: Iterable[Cycle]) -> list[SwingName]:
        """Add cycles in time order; return the reps that count now."""
        found: list[SwingName] = []
        for cycle in cycles:
            while self._swings and self._swings[0].t_end < cycle.t_end - _LOOK_BACK_S:
                self._swings.popleft()
            if self._set.ended(cycle.t_start):
                self._set = _Set()
            found += self._added(self._set, cycle, self._swings)
        return found

    def foreseen(self, cycles: Iterable[Cycle], waiting: Iterable[JudgedSwing] = ()) -> list[SwingName]:
        """What `step` would return; nothing changes.   waiting: swings that were not added yet."""
        found: list[SwingName] = []
        current, swings = self._set.copy(), (*self._swings, *_usable(waiting))
        for cycle in cycles:
            if current.ended(cycle.t_start):
                current = _Set()
            found += self._added(current, cycle, swings)
        return found

    def evidence(self, name: str) -> SetEvidence:
        """What shows whether the current set is the exercise `name`. There must have been a cycle."""
        return self._evidence(name, self._set)

    def _evidence(self, name: str, current: _Set) -> SetEvidence:
        shape = shape_of(np.asarray(current.poses) / current.number)
        like = max(likeness(one, shape) for one in self._taught[name].shapes)
        return SetEvidence(max(current.odds[name].values()) / current.number, like)

    def _added(self, current: _Set, cycle: Cycle, swings: Collection[_Swing]) -> Iterator[SwingName]:
        """Add a cycle to a set; yield the reps that count now."""
        current.number += 1
        current.times = (*current.times[1 - _MOST_CYCLES :], (cycle.t_start, cycle.t_turn, cycle.t_end))
        current.poses = current.poses + cycle.poses
        current.held += 1
        for name, one in self._taught.items():
            sums = current.odds.setdefault(name, dict.fromkeys(one.models, 0.0))
            for joint, odds in _odds(name, one, cycle, swings).items():
                sums[joint] += odds
        scores = {name: self._evidence(name, current).score for name in self._taught}
        best = max(scores, key=scores.__getitem__)
        if scores[best] < self._least_score:
            return
        held, current.held = current.times[-current.held :], 0
        share = 1 / (1 + math.exp(-scores[best]))
        for times in held:
            yield from _reps(best, self._taught[best].steps, times, share)


def _odds(name: str, one: TaughtSwings, cycle: Cycle, swings: Collection[_Swing]) -> dict[str, float]:
    """Joint -> greatest log odds of its swings in the cycle.

    The cycle may begin at the turning point, so swings half a cycle earlier or later belong to it, too.
    """
    half = (cycle.t_end - cycle.t_start) / 2
    spans = [(cycle.t_start + shift, cycle.t_end + shift) for shift in (-half, 0.0, half)]
    best = dict.fromkeys(one.models, -_MOST_ODDS)
    for swing in swings:
        if swing.t_end < spans[0][0] or swing.t_start > spans[-1][1]:
            continue
        odds = swing.odds.get(name, -_MOST_ODDS)
        better = swing.joint in best and odds > best[swing.joint]
        if better and any(_shared(swing.t_start, swing.t_end, *span) >= _SAME for span in spans):
            best[swing.joint] = odds
    return best


def _usable(swings: Iterable[JudgedSwing]) -> Iterator[_Swing]:
    """The swings whose joint was visible."""
    for one in swings:
        if one.quality >= _LEAST_QUALITY:
            odds = {name: _log_odds(share) for name, share in one.shares.items()}
            yield _Swing(one.swing.t_start, one.swing.t_end, joint_of(one.swing), odds)


def _log_odds(share: float) -> float:
    odds = math.log(share + _ROUNDING) - math.log(1 - share + _ROUNDING)
    return min(max(odds, -_MOST_ODDS), _MOST_ODDS)


def _shared(start: float, end: float, other_start: float, other_end: float) -> float:
    """The time that two spans share, as a part of the time from the first start to the last end."""
    shared = min(end, other_end) - max(start, other_start)
    return shared / (max(end, other_end) - min(start, other_start) + _ROUNDING)


def _reps(name: str, steps: int, times: _Times, share: float) -> Iterator[SwingName]:
    """The reps of a cycle: one, or two if left and right alternate and each side is a rep."""
    start, turn, end = times
    if steps == 1:
        yield SwingName(name, start, turn, end, share, "both")
        return
    for first, last in ((start, turn), (turn, end)):
        yield SwingName(name, first, (first + last) / 2, last, share, "both")
