"""One channel of a stream: samples in, decided reps and pending reps out."""

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
    HalfCycleOptions,
    Leg,
    PeriodicRep,
    RunState,
    Turn,
    advance,
    begun,
    left_over,
    lone_rep,
    undecided,
)
from fitness.recognition.repetition.signals import GAP_S, RATE_HZ
from fitness.recognition.repetition.turning_points import (
    phase_quality,
    spread,
    swing_direction,
    threshold,
    zigzag,
)
from fitness.types import DoubleArray

_FIRST_PERIOD_S: Final = 2.0
_LONGEST_PERIOD_S: Final = 8.0
_LONGEST_WINDOW_S: Final = 60.0
_LEAST_SAMPLES: Final = 8
_REFRACTORY_S: Final = 0.2
_ARRIVED_SHARE: Final = 0.9
_HOLD_S: Final = 12.0
_REMEMBERED_REPS: Final = 30
_LONE_LEGS: Final = 6
"""A rep that stands alone is forgotten when so many legs came that are not its like."""


def _is_window(value: Any) -> bool:
    least, greatest = value
    return bool(2 <= least <= greatest <= _LONGEST_WINDOW_S)


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """Times in seconds, lengths in per cent of a standing body's height.

    late_s: a turning point that is older than this is not changed any more, so a rep is decided then.
    window_s: least and greatest length of the window; `periods` usual periods lie between them.
    floor: least spread of a motion; 30 are about the length of a trunk.
    leg_share: share of the usual leg by which the motion must come back.
    memory_s: the running quality is a mean over so long.
    """

    window_s: tuple[float, float] = matching(
        (8.0, 15.0), f"two lengths from 2 to {_LONGEST_WINDOW_S:g} s, the lesser first", _is_window
    )
    periods: float = bounded(3.0, above=0)
    floor: float = bounded(16.0, above=0)
    leg_share: float = bounded(0.7, above=0, below=1)
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
    """Finds the reps in one channel. Memory is bounded; nothing depends on how long the stream is."""

    def __init__(self, limits: ChannelOptions, legs: HalfCycleOptions, hop_s: float) -> None:
        self._limits, self._leg_limits = limits, legs
        self._hops = limits.memory_s / hop_s
        capacity = int(limits.window_s[1] * RATE_HZ) + 2
        self._times: deque[float] = deque(maxlen=capacity)
        self._samples: deque[DoubleArray] = deque(maxlen=capacity)
        self._eases: deque[float] = deque(maxlen=capacity)
        self._direction: DoubleArray | None = None
        self._period = _FIRST_PERIOD_S
        self._fixed: Turn | None = None
        self._held: list[Leg] = []
        self._loose: list[Turn] = []
        self._open: Turn | None = None
        self._state = RunState()
        self._durations: deque[float] = deque(maxlen=_REMEMBERED_REPS)
        self._hop = 0
        self.dispersion = 0.0
        self.pending: tuple[PeriodicRep, ...] = ()
        self.begun: PeriodicRep | None = None
        self.lone: PeriodicRep | None = None

    @property
    def period(self) -> float:
        """Usual seconds from one turning point to the next of the same kind."""
        return self._period

    @property
    def evenness(self) -> float:
        """0..1, mean ratio of the durations of successive reps, the shorter over the longer."""
        durations = [*self._durations, *(rep.t_end - rep.t_start for rep in self.pending)]
        if len(durations) < 2:
            return 0.0
        return fmean(min(a, b) / max(a, b, 1e-9) for a, b in pairwise(durations))

    def add(self, t: float, sample: DoubleArray, ease: float = 0.0) -> None:
        """One sample (D,) at `t` seconds, and the ease of its pose (see `channels.ease`)."""
        self._times.append(t)
        self._eases.append(ease)
        self._samples.append(sample)

    def hop(self, now: float) -> tuple[PeriodicRep, ...]:
        """Look at the window that ends `now` -> the reps that are decided by it. `pending` is replaced."""
        self._hop += 1
        quality = self._look(now)
        self.dispersion += (quality - self.dispersion) / min(self._hop, self._hops)
        decided = self._decide(now)
        self._durations.extend(rep.t_end - rep.t_start for rep in decided)
        self.pending = self._preview(now)
        return decided

    def _look(self, now: float) -> float:
        """Find the turning points again in the window; its phase quality."""
        low, high = self._limits.window_s
        times = np.array(self._times)
        begin = int(np.searchsorted(times, now - min(max(self._limits.periods * self._period, low), high)))
        gaps = np.flatnonzero(np.diff(times[begin:]) > GAP_S)
        begin += int(gaps[-1]) + 1 if len(gaps) else 0
        times = times[begin:]
        self._open = None
        if len(times) < _LEAST_SAMPLES:
            return 0.0
        window = np.array(self._samples)[begin:]
        eases = list(self._eases)[begin:]
        step = (times[-1] - times[0]) / (len(times) - 1)
        direction = swing_direction(window, max(3, round(self._period / 2 / step)), self._direction)
        if direction is None:
            return 0.0
        self._direction = direction
        signal = (window - window.mean(axis=0)) @ direction
        width = spread(signal)
        if width < self._limits.floor:
            return 0.0
        turns = zigzag(signal, threshold(signal, width, self._limits.leg_share, self._limits.floor / 2))
        self._replace(times[0], [Turn(float(times[i]), kind, window[i], eases[i]) for i, kind in turns])
        self._open = _open_turn(signal, times, window, turns, eases)
        self._learn_period([(float(times[i]), kind) for i, kind in turns])
        return phase_quality(window, times, turns)

    def _replace(self, begin: float, turns: list[Turn]) -> None:
        """Loose turning points inside the window give way to the new ones; alternation is kept."""
        merged: list[Turn] = []
        last = self._fixed
        for turn in [*(old for old in self._loose if old.t < begin), *turns]:
            if last is None or (turn.t > last.t + _REFRACTORY_S and turn.direction != last.direction):
                merged.append(turn)
                last = turn
        self._loose = merged

    def _learn_period(self, turns: Sequence[tuple[float, int]]) -> None:
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
        """Fix the turning points that are old enough and decide the legs between them.

        The open one is fixed too: standing still after the last rep ends it.
        """
        settled = self._open
        if settled is not None and settled.t < now - self._limits.late_s:
            self._replace(math.inf, [settled])
            self._open = None
        while self._loose and self._loose[0].t < now - self._limits.late_s:
            turn = self._loose.pop(0)
            if self._fixed is not None:
                self._held.append(Leg.between(self._fixed, turn))
            self._fixed = turn
        reps: list[PeriodicRep] = []
        while self._held:
            ahead = self._ahead()
            young = now - self._held[0].end.t < _HOLD_S
            if young and undecided(self._state, ahead, self._leg_limits):
                break
            self._state, done = advance(self._state, ahead, self._leg_limits)
            self._held.pop(0)
            reps += done
        return tuple(reps)

    def _ahead(self) -> list[Leg]:
        """All legs that are not decided, the open one last."""
        turns = [turn for turn in (self._fixed, *self._loose, self._open) if turn is not None]
        return self._held + [Leg.between(a, b) for a, b in pairwise(turns) if a.direction != b.direction]

    def _preview(self, now: float) -> tuple[PeriodicRep, ...]:
        """The reps that would be decided if nothing else happened."""
        state, ahead = self._state, self._ahead()
        row = [*(leg for leg, _, _ in state.past), *ahead][-_LONE_LEGS:]
        alone = (lone_rep(out, back, self._leg_limits) for out, back in pairwise(row))
        self.lone = next((rep for rep in alone if rep is not None), None)
        reps: list[PeriodicRep] = []
        while ahead:
            state, done = advance(state, ahead, self._leg_limits)
            ahead = ahead[1:]
            reps += done
        self.begun = begun(state, now - max(self._limits.late_s, 2 * self._period), self._leg_limits)
        return (*reps, *left_over(state, self._leg_limits))


def _open_turn(
    signal: DoubleArray,
    times: DoubleArray,
    window: DoubleArray,
    turns: list[tuple[int, int]],
    eases: Sequence[float],
) -> Turn | None:
    """Where the motion has gone to since the last turning point: the first moment that is nearly as far as any since."""
    if not turns:
        return None
    last, kind = turns[-1]
    if len(signal) - last < 2:
        return None
    way = kind * (signal[last] - signal[last:])
    i = last + int(np.argmax(way >= _ARRIVED_SHARE * way.max()))
    return Turn(float(times[i]), -kind, window[i], eases[i])
