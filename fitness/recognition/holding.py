"""Counts the seconds in form of an exercise that is held.

The median posture of the last half second is compared with the limits in the exercise's file. The clock starts once the
posture was kept for a second. It stops while a limit is broken or a joint is not visible, and continues when the posture is
back. A relative limit is compared with the person's own median in this hold, so that body shape and camera do not matter.
Each whole second is counted as a rep, so sets, targets, tables and exports work as for reps.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Final

import numpy as np

from fitness.metrics.form import Cue, Verdict, judge_hold
from fitness.metrics.record import Motion
from fitness.recognition.exercises import Exercise
from fitness.recognition.rep_builder import RepBuilder
from fitness.types import Event, Pose

WINDOW_S: Final = 0.5
"""The posture is the median of this much time, seconds."""

BEGIN_S: Final = 1.0
"""How long the posture must be kept before the clock starts, seconds. That time is counted, too."""

LOST_S: Final = 0.4
"""How long the posture must be lost before the clock stops, seconds: a single wrong frame does not stop it."""

GAP_S: Final = 1.0
"""A gap in the poses that ends the posture, seconds."""

_USUAL_STEP_S: Final = 0.25
_USUAL_LEAST: Final = 12
_USUAL_MOST: Final = 120
"""Relative limits: values are taken every `_USUAL_STEP_S` seconds in form. A limit applies from `_USUAL_LEAST` values (3 s)
on, and the median is that of the first `_USUAL_MOST` (30 s)."""


class HoldTimer:
    """Times one held exercise of one person.

    Args:
        exercise: an exercise that is held.   builder: makes a rep of each second.
    """

    def __init__(self, exercise: Exercise, builder: RepBuilder) -> None:
        self._exercise = exercise
        self._builder = builder
        self._poses: deque[Pose] = deque()
        self._good_since: float | None = None
        self._good_t = 0.0
        self._counted_to: float | None = None
        self._spare_s = 0.0
        self._seen_t: float | None = None
        self._usual: defaultdict[str, list[float]] = defaultdict(list)
        self._usual_t = 0.0

    @property
    def running(self) -> bool:
        """Whether the clock is running."""
        return self._counted_to is not None

    def step(self, pose: Pose | None, t: float) -> tuple[tuple[Event, ...], str | None]:
        """Add the next frame; return the event of the second that it completed, and why nothing can be measured, or None."""
        if pose is not None and np.isfinite(pose.world).all():
            self._poses.append(pose)
        while self._poses and self._poses[0].t < t - WINDOW_S:
            self._poses.popleft()
        verdicts = self._relative(self._verdicts(self._exercise.hold))
        wrong = next((one for one in verdicts if one.wrong), None)
        unknown = pose is None or any(one.value is None for one in verdicts)
        self._follow(t, good=wrong is None and not unknown)
        if self.running and wrong is None and not unknown:
            self._remember(verdicts, t)
        taken = self._second(t)
        self._offer_cue(wrong, t)
        return taken, None if not unknown else self._problem(pose)

    def _verdicts(self, limits: tuple[Cue, ...]) -> tuple[Verdict, ...]:
        poses = list(self._poses)
        motion = Motion.of(
            np.array([one.t for one in poses], np.float64),
            np.array([one.world for one in poses], np.float32).reshape(-1, 33, 3),
            np.array([one.visibility for one in poses], np.float32).reshape(-1, 33),
        )
        return judge_hold(limits, motion)

    def _relative(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts, with relative limits compared with the person's own median in this hold."""
        return tuple(self._against_usual(one) if one.cue.relative else one for one in verdicts)

    def _against_usual(self, verdict: Verdict) -> Verdict:
        cue, usual = verdict.cue, self._usual[verdict.cue.id]
        if verdict.value is None or len(usual) < _USUAL_LEAST:
            return replace(verdict, wrong=False)
        by = verdict.value - median(usual)
        return replace(verdict, wrong=by < cue.threshold if cue.op == "<" else by > cue.threshold)

    def _remember(self, verdicts: Sequence[Verdict], t: float) -> None:
        """Remember the values of relative limits while in form."""
        if t - self._usual_t < _USUAL_STEP_S:
            return
        self._usual_t = t
        for one in verdicts:
            if one.cue.relative and one.value is not None and len(self._usual[one.cue.id]) < _USUAL_MOST:
                self._usual[one.cue.id].append(one.value)

    def _follow(self, t: float, *, good: bool) -> None:
        """Start, continue or stop the clock."""
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
        """The event of the next whole second in form, once it is over."""
        if self._counted_to is None or self._good_t - self._counted_to < 1.0:
            return self._builder.step((), t)
        start = max(self._counted_to, 0.0)
        self._counted_to += 1.0
        sure = [one.score * float(one.visibility[11:].mean()) for one in self._poses]
        confidence = min(1.0, max(0.0, float(np.mean(sure)))) if sure else 0.0
        return (self._builder.held(self._exercise, start, t, confidence),)

    def _offer_cue(self, wrong: Verdict | None, t: float) -> None:
        if wrong is not None and (self.running or self._builder.running.reps):
            self._builder.cues.offer(wrong.cue.text, t)
        elif self.running:
            mild = next((one for one in self._verdicts(self._exercise.cues) if one.wrong), None)
            if mild is not None:
                self._builder.cues.offer(mild.cue.text, t)

    def _problem(self, pose: Pose | None) -> str:
        if pose is None:
            return "nobody found: step into view, or come closer"
        return f"step back: {self._exercise.limb} not visible"
