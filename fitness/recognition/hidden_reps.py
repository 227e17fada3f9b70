"""Counts reps that a bystander hid, if the rhythm of the set shows that they are missing.

A person who walks past in front of the camera can hide a rep, or two of a quick exercise. In a steady set the time between
the turning points before and after is then twice or three times the usual time. The usual time may also be known only from
later reps; the hidden rep is then counted late. Such a rep has `HIDDEN` in its details, the confidence `_CONFIDENCE`, and
no measures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any, Final

from fitness.recognition.exercises import is_held
from fitness.recognition.sets import PersonResult
from fitness.types import Event, Rep, RepCounted, RepRecord

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
    """

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self._reps: deque[Rep] = deque(maxlen=_RECENT)
        self._hidden: deque[float] = deque()

    def add_hidden(self, t: float) -> None:
        """Note that a bystander hid the person at `t` seconds, or may have disturbed the landmarks."""
        self._hidden.append(t)
        while self._hidden[0] < t - _MEMORY_S:
            self._hidden.popleft()

    def completed(self, result: PersonResult) -> PersonResult:
        """The result with the hidden reps before the rep that shows that they are missing."""
        if not any(isinstance(event, RepCounted) for event in result.events):
            return result
        return replace(result, events=tuple(self._filled(result.events)))

    def _filled(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if not isinstance(event, RepCounted):
                yield event
                continue
            if event.opens_set or (self._reps and self._reps[-1].exercise != event.rep.exercise):
                self._reps.clear()
            self._reps.append(event.rep)
            for missing in self._missing():
                self._reps.append(missing)
                yield RepCounted(missing)
            self._reps = deque(sorted(self._reps, key=lambda rep: rep.t_peak), _RECENT)
            yield event

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
        if not 1 <= count <= min(_MOST, len(others)) or abs(steps[at] - (count + 1) * usual) > _WHOLE * usual:
            return []
        return self._between(self._reps[at], self._reps[at + 1], count)

    def _between(self, last: Rep, after: Rep, count: int) -> list[Rep]:
        """Reps in equal steps between two others; none if one of them was not hidden or has no room."""
        step = (after.t_peak - last.t_peak) / (count + 1)
        hidden = [t for t in self._hidden if last.t_peak < t < after.t_peak]
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
