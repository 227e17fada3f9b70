"""Makes reps of half cycles: finds runs, and the reps that each new half cycle completes.

A run is an unbroken row of half cycles that count. Its first reps count when the fourth half cycle confirms the run. A half
cycle that ends a run still completes an open rep if it contains a whole usual half cycle, such as rising from the last
push-up directly to standing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Final

import numpy as np

from fitness.recognition.repetition.half_cycles import (
    NEIGHBOURS,
    REMEMBERED,
    SHORT_S,
    HalfCycle,
    HalfCycleOptions,
    PeriodicRep,
    cosine_and_ratio,
    has_usual_size,
    is_open,
    similarity,
)

_REFERENCE_COUNT: Final = 6
"""Minimum number of half cycles that count in the median of the reference size."""

_IN_PROGRESS_SIMILARITY: Final = 0.6
"""Minimum similarity of the first half of a rep in progress to a half cycle nearby."""


@dataclass(frozen=True, slots=True, eq=False)
class RunState:
    """The state after the decided half cycles. It is replaced, never changed.

    past: recent half cycles, whether each is similar to others, and whether it counts.
    length: number of half cycles in the current run.   last: the most recent of them.
    shifted: the run began in the middle of a rep, so its reps end with its odd half cycles.
    before: the half cycle before the run.   durations: seconds, of recent half cycles that counted.
    reference: size of the largest repeated motion.   reference_t: end of the last half cycle that counted, seconds.
    """

    past: tuple[tuple[HalfCycle, bool, bool], ...] = ()
    length: int = 0
    shifted: bool = False
    last: tuple[HalfCycle, ...] = ()
    before: HalfCycle | None = None
    durations: tuple[float, ...] = ()
    reference: float = 0.0
    reference_t: float = -math.inf


def advance(
    state: RunState,
    ahead: Sequence[HalfCycle],
    limits: HalfCycleOptions,
    known: dict[int, float] | None = None,
) -> tuple[RunState, tuple[PeriodicRep, ...]]:
    """Decide the first half cycle of `ahead`, given the others; return the new state and the reps that it completes.

    Args:
        known: similarities by the identity of the half cycle's `move`, which are added here. Share it between calls that
            take the half cycles of one row one after the other, so that each is compared once.
    """
    known = {} if known is None else known
    row = [one for one, _, _ in state.past]
    here = len(row)
    row += ahead
    found = []
    for i in range(here, min(len(row), here + NEIGHBOURS + 1)):
        key = id(row[i].move)
        if key not in known:
            known[key] = similarity(row, i, limits)
        found.append(known[key])
    similar = [flag for _, flag, _ in state.past] + [value > 0 for value in found]
    one = replace(row[here], similarity=found[0])
    counts = similar[here] and has_usual_size(row, similar, here, limits) and not _is_rest(state, one, limits)
    counts = counts and one.size >= limits.reference_share * _reference(state, one, limits)
    past = (*state.past, (one, similar[here], counts))[-NEIGHBOURS:]
    if not counts:
        reps = _completed(state, one, limits) or left_over(state, limits)
        return replace(state, past=past, length=0, last=(), before=one), reps
    return _extended(replace(state, past=past), one, limits)


def is_undecided(state: RunState, ahead: Sequence[HalfCycle], limits: HalfCycleOptions) -> bool:
    """Whether the first half cycle of `ahead` can only begin a run if one that is still to come is similar to it."""
    if state.length or not is_open(len(ahead)):
        return False
    row = [one for one, _, _ in state.past] + list(ahead)
    return similarity(row, len(state.past), limits) == 0


def _is_rest(state: RunState, one: HalfCycle, limits: HalfCycleOptions) -> bool:
    """Whether a half cycle lasts much longer than those of the run."""
    if not state.durations:
        return False
    return one.duration > max(SHORT_S, limits.slow_factor * median(state.durations))


def _reference(state: RunState, one: HalfCycle, limits: HalfCycleOptions) -> float:
    """The reference size; 0 if no half cycle counted recently."""
    return state.reference if one.end.t - state.reference_t <= limits.reference_s else 0.0


def _extended(
    state: RunState, one: HalfCycle, limits: HalfCycleOptions
) -> tuple[RunState, tuple[PeriodicRep, ...]]:
    """Add a half cycle to the run; return the new state and the reps that are complete with it."""
    length = state.length + 1
    last = (*state.last, one)[-REMEMBERED:]
    reference = _reference(state, one, limits)
    counted = [past.size for past, _, counts in state.past if counts]
    if len(counted) >= _REFERENCE_COUNT:
        reference = max(reference, median(counted))
    new = replace(
        state,
        length=length,
        last=last,
        durations=(*state.durations, one.duration)[-2 * REMEMBERED :],
        reference=reference,
        reference_t=one.end.t,
    )
    if length < limits.run:
        return new, ()
    if length == limits.run and not _is_even(last[-length:], limits):
        return replace(new, length=length - 1, last=last[1 - length :], before=last[-length]), ()
    if length % 2 and length > limits.run:
        return new, ()
    if length > limits.run:
        return new, (_rep(last[-3], last[-2]) if state.shifted else _rep(last[-2], last[-1]),)
    first = last[-length:]
    new = replace(new, shifted=_begins_at_turn(first, limits))
    if not new.shifted:
        return new, tuple(_rep(first[i], first[i + 1]) for i in range(0, length - 1, 2))
    return new, (_half_rep(first[0]), *(_rep(first[i], first[i + 1]) for i in range(1, length - 2, 2)))


def _is_even(run: Sequence[HalfCycle], limits: HalfCycleOptions) -> bool:
    """Whether the first and the second half of a possible run have similar sizes.

    Getting into position often goes back and forth twice, too, but not with equal sizes.
    """
    middle = len(run) // 2
    sizes = [fmean(one.size for one in part) for part in (run[:middle], run[middle:])]
    return min(sizes) >= limits.run_ratio * max(sizes)


def _begins_at_turn(run: Sequence[HalfCycle], limits: HalfCycleOptions) -> bool:
    """Whether a run began in the middle of a rep: its first half cycle leads to the easier of the two poses."""
    gain = [one.end.ease - one.start.ease for one in run]
    return fmean(gain[::2]) - fmean(gain[1::2]) > 2 * limits.ease_margin


def single_rep(out: HalfCycle, back: HalfCycle, limits: HalfCycleOptions) -> PeriodicRep | None:
    """The rep of two half cycles that leave an easy pose and come back to it; None if they do not."""
    if out.end is not back.start or min(out.size, back.size) <= 0:
        return None
    cosine, ratio = cosine_and_ratio(out, back)
    ease = (out.start.ease + back.end.ease) / 2 - out.end.ease
    if cosine * ratio < limits.single_similarity or ease < limits.ease_margin:
        return None
    if max(out.duration, back.duration) > SHORT_S:
        return None
    return _rep(replace(out, similarity=cosine * ratio), replace(back, similarity=cosine * ratio))


def left_over(state: RunState, limits: HalfCycleOptions) -> tuple[PeriodicRep, ...]:
    """The last rep of a run that began in the middle of a rep and ends with half a rep.

    It counts if the half cycle before the run contains a whole usual one, such as going from standing directly to the bottom
    of the first push-up.
    """
    if not _has_open_rep(state, limits) or state.before is None:
        return ()
    if not _contains_usual(state.before, state.last, limits):
        return ()
    return (_half_rep(state.last[-1]),)


def rep_in_progress(state: RunState, since: float, limits: HalfCycleOptions) -> PeriodicRep | None:
    """The rep of a run that is in progress, once it has gone as far as those before it. It ends at its turning point.

    There is none in a run that began in the middle of a rep, because its first half was counted as a whole rep.

    Args:
        since: seconds; if the turning point is older, the person stays there, and there is no rep in progress.
    """
    if not _has_open_rep(state, limits) or state.shifted or left_over(state, limits):
        return None
    one = state.last[-1]
    if one.end.t < since or one.duration > SHORT_S or one.similarity < _IN_PROGRESS_SIMILARITY:
        return None
    if one.size < limits.in_progress_share * median(past.size for past in state.last):
        return None
    return PeriodicRep(one.start.t, one.end.t, one.end.t, one.similarity)


def _completed(state: RunState, one: HalfCycle, limits: HalfCycleOptions) -> tuple[PeriodicRep, ...]:
    """The open rep that a half cycle completes although it ends the run; empty if there is none."""
    if not _has_open_rep(state, limits) or not _contains_usual(one, state.last, limits):
        return ()
    return (_rep(state.last[-1], one),)


def _has_open_rep(state: RunState, limits: HalfCycleOptions) -> bool:
    """Whether the run ends with the first half of a rep."""
    return state.length >= limits.run and state.length % 2 == 1


def _contains_usual(one: HalfCycle, run: Sequence[HalfCycle], limits: HalfCycleOptions) -> bool:
    """Whether a half cycle goes far enough in the direction of those of the run to contain one of them."""
    usual = np.mean([past.move for past in run], axis=0)
    return float(one.move @ usual) >= limits.close_share * float(usual @ usual)


def _half_rep(one: HalfCycle) -> PeriodicRep:
    """A rep of which only one half is in the stream."""
    return PeriodicRep(one.start.t, (one.start.t + one.end.t) / 2, one.end.t, one.similarity)


def _rep(out: HalfCycle, back: HalfCycle) -> PeriodicRep:
    quality = min(1.0, (out.similarity + back.similarity) / 2)
    return PeriodicRep(out.start.t, out.end.t, back.end.t, quality)
