"""Exercises that are held: seconds in form are what is counted.

The posture of the last half second is judged by the limits in the exercise's file. Time runs from the moment the
posture is taken, once it has been kept for a second; it stands still while a limit is broken or a joint is not seen, and
goes on when the posture is back. Each whole second is handed on as a rep, so sets, targets, tables and exports work as
for reps.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from fitness.metrics.form import Cue, Verdict, judge_hold
from fitness.metrics.record import Motion
from fitness.recognition.exercises import Exercise
from fitness.recognition.rep_builder import RepBuilder
from fitness.types import Event, Pose

WINDOW_S: Final = 0.5
"""How much of the past the posture is the median of."""

BEGIN_S: Final = 1.0
"""So long the posture must be kept before time runs; that time is counted then."""

LOST_S: Final = 0.4
"""So long it must be lost before time stands still: a single wrong picture does not stop it."""

GAP_S: Final = 1.0
"""Without a pose for so long it is lost."""


class HoldTimer:
    """The time of one exercise for one person.

    Args:
        exercise: one that is held.   taker: where its seconds go.
    """

    def __init__(self, exercise: Exercise, taker: RepBuilder) -> None:
        self._exercise = exercise
        self._taker = taker
        self._poses: deque[Pose] = deque()
        self._good_since: float | None = None
        self._good_t = 0.0
        self._counted_to: float | None = None
        self._spare_s = 0.0
        self._seen_t: float | None = None

    @property
    def running(self) -> bool:
        """Whether time runs now."""
        return self._counted_to is not None

    def step(self, pose: Pose | None, t: float) -> tuple[tuple[Event, ...], str | None]:
        """The next frame's pose -> the second that it completed, and why nothing can be measured, or None."""
        if pose is not None and np.isfinite(pose.world).all():
            self._poses.append(pose)
        while self._poses and self._poses[0].t < t - WINDOW_S:
            self._poses.popleft()
        verdicts = self._verdicts(self._exercise.hold)
        wrong = next((one for one in verdicts if one.wrong), None)
        unknown = pose is None or any(one.value is None for one in verdicts)
        self._follow(t, good=wrong is None and not unknown)
        taken = self._second(t)
        self._say(wrong, t)
        return taken, None if not unknown else self._problem(pose)

    def _verdicts(self, limits: tuple[Cue, ...]) -> tuple[Verdict, ...]:
        poses = list(self._poses)
        motion = Motion.of(
            np.array([one.t for one in poses], np.float64),
            np.array([one.world for one in poses], np.float32).reshape(-1, 33, 3),
            np.array([one.visibility for one in poses], np.float32).reshape(-1, 33),
        )
        return judge_hold(limits, motion)

    def _follow(self, t: float, *, good: bool) -> None:
        """Begin, go on, or stand still."""
        gap = self._seen_t is not None and t - self._seen_t > GAP_S
        self._seen_t = t
        if gap or (not good and t - self._good_t > LOST_S):
            if self._counted_to is not None:
                self._spare_s = max(0.0, min(1.0, self._good_t - self._counted_to))
            self._good_since = self._counted_to = None
        if not good:
            return
        self._good_t = t
        if self._good_since is None:
            self._good_since = t
        if self._counted_to is None and t - self._good_since >= BEGIN_S:
            self._counted_to = self._good_since - self._spare_s

    def _second(self, t: float) -> tuple[Event, ...]:
        """The next whole second in form, if it is over."""
        if self._counted_to is None or self._good_t - self._counted_to < 1.0:
            return self._taker.step((), t)
        start = max(self._counted_to, 0.0)
        self._counted_to += 1.0
        sure = [one.score * float(one.visibility[11:].mean()) for one in self._poses]
        confidence = min(1.0, max(0.0, float(np.mean(sure)))) if sure else 0.0
        return (self._taker.held(self._exercise, start, t, confidence),)

    def _say(self, wrong: Verdict | None, t: float) -> None:
        if wrong is not None and (self.running or self._taker.running.reps):
            self._taker.cues.offer(wrong.cue.text, t)
        elif self.running:
            mild = next((one for one in self._verdicts(self._exercise.cues) if one.wrong), None)
            if mild is not None:
                self._taker.cues.offer(mild.cue.text, t)

    def _problem(self, pose: Pose | None) -> str:
        if pose is None:
            return "nobody found: step into view, or come closer"
        return f"step back: {self._exercise.limb} not visible"
