"""Counts reps that a bystander hid, if what is seen of them or the rhythm of the set shows that they are missing.

A rep of which a part was seen is counted if that part is the same as that of another rep of the person (`part_views`).

A person who walks past in front of the camera can hide a rep, or two of a quick exercise. In a steady set the time between
the turning points before and after is then twice or three times the usual time. The usual time may also be known only from
later reps; the hidden rep is then counted late. A hidden rep has `HIDDEN` in its details, the confidence `_CONFIDENCE`, and
no measures.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any, Final

from fitness.recognition.exercises import is_held
from fitness.recognition.part_views import Movement, PartlyHidden, Views, taken_over
from fitness.recognition.sets import PersonResult
from fitness.types import Event, Pose, Rep, RepCounted, RepRecord

HIDDEN: Final = "hidden"
"""Name of the detail, with the value 1, of a rep that was hidden."""
_CONFIDENCE: Final = 0.5
"""Confidence of a hidden rep."""
_STEADY: Final = 1.33
"""Maximum ratio of an interval between turning points to the median, and of the median to it, in a steady set."""
_WHOLE: Final = 0.4
"""Maximum difference of the interval from two or three usual ones, as a share of the usual one."""
_MOST: Final = 2
"""Maximum number of reps that are added between two others."""
_AROUND: Final = 0.25
"""Maximum time between a hidden turning point and the hidden time, as a share of the usual interval."""
_LEAST_HIDDEN_S: Final = 0.12
"""Minimum time for which the person must be hidden, seconds: three frames of 15 fps."""
_LEAST_REPS: Final = 3
"""Minimum number of reps around the hidden ones: two of them give the usual time."""
_LEAST_SEEN: Final = 2
"""Minimum number of reps before one of which a part was seen is counted."""
_COUNTED: Final = 60
"""Number of reps that are remembered, so that none is counted twice."""
_UNMEASURED: Final[Mapping[str, Any]] = {
    "confidence": _CONFIDENCE, "details": {HIDDEN: 1.0}, "side": None, "cues": (), "record": RepRecord(),
}  # fmt: skip
"""What a hidden rep does not have from the rep before it."""
_RECENT: Final = 6
"""Number of recent reps that give the rhythm."""
_MEMORY_S: Final = 20.0
"""How long hidden frames are remembered, seconds."""


class HiddenReps:
    """Completes the results of one person. Takes them in time order.

    Args:
        ids: gives each rep its id; shared by all persons of one stream.
        people: the views of everybody; None: only the person's own.
    """

    def __init__(self, ids: Iterator[int], people: Views | None = None) -> None:
        self._ids = ids
        self._own = Views()
        self._people = people or self._own
        self._reps: deque[Rep] = deque(maxlen=_RECENT)
        self._counted: deque[Rep] = deque(maxlen=_COUNTED)
        self._pending: Sequence[RepCounted] = ()
        self._hidden: deque[float] = deque()
        self._lost: list[float] = []
        self._searched_s = -math.inf
        self._due_s = math.inf

    def add_pose(self, pose: Pose, t: float) -> None:
        """Remember the person's pose at `t` seconds."""
        self._own.add((pose,), t)

    def add_hidden(self, t: float) -> None:
        """Note that a bystander hid the person at `t` seconds, or may have disturbed the landmarks."""
        self._hidden.append(t)
        while self._hidden[0] < t - _MEMORY_S:
            self._hidden.popleft()

    def completed(self, result: PersonResult) -> PersonResult:
        """The result with the hidden reps before the rep that shows that they are missing."""
        self._pending = result.pending
        if self._people.t < self._due_s and not any(isinstance(event, RepCounted) for event in result.events):
            return result
        return replace(result, events=tuple(self._filled(result.events)))

    def _filled(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if not isinstance(event, RepCounted):
                yield event
                continue
            if self._reps and self._reps[-1].exercise != event.rep.exercise:
                self._reps.clear()
            elif event.opens_set:
                yield from self._searched(event.rep.t_start)
                self._reps.clear()
            self._add(event.rep)
            self._due_s = min(self._due_s, event.rep.t_end + event.rep.span)
            yield from self._added(self._missing())
            yield event
        if self._people.t >= self._due_s:
            yield from self._searched(self._reps[-1].t_start)

    def finished(self) -> tuple[RepCounted, ...]:
        """The hidden reps that are not counted yet, at the end of the stream."""
        return tuple(self._searched(math.inf))

    def _add(self, rep: Rep) -> None:
        self._counted.append(rep)
        self._reps = deque(sorted((*self._reps, rep), key=lambda rep: rep.t_peak), _RECENT)

    def _added(self, reps: Iterable[Rep]) -> Iterator[RepCounted]:
        for rep in reps:
            self._add(rep)
            yield RepCounted(rep)

    def _searched(self, until_s: float) -> Iterator[RepCounted]:
        """The reps before `until_s` seconds that are hidden in part, or while the person was lost, since the last search."""
        since_s, self._due_s = self._searched_s, math.inf
        if len(self._reps) < _LEAST_SEEN or is_held(self._reps[-1].exercise):
            return
        noted = any(since_s < t < until_s for t in self._hidden)
        if not noted and not self._own.interrupted(since_s, until_s):
            self._searched_s = until_s
            return
        movements = [each for each in map(self._movement, self._reps) if each is not None]
        if not movements:
            return
        lost = taken_over(movements, self._people, self._own, since_s, until_s)
        self._lost = [*(t for t in self._lost if t >= since_s - _MEMORY_S), *lost]
        self._hidden = deque(sorted({*self._hidden, *lost}))
        self._searched_s = until_s
        if any(since_s < t < until_s for t in self._hidden):
            counted = (*self._counted, *(event.rep for event in self._pending))
            parts = PartlyHidden(self._people, self._own, self._hidden, counted)
            found = parts.found(movements, since_s, until_s)
            yield from self._added([self._like(rep, t_turn) for t_turn, rep in found])
        yield from self._added(self._missing())

    def _movement(self, rep: Rep) -> Movement | None:
        """How a rep was seen; None if it was hidden, wholly or in part."""
        if HIDDEN in rep.details or any(rep.t_start <= t <= rep.t_end for t in self._hidden):
            return None
        t, joints = self._own.between(rep.t_start - rep.span, rep.t_end + rep.span)
        return Movement.of(rep, t, joints[:, 0])

    def _like(self, rep: Rep, t_turn: float) -> Rep:
        """A hidden rep like another one, with another turning point."""
        shift = t_turn - rep.t_peak
        found = replace(
            rep, t_start=rep.t_start + shift, t_peak=t_turn, t_end=rep.t_end + shift, id=next(self._ids)
        )
        return replace(found, **_UNMEASURED)

    def _missing(self) -> list[Rep]:
        """The reps that were hidden between two of the recent reps; none if there is no such place."""
        if not self._hidden or len(self._reps) < _LEAST_REPS or is_held(self._reps[-1].exercise):
            return []
        steps = [later.t_peak - earlier.t_peak for earlier, later in pairwise(self._reps)]
        at = steps.index(max(steps))
        others = [step for place, step in enumerate(steps) if place != at]
        usual = median(others)
        if usual <= 0 or not all(usual / _STEADY <= step <= usual * _STEADY for step in others):
            return []
        count = round(steps[at] / usual) - 1
        if not 1 <= count <= _MOST or abs(steps[at] - (count + 1) * usual) > _WHOLE * usual:
            return []
        # one other step is little evidence for two reps, unless the person was lost at both turning points
        lost_only = count > len(others)
        return self._between(self._reps[at], self._reps[at + 1], count, lost_only=lost_only)

    def _between(self, last: Rep, after: Rep, count: int, *, lost_only: bool) -> list[Rep]:
        """Reps in equal steps between two others; none if one of them was not hidden or has no room."""
        step = (after.t_peak - last.t_peak) / (count + 1)
        times = self._lost if lost_only else self._hidden
        hidden = [t for t in times if last.t_peak < t < after.t_peak]
        if not hidden or max(hidden) - min(hidden) < _LEAST_HIDDEN_S:
            return []
        earliest, latest = min(hidden) - _AROUND * step, max(hidden) + _AROUND * step
        found: list[Rep] = []
        for number in range(1, count + 1):
            shift = number * step
            t_start, t_peak, t_end = last.t_start + shift, last.t_peak + shift, last.t_end + shift
            t_start, t_end = max(t_start, (found or [last])[-1].t_end), min(t_end, after.t_start)
            if not t_start < t_peak < t_end or not earliest <= t_peak <= latest:
                return []
            rep = replace(last, t_start=t_start, t_peak=t_peak, t_end=t_end, id=next(self._ids))
            found.append(replace(rep, **_UNMEASURED))
        return found
