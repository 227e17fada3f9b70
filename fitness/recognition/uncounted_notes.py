"""Collects, for the end of a recording, when repeated movements were not counted, and which reps could not be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from fitness.recognition.trajectory.swing_name import same_movement
from fitness.recognition.uncounted import QUIET_S
from fitness.types import Event, RepCounted, RepRejected

_MOST_NOTES: Final = 5
"""Maximum number of notes of each kind."""


class UncountedNotes:
    """Collects the notes of a stream. Reps may count late, so what was counted after all is left out at the end."""

    def __init__(self) -> None:
        self._spans: list[tuple[str, float, float]] = []
        self._hints: list[tuple[str, float, float]] = []
        self._counted: list[tuple[float, float]] = []
        self._pending: tuple[RepCounted, ...] = ()

    def add_events(self, events: Iterable[Event], pending: tuple[RepCounted, ...] = ()) -> None:
        """Add the events of a frame, and its pending reps. Events of reps that could not be judged have a hint."""
        self._pending = pending
        for event in events:
            if isinstance(event, RepRejected) and event.hint:
                self._hints.append((event.hint, event.t_start, event.t_end))
            elif isinstance(event, RepCounted):
                self._counted.append((event.rep.t_start, event.rep.t_end))

    def add_reason(self, reason: str | None, t: float) -> None:
        """Add the reason of the frame at `t` seconds; None if there is none."""
        if reason is None:
            return
        if self._spans:
            last, start, end = self._spans[-1]
            if last == reason and t - end <= QUIET_S:
                self._spans[-1] = (reason, start, t)
                return
        if len(self._spans) < _MOST_NOTES:
            self._spans.append((reason, max(0.0, t - QUIET_S), t))

    @property
    def texts(self) -> tuple[str, ...]:
        """One line for each time span without a counted rep, and one for each hint with the number of its reps."""
        counted = sorted([*self._counted, *((one.rep.t_start, one.rep.t_end) for one in self._pending)])
        spans = (
            f"not counted from {first:.0f} to {last:.0f} s: {reason}"
            for reason, start, end in self._spans
            for first, last in _without(start, end, counted)
        )
        hints = Counter(hint for hint, start, end in self._hints if not _counted_within(start, end, counted))
        return (*spans, *(f"{hint} ({number} x)" for hint, number in hints.most_common(_MOST_NOTES)))


def _counted_within(start: float, end: float, counted: Iterable[tuple[float, float]]) -> bool:
    """Whether a rep was counted for the movement from `start` to `end` seconds."""
    return any(same_movement(start, end, first, last) for first, last in counted)


def _without(start: float, end: float, counted: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The parts of a time span that have no counted rep and would be long enough for a note. All in seconds, in order."""
    parts: list[tuple[float, float]] = []
    at = start
    for first, last in counted:
        if last > start and first < end:
            parts.append((at, first))
            at = max(at, last)
    if not parts:
        return [(start, end)]
    return [(first, last) for first, last in (*parts, (at, end)) if last - first >= QUIET_S]
