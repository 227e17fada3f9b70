"""Finds swings that may be reps: a signal falls to a turning point and comes back by at least 60 %.

Every signal is followed at three scales, so a small rep inside a large movement and a large one with wobbles are both
proposed. Nothing is decided here: the model gives each swing its probabilities, and most are not reps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fitness.recognition.trajectory.samples import GAP_S, SIGNALS, BodySample, SignalTracker

SCALES_DEG: Final = (14.0, 24.0, 38.0)
"""How far a signal must come back to make a turning point, at each scale, degrees."""

RETURN: Final = 0.6
"""Share of the fall by which a signal must have come back for a swing to be complete."""

_DOWN: Final = (0.9, 0.6, 0.3)
_UP: Final = (0.3, 0.6)
"""Heights above the turning point, as shares of the fall, at which the pose is sampled on the way down and up."""
_UP_FROM_START: Final = (0.4, 0.95)
"""The same for a swing that begins at the turning point, as shares of the rise so far."""
_PAUSE: Final = 0.15
"""The signal is at the turning point within this share of the fall from it."""
_LONGEST: Final = 400
"""Maximum samples of a swing: 20 s."""
_KEPT: Final = 700
_TRIM: Final = 200
"""Samples are kept until there are `_KEPT` + `_TRIM`; then the oldest `_TRIM` are dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A swing that may be a rep.

    signal: index into `SIGNALS`.
    t_start, t_turn, t_end: seconds; leaving the start, middle of the time at the turning point, coming back far enough.
    t_lowest: seconds, time of the lowest signal.   lowest_deg: the signal at that time.
    fall_deg: how far the signal fell; if `from_turn`, how far it rose.
    from_turn: the stream began on the way to the turning point, or at it.   seen_fall_deg: the fall within the stream.
    phase_times_s: six times at which the pose is sampled.
    down_s, up_s, pause_s: seconds of the way down, of the way up so far, and at the turning point.
    """

    signal: int
    t_start: float
    t_turn: float
    t_lowest: float
    t_end: float
    fall_deg: float
    lowest_deg: float
    from_turn: bool
    phase_times_s: tuple[float, ...]
    down_s: float
    up_s: float
    pause_s: float
    seen_fall_deg: float


_Turn: TypeAlias = tuple[int, int, bool]
"""Sample numbers of the start and of the turning point of a swing, and whether the stream began at the turning point."""


class _Zigzag:
    """Finds turning points of one signal at one scale.

    A large fall that is not made up for hides nothing: smaller swings after it are found within it. When a set begins with
    straight arms and continues with bent ones, no rep comes back by 60 % of the first fall.
    """

    __slots__ = ("_direction", "_high", "_low", "_peak", "_reported", "_scale", "_start", "_within")

    def __init__(self, scale_deg: float, start: int) -> None:
        self._scale = scale_deg
        self._direction = 0
        self._high = self._low = self._start = start
        self._peak = start
        self._reported = -1
        self._within: _Zigzag | None = None

    @classmethod
    def _rising(cls, scale_deg: float, at: int) -> _Zigzag:
        """One that begins at sample number `at`, where the signal has risen."""
        made = cls(scale_deg, at)
        made._direction = 1
        return made

    def step(self, signal: Sequence[float], at: int, offset: int) -> tuple[_Turn, ...]:
        """Add sample number `at`; return the turning points of the swings that it completes.

        offset: number of the first sample in `signal`.
        """
        inner = () if self._within is None else self._within.step(signal, at, offset)
        value = signal[at - offset]
        if self._direction >= 0 and value > signal[self._high - offset]:
            self._high = at
        if self._direction <= 0 and value < signal[self._low - offset]:
            self._low = at
        if self._direction >= 0 and value < signal[self._high - offset] - self._scale:
            self._direction, self._peak, self._low = -1, self._high, at
        elif self._direction <= 0 and value > signal[self._low - offset] + self._scale:
            if self._direction == 0:
                fresh = self._reported != self._low
                self._reported = self._low
                self._direction, self._high = 1, at
                return ((self._start, self._low, True),) if fresh else ()
            peak = max(self._peak, offset)
            if value - signal[self._low - offset] >= RETURN * (
                signal[peak - offset] - signal[self._low - offset]
            ):
                self._direction, self._high, self._within = 1, at, None
                return (*inner, (self._peak, self._low, False))
            if self._within is None:
                self._within = _Zigzag._rising(self._scale, at)
        return inner

    def forget(self, first: int) -> None:
        """Forget samples before number `first`."""
        self._high, self._low, self._peak = (max(one, first) for one in (self._high, self._low, self._peak))
        if self._within is not None:
            self._within.forget(first)


class ProposalFinder:
    """Finds swings in samples in time order.

    samples, times: the last half minute of samples, and their times in seconds.
    """

    def __init__(self) -> None:
        self.samples: list[BodySample] = []
        self._tracker = SignalTracker()
        self.times: list[float] = []
        self._signals: list[list[float]] = [[] for _ in SIGNALS]
        self._offset = 0
        self._first = 0
        self._zigzags: list[list[_Zigzag]] = []
        self._proposed: set[tuple[int, int, int, bool]] = set()

    def step(self, sample: BodySample) -> list[Proposal]:
        """Add the next sample; return the swings that it completes."""
        number = self._offset + len(self.times)
        fresh = not self.times or sample.t - self.times[-1] > GAP_S
        self.times.append(sample.t)
        self.samples.append(sample)
        for signal, value in zip(self._signals, self._tracker.step(sample), strict=True):
            signal.append(value)
        if fresh:
            self._first = number
            self._zigzags = [[_Zigzag(scale, number) for scale in SCALES_DEG] for _ in SIGNALS]
            self._proposed.clear()
            return []
        found = []
        for at, (signal, scales) in enumerate(zip(self._signals, self._zigzags, strict=True)):
            for zigzag in scales:
                for turn in zigzag.step(signal, number, self._offset):
                    if (proposal := self._proposal(at, *turn, number)) is not None:
                        found.append(proposal)
        self._trim()
        return found

    def _trim(self) -> None:
        """Drop the oldest samples when there are too many."""
        if len(self.times) < _KEPT + _TRIM:
            return
        del self.times[:_TRIM], self.samples[:_TRIM]
        for signal in self._signals:
            del signal[:_TRIM]
        self._offset += _TRIM
        for scales in self._zigzags:
            for zigzag in scales:
                zigzag.forget(self._offset)
        self._proposed = {one for one in self._proposed if one[1] >= self._offset}

    def _proposal(self, at: int, start: int, turn: int, from_turn: bool, end: int) -> Proposal | None:
        """The swing of signal `at` between sample numbers `start` and `end`; None if it was proposed before."""
        start = max(start, end - _LONGEST, self._offset)
        key = (at, turn, start, from_turn)
        if turn < start or key in self._proposed:
            return None
        self._proposed.add(key)
        t, x = self.times, self._signals[at]
        first, low, last = start - self._offset, turn - self._offset, end - self._offset
        fall = (x[last] if from_turn else x[first]) - x[low]
        shares = _UP_FROM_START if from_turn else _UP
        up = [_reached(t, x, low, last, x[low] + share * fall) for share in shares]
        if from_turn:
            down = [up[1], up[1], up[0]]
            t_start = t[low]
        else:
            down = [_reached(t, x, low, first, x[low] + share * fall) for share in _DOWN]
            t_start = down[0]
        near = x[low] + _PAUSE * fall
        left, right = low, low
        while left > first and x[left - 1] <= near:
            left -= 1
        while right < last and x[right + 1] <= near:
            right += 1
        return Proposal(
            signal=at,
            t_start=t_start,
            t_turn=max(t_start, (t[left] + t[right]) / 2),
            t_lowest=t[low],
            t_end=t[last],
            fall_deg=fall,
            lowest_deg=x[low],
            from_turn=from_turn,
            phase_times_s=(*down, t[low], *up),
            down_s=up[1] - t[low] if from_turn else t[low] - down[0],
            up_s=up[1] - t[low],
            pause_s=t[right] - t[left],
            seen_fall_deg=x[first] - x[low],
        )


def _reached(t: Sequence[float], x: Sequence[float], at: int, end: int, level: float) -> float:
    """The time at which the signal first reaches `level` between samples `at` and `end`; the time of `end` if never."""
    step = 1 if end >= at else -1
    while at != end:
        if x[at + step] >= level:
            rise = x[at + step] - x[at]
            share = (level - x[at]) / rise if rise else 1.0
            return t[at] + share * (t[at + step] - t[at])
        at += step
    return t[end]
