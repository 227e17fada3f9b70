"""Chooses between candidate reps of several exercises for one movement: built-in exercises go before taught ones.

The counters of two exercises follow different signals, so one of them completes the same movement some frames before the
other. A candidate of a taught exercise therefore waits while the counter of a built-in exercise is in a swing of the same
time that would count so far. If that swing counts, the taught candidate is dropped. If it does not count, or takes longer
than `PATIENCE_S`, the taught candidate passes. All others pass at once, but never before an older candidate that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fitness.recognition.claim import Claim
from fitness.recognition.rep_candidate import RepCandidate

PATIENCE_S: Final = 1.0
"""Maximum wait after the end of a candidate, seconds. Squats of 4 s end up to 0.3 s after a taught exercise with a similar
movement."""


class Arbitration:
    """The candidates of one person that wait, in time order."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []

    @property
    def groups(self) -> tuple[tuple[Claim, ...], ...]:
        """The candidates that wait, one group for each movement, in the order in which `step` would return them."""
        groups, left = [], self._claims
        while left:
            group, left = _split(left)
            groups.append(tuple(group))
        return tuple(groups)

    def step(
        self, claims: Sequence[Claim], t: float, in_progress: Callable[[], Iterable[RepCandidate]]
    ) -> list[Claim]:
        """Take in the candidates that the frame at `t` seconds completed; return those of one movement to decide now.

        Args:
            in_progress: returns the unfinished swings of built-in exercises. It is called only when something waits.
        """
        counted = [one for one in claims if one.priority and one.swing.accepted]
        self._claims = [
            one for one in self._claims if one.priority or not any(_same(one, other) for other in counted)
        ]
        if not self._claims and all(one.priority or not _may_count(one) for one in claims):
            return list(claims)
        self._claims += [one for one in claims if _may_count(one)]
        refused = [one for one in claims if not _may_count(one)]
        if not self._claims or self._waits(self._claims[0], t, in_progress):
            return refused
        now, self._claims = _split(self._claims)
        return now + refused

    def _waits(self, claim: Claim, t: float, in_progress: Callable[[], Iterable[RepCandidate]]) -> bool:
        if claim.priority or t - claim.swing.t_end > PATIENCE_S:
            return False
        return any(swing.accepted and _overlap(claim.swing, swing) for swing in in_progress())


def _may_count(claim: Claim) -> bool:
    return claim.swing.accepted or claim.swing.partial


def _same(one: Claim, other: Claim) -> bool:
    return _overlap(one.swing, other.swing)


def _overlap(one: RepCandidate, other: RepCandidate) -> bool:
    """Whether both are one movement: each turns during the other."""
    return one.t_start <= other.t_bottom <= one.t_end and other.t_start <= one.t_bottom <= other.t_end


def _split(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The candidates for the movement of the first one, and the others."""
    first = claims[0]
    same = [one for one in claims if one is first or _same(one, first)]
    return same, [one for one in claims if one not in same]
