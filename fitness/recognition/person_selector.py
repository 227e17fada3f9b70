"""Counts whoever exercises: a recogniser for each person in the picture, and the rule that says whose count is shown.

Nobody is counted until somebody completes a rep. That person is counted from then on, whoever else comes and goes,
and however large they are in the picture; the reps of others are reported apart. Another person takes the count over only
with a rep of their own after the counted one was away for `PeopleOptions.away_s`, or did nothing for `quiet_s` while the
other did `takeover_reps`. Counts only grow: what the first person did stays counted.

A person who comes back under a new id, alone in the picture, goes on where the count was.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from fitness.errors import OptionError
from fitness.metrics.record.motion import SIDES
from fitness.types import Classification, Count, Pose, Rep, Side

_RECENT: Final = 16
"""Reps of a person whose times are remembered."""

_FORGET_S: Final = 60.0
"""People who are not counted are forgotten after so long out of view, seconds."""


class OnePerson(Protocol):
    """Counts one person; `recogniser.Recogniser` does."""

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]: ...


@dataclass(frozen=True, slots=True)
class PeopleOptions:
    """When another person's count takes the place of the one that is shown.

    away_s: after so many seconds without the counted person, the next rep of anybody.
    quiet_s, takeover_reps: after so many seconds without a rep of the counted person, so many reps by one other in
        that time.
    """

    away_s: float = 30.0
    quiet_s: float = 15.0
    takeover_reps: int = 2

    def __post_init__(self) -> None:
        for name in ("away_s", "quiet_s"):
            if not getattr(self, name) >= 0:
                raise OptionError(f"{name} must be at least 0, got {getattr(self, name)}")
        if self.takeover_reps < 1:
            raise OptionError(f"takeover_reps must be at least 1, got {self.takeover_reps}")


class _Slot:
    """One person's recogniser, and what is known of that person. person: the newest id."""

    def __init__(self, counter: OnePerson, person: int) -> None:
        self.counter = counter
        self.person = person
        self.t_seen = -math.inf
        self.t_reps: deque[float] = deque(maxlen=_RECENT)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What a slot says about one frame."""

    pose: Pose | None
    classification: Classification | None
    count: Count


class PersonSelector:
    """Feeds on everybody in each frame, in order of time.

    Args:
        one: makes a recogniser that has counted nothing; called once for each person.
        options: see `PeopleOptions`.
    """

    def __init__(self, one: Callable[[], OnePerson], options: PeopleOptions | None = None) -> None:
        self.options = options or PeopleOptions()
        self._one = one
        self.reset()

    def reset(self) -> None:
        """Forget everybody and all counts."""
        self._slots: list[_Slot] = []
        self._of: dict[int, _Slot] = {}
        self._counted: _Slot | None = None
        self._totals: Counter[str] = Counter()
        self._numbers = _Numbers()

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Everybody in the next frame, at `t` seconds -> the person who is shown, what they look like, and the count.

        people: the one whom the tracker holds for the subject first.
        """
        present = self._assign(people)
        if not present and not self._slots:
            self._slots.append(_Slot(self._one(), 0))
        absent = self._counted or (self._slots[0] if not present else None)
        said = {slot: _Said(pose, *slot.counter.step(pose, t)) for slot, pose in present.items()}
        if absent is not None and absent not in said:
            said[absent] = _Said(None, *absent.counter.step(None, t))
        self._choose(said, t)
        for slot in present:
            slot.t_seen = t
        shown = self._counted or next(iter(present), absent)
        assert shown is not None
        self._forget(t)
        one = said[shown]
        return one.pose, one.classification, self._count(shown, said)

    def _assign(self, people: Sequence[Pose]) -> dict[_Slot, Pose]:
        """Whose slot each pose belongs to; new people get a new one, or go on in the place of who was lost."""
        present: dict[_Slot, Pose] = {}
        for pose in sorted(people, key=lambda pose: pose.id):  # of two ids of one slot the older one stays
            slot = self._of.get(pose.id)
            if slot is None or slot in present:
                slot = self._lost() if len(people) == 1 else None
                if slot is None:
                    slot = _Slot(self._one(), pose.id)
                    self._slots.append(slot)
                self._of[pose.id] = slot
            slot.person = pose.id
            present[slot] = pose
        return {slot: pose for pose in people for slot, own in present.items() if own is pose}

    def _lost(self) -> _Slot | None:
        """Whose count somebody goes on with who is alone in the picture: the counted person's, else the last one's."""
        return self._counted or max(self._slots, key=lambda slot: slot.t_seen, default=None)

    def _choose(self, said: Mapping[_Slot, _Said], t: float) -> None:
        """Note the reps, and whose are counted from now on."""
        for slot, one in said.items():
            if one.count.rep is None:
                continue
            slot.t_reps.append(t)
            if slot is not self._counted and self._takes_over(slot, t):
                self._counted = slot
                self._numbers.start(one.count)
        counted = self._counted
        rep = said[counted].count.rep if counted is not None and counted in said else None
        if rep is not None:
            self._totals[rep.exercise] += 1

    def _takes_over(self, slot: _Slot, t: float) -> bool:
        """Whether the rep that this person just did makes them the counted one."""
        counted, options = self._counted, self.options
        if counted is None or t - counted.t_seen > options.away_s:
            return True
        quiet = not counted.t_reps or t - counted.t_reps[-1] > options.quiet_s
        recent = sum(t - each <= options.quiet_s for each in slot.t_reps)
        return quiet and recent >= options.takeover_reps

    def _forget(self, t: float) -> None:
        """Let go of people who were not seen for long, but for the counted one."""
        kept = [slot for slot in self._slots if slot is self._counted or t - slot.t_seen <= _FORGET_S]
        if len(kept) < len(self._slots) and kept:
            self._slots = kept
            self._of = {person: slot for person, slot in self._of.items() if slot in kept}

    def _count(self, shown: _Slot, said: Mapping[_Slot, _Said]) -> Count:
        """The shown person's count, as part of the whole; the reps of others apart."""
        own = said[shown].count
        message = own.message
        if said[shown].pose is None and len(said) > 1:
            message = "the person who is counted is out of view"
        others = tuple(
            replace(one.count.rep, person=slot.person)
            for slot, one in said.items()
            if slot is not shown and one.count.rep is not None
        )
        mine = self._numbers.of(own) if shown is self._counted else replace(own, totals={})
        return replace(mine, totals=dict(self._totals), message=message, others=others)


class _Numbers:
    """Numbers of sets and reps of the counted person -> those of the session, which go on when another takes over."""

    def __init__(self) -> None:
        self._last_set = 0
        self._before = 0
        self._first: Rep | None = None
        self._sides: Counter[tuple[str, Side]] = Counter()
        self._sides_skipped: Counter[tuple[str, Side]] = Counter()
        self._sides_before: Counter[tuple[str, Side]] = Counter()

    def start(self, count: Count) -> None:
        """The own count of the person who is counted from now on, with the first rep that is."""
        rep = count.rep
        assert rep is not None
        self._before, self._first = self._last_set, rep
        self._sides_before = Counter(self._sides)
        self._sides_skipped = _by_side(count)
        if rep.side is not None:
            self._sides_skipped[rep.exercise, rep.side] -= 1

    def of(self, count: Count) -> Count:
        """The same count with the session's numbers."""
        first = self._first
        assert first is not None
        number = self._before + count.set - first.set + 1
        self._last_set = max(self._last_set, number)
        skipped = first.number - 1 if count.set == first.set else 0
        rep, partial, measured = (self._rep(one) for one in (count.rep, count.partial, count.measured))
        left = max(0, count.reps_in_set - skipped)
        pending = tuple(one for one in map(self._rep, count.pending) if one is not None)
        self._sides = Counter(self._sides_before)
        for key, reps in _by_side(count).items():
            self._sides[key] += reps - self._sides_skipped[key]
        exercises = dict.fromkeys(name for name, _ in self._sides)
        return replace(
            count,
            set=number,
            reps_in_set=left,
            rep=rep,
            partial=partial,
            measured=measured,
            pending=pending,
            sides={name: (self._sides[name, "left"], self._sides[name, "right"]) for name in exercises},
        )

    def _rep(self, rep: Rep | None) -> Rep | None:
        first = self._first
        if rep is None or first is None:
            return rep
        skipped = first.number - 1 if rep.set == first.set else 0
        number = max(0, rep.number - skipped)
        return replace(rep, set=self._before + rep.set - first.set + 1, number=number)


def _by_side(count: Count) -> Counter[tuple[str, Side]]:
    """(exercise, side) -> reps of that side alone."""
    return Counter(
        {(name, side): n for name, pair in count.sides.items() for side, n in zip(SIDES, pair, strict=True)}
    )
