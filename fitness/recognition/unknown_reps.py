"""Counts repetitions that belong to no recognised exercise, and names them once the trajectory model knows their set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitness.recognition.current_exercise import CurrentExercise
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.rep_builder import RepBuilder
from fitness.recognition.repetition import PeriodicRep
from fitness.recognition.unknown_exercise import UNKNOWN, UnknownExerciseCounter
from fitness.recognition.unknown_names import UnknownNames
from fitness.types import Event, Pose, RepCounted


class UnknownReps:
    """The unknown reps of one person.

    Args:
        counter: finds the repetitions.   names: recognises their exercise; None leaves them unnamed.
        builder: makes reps of them.   current: the exercise that the person is doing; updated here.
    """

    def __init__(
        self,
        counter: UnknownExerciseCounter,
        names: UnknownNames | None,
        builder: RepBuilder,
        current: CurrentExercise,
    ) -> None:
        self._counter = counter
        self._names = names
        self._builder = builder
        self._current = current

    def step(
        self, pose: Pose | None, angles_deg: Sequence[float] | None, t: float, *, waiting: bool, counted: bool
    ) -> tuple[Event, ...]:
        """The events of the next frame. There are none while a known exercise is being done.

        Args:
            pose: None where the person was not found.   angles_deg: the 13 joint angles of the pose.   t: seconds.
            waiting: a candidate rep of a known exercise waits for its decision.
            counted: a rep of a known exercise was counted in this frame.
        """
        if self._current.name not in (None, UNKNOWN) or waiting:
            self._counter.exclude(t)
        found = self._counter.step(pose, angles_deg, t)
        if self._counter.pending or found is not None:
            self._current.recognised(UNKNOWN, t)
        return () if found is None or counted else tuple(self._counted(found))

    @property
    def pending(self) -> tuple[RepCounted, ...]:
        """The repetitions that are not certain yet, as the reps that they would become."""
        found = self._counter.pending
        if not found:
            return ()
        name = self._names.pending_name(found) if self._names is not None else ""
        return self._builder.pending(
            (name or UNKNOWN, one.t_start, one.t_peak, one.t_end, one.quality) for one in found
        )

    def _counted(self, found: PeriodicRep) -> Iterator[Event]:
        """The rep of a repetition. If its set has a name by now, earlier unnamed reps of the set are renamed."""
        times = (found.t_start, found.t_peak, found.t_end)
        name = "" if self._names is None else self._names.add(found)
        if name and self._names is not None:
            if earlier := self._names.take_unnamed():
                yield self._builder.renamed(earlier, name)
            event = self._builder.described(EXERCISES[name], times, found.quality, None)
            if event is not None:
                yield event
            self._current.name = name
            return
        counted = self._builder.unnamed(UNKNOWN, *times, found.quality)
        if self._names is not None:
            self._names.add_unnamed(counted)
        yield counted
