"""Names a set as a whole, and lets its reps count once the set is likely enough.

A rep is named when it is decided, by what is known then. Later reps of the same set tell more: a set is one exercise. So the
reps of a set get the exercise that is likeliest for all of them, even if the first ones were named otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

from fitness.recognition.trajectory.swing_name import SwingName

PARTS: Final = {"burpee": ("push-up", "squat")}
"""Exercises that contain reps of others. The part is decided first, and is renamed when the whole is decided."""

_FLOOR: Final = 0.005
"""Probability of a name that none of a rep's swings has, so that one odd rep does not decide on a set."""
_ROUNDING: Final = 1e-9

Shares: TypeAlias = Mapping[str, float]
"""Exercise -> probability of a movement, the greatest among its swings."""


def related(one: str, other: str) -> bool:
    """Whether one is a part of the other."""
    return one in PARTS.get(other, ()) or other in PARTS.get(one, ())


class Correction(NamedTuple):
    """Reps that counted with another name.   reps: as they counted.   exercise: their new name."""

    reps: tuple[SwingName, ...]
    exercise: str


class Checked(NamedTuple):
    """reps: those that count now, in time order.   corrections: of reps that counted earlier."""

    reps: list[SwingName]
    corrections: list[Correction]


@dataclass(slots=True)
class _Set:
    """A set.   reps, shares: its reps in time order, and the probabilities of each.

    counted: the number of reps that count; those after them are held.
    sums: name -> sum of the logarithms of its probabilities, above that of `_FLOOR`.
    """

    name: str
    reps: list[SwingName] = field(default_factory=list)
    shares: list[Shares] = field(default_factory=list)
    counted: int = 0
    sums: dict[str, float] = field(default_factory=dict)

    def copy(self) -> _Set:
        return _Set(self.name, [*self.reps], [*self.shares], self.counted, {**self.sums})

    def add(self, rep: SwingName, shares: Shares) -> None:
        self.reps.append(rep)
        self.shares.append(shares)
        for name, share in shares.items():
            if share > _FLOOR:
                self.sums[name] = self.sums.get(name, 0.0) + math.log(share / _FLOOR)

    def loss(self, name: str) -> float:
        """How much less likely `name` is for all reps than the name of the set: a difference of logarithms."""
        return (
            math.inf if related(name, self.name) else self.sums.get(self.name, 0.0) - self.sums.get(name, 0.0)
        )

    def likelier(self, margin: float) -> str | None:
        """The likeliest other name, if it is likelier by more than `margin`."""
        best = min(self.sums, key=self.loss, default=self.name)
        return best if self.loss(best) < -margin else None

    def renamed(self, name: str) -> tuple[SwingName, ...]:
        """Give all reps another name; return those that counted, as they were."""
        before = tuple(self.reps[: self.counted])
        self.name = name
        self.reps = [
            replace(rep, exercise=name, share=max(_FLOOR, shares.get(name, 0.0)))
            for rep, shares in zip(self.reps, self.shares, strict=True)
        ]
        return before

    def mean_log_odds(self) -> float:
        """Of all reps."""
        odds = (math.log(rep.share + _ROUNDING) - math.log(1 - rep.share + _ROUNDING) for rep in self.reps)
        return sum(odds) / len(self.reps)


class SetCheck:
    """Names the sets of one person, and holds the reps of a set until the mean of their log odds is high enough.

    So one likely swing among doubtful ones does not count. Doubtful reps count if later reps of the set show that it is the
    exercise.

    Args:
        least_mean: minimum mean log odds.   memory_s: a set ends after this time without a rep, seconds.
        rename: a set gets another name that is likelier by this difference of logarithms; infinite to keep all names.
        change: two successive sets are one if the likelier name of both costs less than this.
    """

    def __init__(self, least_mean: float, memory_s: float, rename: float, change: float) -> None:
        self._least_mean = least_mean
        self._memory_s = memory_s
        self._rename = rename
        self._change = change
        self._sets: dict[str, _Set] = {}

    def step(self, reps: Iterable[tuple[SwingName, Shares]]) -> Checked:
        """Add reps in time order, with the probabilities of their movements."""
        return self._checked(self._sets, reps)

    def foreseen(self, reps: Iterable[tuple[SwingName, Shares]]) -> list[SwingName]:
        """The reps that `step` would return; nothing changes."""
        reps = list(reps)
        if not reps:
            return []
        return self._checked({name: one.copy() for name, one in self._sets.items()}, reps).reps

    def name_of(self, rep: SwingName) -> str:
        """The exercise of a rep that was added last, as it is known by now."""
        for name, one in self._sets.items():
            if one.reps[-1].t_turn == rep.t_turn and one.reps[-1].t_end == rep.t_end:
                return name
        return rep.exercise

    def doubtful(self, t: float) -> str:
        """The exercise of the last set that does not count at `t` seconds and has not ended; "" if there is none."""
        held = [(one.reps[-1].t_end, name) for name, one in self._sets.items() if one.counted < len(one.reps)]
        last, name = max(held, default=(-math.inf, ""))
        return name if t - last < self._memory_s else ""

    def _checked(self, sets: dict[str, _Set], reps: Iterable[tuple[SwingName, Shares]]) -> Checked:
        found = Checked([], [])
        for rep, shares in reps:
            for name in [name for name, one in sets.items() if self._ended(one, rep)]:
                del sets[name]
            current = sets.setdefault(rep.exercise, _Set(rep.exercise))
            current.add(rep, shares)
            if math.isfinite(self._rename):
                current = self._named(sets, current, found.corrections)
            if current.mean_log_odds() >= self._least_mean:
                found.reps.extend(current.reps[current.counted :])
                current.counted = len(current.reps)
        return found

    def _ended(self, one: _Set, rep: SwingName) -> bool:
        return rep.t_start - one.reps[-1].t_end >= self._memory_s

    def _named(self, sets: dict[str, _Set], current: _Set, corrections: list[Correction]) -> _Set:
        """Rename `current` or the set before it if that is likelier; return the set of the last rep."""
        if (name := current.likelier(self._rename)) is not None:
            current = self._renamed(sets, current, name, corrections)
        earlier = [one for one in sets.values() if one is not current]
        if not earlier:
            return current
        last = max(earlier, key=lambda one: one.reps[-1].t_end)
        if min(last.loss(current.name), current.loss(last.name)) >= self._change:
            return current
        if last.loss(current.name) < current.loss(last.name):
            return self._renamed(sets, last, current.name, corrections)
        return self._renamed(sets, current, last.name, corrections)

    @staticmethod
    def _renamed(sets: dict[str, _Set], one: _Set, name: str, corrections: list[Correction]) -> _Set:
        """Rename a set, and join it with the set of that name if there is one; return the result."""
        del sets[one.name]
        if counted := one.renamed(name):
            corrections.append(Correction(counted, name))
        other = sets.get(name)
        if other is not None:
            one = _joined(one, other)
        sets[name] = one
        return one


def _joined(one: _Set, other: _Set) -> _Set:
    """Two sets of one name as one; reps that count come before those that are held."""
    joined = _Set(one.name)
    members = [
        (at >= part.counted, rep.t_end, rep, shares)
        for part in (one, other)
        for at, (rep, shares) in enumerate(zip(part.reps, part.shares, strict=True))
    ]
    for _, _, rep, shares in sorted(members, key=lambda member: member[:2]):
        joined.add(rep, shares)
    joined.counted = one.counted + other.counted
    return joined
