"""Counts the reps of one exercise: swings of its joint angle that look like the exercise.

The machine has two states. Let `reversal` be the angle by which the joint must come back before a turning point counts::

                angle < top - reversal
      AT_TOP  ---------------------------->  AT_BOTTOM
        ^                                        |
        +----------------------------------------+
                angle > bottom + reversal: a candidate rep

A stream that starts at the bottom begins in AT_BOTTOM as soon as the angle has risen by `reversal`. A candidate
becomes a rep when, over its span, the k-NN saw the exercise and its bottom, the pose was near enough to known
samples, and the body was bent and tilted as the exercise asks. So the angle finds the turning points, and the
classifier decides what they are.

`reversal` follows the person: a share of the median of the recent swings, between two limits, so that a wobble at the top
is no rep and shallow reps of a tired person still are.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from fitness.errors import OptionError
from fitness.recognition.exercises import Exercise


@dataclass(frozen=True, slots=True)
class CounterOptions:
    """Thresholds of the counter; angles in degrees, times in seconds, shares 0..1.

    reversal_deg: least swing back.   reversal_cap_deg: most that the person's own range can raise it to.
    range_share: share of the recent range that `reversal` follows.   range_count: over how many swings.
    range_memory_s: the range is forgotten after so long without a swing.
    smoothing_s: time constant of the angle's EMA.   gap_s: without a pose for so long, swings start afresh.
    lead_s, descent_s: the rep's span begins `lead_s` before the joint leaves the top, at most `descent_s` before the bottom.
    min_quality: least product of mean pose score and mean visibility of the joints that the exercise needs (on the
        better side) over the span: guessed landmarks are not counted.
    min_exercise: least mean share of the exercise's classes in the votes over the span.
    min_total: least sum of that and the share of the bottom class around the bottom.
    confirmed_relief: factor on these two soon after a counted rep: the exercise is then known.
    max_distance: greatest mean distance to the nearest samples over the span.
    min_interval_s: least time between two reps.
    min_interval_share: least time between two turning points, as a share of the median of the recent ones.
    learn_share: mean share of the exercise from which on a swing teaches the range.
    memory_s: how far back a rep's beginning is looked for.
    """

    reversal_deg: float = 32.0
    reversal_cap_deg: float = 47.0
    range_share: float = 0.6
    range_count: int = 5
    range_memory_s: float = 6.0
    smoothing_s: float = 0.03
    gap_s: float = 1.5
    lead_s: float = 0.25
    descent_s: float = 2.5
    min_quality: float = 0.76
    min_exercise: float = 0.55
    min_total: float = 0.85
    confirmed_relief: float = 0.8
    max_distance: float = 0.13
    min_interval_s: float = 0.25
    min_interval_share: float = 0.35
    learn_share: float = 0.5
    memory_s: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.reversal_deg <= self.reversal_cap_deg:
            raise OptionError(
                "reversal_deg must be greater than 0 and at most reversal_cap_deg, "
                f"got {self.reversal_deg} and {self.reversal_cap_deg}"
            )
        for name in ("min_exercise", "learn_share", "range_share", "min_quality"):
            if not 0 <= getattr(self, name) <= 1:
                raise OptionError(f"{name} must be between 0 and 1, got {getattr(self, name)}")
        for name in ("smoothing_s", "gap_s", "range_memory_s", "descent_s", "memory_s"):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} must be greater than 0, got {getattr(self, name)}")
        at_least_0 = (
            "lead_s",
            "min_total",
            "confirmed_relief",
            "max_distance",
            "min_interval_s",
            "min_interval_share",
        )
        for name in at_least_0:
            if not getattr(self, name) >= 0:
                raise OptionError(f"{name} must be at least 0, got {getattr(self, name)}")
        if self.range_count < 1:
            raise OptionError(f"range_count must be at least 1, got {self.range_count}")


@dataclass(frozen=True, slots=True)
class Observation:
    """What one frame says about one exercise.

    t: seconds.   angle_deg: the swinging joint, mean of both sides.   exercise: share of votes for its two classes.
    bottom: share for its bottom class.   distance: to the nearest samples.   tilt_deg: trunk from upright.
    score: that a person is there, 0..1.   visibility: of the joints that the exercise needs, on the better side, 0..1.
    postures_deg: the angles of the exercise's `postures`, in their order.
    """

    t: float
    angle_deg: float
    exercise: float
    bottom: float
    distance: float
    tilt_deg: float
    score: float = 1.0
    visibility: float = 1.0
    postures_deg: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Means over the span of a swing; angle, tilt and bottom votes around its turning point.

    postures: whether the exercise's further limits are kept.
    """

    exercise: float
    bottom: float
    distance: float
    score: float
    visibility: float
    angle_deg: float
    tilt_deg: float
    postures: bool = True


@dataclass(frozen=True, slots=True)
class Swing:
    """A candidate rep: down and back up.

    t_start, t_bottom, t_end: seconds; leaving the top, turning point, coming back far enough.
    evidence: what was seen.   accepted: whether it counts.   reason: which limit it fails, or "".
    confidence: 0..1, 0 for one that does not count.
    """

    t_start: float
    t_bottom: float
    t_end: float
    evidence: Evidence
    accepted: bool
    reason: str
    confidence: float


class SwingCounter:
    """Finds the reps of one exercise in a stream of observations whose times increase."""

    def __init__(self, exercise: Exercise, options: CounterOptions | None = None) -> None:
        self.exercise = exercise
        self.options = options or CounterOptions()
        self._last_rep_t = -math.inf
        self._bottoms: deque[float] = deque(maxlen=self.options.range_count + 1)
        self.reset()

    def reset(self) -> None:
        """Forget the running swing and the person's range; the time of the last rep stays."""
        self._history: deque[Observation] = deque()
        self._ranges: deque[float] = deque(maxlen=self.options.range_count)
        self._range_t = -math.inf
        self._restart()

    def _restart(self) -> None:
        self._history.clear()
        self._smooth: float | None = None
        self._at_top: bool | None = None
        self._top = self._bottom = (0.0, 0.0)
        self._last_top = 0.0
        self._open: tuple[float, float, float] | None = None

    @property
    def reversal_deg(self) -> float:
        """By how much the angle must come back now."""
        o = self.options
        least = self.exercise.reversal_deg or o.reversal_deg
        if not self._ranges:
            return least
        return max(least, min(o.reversal_cap_deg, o.range_share * median(self._ranges)))

    @property
    def phase(self) -> float | None:
        """0 at the top .. 1 at the bottom of the usual range; None before the first pose."""
        if self._smooth is None:
            return None
        usual = median(self._ranges) if self._ranges else self.exercise.usual_range_deg
        return min(1.0, max(0.0, (max(self._top[1], self._last_top) - self._smooth) / usual))

    def step(self, seen: Observation) -> Swing | None:
        """The swing that this frame completes, counted or not, or None."""
        if self._history and seen.t - self._history[-1].t > self.options.gap_s:
            self._restart()
        if seen.t - self._range_t > self.options.range_memory_s:
            self._ranges.clear()
        angle = self._smoothed(seen)
        seen = replace(seen, angle_deg=angle)
        self._history.append(seen)
        self._forget_before(seen.t - self.options.memory_s)
        return self._turn(seen.t, angle)

    def _smoothed(self, seen: Observation) -> float:
        if self._smooth is None:
            self._smooth = seen.angle_deg
        else:
            dt = seen.t - self._history[-1].t
            self._smooth += (1 - math.exp(-dt / self.options.smoothing_s)) * (seen.angle_deg - self._smooth)
        return self._smooth

    def _turn(self, t: float, angle: float) -> Swing | None:
        """The two states; before the first turn both extremes are watched."""
        if self._at_top is None:
            if len(self._history) == 1:
                self._top = self._bottom = (t, angle)
            if angle > self._top[1]:
                self._top = (t, angle)
            if angle < self._bottom[1]:
                self._bottom = (t, angle)
            if angle < self._top[1] - self.reversal_deg:
                self._at_top, self._bottom = False, (t, angle)
            elif angle > self._bottom[1] + self.reversal_deg:
                return self._complete(t, angle, fall=None)
            return None
        if self._at_top:
            if angle > self._top[1]:
                self._top = (t, angle)
            elif angle < self._top[1] - self.reversal_deg:
                self._learn()
                self._at_top, self._bottom = False, (t, angle)
            return None
        if angle < self._bottom[1]:
            self._bottom = (t, angle)
        elif angle > self._bottom[1] + self.reversal_deg:
            return self._complete(t, angle, fall=self._top[1] - self._bottom[1])
        return None

    def _complete(self, t: float, angle: float, fall: float | None) -> Swing:
        """The joint came back: judge the swing, go to the top."""
        swing = self._judge(t, fall)
        if swing.evidence.exercise >= self.options.learn_share:
            self._open = (swing.t_bottom, self._bottom[1], math.inf if fall is None else fall)
        else:
            self._open = None
        self._last_top = self._top[1]
        self._at_top, self._top = True, (t, angle)
        if swing.accepted:
            self._last_rep_t = t
            self._bottoms.append(swing.t_bottom)
        self._forget_before(swing.t_bottom)
        return swing

    def _learn(self) -> None:
        """The next descent began, so the last swing's rise is known: it teaches the person's range."""
        if self._open is not None:
            _, bottom, fall = self._open
            self._ranges.append(min(fall, self._top[1] - bottom))
            self._range_t = self._history[-1].t
            self._open = None

    def _judge(self, t: float, fall: float | None) -> Swing:
        o = self.options
        t_bottom, bottom_angle = self._bottom
        t_leave = self._history[0].t
        if fall is not None:
            high = bottom_angle + 0.8 * fall
            for seen in reversed(self._history):
                if seen.t < t_bottom and seen.angle_deg > high:
                    t_leave = seen.t
                    break
        t_start = max(t_leave, t_bottom - o.descent_s)
        span = [s for s in self._history if s.t >= t_start - o.lead_s]
        margin = min(max(0.15 * (t - t_start), 0.1), 0.3)
        low = [s for s in span if abs(s.t - t_bottom) <= margin]
        evidence = Evidence(
            exercise=fmean(s.exercise for s in span),
            bottom=fmean(s.bottom for s in low),
            distance=fmean(s.distance for s in span),
            score=fmean(s.score for s in span),
            visibility=fmean(s.visibility for s in span),
            angle_deg=bottom_angle,
            tilt_deg=median(s.tilt_deg for s in low),
            postures=self._postures([s for s in span if s.t >= t_start], low),
        )
        reason = self._reason(evidence, t) or self._too_soon(t, t_bottom)
        confidence = 0.0 if reason else self._confidence(evidence)
        return Swing(t_leave, t_bottom, t, evidence, not reason, reason, confidence)

    def _confidence(self, evidence: Evidence) -> float:
        """0..1: the votes, or how well the joints were seen where there are none."""
        if not self.exercise.has_samples:
            return min(1.0, evidence.score * evidence.visibility)
        return min(1.0, (evidence.exercise + evidence.bottom) / 2)

    def _postures(self, span: Sequence[Observation], low: Sequence[Observation]) -> bool:
        """Whether the exercise's further limits are kept in a swing over `span` with its turning point in `low`."""
        for k, limit in enumerate(self.exercise.postures):
            start, turn, end = (
                span[0].postures_deg[k], median(s.postures_deg[k] for s in low), span[-1].postures_deg[k],
            )  # fmt: skip
            asked = {"turn": (turn,), "ends": (start, end), "start": (start,)}[limit.at]
            if not all(limit.least <= angle <= limit.most for angle in asked):
                return False
            if limit.at == "start" and (end - turn) * (start - turn) <= 0:
                return False
        return True

    def _reason(self, evidence: Evidence, t: float) -> str:
        """Which of the limits a swing fails, or ""."""
        o, e = self.options, self.exercise
        relief = o.confirmed_relief if t - self._last_rep_t <= o.range_memory_s else 1.0
        failed = {
            "quality": evidence.score * evidence.visibility < o.min_quality,
            "exercise": evidence.exercise < o.min_exercise * relief,
            "bottom": evidence.exercise + evidence.bottom < o.min_total * relief,
            "distance": evidence.distance > o.max_distance,
            "depth": evidence.angle_deg > e.max_bottom_deg,
            "posture": not evidence.postures,
            "tilt": not e.trunk_tilt_deg[0] <= evidence.tilt_deg <= e.trunk_tilt_deg[1],
        }
        return next((reason for reason, fails in failed.items() if fails), "")

    def _too_soon(self, t: float, t_bottom: float) -> str:
        """ "interval" when the person's own tempo makes another rep now implausible, else ""."""
        o = self.options
        if t - self._last_rep_t < o.min_interval_s:
            return "interval"
        steps = [b - a for a, b in pairwise(self._bottoms) if b - a <= o.range_memory_s]
        if len(steps) >= 2 and t_bottom - self._bottoms[-1] < o.min_interval_share * median(steps):
            return "interval"
        return ""

    def _forget_before(self, t: float) -> None:
        while self._history and self._history[0].t < t:
            self._history.popleft()
