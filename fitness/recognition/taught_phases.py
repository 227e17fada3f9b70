"""Finds where reps of a taught exercise start, turn and end, if they were counted by cycles of repeated motion.

A cycle may begin anywhere in the movement, and the first one of a set is sometimes half as long. But what was taught shows
the start and the end position. So each rep gets a visit to the end position, and the way there and back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

import numpy as np

from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import DoubleArray

Times: TypeAlias = tuple[float, float, float]
"""Start, turning point and end of a rep, seconds."""

_MEMORY_S: Final = 60.0
"""How long positions are remembered, seconds: a cycle lasts 8 s at most, and six of them may count together."""
_MARGIN_S: Final = 2.0
"""Minimum time before and after a cycle in which its rep is searched, seconds; more for longer cycles."""
_EARLY: Final = 0.25
"""The end position may be reached this share of a cycle before it begins, or after it ends."""
_STEP: Final = 0.35
"""Minimum rise to the end position and fall from it, as a share of the range of the positions around the cycle."""
_NEAR: Final = 0.12
"""A person is at the start or the end position if they are this near, as a share of the way between."""
_RECENT: Final = 30
"""Number of reps that are remembered."""


class PositionTrack:
    """The positions of one person between start and end of one taught exercise, in time order."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._positions: deque[float] = deque()
        self._taken: deque[tuple[float, float]] = deque(maxlen=_RECENT)

    def add(self, t: float, position: float) -> None:
        """Add the position at `t` seconds: 0 at the start, 1 at the end, see `TaughtExercise.progress`."""
        self._times.append(t)
        self._positions.append(position)
        while self._times[0] < t - _MEMORY_S:
            self._times.popleft()
            self._positions.popleft()

    def take(self, rep: SwingName) -> Times:
        """The times of the next counted rep. No later rep gets the same visit to the end position."""
        return self._placed([rep], self._taken)[0]

    def foreseen(self, reps: Sequence[SwingName]) -> list[Times]:
        """What `take` would return for each rep; nothing changes."""
        return self._placed(reps, self._taken.copy()) if reps else []

    def _placed(self, reps: Sequence[SwingName], taken: deque[tuple[float, float]]) -> list[Times]:
        """The times of each rep, which are added to the spans that are `taken`."""
        t, p = np.array(self._times), np.array(self._positions)
        placed = []
        for rep in reps:
            times = rep.t_start, rep.t_turn, rep.t_end
            if rep.any_phase:
                margin = max(rep.seconds, _MARGIN_S)
                rows = slice(*np.searchsorted(t, [rep.t_start - margin, rep.t_end + margin]).tolist())
                times = _first_free(_visits(t[rows], p[rows]), rep, taken) or _after(rep, taken)
            taken.append((times[0], times[2]))
            placed.append(times)
        return placed


def _first_free(
    visits: Sequence[Times], rep: SwingName, taken: Collection[tuple[float, float]]
) -> Times | None:
    """The first visit to the end position in the time of a rep that no other rep has.

    It is the first one, because a set of cycles may begin with half a cycle, from the start to the end position.
    """
    early = _EARLY * rep.seconds
    for times in visits:
        free = not any(start < times[1] < end for start, end in taken)
        if free and rep.t_start - early <= times[1] <= rep.t_end + early:
            return times
    return None


def _after(rep: SwingName, taken: Collection[tuple[float, float]]) -> Times:
    """The times of a rep without a visit of its own: those of its cycle, but not before the end of the rep before."""
    start = max([rep.t_start, *(end for _, end in taken if end < rep.t_end)])
    return start, rep.t_turn if rep.t_turn > start else (start + rep.t_end) / 2, rep.t_end


def _visits(t: DoubleArray, p: DoubleArray) -> list[Times]:
    """When each visit to the end position starts, is half over, and ends, in time order.

    Args:
        t: (N,) seconds.   p: (N,) positions, 0 at the start to 1 at the end.
    """
    if not len(p):
        return []
    low, high = np.percentile(p, [2, 98])
    turns = _turns(p, _STEP * float(high - low))
    found = []
    for at, peak in enumerate(turns):
        if at % 2 == 0:  # the first turn, and every second one from it on, is at the start position
            continue
        before = turns[at - 1]
        after = turns[at + 1] if at + 1 < len(turns) else peak + int(p[peak:].argmin())
        way, back = p[before : peak + 1], p[peak : after + 1]
        level = max(p[before], p[after])
        there = before + np.flatnonzero(p[before : after + 1] >= p[peak] - _NEAR * (p[peak] - level))
        left = before + int(np.flatnonzero(way <= way[0] + _NEAR * (p[peak] - way[0]))[-1])
        home = peak + int(np.flatnonzero(back <= back[-1] + _NEAR * (p[peak] - back[-1]))[0])
        times = float(t[left]), float(t[there[0]] + t[there[-1]]) / 2, float(t[home])
        if times[0] < times[1] < times[2]:
            found.append(times)
    return found


def _turns(p: DoubleArray, step: float) -> list[int]:
    """Indices of minima and maxima in turn, a minimum first, whose values differ by at least `step`.

    A last maximum after which the values do not fall is among them.
    """
    turns: list[int] = []
    low = high = 0
    rising = False
    for at, value in enumerate(p.tolist()):
        if value < p[low] and not rising:
            low = at
        if value > p[high] and rising:
            high = at
        if not rising and value - p[low] >= step > 0:
            turns.append(low)
            rising, high = True, at
        elif rising and p[high] - value >= step:
            turns.append(high)
            rising, low = False, at
    return [*turns, high] if rising else turns
