"""The state machine of a workout. Its inputs are frame results and key presses, with their times.

        first rep                 target, n, or idle
READY ------------> WORKING --------------------------> RESTING ---- rest is over ----> READY
  ^                    ^                                  |  |
  |                    +-------- next rep ----------------+  +--- last set done ----> DONE
  +-- n (ends the rest) -- RESTING
"""

from __future__ import annotations  # long: all transitions of one state machine in one place

import math
from dataclasses import replace
from typing import Final

from fitness.coach.options import CoachOptions
from fitness.coach.readiness import Observer
from fitness.coach.records import Correction, Event, EventKind, SetLog, SetSummary, Stage
from fitness.coach.rest import Rest
from fitness.coach.schedule import Schedule
from fitness.coach.set_book import SetBook
from fitness.coach.state import CoachState, NextSet
from fitness.recognition.exercises import is_held
from fitness.types import Count, FrameResult, PartialRep, Renamed, Rep, RepAmended, RepCounted
from fitness.types import Event as CountEvent

_HELD_EVERY_S: Final = 10
"""Seconds of a hold from one event to the next."""

_RELEASED_S: Final = 2.0
"""After its target, a hold ends when no second was counted for this many seconds."""


class Coach:
    """Leads one workout.

    Args:
        options: plan, rest and times.

    `step` takes each frame's result in order of time. `pause`, `correct`, `next_set`, `skip`, `change` and `reset` are
    actions of the user at the time of the last frame. None of them changes the recogniser's counts.
    """

    def __init__(self, options: CoachOptions | None = None) -> None:
        self.options = options or CoachOptions()
        self._schedule = Schedule(self.options.plan)
        self._book = SetBook()
        self._events: list[Event] = []
        self._count: Count | None = None
        self._observer = Observer()
        self._last_rep_t: float | None = None
        self._paused_at: float | None = None
        self._rest: Rest | None = None
        self._t = 0.0

    @property
    def paused(self) -> bool:
        """Whether the user paused."""
        return self._paused_at is not None

    @property
    def sets(self) -> tuple[SetLog, ...]:
        """All sets with a rep or a correction, the running one last."""
        return self._book.sets

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The user's corrections, in order of time."""
        return tuple(self._book.corrections)

    @property
    def stage(self) -> Stage:
        """The current stage."""
        if self._book.running.begun:
            return Stage.WORKING
        if self._schedule.over:
            return Stage.DONE
        return Stage.READY if self._rest is None else Stage.RESTING

    @property
    def wanted(self) -> str | None:
        """The exercise to count now, None for the one chosen at the start.

        After the last set of an exercise it stays the same while extra reps are possible.
        """
        if self._rest is not None and self._t <= self._extra_until():
            return self._rest.wanted
        return self._schedule.wanted

    def step(self, result: FrameResult) -> CoachState:
        """Process the next frame's result."""
        t, count = result.frame.t, result.count
        if self.paused:
            self.pause(False, t)
        self._t, self._count = t, count
        self._observer.step(result)
        for event in count.events:
            self._follow(event)
        if not count.new_reps and self._is_idle(t):
            self._close(self._last_rep_t if self._last_rep_t is not None else t, by_user=False)
        self._step_rest(t)
        self._step_countdown(t)
        return self.state(t)

    def _follow(self, event: CountEvent) -> None:
        """Process one event of the newest frame."""
        if isinstance(event, RepCounted):
            self._take(event.rep)
        elif isinstance(event, PartialRep):
            self._emit(EventKind.PARTIAL)
        elif isinstance(event, RepAmended):
            self._book.amend(event.rep)
        elif isinstance(event, Renamed):
            self._book.rename(event.ids, event.exercise)

    def _emit(self, kind: EventKind, number: int = 0, t: float | None = None) -> None:
        self._events.append(Event(kind, self._t if t is None else t, number))

    def _take(self, rep: Rep) -> None:
        """Add a rep to the set it belongs to."""
        if self._book.adopt(rep):
            return  # it was pending, and was counted when the user changed the exercise
        running = self._book.running
        if not running.begun and self._is_extra(rep):
            done = self._book.take_extra(rep)
            self._emit(EventKind.REP, done.reps)
            self._emit(EventKind.EXTRA, done.extra)
            return
        if running.counted and running.exercise != rep.exercise:
            self._close(self._last_rep_t or self._t, by_user=True)
        self._rest, self._last_rep_t = None, self._t
        running = self._book.take(rep, self._schedule.current)
        if not is_held(rep.exercise) or running.reps % _HELD_EVERY_S == 0:
            self._emit(EventKind.REP, running.reps)
        self._check_target()

    def _target(self) -> int | None:
        current = self._schedule.current
        return None if current is None else current.amount

    def _extra_until(self) -> float:
        return -math.inf if self._rest is None else self._rest.extra_until(self.options.extra_s)

    def _is_extra(self, rep: Rep) -> bool:
        """Whether the user continued past the target without a pause."""
        if self._rest is None or is_held(rep.exercise):
            return False
        done = self._book.done[-1]
        return (
            done.target is not None and done.exercise == rep.exercise and rep.t_start <= self._extra_until()
        )

    def _check_target(self) -> None:
        """End the set at its target; a hold continues until the person stops."""
        running = self._book.running
        if running.target is None or running.reps < running.target:
            return
        held = is_held(running.exercise)
        if running.reps == running.target or not held:
            self._emit(EventKind.TARGET, running.target)
        if not held:
            self._close(self._t, by_user=False)

    def _is_idle(self, t: float) -> bool:
        """Whether the running set has ended by itself."""
        running = self._book.running
        if self._last_rep_t is None or not running.counted:
            return False
        reached = running.target is not None and running.reps >= running.target
        return t - self._last_rep_t >= (_RELEASED_S if reached else self.options.idle_s)

    def _close(self, since: float, *, by_user: bool) -> None:
        """End the running set; the rest counts from `since`, seconds."""
        done, planned, wanted = self._book.close(), self._schedule.current, self._schedule.wanted
        self._schedule.advance()
        self._last_rep_t = None
        length_s = self.options.rest_after(planned)
        self._rest = Rest(since, length_s, planned, wanted, by_user, self.options.last_ticks)
        self._emit(EventKind.WORKOUT_DONE if self._schedule.over else EventKind.SET_DONE, done.reps, since)
        if not self._schedule.over:
            self._announce(done.exercise)

    def _announce(self, before: str | None) -> None:
        """Start the next exercise, with its own countdown."""
        if self._schedule.wanted not in (None, before):
            self._observer.renew_countdown()
            self._emit(EventKind.NEXT_EXERCISE)

    def _step_rest(self, t: float) -> None:
        """Emit the events of the last seconds of the rest, and of its end."""
        if self._rest is None or self.stage is not Stage.RESTING:
            return
        tick, self._rest = self._rest.tick(t)
        if tick is not None:
            self._emit(EventKind.TICK, tick)
        if self._rest.left_s(t) <= 0:
            if self._rest.length_s > 0:
                self._emit(EventKind.REST_OVER)
            self._rest = None

    def _step_countdown(self, t: float) -> None:
        """Count down before the first rep of an exercise, once the person stands ready."""
        observer, seconds = self._observer, self.options.get_ready_s
        if self.stage is not Stage.READY or not seconds:
            observer.hide_countdown()
        elif observer.count_down(seconds, t):
            self._emit(EventKind.TICK if observer.countdown else EventKind.GO, observer.countdown or 0)

    def finish(self, t: float) -> None:
        """End the workout at `t` seconds: pending reps count. A second call does nothing."""
        if self._count is None or not self._count.pending:
            return
        pending, self._count = self._count.pending, replace(self._count, pending=())
        self._t = t
        for rep in pending:
            self._take(rep)

    def pause(self, paused: bool, t: float) -> None:
        """Pause or continue; the timers of rest and idling stop during a pause."""
        if paused and self._paused_at is None:
            self._paused_at = t
        elif not paused and self._paused_at is not None:
            stood_s = max(0.0, t - self._paused_at)
            self._paused_at = None
            if self._rest is not None:
                self._rest = self._rest.later(stood_s)
            if self._last_rep_t is not None:
                self._last_rep_t += stood_s

    def correct(self, delta: int, t: float) -> bool:
        """Add `delta` reps to the current set, or in a rest and at the end to the last set, as a correction.

        Returns False, and does nothing, if the count would fall below 0.
        """
        last = not self._book.running.begun and self._rest is not None
        exercise = self._schedule.wanted or (self._count.exercise if self._count is not None else None)
        if not self._book.correct(delta, t, exercise, last=last):
            return False
        if not last:
            self._t, self._rest, self._last_rep_t = t, None, t
            self._book.aim(self._schedule.current)
            if delta > 0:
                self._check_target()
        return True

    def next_set(self, t: float) -> None:
        """End the running set; while resting, end the rest."""
        if self._book.running.begun:
            self._t = t
            self._close(t, by_user=True)
        else:
            self._rest = None

    def skip(self, t: float) -> None:
        """Skip the rest of this exercise; the next one of the plan begins at once."""
        if self._book.running.begun:
            self.next_set(t)
        before = self._schedule.wanted
        if self._rest is None or self._book.done[-1].exercise == before:
            self._schedule.skip()
        self._t, self._rest = t, None
        self._announce(before)

    def change(self, exercise: str | None, t: float) -> None:
        """Switch to another exercise in the same workout; None for any. The current set ends."""
        if self._book.running.begun:
            self.next_set(t)
        before = self._schedule.wanted
        self._schedule.choose(exercise)
        self._t, self._rest = t, None
        self._announce(before)

    def lead(self, options: CoachOptions) -> None:
        """Change the plan or the rest time. Finished sets stay, and count as finished in the new plan."""
        if options.plan != self.options.plan:
            done = [one.exercise for one in self._book.done if one.target is not None]
            running = self._book.running.exercise if self._book.running.begun else None
            if self._schedule.over:
                self._rest = None
            self._schedule = self._schedule.continued(options.plan, done, running)
        self.options = options
        self._book.aim(self._schedule.current)

    def reset(self, t: float) -> None:
        """Reset the current set to 0, or the whole workout if the set is at 0 already; stored as corrections."""
        self._last_rep_t = None
        if self._book.running.reps:
            self._book.empty_running(t)
            return
        self._book.empty_done(t)
        self._schedule.restart()
        self._rest = None
        self._observer.renew_countdown()

    def summaries(self) -> tuple[SetSummary, ...]:
        """The figures of each set, the current one last."""
        return tuple(one.summary() for one in self.sets)

    def state(
        self, t: float, *, take_events: bool = True
    ) -> CoachState:  # long: one value for each field of the state
        """The state of the screen at `t` seconds.

        Args:
            take_events: include the events since the last call with this option; otherwise they wait.
        """
        events: tuple[Event, ...] = ()
        if take_events:
            events, self._events = tuple(self._events), []
        stage, count, book = self.stage, self._count, self._book
        after = bool(book.done) and stage in (Stage.RESTING, Stage.DONE)
        shown = book.done[-1] if after else book.running
        exercise = shown.exercise or self._schedule.wanted or (None if count is None else count.exercise)
        now = t if self._paused_at is None else self._paused_at
        resting = self._rest if stage is Stage.RESTING else None
        planned = self._rest.planned if after and self._rest is not None else self._schedule.current
        done = book.done_summaries
        following = self._schedule.current if after else self._schedule.following
        return CoachState(
            t=t,
            stage=stage,
            paused=self.paused,
            exercise=exercise,
            set=shown.number if planned is None else planned.set,
            sets=None if planned is None else planned.sets,
            reps=shown.reps,
            target=shown.target if shown.begun else self._target(),
            extra=shown.extra,
            total=book.total,
            pending=0 if count is None else len(count.shown_pending),
            dots=self._schedule.dots(planned, running=not after),
            rest_s=None if resting is None else resting.length_s,
            rest_left_s=None if resting is None else max(0.0, resting.left_s(now)),
            rested_s=None if self._rest is None else max(0.0, now - self._rest.since),
            in_view=self._observer.in_view,
            countdown=self._observer.countdown,
            next=None if following is None else NextSet.of(following),
            plan=None if self.options.plan is None else str(self.options.plan),
            remaining=self._schedule.remaining,
            phase=None if count is None else count.phase,
            direction=self._observer.direction(exercise),
            cue=None if count is None else count.cue,
            reason=None if count is None or not count.message else _sentence(count.message),
            confidence=self._observer.confidence,
            last=done[-1] if after else None,
            done=done,
            running=book.running.summary() if book.running.begun else None,
            events=events,
        )


def _sentence(text: str) -> str:
    """The text with a capital first letter, as a screen shows it."""
    return text[:1].upper() + text[1:]
