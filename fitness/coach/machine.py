"""The workout as a machine that is fed frame results and key presses; time comes with them.

        first rep                 target, n, or idle
READY ------------> WORKING --------------------------> RESTING ---- rest_s over ----> READY
  ^                    ^                                  |  |
  |                    +-------- next rep ----------------+  +--- last set done ----> DONE
  +-- n (ends the rest) -- RESTING
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from fitness.coach.plan import CoachOptions
from fitness.coach.records import CoachState, Correction, Event, EventKind, SetLog, SetSummary, Stage
from fitness.recognition.exercises import is_held
from fitness.skeleton import Landmark
from fitness.types import Count, FrameResult, JsonDict, PartialRep, Pose, Renamed, Rep, RepAmended, RepCounted
from fitness.types import Event as CountEvent

_CONFIDENCE_S = 0.4
"""Time constant of the confidence that is shown: no flicker, and a lost person shows within a second."""

_HELD_EVERY_S = 10
"""A second of a hold is no event; so many are."""

_BODY = tuple(range(Landmark.LEFT_SHOULDER, Landmark.RIGHT_ANKLE + 1))


class Coach:
    """Leads one workout.

    Args:
        options: target, rest and cues.

    `step` takes every frame's result in order of time. `pause`, `correct`, `next_set` and `reset` are the user's; they
    take the time of the last frame and never go back. The counts of the recogniser are not changed by any of them.
    """

    def __init__(self, options: CoachOptions | None = None) -> None:
        self.options = options or CoachOptions()
        self.corrections: list[Correction] = []
        self._events: list[Event] = []
        self._count: Count | None = None
        self._confidence, self._t = 0.0, None
        self._restart()

    _t: float | None

    def _restart(self) -> None:
        """No sets, no rest."""
        self._set = SetLog(1)
        self._done: list[SetLog] = []
        self._rest_from: float | None = None
        self._rest_by_user = False
        self._ticks_left = 0
        self._last_rep_t: float | None = None
        self._paused_at: float | None = None
        self._deepest = 0.0

    @property
    def paused(self) -> bool:
        """Whether the user paused."""
        return self._paused_at is not None

    @property
    def sets(self) -> tuple[SetLog, ...]:
        """All sets with a rep or a correction, the running one last."""
        running = (self._set,) if self._set.counted or self._set.corrected else ()
        return (*self._done, *running)

    @property
    def stage(self) -> Stage:
        """Where in the workout this is."""
        target = self.options.target
        if self._set.counted or self._set.corrected:
            return Stage.WORKING
        if target is not None and len(self._done) >= target.sets:
            return Stage.DONE
        return Stage.READY if self._rest_from is None else Stage.RESTING

    def step(self, result: FrameResult) -> CoachState:
        """Take in the next frame's result."""
        t, count = result.frame.t, result.count
        if self.paused:
            self.pause(False, t)
        self._feel(result.pose, count, t)
        self._count = count
        if count.phase is not None:
            self._deepest = max(self._deepest, count.phase)
        for event in count.events:
            self._follow(event, t)
        if not count.new_reps and self._is_idle(t):
            self._close(self._last_rep_t if self._last_rep_t is not None else t, by_user=False)
        self._rest(t)
        self._t = t
        return self.state(t)

    def _follow(self, event: CountEvent, t: float) -> None:
        """Take in one event of the frame at `t` seconds."""
        if isinstance(event, RepCounted):
            self._take(event.rep, self._deepest, t)
            self._deepest = 0.0
        elif isinstance(event, PartialRep):
            self._events.append(Event(EventKind.PARTIAL, t))
        elif isinstance(event, RepAmended):
            self._each_set(lambda one: one.amended(event.rep))
        elif isinstance(event, Renamed):
            self._each_set(lambda one: one.renamed(event.ids, event.exercise))

    def _each_set(self, change: Callable[[SetLog], SetLog]) -> None:
        """Change the sets that hold the reps that an event names."""
        self._set = change(self._set)
        self._done = [change(one) for one in self._done]

    def _feel(self, pose: Pose | None, count: Count, t: float) -> None:
        """How well the person can be measured: pose score times the body's mean visibility, smoothed."""
        now = 0.0
        if pose is not None and count.message is None:
            now = pose.score * float(pose.visibility[list(_BODY)].mean())
        step_s = 1.0 if self._t is None else max(0.0, t - self._t)
        self._confidence += (1 - math.exp(-step_s / _CONFIDENCE_S)) * (now - self._confidence)

    def _take(self, rep: Rep, depth: float, t: float) -> None:
        """Add a rep to the set it belongs to."""
        if self._set.counted and self._set.exercise != rep.exercise:
            self._close(self._last_rep_t or t, by_user=True)
        elif self._belongs_to_last(rep):
            self._set = self._done.pop()
        self._set = replace(
            self._set,
            exercise=rep.exercise,
            counted=(*self._set.counted, rep),
            depths=(*self._set.depths, depth),
        )
        self._rest_from, self._last_rep_t = None, t
        if not is_held(rep.exercise) or self._set.reps % _HELD_EVERY_S == 0:
            self._events.append(Event(EventKind.REP, t, self._set.reps))
        self._check_target(t)

    def _belongs_to_last(self, rep: Rep) -> bool:
        """Whether the user went on past the target without a pause."""
        if self._rest_from is None or self._rest_by_user or not self._done or self._set.corrected:
            return False
        return (
            self._done[-1].exercise == rep.exercise and rep.t_start - self._rest_from <= self.options.extra_s
        )

    def _check_target(self, t: float) -> None:
        target = self.options.target
        if target is not None and self._set.reps >= target.reps:
            if self._set.reps == target.reps:
                self._events.append(Event(EventKind.TARGET, t, target.reps))
            self._close(t, by_user=False, quiet=self._set.reps > target.reps)

    def _is_idle(self, t: float) -> bool:
        if self._last_rep_t is None or not self._set.counted:
            return False
        return t - self._last_rep_t >= self.options.idle_s

    def _close(self, rest_from: float, *, by_user: bool, quiet: bool = False) -> None:
        """End the running set; the rest counts from `rest_from`."""
        done = self._set
        self._done.append(done)
        self._set = SetLog(done.number + 1)
        self._rest_from, self._rest_by_user = rest_from, by_user
        self._ticks_left = self.options.last_ticks
        if quiet:
            return
        target = self.options.target
        last = target is not None and len(self._done) == target.sets
        self._events.append(
            Event(EventKind.WORKOUT_DONE if last else EventKind.SET_DONE, rest_from, done.reps)
        )

    def _rest(self, t: float) -> None:
        """Call the last seconds of the rest, and its end."""
        if self._rest_from is None or self.stage is not Stage.RESTING:
            return
        left = self.options.rest_s - (t - self._rest_from)
        if left <= 0:
            if self.options.rest_s > 0:
                self._events.append(Event(EventKind.REST_OVER, t))
            self._rest_from = None
        elif left <= self._ticks_left:
            self._ticks_left = math.ceil(left) - 1
            self._events.append(Event(EventKind.TICK, t, math.ceil(left)))

    def finish(self, t: float) -> None:
        """The stream ended at `t` seconds: reps that were pending then count. A second call does nothing."""
        if self._count is None or not self._count.pending:
            return
        pending, self._count = self._count.pending, replace(self._count, pending=())
        for rep in pending:
            self._take(rep, self._deepest, t)

    def pause(self, paused: bool, t: float) -> None:
        """Pause or go on; rest and idle timers stand still meanwhile."""
        if paused and self._paused_at is None:
            self._paused_at = t
        elif not paused and self._paused_at is not None:
            stood_s = max(0.0, t - self._paused_at)
            self._paused_at = None
            if self._rest_from is not None:
                self._rest_from += stood_s
            if self._last_rep_t is not None:
                self._last_rep_t += stood_s

    def correct(self, delta: int, t: float) -> bool:
        """Add `delta` reps to the running set, or to the one just done while resting; logged.

        Returns False, and does nothing, where the count would fall below 0.
        """
        use_last = not (self._set.counted or self._set.corrected) and bool(self._done)
        one = self._done[-1] if use_last and self._rest_from is not None else self._set
        if len(one.counted) + one.corrected + delta < 0 or delta == 0:
            return False
        exercise = one.exercise or (self._count.exercise if self._count is not None else None)
        self.corrections.append(Correction(t, exercise, one.number, delta))
        corrected = replace(one, exercise=exercise, corrected=one.corrected + delta)
        if one is not self._set:
            self._done[-1] = corrected
            return True
        self._set, self._last_rep_t = corrected, t
        if delta > 0:
            self._check_target(t)
        return True

    def next_set(self, t: float) -> None:
        """End the running set; while resting, end the rest."""
        if self._set.counted or self._set.corrected:
            self._close(t, by_user=True)
        else:
            self._rest_from = None

    def reset(self, t: float) -> None:
        """The running set from 0; where it is at 0 already, the whole workout from the start. Logged as a correction."""
        if self._set.reps or self._set.counted:
            self.corrections.append(Correction(t, self._set.exercise, self._set.number, -self._set.reps))
            self._set, self._last_rep_t = SetLog(self._set.number), None
            return
        for one in self._done:
            self.corrections.append(Correction(t, one.exercise, one.number, -one.reps))
        self._restart()

    def state(self, t: float) -> CoachState:
        """What a screen shows at `t` seconds; hands over the events that came up since the last call."""
        events, self._events = tuple(self._events), []
        stage, target, count = self.stage, self.options.target, self._count
        done = tuple(one.summary() for one in self._done)
        after = bool(done) and stage in (Stage.RESTING, Stage.DONE)
        shown = self._done[-1] if after else self._set
        rested_s = None
        if self._rest_from is not None:
            rested_s = max(0.0, (t if self._paused_at is None else self._paused_at) - self._rest_from)
        return CoachState(
            t=t,
            stage=stage,
            paused=self.paused,
            exercise=shown.exercise or (count.exercise if count is not None else None),
            set=shown.number if stage is Stage.DONE else self._set.number,
            sets=None if target is None else target.sets,
            reps=shown.reps,
            target_reps=None if target is None else target.reps,
            total=sum(one.reps for one in self.sets),
            pending=0 if count is None else len(count.shown_pending),
            rest_left_s=(
                max(0.0, self.options.rest_s - rested_s)
                if stage is Stage.RESTING and rested_s is not None
                else None
            ),
            rested_s=rested_s,
            phase=None if count is None else count.phase,
            cue=None if count is None else count.cue,
            reason=None if count is None else count.message,
            confidence=min(max(self._confidence, 0.0), 1.0),
            last=done[-1] if after else None,
            done=done,
            running=self._set.summary() if self._set.counted or self._set.corrected else None,
            events=events,
        )

    def summaries(self) -> tuple[SetSummary, ...]:
        """Every set in numbers, the running one last."""
        return tuple(one.summary() for one in self.sets)

    def to_json(self) -> JsonDict:
        """For the session's record: target, sets and corrections as plain values."""
        target = self.options.target
        return {
            "target": None if target is None else str(target),
            "rest_s": self.options.rest_s,
            "sets": [
                {"set": one.number, "exercise": one.exercise, "reps": one.reps, "corrected": one.corrected}
                for one in self.sets
            ],
            "corrections": [
                {"time_s": c.t, "exercise": c.exercise, "set": c.set, "delta": c.delta}
                for c in self.corrections
            ],
        }
