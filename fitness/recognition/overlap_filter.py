"""Removes false reps that appear while a bystander is near the person who exercises.

When a bystander crosses in front, single poses of the counted person are mixed with those of the bystander, and the person
may be lost for a while. A movement at such a time is not a rep if it is uncertain, or much shorter than the reps before. It
does not begin another exercise by itself, either: such a rep is held until a second rep of that exercise confirms it. A
bystander who stays beside the person does not make reps doubtful; only their duration is checked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from statistics import median
from typing import Final, TypeVar

import numpy as np

from fitness.recognition.sets import PersonResult
from fitness.types import DoubleArray, Event, Pose, Rep, RepAmended, RepCounted

_SHORT: Final = 0.4
"""Minimum duration of a rep while another person overlaps, as a share of the usual duration."""
_CERTAIN: Final = 0.6
"""Minimum confidence of a rep during a crossing. In composed crossings of lunges and sit-ups, false reps had 0.2 to 0.5,
except one, and true reps more than 0.6."""
_LEAST_REPS: Final = 2
"""Minimum number of reps from which the usual duration is known."""
_RECENT: Final = 8
"""Number of recent reps over which the usual duration is the median."""
_MEMORY_S: Final = 20.0
"""How long overlaps are remembered, seconds."""
_AROUND_S: Final = 0.5
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
    """Filters the results of one person. Takes overlaps and results in time order.

    held: reps of another exercise than before that wait until a second one confirms them.
    """

    def __init__(self) -> None:
        self._overlaps: deque[float] = deque()
        self._crossings: deque[float] = deque()
        self._spans: deque[float] = deque(maxlen=_RECENT)
        self._exercise = ""
        self._removed: set[int] = set()
        self.held: list[RepCounted] = []
        self._interrupted = False

    def add_overlap(self, t: float, *, crossing: bool = False) -> None:
        """Note that a bystander is near at `t` seconds.   crossing: and did not stay there before."""
        for times in (self._overlaps, self._crossings) if crossing else (self._overlaps,):
            times.append(t)
            while times[0] < t - _MEMORY_S:
                times.popleft()

    def filtered(self, result: PersonResult) -> PersonResult:
        """The result without false reps. A set that a false rep would have ended continues; held reps are pending."""
        if not result.events and not self.held and not (result.pending and self._overlaps):
            return result
        events = tuple(self._kept(result.events))
        pending = tuple(event for event in result.pending if not self._false(event.rep))
        return replace(result, events=events, pending=(*self.held, *pending))

    def _kept(self, events: Sequence[Event]) -> Iterator[Event]:
        for event in events:
            if isinstance(event, RepCounted):
                yield from self._counted(event)
            elif isinstance(event, RepAmended) and event.id in {held.rep.id for held in self.held}:
                self.held = [
                    replace(held, rep=event.rep) if held.rep.id == event.id else held for held in self.held
                ]
            elif not (isinstance(event, RepAmended) and event.id in self._removed):
                yield event

    def _counted(self, event: RepCounted) -> Iterator[RepCounted]:
        """The reps that are counted now that a rep was found: none, this one, or also those that it confirms."""
        rep = event.rep
        if self._false(rep):
            self._removed.add(rep.id)
            self._interrupted |= event.opens_set
            return
        confirmed = [held for held in self.held if held.rep.exercise == rep.exercise]
        if rep.exercise != self._exercise and not confirmed and _during(rep, self._crossings):
            self.held.append(event)
            return
        self._removed |= {held.rep.id for held in self.held if held not in confirmed}
        self._interrupted |= len(confirmed) < len(self.held)
        self.held = []
        for number, each in enumerate((*confirmed, event)):
            if number:
                each = replace(each, opens_set=False)
            elif self._interrupted or confirmed:
                each = replace(each, opens_set=each.rep.exercise != self._exercise)
            self._interrupted, self._exercise = False, each.rep.exercise
            self._spans.append(each.rep.span)
            yield each

    def _false(self, rep: Rep) -> bool:
        """Whether a rep during a crossing is uncertain, or one during any overlap is much shorter than usual."""
        if _during(rep, self._crossings) and rep.confidence < _CERTAIN:
            return True
        short = len(self._spans) >= _LEAST_REPS and rep.span < _SHORT * median(self._spans)
        return short and _during(rep, self._overlaps)


def _during(rep: Rep, times: Iterable[float]) -> bool:
    """Whether one of the times is during a rep, or just before or after it."""
    return any(rep.t_start - _AROUND_S <= t <= rep.t_end + _AROUND_S for t in times)
