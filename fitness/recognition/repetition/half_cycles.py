"""Turning points -> reps: a leg counts when a leg near it goes the same way back or forth, and two legs are a rep.

A leg is the way from one turning point to the next. Legs of a repeated motion lie along one line in the channel's space,
back and forth, and are alike in length; standing up, walking in or scratching one's head is not. A run is an unbroken row
of legs that count. Its first reps are given back when the fourth leg confirms it. A leg that breaks the run but contains
a whole leg (rising from the last push-up straight to standing) still closes an open rep.
"""

# long: the rules by which half cycles become reps, in their order

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Final

import numpy as np

from fitness.options import bounded, check_options
from fitness.types import DoubleArray

_REACH: Final = 2
"""A leg is compared with so many legs before it and after it."""

_AROUND: Final = 6
"""Over so many legs to each side, and so many seconds, the usual length is taken."""
_AROUND_S: Final = 15.0
_REFERENCE_LEGS: Final = 6
_PAUSE_S: Final = 3.0
"""A leg of this length or less is never too slow."""
_RUN_MEMORY: Final = 8
_BEGUN_LIKENESS: Final = 0.6
"""Least cosine times ratio of lengths, to a leg nearby, of the first leg of a rep that is under way."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A turning point.

    t: seconds.   direction: +1 maximum or -1 minimum.   position: (D,) the channel's vector there.
    ease: of the pose there (see `channels.ease`).
    """

    t: float
    direction: int
    position: DoubleArray
    ease: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """From one turning point to the next.

    move: (D,) from its minimum to its maximum, whichever comes first.   size: its length.
    likeness: 0..1, to the most similar leg nearby.
    """

    start: Turn
    end: Turn
    move: DoubleArray
    size: float
    likeness: float = 0.0

    @classmethod
    def between(cls, start: Turn, end: Turn) -> Leg:
        """The leg from `start` to `end`."""
        move = (end.position - start.position) * (1 if end.direction > 0 else -1)
        return cls(start, end, move, float(np.sqrt(move @ move)))

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end.t - self.start.t


@dataclass(frozen=True, slots=True)
class PeriodicRep:
    """One repetition of whatever was repeated.

    t_start, t_peak, t_end: seconds; the two turning points around it and the one between them.
    quality: 0..1, how much its legs are like their neighbours.
    """

    t_start: float
    t_peak: float
    t_end: float
    quality: float


@dataclass(frozen=True, slots=True)
class HalfCycleOptions:
    """min_cosine: least cosine between two legs that are alike.   min_ratio: least ratio of their lengths.
    usual_factor: a leg may be so many times longer or shorter than the usual leg around it.
    slow_factor: a leg may last so many times the median of the run (three seconds are always allowed).
    reference_share: least length as a share of the longest motion that was established in the last `reference_s` seconds.
    min_legs: so many legs in a row make a run.   close_share: share of a leg that closes an open rep.
    lone_likeness: least cosine times ratio of lengths of the two legs of a rep that stands alone.
    begun_share: a rep that is under way is shown once its first leg is as long as this share of the usual one.
    ease_margin: by how much the poses between reps must be easier than those at the turn to be told apart.
    """

    min_cosine: float = bounded(0.6, low=0, high=1)
    min_ratio: float = bounded(0.4, low=0, high=1)
    usual_factor: float = bounded(2.5, low=1)
    slow_factor: float = bounded(4.0, low=1)
    reference_share: float = bounded(0.4, low=0, high=1)
    reference_s: float = bounded(20.0, above=0)
    min_legs: int = bounded(4, low=2, high=_RUN_MEMORY, whole=True)
    close_share: float = bounded(0.6, low=0, high=1)
    ease_margin: float = bounded(0.5, low=0)
    lone_likeness: float = bounded(0.85, low=0, high=1)
    begun_share: float = bounded(0.8, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)


@dataclass(frozen=True, slots=True, eq=False)
class RunState:
    """What must be remembered of the legs that are decided; replaced whole.

    past: the last legs with whether they are alike and whether they count.   length: legs of the running run.
    shifted: it began in the middle of a rep, so its reps end where its odd legs do.
    legs: the last of them.   before: the leg before the run.   durations: of the legs that counted last.
    reference: length of the longest established motion.   reference_t: when a leg last counted.
    """

    past: tuple[tuple[Leg, bool, bool], ...] = ()
    length: int = 0
    shifted: bool = False
    legs: tuple[Leg, ...] = ()
    before: Leg | None = None
    durations: tuple[float, ...] = ()
    reference: float = 0.0
    reference_t: float = -math.inf


def advance(
    state: RunState, ahead: Sequence[Leg], limits: HalfCycleOptions
) -> tuple[RunState, tuple[PeriodicRep, ...]]:
    """Decide the first of the legs `ahead`, in the light of the others -> new state, and the reps that it completes."""
    row = [leg for leg, _, _ in state.past]
    here = len(row)
    row += ahead
    likeness = [_likeness(row, i, limits) for i in range(here, min(len(row), here + _AROUND + 1))]
    alike = [flag for _, flag, _ in state.past] + [value > 0 for value in likeness]
    leg = replace(row[here], likeness=likeness[0])
    counts = alike[here] and _usual(row, alike, here, limits) and _lasting(state, leg, limits)
    counts = counts and leg.size >= limits.reference_share * _reference(state, leg, limits)
    past = (*state.past, (leg, alike[here], counts))[-_AROUND:]
    if not counts:
        reps = _closed(state, leg, limits) or left_over(state, limits)
        return replace(state, past=past, length=0, legs=(), before=leg), reps
    return _extended(replace(state, past=past), leg, limits)


def undecided(state: RunState, ahead: Sequence[Leg], limits: HalfCycleOptions) -> bool:
    """Whether the first leg ahead begins a run if a leg still to come is like it."""
    if state.length or len(ahead) > _REACH:
        return False
    row = [leg for leg, _, _ in state.past] + list(ahead)
    return _likeness(row, len(state.past), limits) == 0


def _likeness(row: Sequence[Leg], i: int, limits: HalfCycleOptions) -> float:
    """Cosine times ratio of lengths, of the neighbour that is most like leg i; 0 if none is alike."""
    best, leg = 0.0, row[i]
    for j in range(max(0, i - _REACH), min(len(row), i + _REACH + 1)):
        other = row[j]
        if j == i or leg.size <= 0 or other.size <= 0:
            continue
        cosine = float(leg.move @ other.move) / (leg.size * other.size)
        ratio = min(leg.size, other.size) / max(leg.size, other.size)
        if cosine >= limits.min_cosine and ratio >= limits.min_ratio:
            best = max(best, cosine * ratio)
    return best


def _usual(row: Sequence[Leg], alike: Sequence[bool], i: int, limits: HalfCycleOptions) -> bool:
    """Whether leg i is about as long as the legs around it that are alike."""
    last = min(len(alike), i + _AROUND + 1)
    near = [
        row[j].size
        for j in range(max(0, i - _AROUND), last)
        if alike[j] and abs(row[j].start.t - row[i].start.t) < _AROUND_S
    ]
    size, usual = row[i].size, median(near)
    return usual <= size * limits.usual_factor and size <= usual * limits.usual_factor


def _lasting(state: RunState, leg: Leg, limits: HalfCycleOptions) -> bool:
    """Whether the leg is not a rest."""
    if not state.durations:
        return True
    return leg.duration <= max(_PAUSE_S, limits.slow_factor * median(state.durations))


def _reference(state: RunState, leg: Leg, limits: HalfCycleOptions) -> float:
    return state.reference if leg.end.t - state.reference_t <= limits.reference_s else 0.0


def _extended(
    state: RunState, leg: Leg, limits: HalfCycleOptions
) -> tuple[RunState, tuple[PeriodicRep, ...]]:
    """The run with one more leg, and the reps that are complete with it."""
    length = state.length + 1
    legs = (*state.legs, leg)[-_RUN_MEMORY:]
    reference = _reference(state, leg, limits)
    counted = [past.size for past, _, counts in state.past if counts]
    if len(counted) >= _REFERENCE_LEGS:
        reference = max(reference, median(counted))
    new = replace(
        state,
        length=length,
        legs=legs,
        durations=(*state.durations, leg.duration)[-2 * _RUN_MEMORY :],
        reference=reference,
        reference_t=leg.end.t,
    )
    if length < limits.min_legs:
        return new, ()
    if length % 2 and length > limits.min_legs:
        return new, ()
    if length > limits.min_legs:
        return new, (_rep(legs[-3], legs[-2]) if state.shifted else _rep(legs[-2], legs[-1]),)
    first = legs[-length:]
    new = replace(new, shifted=_from_effort(first, limits))
    if not new.shifted:
        return new, tuple(_rep(first[i], first[i + 1]) for i in range(0, length - 1, 2))
    return new, (_half(first[0]), *(_rep(first[i], first[i + 1]) for i in range(1, length - 2, 2)))


def _from_effort(legs: Sequence[Leg], limits: HalfCycleOptions) -> bool:
    """Whether a run began in the middle of a rep: the poses that its first leg leaves are the less easy ones."""
    gain = [leg.end.ease - leg.start.ease for leg in legs]
    return fmean(gain[::2]) - fmean(gain[1::2]) > 2 * limits.ease_margin


def lone_rep(out: Leg, back: Leg, limits: HalfCycleOptions) -> PeriodicRep | None:
    """The rep that two legs are which go there and back once, from an easy pose and to the same again."""
    if out.end is not back.start or min(out.size, back.size) <= 0:
        return None
    cosine = float(out.move @ back.move) / (out.size * back.size)
    ratio = min(out.size, back.size) / max(out.size, back.size)
    ease = (out.start.ease + back.end.ease) / 2 - out.end.ease
    if cosine * ratio < limits.lone_likeness or ease < limits.ease_margin:
        return None
    if max(out.duration, back.duration) > _PAUSE_S:
        return None
    return _rep(replace(out, likeness=cosine * ratio), replace(back, likeness=cosine * ratio))


def _half(leg: Leg) -> PeriodicRep:
    """A rep of which only one leg was seen."""
    return PeriodicRep(leg.start.t, (leg.start.t + leg.end.t) / 2, leg.end.t, leg.likeness)


def _closed(state: RunState, leg: Leg, limits: HalfCycleOptions) -> tuple[PeriodicRep, ...]:
    """The rep that a leg closes which ends the run, if one is open."""
    if not _open(state, limits) or not _contains(leg, state.legs, limits):
        return ()
    return (_rep(state.legs[-1], leg),)


def left_over(state: RunState, limits: HalfCycleOptions) -> tuple[PeriodicRep, ...]:
    """The rep that is still due when a run ends with half a rep, and began in the middle of one.

    That is so when the leg before the run contains a whole leg, as when somebody goes from standing straight down to
    the bottom of the first push-up.
    """
    if not _open(state, limits) or state.before is None or not _contains(state.before, state.legs, limits):
        return ()
    return (_half(state.legs[-1]),)


def begun(state: RunState, since: float, limits: HalfCycleOptions) -> PeriodicRep | None:
    """The rep of a run that is under way, once it has gone as far as those before it; it ends, so far, where it turns.

    It must have got there at `since` seconds or later: who stays there for long is not coming back.

    None in a run that began in the middle of a rep: its first half was counted as a whole one.
    """
    if not _open(state, limits) or state.shifted or left_over(state, limits):
        return None
    leg = state.legs[-1]
    if leg.end.t < since or leg.duration > _PAUSE_S or leg.likeness < _BEGUN_LIKENESS:
        return None
    if leg.size < limits.begun_share * median(past.size for past in state.legs):
        return None
    return PeriodicRep(leg.start.t, leg.end.t, leg.end.t, leg.likeness)


def _open(state: RunState, limits: HalfCycleOptions) -> bool:
    return state.length >= limits.min_legs and state.length % 2 == 1


def _contains(leg: Leg, run: Sequence[Leg], limits: HalfCycleOptions) -> bool:
    """Whether a leg that is not like those of the run goes at least as far in their direction."""
    usual = np.mean([past.move for past in run], axis=0)
    return float(leg.move @ usual) >= limits.close_share * float(usual @ usual)


def _rep(out: Leg, back: Leg) -> PeriodicRep:
    return PeriodicRep(out.start.t, out.end.t, back.end.t, min(1.0, (out.likeness + back.likeness) / 2))
