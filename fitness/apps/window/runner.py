"""Camera -> pose -> count -> coach, frame by frame, on a thread of its own; the window only looks at the newest state."""

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
    """What the runner needs of a camera."""

    clock: Callable[[], float]

    @property
    def taken_s(self) -> float: ...
    @property
    def message(self) -> str | None: ...
    def __iter__(self) -> Iterator[Frame]: ...


class Log(Protocol):
    """Where results are kept as they come."""

    def add(self, result: FrameResult) -> None: ...
    def arrange(self, sets: Sequence[WorkoutSet]) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The newest frame with what is known of it.   result: None while paused, then only `frame` is new."""

    frame: Frame
    result: FrameResult | None
    state: CoachState


class Runner:
    """Works through a source until it ends or `stop` is set.

    Args:
        source: gives the newest frames.   tracker: stage of the pipeline, used by nobody else.
        workout: counts and leads; the window's keys go through `with runner.lock`.
        log: keeps every counted result, or None.   lighter: loads a lighter tracker when this one is too slow, or None.
        chooser: says when the tracker is too slow; None: `ModelChooser()`.
        on_state: called after each counted frame, on the runner's thread.
        on_note: told what the user should know at once, with the stream's time, on the runner's thread; may be set later.
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
        """Who leads the workout."""
        return self.workout.coach

    def change(self, exercise: str, t: float) -> None:
        """Count another exercise from the next frame on, in the same workout."""
        with self.lock:
            self.workout.change(exercise, t)

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """The recogniser in use; part of the pipeline."""
        with self.lock:
            return self.workout.step(people, t)

    def run(self) -> None:
        """Until the end; an error is kept in `error`."""
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
        """Show what the user changed, also while no frames come."""
        with self.lock:
            shown = self._newest
            if shown is not None:
                state = self.coach.state(shown.frame.t, take_events=False)
                self._newest = replace(shown, state=state)

    def _finish(self) -> None:
        """Count the reps that were pending at the end, and write down the sets as they are then."""
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
            if paused:  # the frame was being worked on when the user paused
                self.coach.pause(True, result.frame.t)
                state = replace(state, paused=True)
            shown = self._newest = Shown(result.frame, result, state)
        if self._on_state is not None:
            self._on_state(shown)
        self._keep(result, sets)
        if self._lighter is not None and self._chooser.too_slow(result.timings_ms.get("pose", 0.0)):
            lighter, self._lighter = self._lighter, None
            self._tracker = AnySize(lighter())
            self._note("this machine is too slow for the full model: going on with lite", result.frame.t)

    def _keep(self, result: FrameResult, sets: Sequence[WorkoutSet] | None) -> None:
        """Write down the frame, and the sets where they changed."""
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
        """The tracker in use; part of the pipeline."""
        return self._tracker.people(frame)


class _Here:
    """The runner's tracker, whichever it is now."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        return self._runner.track(frame)
