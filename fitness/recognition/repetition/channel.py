"""Finds decided and pending reps in one channel."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Any, Final

import numpy as np

from fitness.errors import OptionError
from fitness.options import bounded, check_options, matching
from fitness.recognition.repetition.half_cycles import (
    HalfCycle,
    HalfCycleOptions,
    PeriodicRep,
    TurningPoint,
)
from fitness.recognition.repetition.runs import (
    RunState,
    advance,
    is_undecided,
    left_over,
    rep_in_progress,
    single_rep,
)
from fitness.recognition.repetition.signals import GAP_S, RATE_HZ
from fitness.recognition.repetition.turning_points import (
    phase_quality,
    spread,
    swing_direction,
    threshold,
    zigzag,
)
from fitness.recognition.repetition.window import SampleWindow
from fitness.types import DoubleArray

_FIRST_PERIOD_S: Final = 2.0
"""The period that is assumed before any is seen."""
_LONGEST_PERIOD_S: Final = 8.0
_LONGEST_WINDOW_S: Final = 60.0
_LEAST_SAMPLES: Final = 8
_LEAST_INTERVAL_S: Final = 0.2
"""Minimum time between turning points, seconds."""
_ARRIVED_SHARE: Final = 0.9
"""The motion has arrived after this share of the way to its furthest point."""
_WAIT_S: Final = 12.0
"""Maximum wait, in seconds, of a half cycle that may begin a run for those after it."""
_REMEMBERED_REPS: Final = 30
_SINGLE_AMONG: Final = 6
"""Number of recent half cycles in which a single rep is searched."""


def _is_window(value: Any) -> bool:
    least, greatest = value
    return bool(2 <= least <= greatest <= _LONGEST_WINDOW_S)


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """Times in seconds, sizes in per cent of a standing body's height.

    late_s: age at which turning points are final, so that reps are decided.
    window_s: minimum and maximum length of the window; in between it has `periods` usual periods.
    floor: minimum spread of a motion; a trunk length is about 30.
    reversal_share: the motion must come back by this share of the usual half cycle to make a turning point.
    memory_s: time over which the quality is averaged.
    """

    window_s: tuple[float, float] = matching(
        (8.0, 15.0), f"two lengths from 2 to {_LONGEST_WINDOW_S:g} s, the smaller first", _is_window
    )
    periods: float = bounded(3.0, above=0)
    floor: float = bounded(16.0, above=0)
    reversal_share: float = bounded(0.65, above=0, below=1)
    late_s: float = bounded(4.0, above=0)
    memory_s: float = bounded(60.0, above=0)

    def __post_init__(self) -> None:
        check_options(self)
        least = self.window_s[0]
        if not self.late_s <= least / 2:
            raise OptionError(
                f"option late_s must be at most half the least window, {least / 2:g} s, got {self.late_s}"
            )


class Channel:
    """Finds the reps in one channel. Memory is bounded for streams of any length.

    Args:
        limits: options of window and turning points.   half_cycles: options of half cycles and runs.
        interval_s: time between calls of `update`, seconds.

    Attributes:
        quality: 0..1, mean phase quality: how much of the motion its phase explains.
        pending: the reps that would count if no further sample came.
        in_progress: a rep that has gone as far as those before it, but has not come back; or None.
        single: a rep without others before or after it, or None.
    """

    def __init__(self, limits: ChannelOptions, half_cycles: HalfCycleOptions, interval_s: float) -> None:
        self._limits, self._half_cycle_limits = limits, half_cycles
        self._most_updates = limits.memory_s / interval_s
        capacity = int(limits.window_s[1] * RATE_HZ) + 2
        self._window = SampleWindow(capacity)
        self._eases: deque[float] = deque(maxlen=capacity)
        self._direction: DoubleArray | None = None
        self._period = _FIRST_PERIOD_S
        self._fixed: TurningPoint | None = None
        self._waiting: list[HalfCycle] = []
        self._changeable: list[TurningPoint] = []
        self._furthest: TurningPoint | None = None
        self._state = RunState()
        self._durations: deque[float] = deque(maxlen=_REMEMBERED_REPS)
        self._updates = 0
        self.quality = 0.0
        self.pending: tuple[PeriodicRep, ...] = ()
        self.in_progress: PeriodicRep | None = None
        self.single: PeriodicRep | None = None

    @property
    def period(self) -> float:
        """Usual time from one turning point to the next of the same kind, seconds."""
        return self._period

    @property
    def evenness(self) -> float:
        """0..1, mean ratio of the durations of successive reps, shorter to longer."""
        durations = [*self._durations, *(rep.t_end - rep.t_start for rep in self.pending)]
        if len(durations) < 2:
            return 0.0
        return fmean(min(a, b) / max(a, b, 1e-9) for a, b in pairwise(durations))

    def add(self, t: float, sample: DoubleArray, ease: float = 0.0) -> None:
        """Add one sample (D,) at `t` seconds, and the ease of its pose (see `signals.ease`)."""
        self._eases.append(ease)
        self._window.add(t, sample)

    def update(self, now: float) -> tuple[PeriodicRep, ...]:
        """Analyse the window that ends at `now` seconds; return the reps that are decided. `pending` is updated."""
        self._updates += 1
        quality = self._analyse(now)
        self.quality += (quality - self.quality) / min(self._updates, self._most_updates)
        decided = self._decide(now)
        self._durations.extend(rep.t_end - rep.t_start for rep in decided)
        self.pending = self._preview(now)
        return decided

    def _analyse(self, now: float) -> float:
        """Find the turning points in the window; return its phase quality."""
        low, high = self._limits.window_s
        times = self._window.times
        begin = int(times.searchsorted(now - min(max(self._limits.periods * self._period, low), high)))
        gaps = np.flatnonzero(times[begin + 1 :] - times[begin:-1] > GAP_S)
        begin += int(gaps[-1]) + 1 if len(gaps) else 0
        times = times[begin:].copy()
        self._furthest = None
        if len(times) < _LEAST_SAMPLES:
            return 0.0
        window = self._window.samples(begin)
        eases = list(self._eases)[begin:]
        step = (times[-1] - times[0]) / (len(times) - 1)
        direction = swing_direction(window, max(3, round(self._period / 2 / step)), self._direction)
        if direction is None:
            return 0.0
        self._direction = direction
        signal = (window - np.add.reduce(window, axis=0) / len(window)) @ direction
        width = spread(signal)
        if width < self._limits.floor:
            return 0.0
        reversal = threshold(signal, width, self._limits.reversal_share, self._limits.floor / 2)
        turns = zigzag(signal, reversal)
        self._replace(
            times[0], [TurningPoint(float(times[i]), kind, window[i], eases[i]) for i, kind in turns]
        )
        self._furthest = _furthest(signal, times, window, turns, eases)
        self._learn_period([(float(times[i]), kind) for i, kind in turns])
        return phase_quality(window, times, turns)

    def _replace(self, begin: float, turns: list[TurningPoint]) -> None:
        """Replace the turning points from `begin` seconds on that are not final. Maxima and minima alternate."""
        merged: list[TurningPoint] = []
        last = self._fixed
        for turn in [*(old for old in self._changeable if old.t < begin), *turns]:
            if last is None or (turn.t > last.t + _LEAST_INTERVAL_S and turn.direction != last.direction):
                merged.append(turn)
                last = turn
        self._changeable = merged

    def _learn_period(self, turns: Sequence[tuple[float, int]]) -> None:
        """Update the usual period from turning points (seconds, +1 or -1)."""
        same = [
            b - a
            for kind in (1, -1)
            for marks in ([t for t, direction in turns if direction == kind],)
            if len(marks) >= 3
            for a, b in pairwise(marks)
        ]
        if same:
            self._period = min(_LONGEST_PERIOD_S, median(same))
        elif len(turns) >= 2:
            self._period = min(_LONGEST_PERIOD_S, 2 * median(b[0] - a[0] for a, b in pairwise(turns)))

    def _decide(self, now: float) -> tuple[PeriodicRep, ...]:
        """Make old turning points final, decide the half cycles between them, and return the reps that are complete.

        The furthest point since the last turning point becomes final, too: a person who stands still has ended the rep.
        """
        settled = self._furthest
        if settled is not None and settled.t < now - self._limits.late_s:
            self._replace(math.inf, [settled])
            self._furthest = None
        while self._changeable and self._changeable[0].t < now - self._limits.late_s:
            turn = self._changeable.pop(0)
            if self._fixed is not None:
                self._waiting.append(HalfCycle.between(self._fixed, turn))
            self._fixed = turn
        reps: list[PeriodicRep] = []
        while self._waiting:
            ahead = self._ahead()
            young = now - self._waiting[0].end.t < _WAIT_S
            if young and is_undecided(self._state, ahead, self._half_cycle_limits):
                break
            self._state, done = advance(self._state, ahead, self._half_cycle_limits)
            self._waiting.pop(0)
            reps += done
        return tuple(reps)

    def _ahead(self) -> list[HalfCycle]:
        """All undecided half cycles; the one to the furthest point is last."""
        turns = [turn for turn in (self._fixed, *self._changeable, self._furthest) if turn is not None]
        return self._waiting + [
            HalfCycle.between(a, b) for a, b in pairwise(turns) if a.direction != b.direction
        ]

    def _preview(self, now: float) -> tuple[PeriodicRep, ...]:
        """The reps that would be decided if no further sample came."""
        state, ahead, limits = self._state, self._ahead(), self._half_cycle_limits
        row = [*(one for one, _, _ in state.past), *ahead][-_SINGLE_AMONG:]
        alone = (single_rep(out, back, limits) for out, back in pairwise(row))
        self.single = next((rep for rep in alone if rep is not None), None)
        reps: list[PeriodicRep] = []
        known: dict[int, float] = {}
        while ahead:
            state, done = advance(state, ahead, limits, known)
            ahead = ahead[1:]
            reps += done
        self.in_progress = rep_in_progress(state, now - max(self._limits.late_s, 2 * self._period), limits)
        return (*reps, *left_over(state, limits))


def _furthest(
    signal: DoubleArray,
    times: DoubleArray,
    window: DoubleArray,
    turns: list[tuple[int, int]],
    eases: Sequence[float],
) -> TurningPoint | None:
    """Where the motion has arrived since the last turning point: the first sample that is nearly at its furthest point."""
    if not turns:
        return None
    last, kind = turns[-1]
    if len(signal) - last < 2:
        return None
    way = kind * (signal[last] - signal[last:])
    i = last + int(np.argmax(way >= _ARRIVED_SHARE * way.max()))
    return TurningPoint(float(times[i]), -kind, window[i], eases[i])
