"""Compares half cycles, the movements from one turning point to the next, to find repeated motion.

The half cycles of a repeated motion go back and forth along one line in the channel's space and have similar sizes, unlike
those of standing up, walking in or scratching one's head. Two half cycles make a rep.
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
"""Number of half cycles of the current run that are remembered."""

SHORT_S: Final = 3.0
"""Half cycles up to this duration are never rests, seconds."""

NEIGHBOURS: Final = 6
"""Number of half cycles before and after over which the usual size is a median."""

_COMPARED: Final = 2
"""Number of half cycles before and after with which a half cycle is compared."""

_NEIGHBOURHOOD_S: Final = 15.0
"""Maximum time between the starts of half cycles with a common usual size, seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class TurningPoint:
    """A turning point of the motion in a channel.

    t: seconds.   direction: +1 maximum or -1 minimum.   position: (D,) the channel's vector.
    ease: ease of the pose, see `signals.ease`.
    """

    t: float
    direction: int
    position: DoubleArray
    ease: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class HalfCycle:
    """The movement from one turning point to the next.

    move: (D,) vector from the minimum to the maximum, in either order of time.   size: the length of `move`.
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

    t_start, t_peak, t_end: seconds, three successive turning points.
    quality: 0..1, how similar its half cycles are to their neighbours.
    """

    t_start: float
    t_peak: float
    t_end: float
    quality: float


@dataclass(frozen=True, slots=True)
class HalfCycleOptions:
    """When half cycles belong to a repeated motion.

    min_cosine: minimum cosine between the moves of similar half cycles.   min_ratio: minimum ratio of their sizes.
    usual_factor: maximum ratio of a half cycle's size to the usual one, and of the usual one to it.
    slow_factor: maximum duration, as a multiple of the median of the run; 3 s are always allowed.
    reference_share: minimum size, as a share of the largest motion that was repeated in the last `reference_s` seconds.
    run: number of half cycles in a row that make a run.
    run_ratio: minimum ratio of the mean sizes of the first and the second half of those that begin a run.
    close_share: a half cycle that ends a run completes an open rep if it contains this share of the usual one.
    single_similarity: minimum similarity of the half cycles of a rep without others before or after it.
    in_progress_share: a rep in progress is pending once its first half is as large as this share of the usual one.
    ease_margin: minimum difference in ease between poses at the ends of reps and at their turning points.
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
    in_progress_share: float = bounded(0.8, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)


def similarity(row: Sequence[HalfCycle], i: int, limits: HalfCycleOptions) -> float:
    """Cosine times ratio of sizes with the most similar neighbour of half cycle `i`; 0 if none is similar."""
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
    """The cosine between two moves, and the ratio of their sizes, smaller to larger. Both sizes must be above 0."""
    cosine = float(one.move @ other.move) / (one.size * other.size)
    return cosine, min(one.size, other.size) / max(one.size, other.size)


def has_usual_size(
    row: Sequence[HalfCycle], similar: Sequence[bool], i: int, limits: HalfCycleOptions
) -> bool:
    """Whether half cycle `i` has about the usual size of the similar ones around it."""
    last = min(len(similar), i + NEIGHBOURS + 1)
    near = [
        row[j].size
        for j in range(max(0, i - NEIGHBOURS), last)
        if similar[j] and abs(row[j].start.t - row[i].start.t) < _NEIGHBOURHOOD_S
    ]
    size, usual = row[i].size, median(near)
    return usual <= size * limits.usual_factor and size <= usual * limits.usual_factor


def is_open(compared: int) -> bool:
    """Whether a half cycle with `compared` ones from it on may be compared with one that is still to come."""
    return compared <= _COMPARED
