"""Arranges the reps of a new count in the sets that the user noted something about, or that a workout recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from fitness.session.session import Session
from fitness.session.store.rows import SetRow, counted_set
from fitness.types import Rep

SetKey: TypeAlias = tuple[int, str]
"""Number and exercise of a set, which together are its key in the store."""

_NEAR_S: Final = 15.0
"""A rep that is further than this from every old set begins a set of its own, as a pause of a live workout does."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A new count of a stored session, with its sets.

    session: its reps have the set numbers of `sets`.   sets: all sets; kept ones with their notes and target.
    moved: old key of each kept set -> its new key.
    """

    session: Session
    sets: tuple[SetRow, ...]
    moved: Mapping[SetKey, SetKey] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """The reps of one new set.   kept: the old set that it continues, or None."""

    kept: SetRow | None
    reps: list[Rep] = field(default_factory=list)

    @property
    def exercise(self) -> str:
        names = Counter(rep.exercise for rep in self.reps)
        if self.kept is not None and (self.kept.exercise in names or not names):
            return self.kept.exercise
        return names.most_common(1)[0][0]

    def row(self, number: int) -> SetRow:
        """The set with its number. A kept set has its old times, and longer ones if its reps need them."""
        starts, ends = [rep.t_start for rep in self.reps], [rep.t_end for rep in self.reps]
        if self.kept is None:
            return SetRow(self.exercise, number, len(self.reps), min(starts), max(ends))
        return replace(
            self.kept,
            exercise=self.exercise,
            set=number,
            counted=len(self.reps),
            start_s=min([self.kept.start_s, *starts]),
            end_s=max([self.kept.end_s, *ends]),
        )


def arranged(session: Session, old: Sequence[SetRow], kept: Collection[SetKey]) -> Arranged:
    """The new count, whose reps belong to the kept sets by time. Other reps have sets of their own, as counted.

    Each kept set stays one set, also without a rep. Sets are numbered again in order of time.

    Args:
        session: the new count.   old: the sets of the old count.   kept: keys of those that must stay.
    """
    if not kept:
        return Arranged(session, tuple(map(counted_set, session.sets)))
    groups = sorted(_groups(session.reps, old, kept), key=lambda one: one.row(0).start_s)
    rows = tuple(group.row(number) for number, group in enumerate(groups, start=1))
    numbers = {
        id(rep): (row.set, number)
        for group, row in zip(groups, rows, strict=True)
        for number, rep in enumerate(group.reps, start=1)
    }
    reps = []
    for rep in session.reps:
        in_set, number = numbers[id(rep)]
        reps.append(replace(rep, set=in_set, number=number))
    partials = tuple(replace(rep, set=_nearest(rep, rows).set if rows else 1) for rep in session.partials)
    moved = {
        (group.kept.set, group.kept.exercise): (row.set, row.exercise)
        for group, row in zip(groups, rows, strict=True)
        if group.kept is not None
    }
    return Arranged(replace(session, reps=tuple(reps), partials=partials), rows, moved)


def _groups(reps: Iterable[Rep], old: Sequence[SetRow], kept: Collection[SetKey]) -> list[_Group]:
    """The reps of each new set, in order of time within a set."""
    stay = {(one.set, one.exercise): _Group(one) for one in old if (one.set, one.exercise) in kept}
    free: list[Rep] = []
    for rep in reps:
        one = _nearest(rep, old)
        group = stay.get((one.set, one.exercise))
        (free if group is None or _distance_s(rep, one) > _NEAR_S else group.reps).append(rep)
    for group in stay.values():
        exercise = group.exercise
        free += [rep for rep in group.reps if rep.exercise != exercise]
        group.reps = [rep for rep in group.reps if rep.exercise == exercise]
    own: dict[tuple[int, str, int], _Group] = {}
    starts = [group.row(0).start_s for group in stay.values()]
    for rep in sorted(free, key=lambda rep: rep.t_peak):
        before = sum(start <= rep.t_peak for start in starts)  # a kept set between two reps parts them
        own.setdefault((rep.set, rep.exercise, before), _Group(None)).reps.append(rep)
    return [*stay.values(), *own.values()]


def _nearest(rep: Rep, sets: Sequence[SetRow]) -> SetRow:
    """The set nearest to a rep in time; where sets overlap, one of the same exercise, then the shortest."""
    return min(
        sets,
        key=lambda one: (_distance_s(rep, one), one.exercise != rep.exercise, one.end_s - one.start_s),
    )


def _distance_s(rep: Rep, one: SetRow) -> float:
    """Seconds from the turning point of a rep to a set; 0 within the set."""
    return max(one.start_s - rep.t_peak, rep.t_peak - one.end_s, 0.0)
