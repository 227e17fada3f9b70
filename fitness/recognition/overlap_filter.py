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
"""Minimum duration of a rep while another person overlaps, as a share of the usual duration."""
_LEAST_REPS: Final = 2
"""Minimum number of reps from which the usual duration is known."""
_RECENT: Final = 8
"""Number of recent reps over which the usual duration is the median."""
_MEMORY_S: Final = 20.0
"""How long overlaps are remembered, seconds."""
_AROUND_S: Final = 0.2
"""Maximum time between an overlap and a movement that it affects, seconds."""

Key = TypeVar("Key")


def overlapping(people: Mapping[Key, Pose]) -> set[Key]:
    """The people whose box around the landmarks touches that of another."""
    boxes = {key: _box(pose) for key, pose in people.items()}
    found: set[Key] = set()
    for one, other in combinations(boxes, 2):
        if (boxes[one][0] <= boxes[other][1]).all() and (boxes[other][0] <= boxes[one][1]).all():
            found |= {one, other}
    return found


def _box(pose: Pose) -> tuple[DoubleArray, DoubleArray]:
    """Upper left and lower right corner of the landmarks, pixels."""
    points = np.asarray(pose.image[:, :2], np.float64)
    return points.min(axis=0), points.max(axis=0)


class OverlapFilter:
    """Filters the results of one person. Takes overlaps and results in time order."""

    def __init__(self) -> None:
        self._overlaps: deque[float] = deque()
        self._spans: deque[float] = deque(maxlen=_RECENT)
        self._exercise = ""
        self._removed: set[int] = set()
        self._interrupted = False

    def add_overlap(self, t: float) -> None:
        """Note that another person overlaps this one in the frame at `t` seconds."""
        self._overlaps.append(t)
        while self._overlaps[0] < t - _MEMORY_S:
            self._overlaps.popleft()

    def filtered(self, result: PersonResult) -> PersonResult:
        """The result without false reps. A set that a false rep would have ended continues."""
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
        """Whether a rep is much shorter than usual and another person overlaps."""
        if not self._overlaps or len(self._spans) < _LEAST_REPS or rep.span >= _SHORT * median(self._spans):
            return False
        return any(rep.t_start - _AROUND_S <= t <= rep.t_end + _AROUND_S for t in self._overlaps)
