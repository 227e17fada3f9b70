"""Counts the reps of an unknown exercise online.

Two channels (see `signals`) are analysed. Reps are counted in the channel with the highest phase quality and the most even
durations. Decided reps stay counted: a change of channel affects only the reps after it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fitness.errors import StateError
from fitness.options import bounded, check_options, of_type
from fitness.recognition.repetition.channel import Channel, ChannelOptions
from fitness.recognition.repetition.half_cycles import HalfCycleOptions, PeriodicRep
from fitness.recognition.repetition.phase_guide import PhaseGuide
from fitness.recognition.repetition.signals import CHANNELS, RATE_HZ, SLICES, Sampler, Scaler, channels, ease
from fitness.types import DoubleArray, FloatArray

_FIRST_UPDATE_S: Final = 1.0
"""Time until the first analysis, seconds."""
_GUIDED: Final = "guided"
_PLACES: Final = {**SLICES, _GUIDED: slice(-2, -1)}
"""Where the vector of each channel is in that of a sample; the last number of a sample is the ease of the pose."""
_GUIDE_UNIT: Final = 60.0
"""Distance from start to turning point of the guide, in the unit of the channels."""
_KEPT_S: Final = 15.0
"""How long decided reps of channels that are not counted are kept, seconds."""
_ROW: Final = 3
"""Minimum length of a row of reps in another channel to count, where the counted channel has none."""
_ROW_EVENNESS: Final = 0.5
"""Minimum ratio of the durations of successive reps in such a row."""
_ROW_PAUSE: Final = 0.5
"""Maximum pause in such a row, as a share of the duration of the next rep."""
_OVERLAP: Final = 0.3
"""A rep of such a row overlaps the last counted rep by at most this share of its duration."""


@dataclass(frozen=True, slots=True)
class PeriodicityOptions:
    """How channels are compared.

    evenness_weight: weight of even durations, where the phase quality has weight 1.
    height_bias: advantage of the channel "height".   counted_bias: advantage of the channel that is counted now.
    guide_bias: advantage of the channel of the phase guide.
    every: number of samples from one analysis of the motion to the next.
    channel, half_cycles: options of the stages.
    """

    evenness_weight: float = bounded(0.35, low=0, high=1)
    height_bias: float = bounded(0.03, low=0, high=1)
    counted_bias: float = bounded(0.02, low=0, high=1)
    guide_bias: float = bounded(0.1, low=0, high=1)
    every: int = bounded(1, low=1, high=RATE_HZ, whole=True)
    channel: ChannelOptions = of_type(ChannelOptions, ChannelOptions)
    half_cycles: HalfCycleOptions = of_type(HalfCycleOptions, HalfCycleOptions)

    def __post_init__(self) -> None:
        check_options(self)


@dataclass(frozen=True, slots=True)
class PeriodicCount:
    """The state of counting after one frame.

    count: number of decided reps; it never decreases.   pending: number of reps that may still change.
    new: the reps that this frame decided.   pending_reps: the pending reps, in time order.
    quality: 0..1, how much of the recent motion repeats.   period_s: usual duration of a rep, seconds.
    """

    count: int = 0
    pending: int = 0
    new: tuple[PeriodicRep, ...] = ()
    pending_reps: tuple[PeriodicRep, ...] = ()
    quality: float = 0.0
    period_s: float | None = None

    @property
    def shown(self) -> int:
        """The number to show: decided and pending reps."""
        return self.count + self.pending


class PeriodicityCounter:
    """Counts repeated motion in landmarks in time order.

    Args:
        options: see `PeriodicityOptions`.
        guide: adds a third channel, how far a pose is along a known exercise. None: no exercise is known.
    """

    def __init__(self, options: PeriodicityOptions | None = None, guide: PhaseGuide | None = None) -> None:
        self.options = options or PeriodicityOptions()
        self._guide = guide
        self._names = (*CHANNELS, _GUIDED) if guide else CHANNELS
        self.reset()

    def reset(self) -> None:
        """Forget all frames and the count."""
        o = self.options
        self._scaler, self._sampler = Scaler(), Sampler()
        self._channels = {name: Channel(o.channel, o.half_cycles, o.every / RATE_HZ) for name in self._names}
        self._decided: dict[str, deque[PeriodicRep]] = {name: deque() for name in self._names}
        self._t: float | None = None
        self._first_t: float | None = None
        self._update_number: int | None = None
        self._last_end = -math.inf
        self._best: str | None = None
        self._state = PeriodicCount()

    def step(
        self, t: float, landmarks: FloatArray | DoubleArray | None, space: str = "world"
    ) -> PeriodicCount:
        """Add the frame at `t` seconds; return the count.

        Args:
            landmarks: (33, 3), or None if nobody was found. Only x, y (down) and the trunk length are used.
            space: "world" (any unit, relative to the mid-hip), "image" (pixels), or "box" (each axis scaled to 0..1 over
                the landmarks of the frame).

        Raises:
            StateError: time does not increase.   OptionError: the space is unknown, or differs from the last one.
        """
        if self._t is not None and t <= self._t:
            raise StateError(f"times must increase: {t} s came after {self._t} s")
        self._t = t
        points = None if landmarks is None else self._scaler.scale(landmarks, space)
        sample = self._sampler.step(t, None if points is None else self._vector(points))
        if sample is not None:
            moment, vector = sample
            for name, one in self._channels.items():
                one.add(moment, vector[_PLACES[name]], float(vector[-1]))
            self._first_t = moment if self._first_t is None else self._first_t
        if self._is_due(t):
            self._state = self._update(t)
        elif self._state.new:
            self._state = replace(self._state, new=())
        return self._state

    def _vector(self, points: DoubleArray) -> DoubleArray:
        """(D,) the vectors of all channels, then the ease of the pose (see `signals.ease`)."""
        if self._guide is None:
            return np.concatenate([channels(points), (ease(points),)])
        along = _GUIDE_UNIT * self._guide(points)
        return np.concatenate([channels(points), (along, -along)])

    def _is_due(self, t: float) -> bool:
        """Whether to analyse the channels now: after each `every` samples, from the first second on."""
        if self._first_t is None or t - self._first_t < _FIRST_UPDATE_S:
            return False
        number = math.floor(t * RATE_HZ / self.options.every + 1e-6)
        due = number != self._update_number
        self._update_number = number
        return due

    def _update(self, t: float) -> PeriodicCount:
        """Analyse all channels, and count the reps of the best one."""
        for name, one in self._channels.items():
            self._decided[name].extend(one.update(t))
        best = max(self._names, key=self._merit)
        self._best = best
        new = self._after_last(self._decided[best]) or self._from_other_channel(best)
        if new:
            self._last_end = new[-1].t_end
        for decided in self._decided.values():
            while decided and decided[0].t_end < max(self._last_end, t - _KEPT_S):
                decided.popleft()
        shown = self._channels[best]
        pending = self._after_last(
            shown.pending if shown.in_progress is None else (*shown.pending, shown.in_progress)
        )
        count = self._state.count + len(new)
        if not count and not pending:
            pending = tuple(one.single for one in self._channels.values() if one.single is not None)[:1]
        seen = count > 0 or bool(pending)
        return PeriodicCount(count, len(pending), new, pending, shown.quality, shown.period if seen else None)

    def _from_other_channel(self, best: str) -> tuple[PeriodicRep, ...]:
        """A row of even reps in another channel where the best one has none, as after the camera moved."""
        waiting = self._after_last(self._channels[best].pending)
        for name in sorted(self._names, key=lambda name: -self._channels[name].quality):
            row: list[PeriodicRep] = []
            for rep in reversed(self._decided[name] if name != best else ()):
                fits = rep.t_start >= self._last_end - _OVERLAP * (rep.t_end - rep.t_start)
                if rep.t_peak <= self._last_end or not fits or (row and not _follows(rep, row[0])):
                    break
                row.insert(0, rep)
            if len(row) >= _ROW and not (waiting and waiting[0].t_start < row[-1].t_end):
                return tuple(row)
        return ()

    def _merit(self, name: str) -> float:
        """How well a channel suits for counting; only differences between channels matter."""
        one = self._channels[name]
        merit = one.quality + self.options.evenness_weight * one.evenness
        merit += {"height": self.options.height_bias, _GUIDED: self.options.guide_bias}.get(name, 0.0)
        return merit + (self.options.counted_bias if name == self._best else 0.0)

    def _after_last(self, reps: Iterable[PeriodicRep]) -> tuple[PeriodicRep, ...]:
        """The reps whose turning point is after the last counted rep."""
        return tuple(rep for rep in reps if rep.t_peak > self._last_end)


def _follows(first: PeriodicRep, second: PeriodicRep) -> bool:
    """Whether two reps of one channel have similar durations and no long pause in between."""
    a, b = first.t_end - first.t_start, second.t_end - second.t_start
    return second.t_start - first.t_end <= _ROW_PAUSE * b and min(a, b) >= _ROW_EVENNESS * max(a, b)
