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
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

import numpy as np

from fitness.recognition.repetition.cycles import Cycle, likeness, shape_of
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.swing_data import joint_of
from fitness.recognition.trajectory.swing_name import SwingName

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
_MOST_CYCLES: Final = 6
"""Number of the last cycles of a set that decide."""
PAUSE_S: Final = 8.0
"""A longer pause begins a new set, seconds."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A cycle.   odds: exercise -> joint -> greatest log odds of its swings."""

    cycle: Cycle
    odds: Mapping[str, Mapping[str, float]]


@dataclass(slots=True)
class _Set:
    """A set.   number: of its cycles.   last: the last of them.   held: how many of these do not count yet."""

    number: int = 0
    last: tuple[_Judged, ...] = ()
    held: int = 0

    def ended(self, cycle: Cycle) -> bool:
        """Whether a cycle is one of another set, as it comes after a pause."""
        return bool(self.last) and cycle.t_start - self.last[-1].cycle.t_end > PAUSE_S


class CycleNames:
    """Decides which cycles of one person are reps of taught exercises.

    The last cycles of a set decide, so another exercise without a pause between does not count for long. A cycle that does
    not count while it is among them never counts.

    Args:
        taught: exercises with the shapes of their motion.   least_score: minimum `SetEvidence.score` of a set.
    """

    def __init__(self, taught: Mapping[str, TaughtSwings], least_score: float) -> None:
        self._taught = taught
        self._least_score = least_score
        self._swings: deque[_Swing] = deque()
        self._set = _Set()

    def add_swings(self, swings: Iterable[JudgedSwing]) -> None:
        """Add swings in the order of their ends, with the probability of each taught exercise."""
        self._swings += _usable(swings)

    def forget(self, before_s: float) -> None:
        """Forget the swings that ended before `before_s` seconds."""
        while self._swings and self._swings[0].t_end < before_s:
            self._swings.popleft()

    def step(self, cycles: Iterable[Cycle]) -> list[SwingName]:
        """Add cycles in time order; return the reps that count now."""
        found: list[SwingName] = []
        for cycle in cycles:
            if self._set.ended(cycle):
                self._set = _Set()
            found += self._added(self._set, cycle, self._swings)
        return found

    def foreseen(self, cycles: Iterable[Cycle], waiting: Iterable[JudgedSwing] = ()) -> list[SwingName]:
        """What `step` would return; nothing changes.   waiting: swings that were not added yet."""
        found: list[SwingName] = []
        current, swings = replace(self._set), (*self._swings, *_usable(waiting))
        for cycle in cycles:
            if current.ended(cycle):
                current = _Set()
            found += self._added(current, cycle, swings)
        return found

    @property
    def number(self) -> int:
        """Number of cycles in the current set."""
        return self._set.number

    def evidence(self, name: str) -> SetEvidence:
        """What shows whether the last cycles are the exercise `name`. There must have been a cycle."""
        return self._evidence(name, self._set)

    def _evidence(self, name: str, current: _Set) -> SetEvidence:
        shape = shape_of(np.mean([one.cycle.poses for one in current.last], axis=0))
        like = max(likeness(one, shape) for one in self._taught[name].shapes)
        odds = max(
            fmean(one.odds[name][joint] for one in current.last) for joint in self._taught[name].models
        )
        return SetEvidence(odds, like)

    def _added(self, current: _Set, cycle: Cycle, swings: Collection[_Swing]) -> Iterator[SwingName]:
        """Add a cycle to a set; yield the reps that count now."""
        odds = {name: _odds(name, one, cycle, swings) for name, one in self._taught.items()}
        current.last = (*current.last[1 - _MOST_CYCLES :], _Judged(cycle, odds))
        current.number += 1
        current.held = min(current.held + 1, _MOST_CYCLES)
        scores = {name: self._evidence(name, current).score for name in self._taught}
        best = max(scores, key=scores.__getitem__)
        if scores[best] < self._least_score:
            return
        held, current.held = current.last[-current.held :], 0
        share = 1 / (1 + math.exp(-scores[best]))
        for one in held:
            yield from _reps(best, self._taught[best].steps, one.cycle, share)


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


def _reps(name: str, steps: int, cycle: Cycle, share: float) -> Iterator[SwingName]:
    """The reps of a cycle: one, or two if left and right alternate and each side is a rep."""
    if steps == 1:
        yield SwingName(name, cycle.t_start, cycle.t_turn, cycle.t_end, share, "both", any_phase=True)
        return
    for start, end in ((cycle.t_start, cycle.t_turn), (cycle.t_turn, cycle.t_end)):
        yield SwingName(name, start, (start + end) / 2, end, share, "both", any_phase=True)
