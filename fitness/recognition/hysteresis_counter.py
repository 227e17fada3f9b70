"""Counts the reps of one exercise by its joint angle, with hysteresis.

The counter has two states. `reversal` is the angle by which the joint must come back before a turning point counts::

                angle < top - reversal
      AT_TOP  ---------------------------->  AT_BOTTOM
        ^                                        |
        +----------------------------------------+
                angle > bottom + reversal: the swing is over

The angle finds swings; `rep_criteria` decides which of them are reps. A stream that starts on the way down begins in
AT_BOTTOM as soon as the angle has risen by `reversal`. One that starts at the bottom shows nothing of the way down, so its
first swing is not a rep: the person may have sat there.

`reversal` adapts to the person: it is a share of the median of the recent swings, between two limits. So a wobble at the
top is not a rep, and the shallow reps of a tired person still are.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from statistics import median
from typing import Final

from fitness.recognition.exercises import Exercise
from fitness.recognition.limb_motion import LimbMotion
from fitness.recognition.rep_candidate import CounterOptions, Observation, RepCandidate, near_turn
from fitness.recognition.rep_criteria import NOT_FAR, RepCriteria

_SEEN_FALL: Final = 0.15
"""Minimum share of the way down that was in the stream. A person found at the turning point may have sat there."""

_FEW_RANGES: Final = 3
"""Minimum number of swings from which the person's own range is known."""

_LEFT_TOP: Final = 0.8
"""A swing starts when the joint leaves the top, this share of the fall above the turning point."""


class HysteresisCounter:
    """Finds the reps of one exercise in observations of one person, in time order.

    Args:
        motion: how the limbs move, for a taught exercise.
    """

    def __init__(
        self, exercise: Exercise, options: CounterOptions | None = None, motion: LimbMotion | None = None
    ) -> None:
        self.exercise = exercise
        self.options = options or CounterOptions()
        self._criteria = RepCriteria(exercise, self.options, motion)
        self._last_rep_t = -math.inf
        self._bottoms: deque[float] = deque(maxlen=self.options.range_count + 1)
        self.reset()

    def reset(self) -> None:
        """Forget the current swing and the person's range, but not the time of the last rep."""
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
        """By how many degrees the angle must come back to make a turning point, for the person's present range."""
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
    def in_progress(self) -> RepCandidate | None:
        """The swing that is not over yet, judged by its frames so far; None at the top."""
        if self._at_top or not self._history:
            return None
        fall = None if self._at_top is None else self._top[1] - self._bottom[1]
        return self._judge(self._history[-1].t, fall, self._bottom)

    def step(self, observation: Observation) -> RepCandidate | None:
        """Take in the next frame; return the swing that it completes, counted or not, or None."""
        if self._history and observation.t - self._history[-1].t > self.options.gap_s:
            self._restart()
        if observation.t - self._range_t > self.options.range_memory_s:
            self._ranges.clear()
            self._depths.clear()
        angle = self._smoothed(observation)
        self._history.append(observation.with_angle(angle))
        self._forget_before(observation.t - self.options.memory_s)
        if not self._at_top and self._bottom[0] < self._history[0].t:
            # the bottom was dropped from the history: take the lowest angle that is left
            lowest = min(self._history, key=lambda one: one.angle_deg)
            self._bottom = (lowest.t, lowest.angle_deg)
        return self._turn(observation.t, angle)

    def _smoothed(self, observation: Observation) -> float:
        """The angle after the EMA, degrees."""
        if self._smooth is None:
            self._smooth = observation.angle_deg
        else:
            dt = observation.t - self._history[-1].t
            self._smooth += (1 - math.exp(-dt / self.options.smoothing_s)) * (
                observation.angle_deg - self._smooth
            )
        return self._smooth

    def _turn(self, t: float, angle: float) -> RepCandidate | None:
        """Change the state, if this angle (degrees) at `t` seconds does. Before the first turn there is none."""
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
        """At the top: the partial rep of a dip smaller than `reversal` that is over, soon after a counted rep."""
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
        """The joint came back: judge the swing, and go to the top.   fall: degrees; None if it is not in the stream."""
        swing = self._judge(t, fall, self._bottom)
        self._shallow = self._shallow + 1 if swing.failed == ("range",) else 0
        if swing.failed == ("range",) and self._shallow <= self.options.shallow_most:
            self._range_t, self._open = t, None  # keep the range of the full reps
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
        """A new descent began, so the rise of the last swing is known: update the person's range."""
        if self._open is not None:
            _, bottom, fall = self._open
            self._ranges.append(min(fall, self._top[1] - bottom))
            self._depths.append(bottom)
            self._range_t = self._history[-1].t
            self._open = None

    def _judge(self, t: float, fall: float | None, bottom: tuple[float, float]) -> RepCandidate:
        """The swing with its turning point at `bottom` = (seconds, degrees) and its end at `t`, and whether it is a rep."""
        t_bottom, bottom_deg = bottom
        height = self._history[-1].angle_deg - bottom_deg if fall is None else fall
        t_leave = self._start_time(fall, bottom)
        t_start = max(t_leave, t_bottom - self.options.descent_s)
        evidence = self._criteria.evidence(self._history, t_start, t, bottom, height)
        confirmed = t - self._last_rep_t <= self.options.range_memory_s
        failed = self._criteria.failed(evidence, confirmed=confirmed)
        if self._too_soon(t, t_bottom):
            failed.append("interval")
        if fall is None and self._history[0].angle_deg - bottom_deg < _SEEN_FALL * height:
            failed.insert(0, "start")
        if not failed and self._is_small(fall, bottom_deg):
            failed = ["range"]
        partial = bool(failed) and NOT_FAR.issuperset(failed)
        return RepCandidate(
            t_start=t_leave,
            t_bottom=t_bottom,
            t_end=t,
            evidence=evidence,
            accepted=not failed,
            reason=failed[0] if failed else "",
            confidence=self._criteria.confidence(evidence) if partial or not failed else 0.0,
            partial=partial,
            failed=tuple(failed),
            t_turn=self._turning_point(bottom, height),
        )

    def _start_time(self, fall: float | None, bottom: tuple[float, float]) -> float:
        """When the joint left the top, seconds; the beginning of the history if that is not in it."""
        if fall is not None:
            high = bottom[1] + _LEFT_TOP * fall
            for observation in reversed(self._history):
                if observation.t < bottom[0] and observation.angle_deg > high:
                    return observation.t
        return self._history[0].t

    def _turning_point(self, bottom: tuple[float, float], height: float) -> float:
        """The middle of the time at the bottom, seconds: a rep with a pause there turns in the middle of the pause."""
        low = near_turn(self._history, bottom, height, self.options.turn_share)
        return (low[0].t + low[-1].t) / 2 if low else bottom[0]

    def _is_small(self, fall: float | None, bottom_deg: float) -> bool:
        """Whether a swing is small compared with the person's own recent ones."""
        o = self.options
        if fall is None or len(self._ranges) < _FEW_RANGES:
            return False
        usual = median(self._ranges)
        higher = bottom_deg - median(self._depths)
        shallow = higher > o.shallow_rise * usual and self._shallow < o.shallow_most
        return fall < (o.shallow_share if shallow else o.partial_share) * usual

    def _too_soon(self, t: float, t_bottom: float) -> bool:
        """Whether a rep now would come too soon after the last one for the person's tempo."""
        o = self.options
        if t - self._last_rep_t < o.min_interval_s:
            return True
        steps = [b - a for a, b in pairwise(self._bottoms) if b - a <= o.range_memory_s]
        return len(steps) >= 2 and t_bottom - self._bottoms[-1] < o.min_interval_share * median(steps)

    def _forget_before(self, t: float) -> None:
        while self._history and self._history[0].t < t:
            self._history.popleft()
