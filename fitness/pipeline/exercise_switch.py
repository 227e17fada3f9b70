"""Counts one exercise after another in the same stream, each with its own recogniser, in one continuous count.

A recogniser counts one exercise. When the user or the plan changes the exercise, a fresh recogniser takes over. Totals
and set numbers continue, so the recorder of the stream sees one workout.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count as counting
from typing import Final, TypeAlias

from fitness.pipeline.loop import Counter
from fitness.recognition.person_selector import PersonSelector
from fitness.types import (
    Classification,
    Count,
    Event,
    PartialRep,
    Pose,
    Rep,
    RepAmended,
    RepCounted,
    SetClosed,
)

_LINGER_S: Final = 3.0
"""Seconds for which the previous recogniser continues: the record of its last rep is complete only after the way
back.
"""

Step: TypeAlias = tuple[Pose | None, Classification | None, Count]


class ExerciseSwitch:
    """A counter for the pipeline whose exercise can be changed.

    Args:
        counter_for: makes a fresh recogniser for an exercise; it takes the ids of its reps from the iterator.
        exercise: the exercise at first, and whenever no other one is requested.
    """

    def __init__(self, counter_for: Callable[[str, Iterator[int]], Counter], exercise: str) -> None:
        self._counter_for, self._default = counter_for, exercise
        self._ids = counting(1)
        self._exercise = exercise
        self._counter = self._fresh(exercise)
        self._before: tuple[Counter, int] | None = None
        self._before_until: float | None = None
        self._late: tuple[Event, ...] = ()
        self._totals: Tally[str] = Tally()
        self._sets = 0
        self._last = Count({})

    def _fresh(self, exercise: str) -> Counter:
        """A fresh counter. It never holds frames back, because a screen must show each frame at once."""
        counter = self._counter_for(exercise, self._ids)
        if isinstance(counter, PersonSelector):
            counter.wait_for_upright = False
        return counter

    @property
    def exercise(self) -> str:
        """What is counted now."""
        return self._exercise

    def set_default(self, exercise: str) -> None:
        """Set the exercise for whenever no other one is requested, from the next call of `use` on."""
        self._default = exercise

    def use(self, exercise: str | None, *, count_pending: bool = False) -> None:
        """Count `exercise` from the next frame on; None for the default exercise.

        Args:
            count_pending: count pending reps in the next frame, as at the end of a stream; otherwise drop them.
        """
        name = exercise or self._default
        if name == self._exercise:
            return
        pending = self._last.pending if count_pending else ()
        self._late = tuple(RepCounted(replace(rep, id=next(self._ids))) for rep in pending)
        self._totals = Tally(self._last.totals)
        self._totals.update(rep.exercise for rep in pending)
        self._before, self._before_until = (self._counter, self._sets), None
        self._sets = max([self._last.set, self._sets, *(rep.set for rep in pending)])
        self._exercise, self._counter = name, self._fresh(name)

    def step(self, people: Sequence[Pose], t: float) -> Step:
        """The recogniser's result, with totals and set numbers of the whole stream."""
        pose, classification, count = self._counter.step(people, t)
        count = self._in_stream(count)
        late, self._late = (*self._late, *self._amended_before(people, t)), ()
        if late:
            count = replace(count, events=(*late, *count.events))
        self._last = count
        return pose, classification, count

    def _amended_before(self, people: Sequence[Pose], t: float) -> tuple[Event, ...]:
        """Corrections by the previous recogniser of its last reps."""
        if self._before is None:
            return ()
        if self._before_until is None:
            self._before_until = t + _LINGER_S
        if t > self._before_until:
            self._before = None
            return ()
        counter, sets = self._before
        events = counter.step(people, t)[2].events
        return tuple(_moved(event, sets) for event in events if isinstance(event, RepAmended))

    def _in_stream(self, count: Count) -> Count:
        """The recogniser's count plus the reps that were counted before it."""
        if not self._sets and not self._totals:
            return count
        totals = Tally(self._totals)
        totals.update(count.totals)
        return replace(
            count,
            totals=totals,
            set=count.set + self._sets,
            pending=tuple(replace(rep, set=rep.set + self._sets) for rep in count.pending),
            events=tuple(_moved(event, self._sets) for event in count.events),
        )


def _moved(event: Event, sets: int) -> Event:
    """The event with `sets` added to its set number."""
    if isinstance(event, SetClosed):
        return replace(event, set=event.set + sets)
    if isinstance(event, RepCounted | PartialRep | RepAmended):
        rep: Rep = event.rep
        return replace(event, rep=replace(rep, set=rep.set + sets))
    return event
