"""Decides which swings are reps: those of the likeliest sequence, half a second after they end.

A set is one exercise, so the first rep of a set has a cost, and so has a change of exercise. One doubtful swing is therefore
no rep, but five similar ones are a set, and then its first reps count, too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fitness.options import bounded, check_options
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.samples import SIGNALS
from fitness.recognition.trajectory.set_check import PARTS, Correction, SetCheck, Shares, related
from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import Side

_LEAST_SHARE: Final = 0.05
"""Names with a smaller probability are ignored."""
_ROUNDING: Final = 1e-4
_OVERLAP: Final = 0.25
"""Successive reps overlap by at most this share of the shorter one."""
_SIDES_APART: Final = 0.3
"""Minimum time between turning points of alternating sides, as a share of the longer swing."""
_SURE_S: Final = 0.1
"""Wait of sure reps, seconds: counters of joint angles, which find partial reps, are up to this much later."""
_LIKELY: Final = 0.5
"""A rep with a smaller probability is doubtful: it is less likely than not."""
_SAME: Final = 0.5
"""Swings that have at least this share of their joint time in common are one movement."""
_LOOK_BACK_S: Final = 40.0
"""How long swings are remembered, seconds."""


@dataclass(frozen=True, slots=True)
class DecoderOptions:
    """Costs are natural logarithms of odds.

    start: cost of the first rep of a set.   change: extra cost of a set of another exercise soon after the last one.
    bonus: added to the log odds of each swing; a higher value finds more reps, and more false ones.
    least_mean: minimum mean log odds of the reps of a set, without the bonus, see `SetCheck`.
    least_quality: minimum quality of a swing, see `swing_data.qualities`.
    memory_s: a set ends after this time without a rep, seconds.   wait_s: a rep is decided this long after its end.
    sure: a rep that continues a set is decided `_SURE_S` after its end if it has this probability.
    doubt_s: a rep that is less likely than not is decided this long after its end: a dip before the rep proper ends first.
    """

    start: float = bounded(2.5, low=0)
    change: float = bounded(2.0, low=0)
    bonus: float = bounded(1.25)
    least_mean: float = bounded(0.0)
    least_quality: float = bounded(0.5, low=0, high=1)
    memory_s: float = bounded(12.0, low=0)
    wait_s: float = bounded(0.5, low=0)
    sure: float = bounded(0.9, low=0)
    doubt_s: float = bounded(1.0, low=0)

    def __post_init__(self) -> None:
        check_options(self)


class SetDecoder:
    """Takes the swings of one person in the order of their ends.

    Args:
        options: see `DecoderOptions`.   alternating: exercises in which left and right may alternate.
        only: exercises to find; None for all.
        rename: a set gets another name that is likelier by this difference of logarithms, see `SetCheck`.

    Attributes:
        corrections: of reps that earlier steps returned, by the last step.
    """

    def __init__(
        self,
        options: DecoderOptions | None = None,
        alternating: Collection[str] = (),
        only: Collection[str] | None = None,
        rename: float = math.inf,
    ) -> None:
        self.options = options or DecoderOptions()
        self._alternating = frozenset(alternating)
        self._only = None if only is None else frozenset(only)
        self._swings: list[SwingName] = []
        self._best: list[float] = []
        self._before: list[int] = []
        self._last: SwingName | None = None
        self._path: list[tuple[SwingName, Shares]] = []
        o = self.options
        self._check = SetCheck(o.least_mean, o.memory_s, rename, o.start + o.change)
        self.corrections: list[Correction] = []

    def add(
        self,
        shares: Mapping[str, float],
        t_start: float,
        t_turn: float,
        t_end: float,
        quality: float,
        side: Side,
    ) -> None:
        """Add one swing.

        Args:
            shares: class -> probability.   t_start, t_turn, t_end: seconds.   quality: 0..1, how well it is visible.
        """
        if quality < self.options.least_quality:
            return
        none = shares.get(BACKGROUND, 0.0)
        rep = math.log(1 - none + _ROUNDING) - math.log(none + _ROUNDING)
        for name, share in shares.items():
            if (
                name == BACKGROUND
                or share < _LEAST_SHARE
                or (self._only is not None and name not in self._only)
            ):
                continue
            worth = rep + math.log(share) - math.log(1 - none + _ROUNDING) + self.options.bonus
            self._append(SwingName(name, t_start, t_turn, t_end, share, side, worth))

    def add_judged(self, one: JudgedSwing) -> None:
        """Add one swing with its probabilities."""
        swing = one.swing
        side = SIGNALS[swing.signal][1]
        self.add(one.shares, swing.t_start, swing.t_turn, swing.t_end, one.quality, side)

    def step(self, t: float, waiting: Sequence[JudgedSwing] = ()) -> list[SwingName]:
        """Return the reps that are decided at `t` seconds. `pending` is updated.

        Args:
            waiting: swings that were not added yet, as their probabilities may change.
        """
        self._path = self._foreseen(waiting)
        decided = []
        while self._path and self._path[0][0].t_end <= t - self._wait_s(self._path[0][0]):
            decided.append(self._path.pop(0))
            self._last = decided[-1][0]
        checked = self._check.step(decided)
        self.corrections = checked.corrections
        if self._last is not None and decided:
            self._last = replace(self._last, exercise=self._check.name_of(self._last))
        oldest = t - _LOOK_BACK_S
        if decided or (self._swings and self._swings[0].t_end < oldest):
            kept = [one for one in self._swings if one.t_end >= oldest]
            self._swings, self._best, self._before = [], [], []
            for one in kept:
                self._append(one)
        return checked.reps

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """The reps that would be decided if no further swing came."""
        return tuple(self._check.foreseen(self._path))

    def doubtful(self, t: float) -> str:
        """The exercise of a set that is not likely enough to count at `t` seconds, or ""."""
        return self._check.doubtful(t)

    def _wait_s(self, rep: SwingName) -> float:
        """How long after its end a rep is decided, seconds."""
        last = self._last
        continues = last is not None and last.exercise == rep.exercise and self._cost(last, rep) == 0
        # alternating reps overlap, so the next one may show that another swing was the rep
        sure = continues and rep.share >= self.options.sure and rep.exercise not in self._alternating
        if sure:
            return min(_SURE_S, self.options.wait_s)
        return self.options.wait_s if rep.share >= _LIKELY else max(self.options.wait_s, self.options.doubt_s)

    def _foreseen(self, waiting: Sequence[JudgedSwing]) -> list[tuple[SwingName, Shares]]:
        """The likeliest sequence of reps if `waiting` are added, with the probabilities of their movements."""
        if not waiting:
            return self._with_shares(self._likeliest())
        added = self._swings, self._best, self._before
        self._swings, self._best, self._before = ([*one] for one in added)
        for judged in waiting:
            self.add_judged(judged)
        path = self._with_shares(self._likeliest())
        self._swings, self._best, self._before = added
        return path

    def _with_shares(self, path: list[SwingName]) -> list[tuple[SwingName, Shares]]:
        """Reps with the greatest probability of each exercise among the swings of the same movement."""
        found: list[tuple[SwingName, Shares]] = []
        for rep in path:
            shares = {rep.exercise: rep.share}
            for one in self._swings:
                if one.exercise != rep.exercise and _is_same(one, rep):
                    shares[one.exercise] = max(one.share, shares.get(one.exercise, 0.0))
            found.append((rep, shares))
        return found

    def _append(self, swing: SwingName) -> None:
        """Find the best sequence that ends with `swing`, and remember the swing before it."""
        o, worth = self.options, swing.worth
        best, before = worth - o.start, -1
        if self._last is not None:
            if not self._follows(self._last, swing):
                return
            best = worth - self._cost(self._last, swing)
        for at in range(len(self._swings) - 1, -1, -1):
            earlier = self._swings[at]
            total = self._best[at] + worth - self._cost(earlier, swing)
            if total > best and self._follows(earlier, swing):
                best, before = total, at
        self._swings.append(swing)
        self._best.append(best)
        self._before.append(before)

    def _cost(self, first: SwingName, second: SwingName) -> float:
        """The cost of `second` as the rep after `first`."""
        o = self.options
        if second.t_start - first.t_end >= o.memory_s:
            return o.start
        if related(first.exercise, second.exercise):
            return 0.0
        return 0.0 if first.exercise == second.exercise else o.start + o.change

    def _follows(self, first: SwingName, second: SwingName) -> bool:
        """Whether both can be reps: they do not overlap, or alternate, or the first is a part of the second."""
        sides = {first.side, second.side}
        if (
            first.exercise == second.exercise
            and sides == {"left", "right"}
            and first.exercise in self._alternating
        ):
            longer = max(first.seconds, second.seconds)
            return second.t_turn - first.t_turn > _SIDES_APART * longer
        if (
            first.exercise in PARTS.get(second.exercise, ())
            and second.t_start <= first.t_turn <= second.t_end
        ):
            return True
        shorter = min(first.seconds, second.seconds)
        return second.t_start >= first.t_end - _OVERLAP * shorter and second.t_turn > first.t_turn

    def _likeliest(self) -> list[SwingName]:
        """The best sequence of reps, in time order; empty if none is worth its cost."""
        if not self._best:
            return []
        at = max(range(len(self._best)), key=self._best.__getitem__)
        if self._best[at] <= 0:
            return []
        path = []
        while at >= 0:
            path.append(self._swings[at])
            at = self._before[at]
        return path[::-1]


def _is_same(one: SwingName, other: SwingName) -> bool:
    """Whether two swings are one movement."""
    shared = min(one.t_end, other.t_end) - max(one.t_start, other.t_start)
    return shared >= _SAME * (max(one.t_end, other.t_end) - min(one.t_start, other.t_start))
