"""Finds the swings of one person and gives each its probabilities: at its end, and again when the pose after it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.proposals import Proposal, ProposalFinder
from fitness.recognition.trajectory.samples import BodySample
from fitness.recognition.trajectory.swing_data import AFTER_S, SwingData, gather, joint_of, qualities

Shares: TypeAlias = dict[str, float]
Judge: TypeAlias = Callable[[str, SwingData], Sequence[Shares]]
"""Gives swings of one joint the probability of each class."""

_SETTLED: Final = 0.015
"""Swings that are reps with a smaller probability are not judged again. Below 0.02, 1 of 250 swings of unseen people is a
rep (docs/research/trajectories.md)."""
_ROUNDING_S: Final = 1e-6
_GRACE_S: Final = 0.1
"""Samples are up to this late, seconds; a swing waits no longer if the person is gone."""


class SwingFinder:
    """Takes the samples of one person in time order and finds swings.

    found: the swings that the last sample completed.
    waiting: swings whose following pose is not known yet, in the order of their ends.

    Args:
        may_count: refuses swings that cannot be reps; they are not found.
    """

    def __init__(self, may_count: Callable[[Proposal], bool] = lambda _: True) -> None:
        self._may_count = may_count
        self._finder = ProposalFinder()
        self.found: tuple[Proposal, ...] = ()
        self.waiting: tuple[Proposal, ...] = ()

    def step(self, sample: BodySample | None, t: float) -> tuple[Proposal, ...]:
        """Add the sample of the frame at `t` seconds, None without a pose; return the swings that no longer wait."""
        found = [] if sample is None else self._finder.step(sample)
        self.found = tuple(filter(self._may_count, found))
        known_until = max([t - _GRACE_S, *self._finder.times[-1:]]) + _ROUNDING_S
        number = sum(known_until >= one.t_end + AFTER_S for one in self.waiting)
        ready, self.waiting = self.waiting[:number], (*self.waiting[number:], *self.found)
        return ready

    def by_joint(self, swings: Sequence[Proposal]) -> Iterable[tuple[str, list[Proposal], SwingData]]:
        """The swings of each joint, and their poses as far as they are known now."""
        for joint in dict.fromkeys(map(joint_of, swings)):
            own = [one for one in swings if joint_of(one) == joint]
            yield joint, own, gather(own, self._finder.times, self._finder.samples)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedSwing:
    """shares: class -> probability.   quality: 0..1, how well the swing's joint is visible, see `swing_data.qualities`."""

    swing: Proposal
    shares: Shares
    quality: float

    @property
    def settled(self) -> bool:
        """Whether it is so clearly no rep that the pose after it is not needed."""
        return 1 - self.shares[BACKGROUND] < _SETTLED


class SwingJudge:
    """Takes the samples of one person in time order.

    What follows a swing tells whether it was a rep: after a squat people stand, after sitting down they sit. So a swing
    is judged again `AFTER_S` after its end, unless it is clearly no rep. Its first probabilities, without the pose that
    follows, hold until then.

    waiting: swings that were judged only once, in the order of their ends.

    Args:
        judge: gives swings their probabilities.   may_count: refuses swings that cannot be reps.
    """

    def __init__(self, judge: Judge, may_count: Callable[[Proposal], bool] = lambda _: True) -> None:
        self._judge = judge
        self._finder = SwingFinder(may_count)
        self.waiting: tuple[JudgedSwing, ...] = ()

    @property
    def found(self) -> tuple[Proposal, ...]:
        """The swings that the last sample completed."""
        return self._finder.found

    def step(self, sample: BodySample | None, t: float) -> tuple[JudgedSwing, ...]:
        """Add the sample of the frame at `t` seconds, None without a pose; return the swings that are judged finally."""
        ready = self._finder.step(sample, t)
        if not ready and not self.found:
            return ()
        first = self.waiting[: len(ready)]
        self.waiting = (*self.waiting[len(ready) :], *self._judged(self.found))
        settled = [one for one in first if one.settled]
        return _in_order([*settled, *self._judged([one.swing for one in first if not one.settled])])

    def _judged(self, swings: Sequence[Proposal]) -> tuple[JudgedSwing, ...]:
        judged = [
            JudgedSwing(*row)
            for joint, own, data in self._finder.by_joint(swings)
            for row in zip(own, self._judge(joint, data), qualities(own, data), strict=True)
        ]
        return _in_order(judged)


def _in_order(judged: Iterable[JudgedSwing]) -> tuple[JudgedSwing, ...]:
    return tuple(sorted(judged, key=lambda one: one.swing.t_end))
