"""Half cycles: the movement from one turning point to the next. Tests whether two of them belong to a repeated motion.

The half cycles of a repeated motion run along one line in the channel's space, back and forth, and are of similar size.
Standing up, walking in or scratching one's head is not like that. Two half cycles make a rep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np

from fitness.options import bounded, check_options
from fitness.types import DoubleArray

REMEMBERED: Final = 8
"""So many half cycles of the current run are remembered."""

SHORT_S: Final = 3.0
"""A half cycle of at most this duration is never a rest."""

NEIGHBOURS: Final = 6
"""The usual size is a median over so many half cycles to each side."""

_COMPARED: Final = 2
"""A half cycle is compared with so many before it and after it."""

_NEIGHBOURHOOD_S: Final = 15.0
"""Half cycles that start further apart have no common usual size."""


@dataclass(frozen=True, slots=True, eq=False)
class TurningPoint:
    """Where the motion of a channel reverses.

    t: seconds.   direction: +1 maximum or -1 minimum.   position: (D,) the channel's vector there.
    ease: how easy the pose there is, see `signals.ease`.
    """

    t: float
    direction: int
    position: DoubleArray
    ease: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class HalfCycle:
    """The movement from one turning point to the next.

    move: (D,) from its minimum to its maximum, whichever comes first.   size: the length of `move`.
    similarity: 0..1, to the most similar half cycle nearby.
    """

    start: TurningPoint
    end: TurningPoint
    move: DoubleArray
    size: float
    similarity: float = 0.0

    @classmethod
    def between(cls, start: TurningPoint, end: TurningPoint) -> HalfCycle:
        """The half cycle from `start` to `end`."""
        move = (end.position - start.position) * (1 if end.direction > 0 else -1)
        return cls(start, end, move, float(np.sqrt(move @ move)))

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end.t - self.start.t


@dataclass(frozen=True, slots=True)
class PeriodicRep:
    """One rep of a repeated motion.

    t_start, t_peak, t_end: seconds; the two turning points around it and the one between them.
    quality: 0..1, how similar its half cycles are to their neighbours.
    """

    t_start: float
    t_peak: float
    t_end: float
    quality: float


@dataclass(frozen=True, slots=True)
class HalfCycleOptions:
    """When half cycles belong to a repeated motion.

    min_cosine: least cosine between the moves of two similar half cycles.   min_ratio: least ratio of their sizes.
    usual_factor: a half cycle is at most so many times larger or smaller than the usual one around it.
    slow_factor: it lasts at most so many times the median of the run (three seconds are always allowed).
    reference_share: least size, as a share of the largest motion that was repeated in the last `reference_s` seconds.
    run: so many half cycles in a row make a run.
    run_ratio: least ratio of the mean sizes of the first and the second half of those that begin a run.
    close_share: a half cycle that ends a run completes an open rep if it goes on for this share of the usual one.
    single_similarity: least similarity of the two half cycles of a rep without others beside it.
    under_way_share: a rep under way is pending once its first half is as large as this share of the usual one.
    ease_margin: least difference in ease between poses at the ends of reps and poses at the turning point.
    """

    min_cosine: float = bounded(0.6, low=0, high=1)
    min_ratio: float = bounded(0.4, low=0, high=1)
    usual_factor: float = bounded(2.5, low=1)
    slow_factor: float = bounded(4.0, low=1)
    reference_share: float = bounded(0.4, low=0, high=1)
    reference_s: float = bounded(20.0, above=0)
    run: int = bounded(4, low=2, high=REMEMBERED, whole=True)
    run_ratio: float = bounded(0.6, low=0, high=1)
    close_share: float = bounded(0.6, low=0, high=1)
    ease_margin: float = bounded(0.5, low=0)
    single_similarity: float = bounded(0.85, low=0, high=1)
    under_way_share: float = bounded(0.8, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)


def similarity(row: Sequence[HalfCycle], i: int, limits: HalfCycleOptions) -> float:
    """Cosine times ratio of sizes, to the most similar neighbour of half cycle `i`; 0 if none is similar."""
    best, one = 0.0, row[i]
    for j in range(max(0, i - _COMPARED), min(len(row), i + _COMPARED + 1)):
        other = row[j]
        if j == i or one.size <= 0 or other.size <= 0:
            continue
        cosine, ratio = cosine_and_ratio(one, other)
        if cosine >= limits.min_cosine and ratio >= limits.min_ratio:
            best = max(best, cosine * ratio)
    return best


def cosine_and_ratio(one: HalfCycle, other: HalfCycle) -> tuple[float, float]:
    """The cosine between two moves, and the ratio of their sizes, the smaller over the larger. Both sizes are above 0."""
    cosine = float(one.move @ other.move) / (one.size * other.size)
    return cosine, min(one.size, other.size) / max(one.size, other.size)


def has_usual_size(
    row: Sequence[HalfCycle], similar: Sequence[bool], i: int, limits: HalfCycleOptions
) -> bool:
    """Whether half cycle `i`, which is similar to another, has about the usual size of the similar ones around it."""
    last = min(len(similar), i + NEIGHBOURS + 1)
    near = [
        row[j].size
        for j in range(max(0, i - NEIGHBOURS), last)
        if similar[j] and abs(row[j].start.t - row[i].start.t) < _NEIGHBOURHOOD_S
    ]
    size, usual = row[i].size, median(near)
    return usual <= size * limits.usual_factor and size <= usual * limits.usual_factor


def is_open(compared: int) -> bool:
    """Whether a half cycle with so many after it may still become similar to one that is to come."""
    return compared <= _COMPARED
