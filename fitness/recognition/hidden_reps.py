"""Counts a rep that a bystander hid, if the rhythm of the set shows that one is missing.

A person who walks past in front of the camera can hide a whole rep. In a steady set the time between the turning points
before and after is then twice the usual time. Such a rep is counted with `HIDDEN` in its details, a confidence of
`_CONFIDENCE`, and no measures. At most one rep is added each time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Final

from fitness.recognition.exercises import is_held
from fitness.recognition.sets import PersonResult
from fitness.types import Event, Rep, RepCounted, RepRecord

HIDDEN: Final = "hidden"
"""Name of the detail, with the value 1, of a rep that was hidden."""
_CONFIDENCE: Final = 0.5
"""Confidence of a hidden rep."""
_STEADY: Final = 1.33
"""Maximum ratio of an interval between turning points to the median, and of the median to it, in a steady set."""
_TWICE: Final = 0.2
"""Maximum difference of half the interval with the hidden rep from the median, as a share of the median."""
_AROUND: Final = 0.25
"""Maximum time between the hidden turning point and the hidden time, as a share of the median interval."""
_LEAST_HIDDEN_S: Final = 0.15
"""Minimum time for which the person must be hidden, seconds."""
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
        """Note that the person is not found in the frame at `t` seconds, and another person is at that place."""
        self._hidden.append(t)
        while self._hidden[0] < t - _MEMORY_S:
            self._hidden.popleft()

    def completed(self, result: PersonResult) -> PersonResult:
        """The result with a hidden rep before the rep that shows that one is missing."""
        if not any(isinstance(event, RepCounted) for event in result.events):
            return result
        return replace(result, events=tuple(self._filled(result.events)))

    def _filled(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if isinstance(event, RepCounted):
                if event.opens_set:
                    self._reps.clear()
                elif (missing := self._missing(event.rep)) is not None:
                    self._reps.append(missing)
                    yield RepCounted(missing)
                self._reps.append(event.rep)
            yield event

    def _missing(self, rep: Rep) -> Rep | None:
        """The rep that was hidden between the last one and this one, or None."""
        if not self._hidden or len(self._reps) < 2 or is_held(rep.exercise):
            return None
        last = self._reps[-1]
        steps = [later.t_peak - earlier.t_peak for earlier, later in pairwise(self._reps)]
        usual = median(steps)
        half = (rep.t_peak - last.t_peak) / 2
        steady = usual > 0 and all(usual / _STEADY <= step <= usual * _STEADY for step in steps)
        if not steady or rep.exercise != last.exercise or abs(half - usual) > _TWICE * usual:
            return None
        t_peak = last.t_peak + half
        hidden = [t for t in self._hidden if last.t_peak < t < rep.t_peak]
        if not hidden or hidden[-1] - hidden[0] < _LEAST_HIDDEN_S:
            return None
        if not hidden[0] - _AROUND * usual <= t_peak <= hidden[-1] + _AROUND * usual:
            return None
        t_start, t_end = max(last.t_start + half, last.t_end), min(last.t_end + half, rep.t_start)
        if not t_start < t_peak < t_end:
            return None
        return replace(
            last, t_start=t_start, t_peak=t_peak, t_end=t_end, confidence=_CONFIDENCE, details={HIDDEN: 1.0},
            side=None, cues=(), record=RepRecord(), id=next(self._ids),
        )  # fmt: skip
