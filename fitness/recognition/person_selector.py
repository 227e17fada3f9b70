"""Chooses whose reps are counted: a recogniser for each person in the frame, and the rule that selects one of them.

Nobody is selected until somebody completes a rep. That person is counted from then on, whoever else comes and goes and
however large they are in the frame; reps of others are reported as `OtherRep`. Another person takes over only with a rep
of their own: after the counted person was away for `PeopleOptions.away_s`, or did no rep for `quiet_s` while the other
did `takeover_reps`. What the first person did stays counted.

A person who comes back under a new id, alone in the frame, is counted on.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, Protocol

from fitness.options import bounded, check_options
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.recognition.upright_poses import UprightPoses
from fitness.types import Classification, Count, Event, OtherRep, Pose, RepCounted

_RECENT: Final = 16
"""Reps of a person whose times are remembered."""

_FORGET_S: Final = 60.0
"""People who are not counted are forgotten after so long out of view, seconds."""


class OnePerson(Protocol):
    """Recognises the exercise of one person; `recogniser.Recogniser` does."""

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]: ...


@dataclass(frozen=True, slots=True)
class PeopleOptions:
    """When another person is counted instead.

    away_s: without the counted person for so many seconds, the next rep of anybody is enough.
    quiet_s, takeover_reps: without a rep of the counted person for so many seconds, so many reps by one other person in
        that time are enough.
    """

    away_s: float = bounded(30.0, low=0)
    quiet_s: float = bounded(15.0, low=0)
    takeover_reps: int = bounded(2, low=1, whole=True)

    def __post_init__(self) -> None:
        check_options(self)


class _Slot:
    """One person's recogniser, and what is known of that person.

    person: the newest id.   numbers: of the reps that this person did while somebody else was counted.
    """

    def __init__(self, recogniser: OnePerson, person: int) -> None:
        self.recogniser = recogniser
        self.person = person
        self.t_seen = -math.inf
        self.t_reps: deque[float] = deque(maxlen=_RECENT)
        self.numbers = SetNumbers()


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One person in one frame."""

    pose: Pose | None
    classification: Classification | None
    result: PersonResult


class PersonSelector:
    """Counts one of the people in each frame, in order of time.

    Args:
        one: makes a recogniser that has counted nothing, from the iterator that gives its reps their ids; called once for
            each person.
        options: see `PeopleOptions`.   ids: gives reps their ids; None: 1, 2, 3 ...

    Attributes:
        wait_for_upright: hold frames back, for 3 s at most, while it is not certain which way is up in the picture. Set it
            to False for live streams, where a count must not be late.
    """

    def __init__(
        self,
        one: Callable[[Iterator[int]], OnePerson],
        options: PeopleOptions | None = None,
        ids: Iterator[int] | None = None,
    ) -> None:
        self.options = options or PeopleOptions()
        self._one = one
        self._ids = count(1) if ids is None else ids
        self.wait_for_upright = True
        self.reset()

    def reset(self) -> None:
        """Forget everybody and all counts."""
        self._slots: list[_Slot] = []
        self._of: dict[int, _Slot] = {}
        self._counted: _Slot | None = None
        self._numbers = SetNumbers()
        self._upright = UprightPoses()
        self._last = Count({})

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about the recording: when the picture was turned."""
        return tuple(self._upright.notes)

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Everybody in the next frame, at `t` seconds -> the person who is shown, the classification, and the count.

        people: the one that the tracker takes for the subject first. Poses are turned upright before they are counted. While
        it is not clear which way is up, frames wait for 3 s at most; their events come with a later frame.
        """
        self._upright.take(people, t)
        shown: Pose | None = next(iter(people), None)
        classification = None
        counted = self._last
        events: list[Event] = []
        ready = self._upright.ready() if self.wait_for_upright else self._upright.rest()
        for upright_people, t_then in ready:
            shown, classification, counted = self._step(upright_people, t_then)
            events += counted.events
        self._last = counted
        if shown is not None and not any(
            pose is shown for pose in people
        ):  # turned, or of a frame that waited
            shown = next((pose for pose in people if pose.id == shown.id), None)
        cue = counted.cue or self._upright.cue(t)
        if (*counted.events,) == tuple(events) and cue == counted.cue:
            return shown, classification, counted
        return shown, classification, replace(counted, events=tuple(events), cue=cue)

    def finish(self) -> Count | None:
        """The count at the end of a stream, with the events of frames that still waited; None where none did."""
        counted: Count | None = None
        events: list[Event] = []
        for people, t in self._upright.rest():
            _, _, counted = self._step(people, t)
            events += counted.events
        if counted is None:
            return None
        self._last = replace(counted, events=tuple(events))
        return self._last

    def _step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """The same for upright poses that need not wait."""
        present = self._assign(people)
        if not present and not self._slots:
            self._slots.append(_Slot(self._one(self._ids), 0))
        absent = self._counted or (self._slots[0] if not present else None)
        seen = {slot: _Seen(pose, *slot.recogniser.recognise(pose, t)) for slot, pose in present.items()}
        if absent is not None and absent not in seen:
            seen[absent] = _Seen(None, *absent.recogniser.recognise(None, t))
        before = self._counted
        self._choose(seen, t)
        for slot in present:
            slot.t_seen = t
        shown = self._counted or next(iter(present), absent)
        assert shown is not None
        self._forget(t)
        one = seen[shown]
        counted = self._count(shown, seen, new_person=self._counted is not before)
        return one.pose, one.classification, counted

    def _assign(self, people: Sequence[Pose]) -> dict[_Slot, Pose]:
        """The slot of each pose. Somebody new gets a new slot, or the slot of a person who was lost."""
        present: dict[_Slot, Pose] = {}
        for pose in sorted(people, key=lambda pose: pose.id):  # of two ids of one slot the older one stays
            slot = self._of.get(pose.id)
            if slot is None or slot in present:
                slot = self._lost() if len(people) == 1 else None
                if slot is None:
                    slot = _Slot(self._one(self._ids), pose.id)
                    self._slots.append(slot)
                self._of[pose.id] = slot
            slot.person = pose.id
            present[slot] = pose
        return {slot: pose for pose in people for slot, own in present.items() if own is pose}

    def _lost(self) -> _Slot | None:
        """The slot for a new id that is alone in the frame: of the counted person, else of whoever was seen last."""
        return self._counted or max(self._slots, key=lambda slot: slot.t_seen, default=None)

    def _choose(self, seen: Mapping[_Slot, _Seen], t: float) -> None:
        """Note who completed a rep, and whether somebody else is counted from now on."""
        for slot, one in seen.items():
            reps = sum(isinstance(event, RepCounted) for event in one.result.events)
            if reps:
                slot.t_reps.extend([t] * reps)
                if slot is not self._counted and self._takes_over(slot, t):
                    self._counted = slot

    def _takes_over(self, slot: _Slot, t: float) -> bool:
        """Whether this person, who just completed a rep, is counted from now on."""
        counted, options = self._counted, self.options
        if counted is None or t - counted.t_seen > options.away_s:
            return True
        quiet = not counted.t_reps or t - counted.t_reps[-1] > options.quiet_s
        recent = sum(t - each <= options.quiet_s for each in slot.t_reps)
        return quiet and recent >= options.takeover_reps

    def _forget(self, t: float) -> None:
        """Drop people who were not seen for long, except the counted one."""
        kept = [slot for slot in self._slots if slot is self._counted or t - slot.t_seen <= _FORGET_S]
        if len(kept) < len(self._slots) and kept:
            self._slots = kept
            self._of = {person: slot for person, slot in self._of.items() if slot in kept}

    def _count(self, shown: _Slot, seen: Mapping[_Slot, _Seen], *, new_person: bool) -> Count:
        """The shown person's count with the numbers of the stream, and the reps of others as events."""
        own = self._numbers.count(seen[shown].result, new_person=new_person)
        others = [
            OtherRep(replace(rep, person=slot.person))
            for slot, one in seen.items()
            if slot is not shown
            for rep in slot.numbers.count(one.result).new_reps
        ]
        message = own.message
        if seen[shown].pose is None and len(seen) > 1:
            message = "the person who is counted is out of view"
        return replace(own, message=message, events=(*own.events, *others))
