"""Camera -> pose -> count -> coach, frame by frame, in a separate thread. The window shows the newest state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from fitness.apps.window.chooser import ModelChooser
from fitness.coach import Coach, CoachState
from fitness.errors import OutputError
from fitness.pipeline.loop import AnySize, Tracker, results
from fitness.pipeline.workout import Workout
from fitness.session import WorkoutSet
from fitness.session.latency import CAMERA_TO_COUNT, Latencies
from fitness.types import Classification, Count, Frame, FrameResult, Pose


class Source(Protocol):
    """The part of a camera that the runner uses."""

    clock: Callable[[], float]

    @property
    def taken_s(self) -> float: ...
    @property
    def message(self) -> str | None: ...
    def __iter__(self) -> Iterator[Frame]: ...


class Log(Protocol):
    """Stores results while the stream runs."""

    def add(self, result: FrameResult) -> None: ...
    def arrange(self, sets: Sequence[WorkoutSet]) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The newest frame with its result and state.   result: None while paused."""

    frame: Frame
    result: FrameResult | None
    state: CoachState


class Runner:
    """Counts a stream until it ends or `stop` is set.

    Args:
        source: yields the newest frames.   tracker: finds the poses; no other code may use it.
        workout: counts and leads through the sets. Callers from other threads must hold `lock`.
        log: stores every counted result, or None.   lighter: loads a faster tracker if this one is too slow, or None.
        chooser: decides whether the tracker is too slow; None: `ModelChooser()`.
        on_state: called after each counted frame, in the runner's thread.
        on_note: called with a message for the user and the stream time, in the runner's thread; may be set later.
    """

    def __init__(
        self,
        source: Source,
        tracker: Tracker,
        workout: Workout,
        *,
        log: Log | None = None,
        lighter: Callable[[], Tracker] | None = None,
        chooser: ModelChooser | None = None,
        on_state: Callable[[Shown], None] | None = None,
        on_note: Callable[[str, float], None] | None = None,
    ) -> None:
        self.lock = threading.Lock()
        self.workout, self.latencies = workout, Latencies()
        self.stop, self.done = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.notes: list[str] = []
        self._source, self._tracker, self._log = source, AnySize(tracker), log
        self._lighter, self._chooser = lighter, chooser or ModelChooser()
        self._on_state = on_state
        self.on_note = on_note
        self._newest: Shown | None = None

    @property
    def newest(self) -> Shown | None:
        """The newest frame and state."""
        return self._newest

    @property
    def coach(self) -> Coach:
        """The coach of the workout."""
        return self.workout.coach

    def change(self, exercise: str, t: float) -> None:
        """Count another exercise from the next frame on, in the same workout."""
        with self.lock:
            self.workout.change(exercise, t)

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Count one frame. The loop calls this as its recogniser."""
        with self.lock:
            return self.workout.step(people, t)

    def run(self) -> None:
        """Count until the end. An error is stored in `error`."""
        try:
            for result in results(self._frames(), _Here(self), self):
                self._take(result)
        except BaseException as error:
            self.error = error
        finally:
            try:
                self._finish()
            finally:
                self.done.set()

    def refresh(self) -> None:
        """Update the newest state after a key, also if no frames arrive."""
        with self.lock:
            shown = self._newest
            if shown is not None:
                state = self.coach.state(shown.frame.t, take_events=False)
                self._newest = replace(shown, state=state)

    def _finish(self) -> None:
        """Count the reps that are pending at the end, and store the final sets."""
        with self.lock:
            shown = self._newest
            if shown is not None:
                self.coach.finish(shown.frame.t)
                self._newest = replace(shown, state=self.coach.state(shown.frame.t))
            sets = self.workout.news()
        self._arrange(sets)

    def _frames(self) -> Iterator[Frame]:
        for frame in self._source:
            if self.stop.is_set():
                return
            if self.coach.paused:
                with self.lock:
                    self._newest = Shown(frame, None, self.coach.state(frame.t))
                continue
            yield frame

    def _take(self, result: FrameResult) -> None:
        counted_s = self._source.clock()
        total_ms = max(0.0, counted_s - self._source.taken_s) * 1e3
        self.latencies.add({**result.timings_ms, CAMERA_TO_COUNT: total_ms})
        with self.lock:
            paused, state = self.coach.paused, self.workout.take(result)
            sets = self.workout.news()
            if paused:  # the user paused while this frame was processed
                self.coach.pause(True, result.frame.t)
                state = replace(state, paused=True)
            shown = self._newest = Shown(result.frame, result, state)
        if self._on_state is not None:
            self._on_state(shown)
        self._keep(result, sets)
        if self._lighter is not None and self._chooser.too_slow(result.timings_ms.get("pose", 0.0)):
            lighter, self._lighter = self._lighter, None
            self._tracker = AnySize(lighter())
            self._note("this machine is too slow for the full model: switched to lite", result.frame.t)

    def _keep(self, result: FrameResult, sets: Sequence[WorkoutSet] | None) -> None:
        """Store the result, and the sets if they changed."""
        if self._log is None:
            return
        try:
            self._log.add(result)
        except OutputError as error:
            self._note_once(error)
        self._arrange(sets)

    def _arrange(self, sets: Sequence[WorkoutSet] | None) -> None:
        if self._log is None or sets is None:
            return
        try:
            self._log.arrange(sets)
        except OutputError as error:
            self._note_once(error)

    def _note_once(self, error: OutputError) -> None:
        if str(error) not in self.notes:
            self.notes.append(str(error))

    def _note(self, text: str, t: float) -> None:
        self.notes.append(f"at {t:.1f} s: {text}")
        if self.on_note is not None:
            self.on_note(text, t)

    def track(self, frame: Frame) -> tuple[Pose, ...]:
        """Track one frame with the current tracker."""
        return self._tracker.people(frame)


class _Here:
    """The runner's current tracker, for the loop; the runner may exchange its tracker while the loop runs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        return self._runner.track(frame)
