"""Selects the person whose reps are counted. Each person in the frame has a recogniser.

Nobody is selected until a person completes reps; `person_choice` decides who that is. People who are not the largest one,
such as a bystander in the background or in an inset image, may need more reps or more time, and their reps are pending
until then. Reps that began before the person was found are ignored.

The selected person is counted from then on; reps of others are reported as `OtherRep`. Another person takes over only with
reps of their own: after the counted person was away for `PeopleOptions.away_s`, or did no rep for `quiet_s` while the other
did `takeover_reps`. A smaller person needs more. Reps of the first person stay counted.

If the counted person leaves and one person comes back alone under a new id, that is the same person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypeAlias

from fitness.recognition.overlap_filter import overlapping
from fitness.recognition.part_views import Views
from fitness.recognition.person_choice import Candidates, PeopleOptions
from fitness.recognition.selectable_person import OnePerson, SelectablePerson, counted_reps
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.recognition.uncounted_notes import UncountedNotes
from fitness.recognition.upright_poses import UprightPoses
from fitness.recognition.visibility import comparable
from fitness.types import Classification, Count, Event, OtherRep, Pose, RepRejected

_COMPANY_S: Final = 5.0
"""Time after which a person out of view is no longer near, seconds."""

_FORGET_S: Final = 60.0
"""People who are not counted are forgotten after this time out of view, seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One person in one frame."""

    pose: Pose | None
    classification: Classification | None
    result: PersonResult


_People: TypeAlias = Mapping[SelectablePerson, _Seen]


class PersonSelector:
    """Counts one of the people in each frame. Takes frames in time order.

    Args:
        one: makes a new recogniser for a person; its argument is the iterator of rep ids.
        options: see `PeopleOptions`.   ids: gives reps their ids; None: 1, 2, 3 ...

    Attributes:
        wait_for_upright: delay frames, by at most 3 s, while it is not certain which way is up in the frame. Set it to
            False for live streams, where a count must not be late.
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
        self._slots: list[SelectablePerson] = []
        self._of: dict[int, SelectablePerson] = {}
        self._counted: SelectablePerson | None = None
        self._numbers = SetNumbers()
        self._upright = UprightPoses()
        self._uncounted = UncountedNotes()
        self._views = Views()
        self._last = Count({})

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user about the recording: when the camera was turned, and what was not counted and why."""
        return (*self._upright.notes, *self._uncounted.texts)

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Add the frame at `t` seconds; return the pose to show, its classification, and the count.

        Poses are turned upright before they are counted. While it is not certain which way is up, frames are delayed by at
        most 3 s, and their events come with a later frame.

        Args:
            people: the poses of all people, the tracker's subject first.
        """
        self._upright.add([comparable(pose) for pose in people], t)
        shown: Pose | None = next(iter(people), None)
        classification = None
        counted = self._last
        events: list[Event] = []
        ready = self._upright.ready() if self.wait_for_upright else self._upright.all()
        for upright_people, t_then in ready:
            shown, classification, counted = self._step(upright_people, t_then)
            events += counted.events
        self._last = counted
        # a pose that was changed, or one of a delayed frame: show the person as in this frame
        if shown is not None and not any(pose is shown for pose in people):
            shown = next((pose for pose in people if pose.id == shown.id), None)
        cue = counted.cue or self._upright.cue(t)
        if (*counted.events,) == tuple(events) and cue == counted.cue:
            return shown, classification, counted
        return shown, classification, replace(counted, events=tuple(events), cue=cue)

    def finish(self) -> Count | None:
        """The count at the end of a stream, with the events of delayed frames and hidden reps; None if there are none."""
        counted: Count | None = None
        events: list[Event] = []
        for people, t in self._upright.all():
            _, _, counted = self._step(people, t)
            events += counted.events
        if self._counted is not None and (hidden := self._counted.hidden.finished()):
            counted = self._numbers.count(PersonResult(self._last.exercise, events=hidden))
            events += counted.events
        if counted is None:
            return None
        self._last = replace(counted, events=tuple(events))
        return self._last

    def _step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """As `step`, for upright poses."""
        self._views.add(people, t)
        present = self._assign(people, t)
        if not present and not self._slots:
            self._slots.append(SelectablePerson(self._one(self._ids), 0, self._ids, self._views))
        absent = self._counted or (self._slots[0] if not present else None)
        self._note_overlaps(present, t)
        seen = {slot: _Seen(pose, *slot.recognise(pose, t)) for slot, pose in present.items()}
        if absent is not None and absent not in seen:
            seen[absent] = _Seen(None, *absent.recognise(None, t))
        before = self._counted
        subject = next(iter(present), absent)
        for slot, pose in present.items():
            slot.add_pose(pose, t)
        self._choose(seen, subject, t)
        shown = self._counted or self._likeliest(seen) or subject
        assert shown is not None
        self._forget(t)
        one = seen[shown]
        self._uncounted.add_reason(one.result.uncounted, t)
        self._uncounted.add_events(one.result.events, one.result.pending)
        if self._counted is None:
            counted = self._undecided(shown, seen)
        else:
            counted = self._count(shown, seen, new_person=self._counted is not before)
        return one.pose, one.classification, counted

    def _note_overlaps(self, present: Mapping[SelectablePerson, Pose], t: float) -> None:
        """Note whose landmarks may be wrong because a bystander is near."""
        people = dict(present)
        counted = self._counted
        if counted is not None and counted not in present and counted.pose is not None:
            people[counted] = counted.pose  # perhaps behind the person who is at that place now
        doubtful = overlapping(people) if len(people) > 1 else set()
        company = sum(slot in present or t - slot.t_seen < _COMPANY_S for slot in self._slots) > 1
        for slot, pose in people.items():
            if company and slot in present and slot.jumps_to(pose, t):
                slot.add_doubt(slot.t_seen)
                slot.add_doubt(t)
            elif slot in doubtful and slot not in present:
                slot.add_doubt(t)
            elif slot in doubtful:
                slot.add_overlap(t)

    def _assign(self, people: Sequence[Pose], t: float) -> dict[SelectablePerson, Pose]:
        """The slot of each pose. A new person gets a new slot, or that of a person who was lost.

        The tracker sometimes changes the id of a person, even to an earlier one. The counted person keeps the slot then.
        """
        present: dict[SelectablePerson, Pose] = {}
        alone, counted = len(people) == 1, self._counted
        if alone and counted is not None:
            other = self._of.get(people[0].id)
            # someone who was seen with the counted person is a bystander in front of that person
            unseen = other is None or other.t_seen < counted.t_seen
            if unseen and counted.is_at(people[0], t):
                self._of[people[0].id] = counted
        for pose in sorted(people, key=lambda pose: pose.id):  # if two ids have one slot, the older keeps it
            slot = self._of.get(pose.id)
            if slot is None or slot in present:
                slot = self._lost() if alone else None
                if slot is None:
                    slot = SelectablePerson(self._one(self._ids), pose.id, self._ids, self._views)
                    self._slots.append(slot)
                self._of[pose.id] = slot
            slot.person = pose.id
            present[slot] = pose
        return {slot: pose for pose in people for slot, own in present.items() if own is pose}

    def _lost(self) -> SelectablePerson | None:
        """The slot for a new id that is alone in the frame: the counted person's, else that of the person seen last."""
        return self._counted or max(self._slots, key=lambda slot: slot.t_seen, default=None)

    def _choose(self, seen: _People, subject: SelectablePerson | None, t: float) -> None:
        """Note who completed reps, and select the counted person.

        Args:
            subject: the tracker's subject.
        """
        for slot, one in seen.items():
            reps = counted_reps(one.result.events)
            slot.add_reps(reps, t)
            if not reps or slot is self._counted:
                continue
            candidates = Candidates(seen, subject, self._counted, t)
            if (self._counted is None and len(self._slots) == 1) or candidates.takes_over(slot, self.options):
                self._counted = slot

    def _likeliest(self, seen: _People) -> SelectablePerson | None:
        """The person in view with most pending reps, who is likely to be selected; None if there are none."""
        waiting = [slot for slot, one in seen.items() if slot.held_reps or counted_reps(one.result.events)]
        return max(waiting, key=lambda slot: (len(slot.reps), slot.size), default=None)

    def _forget(self, t: float) -> None:
        """Forget people who were out of view for long, except the counted one."""
        kept = [
            slot for slot in self._slots if slot is self._counted or slot.held or t - slot.t_seen <= _FORGET_S
        ]
        if len(kept) < len(self._slots) and kept:
            self._slots = kept
            self._of = {person: slot for person, slot in self._of.items() if slot in kept}

    def _undecided(self, shown: SelectablePerson, seen: _People) -> Count:
        """The count while nobody is selected: the reps of all people are held, those of the shown person are pending."""
        for slot, one in seen.items():
            slot.held += [event for event in one.result.events if not isinstance(event, RepRejected)]
        result = seen[shown].result
        rejected = tuple(event for event in result.events if isinstance(event, RepRejected))
        pending = (*shown.held_reps, *result.pending)
        return self._numbers.count(replace(result, events=rejected, pending=pending))

    def _count(self, shown: SelectablePerson, seen: _People, *, new_person: bool) -> Count:
        """The count of the selected person, with the reps of other people as events."""
        own = self._numbers.count(shown.release(seen[shown].result), new_person=new_person)
        others = [
            OtherRep(replace(rep, person=slot.person))
            for slot in self._slots
            if slot is not shown and (slot in seen or slot.held)
            for rep in slot.numbers.count(
                slot.release(seen[slot].result if slot in seen else PersonResult())
            ).new_reps
        ]
        message = own.message
        if seen[shown].pose is None and len(seen) > 1:
            message = "the person who is counted is out of view"
        if message is own.message and not others:
            return own
        return replace(own, message=message, events=(*own.events, *others))
