"""Swings that wait until it is clear whose they are: a known exercise goes before a taught one that moves alike.

The counters of two exercises follow different signals, so of one movement the one is over some frames before the other. A
swing of a taught exercise therefore waits while a known exercise's counter is in a swing of the same time that looks like
that exercise so far. When that one counts, the taught one is dropped; when it does not, or takes too long, the taught one is
taken as it was. Everything else passes at once, but never before an older swing that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fitness.recognition.hysteresis_counter import RepCandidate
from fitness.recognition.rep_builder import Claim

PATIENCE_S: Final = 1.0
"""So long after its end a swing waits at most: squats of 4 s end up to 0.3 s after a taught exercise that moves alike."""


class Arbitration:
    """The swings of one person that are not handed on yet, in order of time."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []

    @property
    def groups(self) -> tuple[tuple[Claim, ...], ...]:
        """Who waits, the claims on one movement together: what is handed on, group by group, if nothing else comes."""
        groups, left = [], self._claims
        while left:
            group, left = _split(left)
            groups.append(tuple(group))
        return tuple(groups)

    def step(
        self, claims: Sequence[Claim], t: float, under_way: Callable[[], Iterable[RepCandidate]]
    ) -> list[Claim]:
        """What the frame at `t` seconds completed -> the swings to be judged now, of one movement.

        under_way: gives the swings that counters of known exercises are in.
        """
        counted = [one for one in claims if one.first and one.swing.accepted]
        self._claims = [
            one for one in self._claims if one.first or not any(_same(one, other) for other in counted)
        ]
        if not self._claims and all(one.first or not _fits(one) for one in claims):
            return list(claims)
        self._claims += [one for one in claims if _fits(one)]
        refused = [one for one in claims if not _fits(one)]
        if not self._claims or self._waits(self._claims[0], t, under_way):
            return refused
        now, self._claims = _split(self._claims)
        return now + refused

    def _waits(self, claim: Claim, t: float, under_way: Callable[[], Iterable[RepCandidate]]) -> bool:
        if claim.first or t - claim.swing.t_end > PATIENCE_S:
            return False
        return any(swing.accepted and _overlap(claim.swing, swing) for swing in under_way())


def _fits(claim: Claim) -> bool:
    return claim.swing.accepted or claim.swing.partial


def _same(one: Claim, other: Claim) -> bool:
    return _overlap(one.swing, other.swing)


def _overlap(one: RepCandidate, other: RepCandidate) -> bool:
    """Whether both are one movement: each turns during the other."""
    return one.t_start <= other.t_bottom <= one.t_end and other.t_start <= one.t_bottom <= other.t_end


def _split(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The claims on the first one's movement, and the others."""
    first = claims[0]
    same = [one for one in claims if one is first or _same(one, first)]
    return same, [one for one in claims if one not in same]
