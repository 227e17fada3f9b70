"""Counts the reps of an exercise that was never seen before, online.

Two channels are watched (see `channels`); the one whose motion is explained best by its phase, and whose reps last alike,
is counted. What is decided is never taken back: a change of channel only affects what comes after the last decided rep.

    frames -> 15 Hz samples -> per channel: direction -> turning points -> legs -> reps -> one list of reps
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
from fitness.recognition.repetition.signals import CHANNELS, RATE_HZ, Sampler, Scaler, channel, ease
from fitness.types import DoubleArray, FloatArray

_FIRST_LOOK_S: Final = 1.0
_GUIDED: Final = "guided"
_GUIDE_UNIT: Final = 60.0
"""From the start to the turn of a known exercise, in the units of the channels."""
_GIVEN_BACK_S: Final = 15.0
"""A decided rep that another channel hid is given back for so long."""
_ROW: Final = 3
_ROW_EVENNESS: Final = 0.5
_ROW_PAUSE: Final = 0.5
_OVERLAP: Final = 0.3
"""Reps that another channel sees where the counted one sees none count from so many in a row on: each lasts at least this
share of the next one, the pause between them at most that share. And the share of a rep that may overlap a counted one."""


@dataclass(frozen=True, slots=True)
class PeriodicityOptions:
    """evenness_weight: weight of alike durations against the phase quality, when the channels are compared.
    height_bias: advantage of the channel "height" in that comparison.
    hold_bias: advantage of the channel that is being counted.
    hop: at every so many samples the motion is looked at again.
    guide_bias: advantage of the progress along a known motion, if one is given.
    lane, legs: limits of the stages, among them `lane.late_s`.
    """

    evenness_weight: float = bounded(0.35, low=0, high=1)
    height_bias: float = bounded(0.03, low=0, high=1)
    hold_bias: float = bounded(0.02, low=0, high=1)
    guide_bias: float = bounded(0.1, low=0, high=1)
    hop: int = bounded(1, low=1, high=RATE_HZ, whole=True)
    lane: ChannelOptions = of_type(ChannelOptions, ChannelOptions)
    legs: HalfCycleOptions = of_type(HalfCycleOptions, HalfCycleOptions)

    def __post_init__(self) -> None:
        check_options(self)


@dataclass(frozen=True, slots=True)
class PeriodicCount:
    """The state of counting after one frame.

    count: reps that are decided; only grows.   pending: reps seen that may still change.
    new: the reps that this frame decided.   pending_reps: the pending ones, in order of time.
    quality: 0..1, how much of the recent motion repeats.   period_s: usual length of a rep, seconds.
    """

    count: int = 0
    pending: int = 0
    new: tuple[PeriodicRep, ...] = ()
    pending_reps: tuple[PeriodicRep, ...] = ()
    quality: float = 0.0
    period_s: float | None = None

    @property
    def shown(self) -> int:
        """What a person is shown: decided and pending reps."""
        return self.count + self.pending


class PeriodicityCounter:
    """Feeds on landmarks in order of time; counts whatever is repeated.

    Args:
        options: see `PeriodicityOptions`.
        guide: samples of an exercise that is known to be done; how far along it a pose is is then watched too.
    """

    def __init__(self, options: PeriodicityOptions | None = None, guide: PhaseGuide | None = None) -> None:
        self.options = options or PeriodicityOptions()
        self._guide = guide
        self._names = (*CHANNELS, _GUIDED) if guide else CHANNELS
        self.reset()

    def reset(self) -> None:
        """Forget everything, the count too: the counter is as new."""
        o = self.options
        self._scaler, self._sampler = Scaler(), Sampler()
        self._lanes = {name: Channel(o.lane, o.legs, o.hop / RATE_HZ) for name in self._names}
        self._decided: dict[str, deque[PeriodicRep]] = {name: deque() for name in self._names}
        self._t: float | None = None
        self._first_t: float | None = None
        self._hop: int | None = None
        self._last_end = -math.inf
        self._best: str | None = None
        self._state = PeriodicCount()

    def step(
        self, t: float, landmarks: FloatArray | DoubleArray | None, space: str = "world"
    ) -> PeriodicCount:
        """The next frame, at `t` seconds -> the count.

        landmarks: (33, 3), or None where nobody was found. Only x and y (down) are used, beside the trunk's length.
        space: "world" (any unit; placed by the mid-hip), "image" (pixels, one unit for x and y), or "box" (each axis
            scaled to 0..1 over the landmarks of the frame).

        Raises:
            StateError: time does not increase.   OptionError: unknown space, or it changes.
        """
        if self._t is not None and t <= self._t:
            raise StateError(f"times must increase: {t} s came after {self._t} s")
        self._t = t
        points = None if landmarks is None else self._scaler.scale(landmarks, space)
        vectors = None if points is None else self._watched(points)
        sample = self._sampler.step(t, vectors)
        if sample is not None:
            moment, (*values, eased), _ = sample
            for lane, value in zip(self._lanes.values(), values, strict=True):
                lane.add(moment, value, float(eased[0]))
            self._first_t = moment if self._first_t is None else self._first_t
        if self._due(t):
            self._state = self._look(t)
        elif self._state.new:
            self._state = replace(self._state, new=())
        return self._state

    def _watched(self, points: DoubleArray) -> list[DoubleArray]:
        """The vector of each lane, and last the ease of the pose."""
        vectors = [channel(points, name) for name in CHANNELS]
        if self._guide is None:
            return [*vectors, np.array([ease(points)])]
        along = self._guide(points)
        return [*vectors, np.array([_GUIDE_UNIT * along]), np.array([-_GUIDE_UNIT * along])]

    def _due(self, t: float) -> bool:
        """Whether the window is to be looked at again: at every `hop` samples, once it is a second long."""
        if self._first_t is None or t - self._first_t < _FIRST_LOOK_S:
            return False
        number = math.floor(t * RATE_HZ / self.options.hop + 1e-6)
        due = number != self._hop
        self._hop = number
        return due

    def _look(self, t: float) -> PeriodicCount:
        """All lanes look at their windows; the best one is counted."""
        for name, lane in self._lanes.items():
            self._decided[name].extend(lane.hop(t))
        best = max(self._names, key=self._merit)
        self._best = best
        new = self._after_last(self._decided[best]) or self._stood_in(best)
        if new:
            self._last_end = new[-1].t_end
        for decided in self._decided.values():
            while decided and decided[0].t_end < max(self._last_end, t - _GIVEN_BACK_S):
                decided.popleft()
        lane = self._lanes[best]
        pending = self._after_last(lane.pending if lane.begun is None else (*lane.pending, lane.begun))
        count = self._state.count + len(new)
        if not count and not pending:
            pending = tuple(each.lone for each in self._lanes.values() if each.lone is not None)[:1]
        seen = count > 0 or bool(pending)
        return PeriodicCount(
            count, len(pending), new, pending, lane.dispersion, lane.period if seen else None
        )

    def _stood_in(self, best: str) -> tuple[PeriodicRep, ...]:
        """Even reps in a row that another channel sees where the best one has seen none, as after a change of view."""
        waiting = self._after_last(self._lanes[best].pending)
        for name in sorted(self._names, key=lambda name: -self._lanes[name].dispersion):
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
        lane = self._lanes[name]
        merit = lane.dispersion + self.options.evenness_weight * lane.evenness
        merit += {"height": self.options.height_bias, _GUIDED: self.options.guide_bias}.get(name, 0.0)
        return merit + (self.options.hold_bias if name == self._best else 0.0)

    def _after_last(self, reps: Iterable[PeriodicRep]) -> tuple[PeriodicRep, ...]:
        """The reps that lie, for the greater part, after the last one that was counted."""
        return tuple(rep for rep in reps if rep.t_peak > self._last_end)


def _follows(first: PeriodicRep, second: PeriodicRep) -> bool:
    """Whether two reps of one channel follow each other at an even pace."""
    a, b = first.t_end - first.t_start, second.t_end - second.t_start
    return second.t_start - first.t_end <= _ROW_PAUSE * b and min(a, b) >= _ROW_EVENNESS * max(a, b)
