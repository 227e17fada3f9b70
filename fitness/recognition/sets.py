"""Decides where a set ends, and numbers sets and reps.

`RunningSet` decides, for one person, whether a rep opens a new set. `SetNumbers` numbers the reps of the
person who is counted, once that person is selected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from fitness.metrics.record import Order
from fitness.types import Count, Event, PartialRep, Renamed, Rep, RepAmended, RepCounted, SetClosed, Side

_TEMPO_FACTOR: Final = 4.0
"""A pause shorter than this many usual reps does not end a set of a slow exercise."""


@dataclass(frozen=True, slots=True)
class PersonResult:
    """The result of one frame for one person; sets and reps have no numbers yet.

    exercise, phase, message, cue, first: as in Count.
    uncounted: `message`, if it says why a repeated movement is not counted.
    pending: reps that are not certain yet, as the events that they would become.   events: events of this frame.
    """

    exercise: str | None = None
    phase: float | None = None
    message: str | None = None
    cue: str | None = None
    pending: tuple[RepCounted, ...] = ()
    events: tuple[Event, ...] = ()
    uncounted: str | None = None
    first: Order | None = None


class RunningSet:
    """The current set of one person: a rest or another exercise ends it.

    Args:
        rest_s: a pause longer than this ends a set; for slow exercises four times the usual rep, if that is longer.
    """

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._reps: list[Rep] = []
        self.ordinal = 0
        """Number of sets that this person has begun."""

    @property
    def reps(self) -> int:
        """Reps in the current set."""
        return len(self._reps)

    @property
    def last(self) -> Rep | None:
        """The rep that was counted last, or None before the first."""
        return self._reps[-1] if self._reps else None

    def add(self, rep: Rep) -> bool:
        """Add the next counted rep; return whether it opens a new set."""
        opens = self.opens(rep.exercise, rep.t_start)
        if opens:
            self.ordinal += 1
            self._reps = []
        self._reps.append(rep)
        return opens

    def opens(self, exercise: str, t_start: float) -> bool:
        """Whether a rep that begins at `t_start` seconds would open a new set."""
        if not self._reps or self._reps[-1].exercise != exercise:
            return True
        pause_s = t_start - self._reps[-1].t_end
        return pause_s > max(self._rest_s, _TEMPO_FACTOR * median(rep.span for rep in self._reps))

    def preview(self, reps: Iterable[Rep]) -> tuple[RepCounted, ...]:
        """The events that these reps would become if they were added in order. None is added."""
        later = copy(self)
        later._reps = list(self._reps)
        return tuple(RepCounted(rep, later.add(rep)) for rep in reps)

    def amend(self, better: Rep) -> None:
        """Replace a rep of the current set by a better measured one with the same id."""
        self._reps = [better if rep.id == better.id else rep for rep in self._reps]

    def rename(self, ids: Collection[int], exercise: str) -> None:
        """Give reps of the current set the name of another exercise."""
        self._reps = [replace(rep, exercise=exercise) if rep.id in ids else rep for rep in self._reps]


class SetNumbers:
    """Numbers the sets and reps of a stream, and keeps the totals."""

    def __init__(self) -> None:
        self._set = self._reps = 0
        self._exercise = ""
        self._known: dict[int, Rep] = {}
        """Every numbered rep by its id, partial ones too."""
        self._totals: Counter[str] = Counter()
        self._sides: Counter[tuple[str, Side]] = Counter()

    def count(self, result: PersonResult, *, new_person: bool = False) -> Count:
        """Return the state of the stream after a frame, with numbers in its events.

        Args:
            new_person: the counted person changed with this frame, so the first rep opens a new set.
        """
        events: list[Event] = []
        for event in result.events:
            if isinstance(event, RepCounted) and new_person:
                event, new_person = replace(event, opens_set=True), False
            events.extend(self._numbered(event))
        return Count(
            totals=self._totals,
            exercise=result.exercise,
            set=self._set,
            reps_in_set=self._reps,
            phase=result.phase,
            message=result.message,
            sides=self._both_sides(),
            cue=result.cue,
            pending=self._numbered_pending(result.pending),
            events=tuple(events),
            uncounted=result.uncounted,
            first=result.first,
        )

    def _numbered(self, event: Event) -> list[Event]:
        """The event with numbers: none if its rep is not numbered here, two if a set ends."""
        if isinstance(event, RepCounted):
            return self._counted(event)
        if isinstance(event, PartialRep):
            rep = replace(event.rep, set=self._set + self._opens(event), number=0)
            self._known[rep.id] = rep
            return [replace(event, rep=rep)]
        if isinstance(event, RepAmended):
            known = self._known.get(event.id)
            return [] if known is None else [RepAmended(self._replaced(known, event.rep))]
        if isinstance(event, Renamed):
            return self._renamed(event)
        return [event]

    def _opens(self, event: RepCounted | PartialRep) -> bool:
        return event.opens_set or not self._set

    def _counted(self, event: RepCounted) -> list[Event]:
        closed: list[Event] = []
        opens = self._opens(event)
        if opens:
            if self._set:
                closed = [SetClosed(self._set, self._exercise, self._reps)]
            self._set, self._reps = self._set + 1, 0
        self._reps += 1
        rep = replace(event.rep, set=self._set, number=self._reps)
        self._exercise = rep.exercise
        self._known[rep.id] = rep
        self._totals[rep.exercise] += 1
        self._add_side(rep, 1)
        return [*closed, RepCounted(rep, opens)]

    def _replaced(self, known: Rep, better: Rep) -> Rep:
        """The better measured rep with the numbers of the known one; totals of the sides are corrected."""
        rep = replace(better, set=known.set, number=known.number)
        if rep.number:
            self._add_side(known, -1)
            self._add_side(rep, 1)
        self._known[rep.id] = rep
        return rep

    def _renamed(self, event: Renamed) -> list[Event]:
        known = [self._known[one] for one in event.ids if one in self._known]
        for rep in known:
            if rep.number:
                self._totals[rep.exercise] -= 1
                self._totals[event.exercise] += 1
                self._add_side(rep, -1)
            self._known[rep.id] = replace(rep, exercise=event.exercise)
            if rep.set == self._set:
                self._exercise = event.exercise
            if rep.number:
                self._add_side(self._known[rep.id], 1)
        self._totals = +self._totals
        return [replace(event, ids=tuple(rep.id for rep in known))] if known else []

    def _add_side(self, rep: Rep, by: int) -> None:
        if rep.side is not None:
            self._sides[rep.exercise, rep.side] += by

    def _both_sides(self) -> dict[str, tuple[int, int]]:
        names = dict.fromkeys(name for (name, _), reps in self._sides.items() if reps)
        return {name: (self._sides[name, "left"], self._sides[name, "right"]) for name in names}

    def _numbered_pending(self, pending: Iterable[RepCounted]) -> tuple[Rep, ...]:
        """The pending reps, with the numbers that they would get."""
        number, reps, found = self._set, self._reps, []
        for event in pending:
            if event.opens_set or not number:
                number, reps = number + 1, 0
            reps += 1
            found.append(replace(event.rep, set=number, number=reps))
        return tuple(found)
