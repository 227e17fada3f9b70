"""Judges from the poses how well the person is visible, whether they stand ready, and in which direction they move."""

from __future__ import annotations

import math
from typing import Final

from fitness.coach.state import Direction
from fitness.metrics.record import Order
from fitness.recognition.exercises import EXERCISES, is_held
from fitness.skeleton import Landmark
from fitness.types import Count, FrameResult, Pose

_CONFIDENCE_S: Final = 0.4
"""Time constant of the displayed confidence, seconds: short enough to show a lost person within a second."""

_IN_VIEW: Final = 0.5
"""Minimum confidence of a person whose whole body is visible."""

_STILL_S: Final = 1.0
"""Seconds in view before the countdown begins."""

_MOVED: Final = 0.25
"""Phase above which the person has left the start position."""

_TURN: Final = 0.08
"""Return of the phase after which the direction changes; the jitter of a standing person is smaller."""

_GO_S: Final = 1.0
"""Duration of "go" on the screen, seconds."""

_BODY: Final = tuple(range(Landmark.LEFT_SHOULDER, Landmark.RIGHT_ANKLE + 1))


class Confidence:
    """How well the person can be measured, 0..1: pose score times mean visibility of the body, smoothed over time."""

    def __init__(self) -> None:
        self.value = 0.0
        self._t: float | None = None

    def step(self, pose: Pose | None, count: Count, t: float) -> None:
        """Take in the next frame."""
        now = 0.0
        if pose is not None and (count.message is None or count.uncounted):
            now = pose.score * float(pose.visibility[list(_BODY)].mean())
        step_s = 1.0 if self._t is None else max(0.0, t - self._t)
        self.value += (1 - math.exp(-step_s / _CONFIDENCE_S)) * (now - self.value)
        self._t = t

    @property
    def in_view(self) -> bool:
        """Whether the whole body is seen."""
        return self.value >= _IN_VIEW


class Countdown:
    """The countdown 3, 2, 1, go, while the person stands still in view. It restarts if the person moves or leaves."""

    def __init__(self) -> None:
        self._since: float | None = None
        self.went = False

    def step(self, ready: bool, seconds: int, t: float) -> int | None:
        """The number to show at `t` seconds: `seconds` down to 1, then 0 for "go" for a second; else None.

        Args:
            ready: the person is in view and in the start position.   seconds: length of the countdown.
        """
        if self._since is None or not (ready or self.went):
            self._since = t if ready else None
            return None
        left = self._since + _STILL_S + seconds - t
        if left > seconds:
            return None
        self.went = self.went or left <= 0
        if left > 0:
            return math.ceil(left)
        return 0 if left > -_GO_S else None


class Movement:
    """The direction of movement, from the phase of the exercise."""

    def __init__(self) -> None:
        self._extreme: float | None = None
        self._leaving = True

    def step(self, phase: float | None) -> None:
        """Update with the next frame's phase, 0 at the start to 1 at the turning point."""
        if phase is None:
            self._extreme = None
        elif self._extreme is None:
            self._extreme, self._leaving = phase, phase < 0.5
        elif (phase > self._extreme) == self._leaving:
            self._extreme = phase
        elif abs(phase - self._extreme) >= _TURN:
            self._extreme, self._leaving = phase, not self._leaving

    @property
    def away(self) -> bool:
        """Whether the body has left the start position."""
        return self._extreme is not None and self._extreme > _MOVED

    def direction(self, first: Order | None) -> Direction | None:
        """ "down" or "up"; None without movement.   first: which of the two comes first; None: "lowering"."""
        if self._extreme is None:
            return None
        return "up" if self._leaving == (first == "lifting") else "down"


class Observer:
    """Visibility, direction and countdown of one person."""

    def __init__(self) -> None:
        self._confidence, self._movement, self._countdown = Confidence(), Movement(), Countdown()
        self._first: Order | None = None
        self.countdown: int | None = None
        """The number of the countdown now: 3, 2, 1, then 0 for "go"; None while it does not run."""

    def step(self, result: FrameResult) -> None:
        """Take in the next frame."""
        self._confidence.step(result.pose, result.count, result.frame.t)
        self._movement.step(result.count.phase)
        self._first = result.count.first

    def count_down(self, seconds: int, t: float) -> bool:
        """Count down from `seconds` while the person stands ready; returns whether the number changed at `t` seconds."""
        before = self.countdown
        ready = self.in_view and not self._movement.away
        self.countdown = self._countdown.step(ready, seconds, t)
        return self.countdown is not None and self.countdown != before

    def hide_countdown(self) -> None:
        """Stop the countdown."""
        self.countdown = None

    def renew_countdown(self) -> None:
        """Count down again before the next set."""
        self._countdown = Countdown()

    @property
    def confidence(self) -> float:
        """0..1, how well the person can be measured now."""
        return min(max(self._confidence.value, 0.0), 1.0)

    @property
    def in_view(self) -> bool:
        """Whether the whole body is seen."""
        return self._confidence.in_view

    def direction(self, exercise: str | None) -> Direction | None:
        """The direction of movement in an exercise; "hold" for a held exercise."""
        if is_held(exercise):
            return "hold"
        spec = EXERCISES[exercise].spec if exercise in EXERCISES else None
        return self._movement.direction(self._first if spec is None else spec.first)
