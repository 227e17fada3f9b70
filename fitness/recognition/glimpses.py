"""Removes false reps that appear while two people overlap in the frame.

When a bystander crosses in front, single poses of the counted person are mixed with those of the bystander. A joint then
swings once within a fraction of a second. Such a movement is not a rep: it is much shorter than the person's reps before,
and it begins and ends while another person overlaps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from statistics import median
from typing import Final, TypeVar

import numpy as np

from fitness.recognition.sets import PersonResult
from fitness.types import DoubleArray, Event, Pose, Rep, RepAmended, RepCounted

_SHORT: Final = 0.4
"""Share of the usual duration below which a movement is too short for a rep, if another person overlaps."""
_LEAST_REPS: Final = 2
"""Number of reps after which the usual duration is known."""
_RECENT: Final = 8
"""Number of last reps that give the usual duration."""
_MEMORY_S: Final = 20.0
"""Seconds for which overlaps are remembered."""
_AROUND_S: Final = 0.2
"""An overlap counts up to so many seconds before and after a movement."""

Key = TypeVar("Key")


def overlapping(people: Mapping[Key, Pose]) -> set[Key]:
    """The people whose boxes around the landmarks touch another's."""
    boxes = {key: _box(pose) for key, pose in people.items()}
    found: set[Key] = set()
    for one, other in combinations(boxes, 2):
        if (boxes[one][0] <= boxes[other][1]).all() and (boxes[other][0] <= boxes[one][1]).all():
            found |= {one, other}
    return found


def _box(pose: Pose) -> tuple[DoubleArray, DoubleArray]:
    points = np.asarray(pose.image[:, :2], np.float64)
    return points.min(axis=0), points.max(axis=0)


class Glimpses:
    """Feeds on one person's overlaps and results in order of time."""

    def __init__(self) -> None:
        self._overlaps: deque[float] = deque()
        self._spans: deque[float] = deque(maxlen=_RECENT)
        self._exercise = ""
        self._removed: set[int] = set()
        self._interrupted = False

    def overlap(self, t: float) -> None:
        """Another person overlaps this one in the frame at `t` seconds."""
        self._overlaps.append(t)
        while self._overlaps[0] < t - _MEMORY_S:
            self._overlaps.popleft()

    def sift(self, result: PersonResult) -> PersonResult:
        """The person's result without false reps; the set goes on where a false rep would have ended it."""
        if not result.events and not (result.pending and self._overlaps):
            return result
        events = tuple(self._kept(result.events))
        pending = tuple(event for event in result.pending if not self._false(event.rep))
        return replace(result, events=events, pending=pending)

    def _kept(self, events: Sequence[Event]) -> Iterable[Event]:
        for event in events:
            if isinstance(event, RepCounted):
                if self._false(event.rep):
                    self._removed.add(event.rep.id)
                    self._interrupted |= event.opens_set
                    continue
                if self._interrupted and event.rep.exercise == self._exercise:
                    event = replace(event, opens_set=False)
                self._interrupted, self._exercise = False, event.rep.exercise
                self._spans.append(event.rep.span)
            elif isinstance(event, RepAmended) and event.id in self._removed:
                continue
            yield event

    def _false(self, rep: Rep) -> bool:
        if not self._overlaps or len(self._spans) < _LEAST_REPS or rep.span >= _SHORT * median(self._spans):
            return False
        return any(rep.t_start - _AROUND_S <= t <= rep.t_end + _AROUND_S for t in self._overlaps)
