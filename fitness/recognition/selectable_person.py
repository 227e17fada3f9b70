"""One of the people in the frame: their recogniser, their size, and the reps that speak for counting them."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.types import Classification, Event, FloatArray, Pose, RepAmended, RepCounted

_RECENT: Final = 16
"""Reps of a person whose times are remembered."""

_LIKELY: Final = 0.5
"""Least confidence of a rep that speaks for a person."""

_SIZE_S: Final = 0.5
"""Time constant of the size, seconds."""


class OnePerson(Protocol):
    """Recognises the exercise of one person; `recogniser.Recogniser` does."""

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]: ...


class SelectablePerson:
    """One person's recogniser, and what is known of that person.

    person: the newest id.   t_found, t_seen: seconds, the first and the last time that the person was seen.
    size: how large the person is in the frame, see `_size`.   reps: (when it was counted, exercise) of the last ones.
    held: events of reps that wait until somebody is selected.
    numbers: of the reps that this person did while somebody else was counted.
    """

    def __init__(self, recogniser: OnePerson, person: int) -> None:
        self.recogniser = recogniser
        self.person = person
        self.t_found = math.inf
        self.t_seen = -math.inf
        self.size = 0.0
        self.reps: deque[tuple[float, str]] = deque(maxlen=_RECENT)
        self.held: list[Event] = []
        self.numbers = SetNumbers()

    def see(self, pose: Pose, t: float) -> None:
        """Take in the person's pose at `t` seconds."""
        size = _size(pose)
        if self.size == 0.0:
            self.size = size
        else:
            self.size += (1 - math.exp(-max(0.0, t - self.t_seen) / _SIZE_S)) * (size - self.size)
        self.t_found, self.t_seen = min(self.t_found, t), t

    def take_reps(self, reps: Sequence[RepCounted], t: float) -> None:
        """Remember the reps that began when the person was already in view, and that are more likely reps than not."""
        self.reps.extend(
            (t, one.rep.exercise)
            for one in reps
            if one.rep.t_start > self.t_found and one.rep.confidence >= _LIKELY
        )

    def consistent(self, since: float) -> int:
        """How many reps of one exercise the person did since that time."""
        names = Counter(exercise for t, exercise in self.reps if t >= since)
        return max(names.values(), default=0)

    @property
    def held_reps(self) -> tuple[RepCounted, ...]:
        """The reps that wait, as they are known now."""
        better = {event.rep.id: event.rep for event in self.held if isinstance(event, RepAmended)}
        return tuple(
            replace(event, rep=better.get(event.rep.id, event.rep)) for event in counted_reps(self.held)
        )

    def release(self, result: PersonResult) -> PersonResult:
        """The person's result with the events that waited, which wait no longer."""
        held, self.held = self.held, []
        return replace(result, events=(*held, *result.events)) if held else result


def counted_reps(events: Sequence[Event]) -> tuple[RepCounted, ...]:
    """The reps that were counted among the events."""
    return tuple(event for event in events if isinstance(event, RepCounted))


def _size(pose: Pose) -> float:
    """Pixels per metre: how large the person is in the frame, whatever the posture; 0 where the pose is no body."""
    metres = _spread(pose.world)
    size = _spread(pose.image) / metres if metres else 0.0
    return size if math.isfinite(size) else 0.0


def _spread(points: FloatArray) -> float:
    """(N, 3) -> the root of the sum of the squared distances of (x, y) from their mean, in the unit of the points."""
    flat = points[:, :2].astype(np.float64)
    apart = (flat - np.add.reduce(flat, axis=0) / len(flat)).ravel()
    return math.sqrt(apart.dot(apart))
