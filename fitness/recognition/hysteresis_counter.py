"""Counts the reps of one exercise: swings of its joint angle that look like the exercise.

The machine has two states. Let `reversal` be the angle by which the joint must come back before a turning point counts::

                angle < top - reversal
      AT_TOP  ---------------------------->  AT_BOTTOM
        ^                                        |
        +----------------------------------------+
                angle > bottom + reversal: a candidate rep

A stream that starts on the way down begins in AT_BOTTOM as soon as the angle has risen by `reversal`. If it starts at the
bottom, nothing of the way down was seen, and that candidate is no rep: the person may have sat there. A candidate becomes a
rep when, over its span, the k-NN saw the exercise and its bottom, the pose was near enough to known samples, and the body
was bent and tilted as the exercise asks. So the angle finds the turning points, and the classifier decides what they are.

`reversal` follows the person: a share of the median of the recent swings, between two limits, so that a wobble at the top
is no rep and shallow reps of a tired person still are.
"""

# long: one counter, whose steps share its state

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, median
from typing import Final

import numpy as np

from fitness.recognition.exercises import Exercise
from fitness.recognition.rep_candidate import CounterOptions, Evidence, Observation, RepCandidate, near_turn
from fitness.recognition.rep_criteria import LimbMotion, postures_kept
from fitness.recognition.sitting import sits

__all__ = ["CounterOptions", "Evidence", "Observation", "RepCandidate", "SwingCounter"]

_NOT_FAR: Final = {"depth", "bottom", "range"}
"""A swing that fails by these alone is the exercise, not done far enough."""

_LEAST_TOLD: Final = 0.15
"""Share of the votes that must speak for or against exercises."""

_SEEN_FALL: Final = 0.15
"""Least share of a rep's way down that must have been seen. Who is found at the turning point has perhaps sat there."""

_FEW_RANGES: Final = 3
"""Swings that a person's own range is known from."""


class SwingCounter:
    """Finds the reps of one exercise in a stream of observations whose times increase."""

    def __init__(
        self, exercise: Exercise, options: CounterOptions | None = None, motion: LimbMotion | None = None
    ) -> None:
        self.exercise = exercise
        self._motion = motion
        self.options = options or CounterOptions()
        self._last_rep_t = -math.inf
        self._bottoms: deque[float] = deque(maxlen=self.options.range_count + 1)
        self.reset()

    def reset(self) -> None:
        """Forget the running swing and the person's range; the time of the last rep stays."""
        self._history: deque[Observation] = deque()
        self._ranges: deque[float] = deque(maxlen=self.options.range_count)
        self._depths: deque[float] = deque(maxlen=self.options.range_count)
        self._shallow = 0
        self._range_t = -math.inf
        self._restart()

    def _restart(self) -> None:
        self._history.clear()
        self._smooth: float | None = None
        self._at_top: bool | None = None
        self._top = self._bottom = (0.0, 0.0)
        self._last_top = 0.0
        self._dip: tuple[float, float] | None = None
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

    @property
    def under_way(self) -> RepCandidate | None:
        """The swing that is not over yet, judged by what was seen of it so far; None at the top."""
        if self._at_top or not self._history:
            return None
        fall = None if self._at_top is None else self._top[1] - self._bottom[1]
        return self._judge(self._history[-1].t, fall, self._bottom)

    def step(self, seen: Observation) -> RepCandidate | None:
        """The swing that this frame completes, counted or not, or None."""
        if self._history and seen.t - self._history[-1].t > self.options.gap_s:
            self._restart()
        if seen.t - self._range_t > self.options.range_memory_s:
            self._ranges.clear()
            self._depths.clear()
        angle = self._smoothed(seen)
        seen = replace(seen, angle_deg=angle)
        self._history.append(seen)
        self._forget_before(seen.t - self.options.memory_s)
        if not self._at_top and self._bottom[0] < self._history[0].t:  # the lowest that is still remembered
            lowest = min(self._history, key=lambda one: one.angle_deg)
            self._bottom = (lowest.t, lowest.angle_deg)
        return self._turn(seen.t, angle)

    def _smoothed(self, seen: Observation) -> float:
        if self._smooth is None:
            self._smooth = seen.angle_deg
        else:
            dt = seen.t - self._history[-1].t
            self._smooth += (1 - math.exp(-dt / self.options.smoothing_s)) * (seen.angle_deg - self._smooth)
        return self._smooth

    def _turn(self, t: float, angle: float) -> RepCandidate | None:
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
                self._top, self._dip = (t, angle), None
            elif angle < self._top[1] - self.reversal_deg:
                self._learn()
                self._at_top, self._bottom, self._dip = False, (t, angle), None
            else:
                return self._dipped(t, angle)
            return None
        if angle < self._bottom[1]:
            self._bottom = (t, angle)
        elif angle > self._bottom[1] + self.reversal_deg:
            return self._complete(t, angle, fall=self._top[1] - self._bottom[1])
        return None

    def _dipped(self, t: float, angle: float) -> RepCandidate | None:
        """At the top: a fall that is too small for the counter and came back is a partial rep, once an exercise runs."""
        o = self.options
        if self._dip is None or angle < self._dip[1]:
            self._dip = (t, angle)
            return None
        fall = self._top[1] - self._dip[1]
        usual = median(self._ranges) if self._ranges else self.exercise.usual_range_deg
        if fall < max(o.dip_deg, o.dip_share * usual) or angle < self._dip[1] + o.range_share * fall:
            return None
        running = t - self._last_rep_t <= o.range_memory_s
        swing = self._judge(t, fall, self._dip) if running else None
        self._dip = (t, angle)
        return swing if swing is not None and swing.partial else None

    def _complete(self, t: float, angle: float, fall: float | None) -> RepCandidate:
        """The joint came back: judge the swing, go to the top."""
        swing = self._judge(t, fall, self._bottom)
        self._shallow = self._shallow + 1 if swing.failed == ("range",) else 0
        if swing.failed == ("range",) and self._shallow <= self.options.shallow_most:
            self._range_t, self._open = t, None  # the person's range stays that of the full reps
        elif swing.evidence.exercise >= self.options.learn_share:
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
            self._depths.append(bottom)
            self._range_t = self._history[-1].t
            self._open = None

    # long: one criterion after another
    def _judge(self, t: float, fall: float | None, bottom: tuple[float, float]) -> RepCandidate:
        """The swing about a turning point at `bottom` = (seconds, degrees) that is over at `t`."""
        o = self.options
        t_bottom, bottom_angle = bottom
        height = self._history[-1].angle_deg - bottom_angle if fall is None else fall
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
        own = [s for s in span if s.t >= t_start]
        turning = near_turn(self._history, bottom, height, o.seat_share) or low
        evidence = Evidence(
            exercise=_share(span),
            bottom=fmean(s.bottom for s in low),
            distance=fmean(s.distance for s in span),
            score=fmean(s.score for s in span),
            visibility=fmean(s.visibility for s in span),
            angle_deg=bottom_angle,
            tilt_deg=median(s.tilt_deg for s in low),
            postures=postures_kept(self.exercise.postures, own, low),
            limbs=self._limbs(own, low),
            seated=self.exercise.balanced and sits(self._history, turning, bottom, height, o),
            hinge_deg=median(s.hinge_deg for s in turning),
        )
        failed = self._failed(evidence, t)
        if soon := self._too_soon(t, t_bottom):
            failed.append(soon)
        if fall is None and self._history[0].angle_deg - bottom_angle < _SEEN_FALL * height:
            failed.insert(0, "start")
        if not failed and self._is_small(fall, bottom_angle):
            failed = ["range"]
        partial = bool(failed) and set(failed) <= _NOT_FAR
        confidence = self._confidence(evidence) if partial or not failed else 0.0
        reason = failed[0] if failed else ""
        t_turn = self._turning_point(bottom, height)
        return RepCandidate(
            t_leave, t_bottom, t, evidence, not failed, reason, confidence, partial, tuple(failed), t_turn
        )

    def _turning_point(self, bottom: tuple[float, float], height: float) -> float:
        """The middle of the time that is spent at the bottom, so that a rep with a pause there turns in the pause."""
        low = near_turn(self._history, bottom, height, self.options.turn_share)
        return (low[0].t + low[-1].t) / 2 if low else bottom[0]

    def _is_small(self, fall: float | None, bottom_deg: float) -> bool:
        """Whether a swing is small against the person's own recent ones."""
        o = self.options
        if fall is None or len(self._ranges) < _FEW_RANGES:
            return False
        usual = median(self._ranges)
        higher = bottom_deg - median(self._depths)
        shallow = higher > o.shallow_rise * usual and self._shallow < o.shallow_most
        return fall < (o.shallow_share if shallow else o.partial_share) * usual

    def _confidence(self, evidence: Evidence) -> float:
        """0..1: the votes, or how well the joints were seen where there are none."""
        if not self.exercise.has_samples:
            return min(1.0, evidence.score * evidence.visibility)
        return min(1.0, (evidence.exercise + evidence.bottom) / 2)

    def _limbs(self, span: Sequence[Observation], low: Sequence[Observation]) -> bool:
        """Whether the limbs of a taught exercise move as taught."""
        if self._motion is None:
            return True
        seen, at_turn = (np.array([one.limbs for one in part], np.float64) for part in (span, low))
        return self._motion.kept(seen, at_turn)

    def _failed(self, evidence: Evidence, t: float) -> list[str]:
        """Which of the limits a swing fails."""
        o, e = self.options, self.exercise
        relief = o.confirmed_relief if t - self._last_rep_t <= o.range_memory_s else 1.0
        failed = {
            "quality": evidence.score * evidence.visibility < o.min_quality,
            "exercise": evidence.exercise < self._votes_asked(evidence, relief),
            "bottom": evidence.exercise + evidence.bottom < o.min_total * relief,
            "distance": evidence.distance > o.max_distance,
            "depth": evidence.angle_deg > e.max_bottom_deg,
            "posture": not evidence.postures,
            "limbs": not evidence.limbs,
            "seated": evidence.seated,
            "tilt": not e.trunk_tilt_deg[0] <= evidence.tilt_deg <= e.trunk_tilt_deg[1],
        }
        return [reason for reason, fails in failed.items() if fails]

    def _votes_asked(self, evidence: Evidence, relief: float) -> float:
        """The share of the votes that the exercise needs: more where the body is bent as in another one."""
        o, slope = self.options, self.exercise.hinge_votes
        if not slope:
            return o.min_exercise * relief
        less, more = o.hinge_span
        asked = o.min_exercise + min(more, slope * (evidence.hinge_deg - o.hinge_deg))
        return max(o.min_exercise - less, asked * relief)

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


def _share(span: Sequence[Observation]) -> float:
    """The exercise's share of the votes over a span, without those for standing; less where nearly all are."""
    votes, told = fmean(seen.exercise for seen in span), fmean(seen.told for seen in span)
    return votes / max(told, _LEAST_TOLD)
