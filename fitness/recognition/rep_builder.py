"""Makes reps of candidate swings: one for each movement, with its set, record, side and form cue."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from fitness.metrics.form import PARTIAL, CueShow
from fitness.metrics.record import MotionSpec
from fitness.metrics.record.keeper import RecordKeeper
from fitness.recognition.claim import OTHER_SIDE, Claim, with_other_side
from fitness.recognition.exercises import EXERCISES, Exercise
from fitness.recognition.hints import HINTED, unseen_parts
from fitness.recognition.hints import hint as hint_of
from fitness.recognition.sets import RunningSet
from fitness.recognition.tempo import too_soon
from fitness.recognition.trajectory import Correction
from fitness.recognition.trajectory.set_check import PARTS
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.types import Event, PartialRep, Pose, Renamed, Rep, RepAmended, RepCounted, Side

_SAME_S: Final = 0.2
"""A pending rep is the same as before if its times differ by at most this, seconds."""
_OVERLAP: Final = 0.3
"""Reps that overlap by more than this share of the shorter one are one movement."""
_CERTAIN: Final = 0.9
"""Minimum probability of a built-in exercise to replace a taught one that was counted for the same movement."""
_RECENT: Final = 60
"""Number of counted reps that are remembered, so that a movement is counted once and a set may be renamed."""


class RepBuilder:
    """Makes the reps of one person, with their records, sides and form cues.

    Args:
        rest_s: a pause of this length ends a set.   count_partials: count partial reps, too.
        ids: gives each rep its id; shared by all persons of one stream.   described: exercises that are not built in.
    """

    def __init__(
        self,
        rest_s: float,
        *,
        count_partials: bool = False,
        ids: Iterator[int] | None = None,
        described: Iterable[Exercise] = (),
    ) -> None:
        self.running = RunningSet(rest_s)
        self.cues = CueShow()
        self._ids = count(1) if ids is None else ids
        self._count_partials = count_partials
        self._records = RecordKeeper()
        self._described = {one.name: one for one in (*EXERCISES.values(), *described)}
        self._last_pending: tuple[RepCounted, ...] = ()
        self._corrected: list[Event] = []
        self._recent: deque[Rep] = deque(maxlen=_RECENT)
        self._partials: deque[Rep] = deque(maxlen=_RECENT)

    def add_pose(self, pose: Pose, pitch_deg: float = 0.0) -> None:
        """Add the next pose, before the candidates that it completes.   pitch_deg: camera pitch, positive downwards."""
        self._records.add(pose, pitch_deg)

    def visible(self, exercise: Exercise, start: float, end: float) -> bool:
        """Whether the joints that an exercise needs were visible from `start` to `end` seconds, on at least one side."""
        return not unseen_parts(exercise, self._records.between(start, end))

    def step(self, claims: Sequence[Claim], t: float) -> tuple[Event, ...]:
        """Decide candidates at `t` seconds; return their events, with at most one rep: the one with most confidence."""
        events: list[Event] = []
        if claim := self._clearest(claims, partial=False):
            events.append(self._recorded(with_other_side(claim, claims), partial=False))
        elif claim := self._clearest(claims, partial=True):
            events.append(self._recorded(claim, partial=True))
        elif hint := next(filter(None, map(self.hint, claims)), None):
            self.cues.offer(hint, t)
        if (settled := self._records.settled(t)) is not None:
            self.running.amend(settled)
            events.append(RepAmended(settled))
        self._offer_cues(events, t)
        corrected, self._corrected = self._corrected, []
        return (*corrected, *events)

    def hint(self, claim: Claim) -> str:
        """The hint for a candidate that could not be judged, or ""; always "" for exercises with a counter on each side."""
        if claim.swing.failed not in HINTED or claim.exercise.sides != "both" or self._counted_already(claim):
            return ""
        span = self._records.between(claim.swing.t_start, claim.swing.t_end)
        return hint_of(claim.exercise, claim.swing, span) or ""

    def held(self, exercise: Exercise, t_start: float, t: float, confidence: float) -> RepCounted:
        """The event of one second in form, from `t_start` to `t` seconds."""
        rep = self._new_rep(exercise.name, t_start, t_start + 0.5, t, confidence)
        return RepCounted(rep, self.running.add(rep))

    def unnamed(
        self, name: str, t_start: float, t_peak: float, t_end: float, confidence: float
    ) -> RepCounted:
        """The event of a rep of an exercise without form cues. Times in seconds."""
        rep = self._new_rep(name, t_start, t_peak, t_end, confidence)
        opens = self._add(rep)
        return RepCounted(self._records.recorded(rep, self.running.ordinal, self._spec(name), ()), opens)

    def described(
        self, exercise: Exercise, times_s: tuple[float, float, float], confidence: float, side: Side | None
    ) -> RepCounted | Renamed | None:
        """The event of a rep of a built-in exercise that the trajectory model found, or None if it does not count.

        If the movement was counted already, that rep is renamed if it is unknown, a part of this exercise (`PARTS`), or a
        taught one and the name is nearly certain. A rep does not count if it comes much sooner than the person's tempo, or
        spans several counted parts: lying down, a set of push-ups and standing up are no burpee.

        Args:
            times_s: start, turning point and end, seconds.
        """
        start, turn, end = times_s
        parts = PARTS.get(exercise.name, ())
        if sum(rep.exercise in parts and start <= rep.t_peak <= end for rep in self._recent) > 1:
            return None
        rep = self._same_movement(start, end)
        if rep is not None:
            takes_name = (
                rep.exercise in parts
                or rep.exercise == UNKNOWN
                or (rep.exercise not in EXERCISES and confidence >= _CERTAIN)
            )
            return self.renamed((rep.id,), exercise.name) if takes_name else None
        soon = exercise.sides != "each" and too_soon(self._turns(exercise.name), turn)
        if soon or self.was_partial(exercise.name, turn):
            return None
        rep = replace(self._new_rep(exercise.name, start, turn, end, confidence), side=side)
        opens = self._add(rep)
        rep = self._records.recorded(rep, self.running.ordinal, exercise.spec, exercise.cues)
        self.running.amend(rep)
        return RepCounted(rep, opens)

    def renamed(self, ids: Collection[int], exercise: str) -> Renamed:
        """Give counted reps the name of another exercise; return the event.

        They are measured again, unless the old exercise is a part of the new one: they have the times of the part.
        """
        self.running.rename(ids, exercise)
        new = self._described.get(exercise)
        for at, rep in enumerate(self._recent):
            if rep.id not in ids:
                continue
            two_sided = new is not None and new.sides == "both"
            self._recent[at] = named = replace(rep, exercise=exercise, side=None if two_sided else rep.side)
            if rep.exercise in PARTS.get(exercise, ()):
                self._records.rename(rep.id, exercise)
            else:
                cues = () if new is None else new.cues
                self._records.measure_again(named, self.running.ordinal, self._spec(exercise), cues)
        return Renamed(tuple(ids), exercise)

    def corrected(self, correction: Correction) -> Renamed | None:
        """Rename the counted reps of a correction; return the event, or None if there are no such reps."""
        ids = [
            rep.id
            for rep in self._recent
            if rep.exercise != correction.exercise
            and any(
                rep.exercise == one.exercise and rep.t_start <= one.t_turn <= rep.t_end
                for one in correction.reps
            )
        ]
        return self.renamed(ids, correction.exercise) if ids else None

    def _turns(self, exercise: str) -> list[float]:
        """Turning points of the counted reps of an exercise, seconds."""
        return [rep.t_peak for rep in self._recent if rep.exercise == exercise]

    def was_partial(self, exercise: str, t_turn: float) -> bool:
        """Whether a partial rep of `exercise` was recorded for the movement that turns at `t_turn` seconds."""
        return any(rep.exercise == exercise and rep.t_start <= t_turn <= rep.t_end for rep in self._partials)

    def _add(self, rep: Rep) -> bool:
        """Add a counted rep; return whether it opens a new set."""
        self._recent.append(rep)
        return self.running.add(rep)

    def pending(self, found: Iterable[tuple[str, float, float, float, float]]) -> tuple[RepCounted, ...]:
        """The events that pending reps would become; they get no ids, and nothing changes.

        A record is measured again only if the times of its rep change by more than `_SAME_S`.

        Args:
            found: (name, t_start, t_peak, t_end, confidence) of each rep.
        """
        events, group = [], self.running.ordinal
        for event in self.running.preview(
            Rep(name, 0, 0, start, peak, end, sure) for name, start, peak, end, sure in found
        ):
            group += event.opens_set
            known = next((old.rep for old in self._last_pending if _same_times(old.rep, event.rep)), None)
            if known is not None:
                rep = replace(event.rep, record=known.record, side=known.side)
            else:
                rep = self._records.pending(event.rep, group, self._spec(event.rep.exercise))
            events.append(replace(event, rep=rep))
        self._last_pending = tuple(events)
        return self._last_pending

    def pending_of(
        self, groups: Iterable[Sequence[Claim]], named: Iterable[tuple[str, float, float, float, float]] = ()
    ) -> tuple[RepCounted, ...]:
        """The events that `step` would return for groups of waiting candidates; nothing changes.

        Args:
            named: further pending reps, as for `pending`; those whose movement was counted already are left out.
        """
        found = [one for one in named if self._same_movement(one[1], one[3]) is None]
        for claims in groups:
            claim = self._clearest(claims, partial=False)
            if claim is None and self._count_partials:
                claim = self._clearest(claims, partial=True)
            if claim is not None:
                swing = claim.swing
                name = claim.exercise.name
                found.append((name, swing.t_start, swing.t_turn, swing.t_end, swing.confidence))
        return self.pending(sorted(found, key=lambda one: one[3]))

    def _spec(self, name: str) -> MotionSpec | None:
        """What is measured in an exercise; None if it has no description."""
        return self._described[name].spec if name in self._described else None

    def _same_movement(self, start: float, end: float) -> Rep | None:
        """The rep that was counted for the movement from `start` to `end` seconds, or None."""
        for rep in reversed(self._recent):
            shared = min(end, rep.t_end) - max(start, rep.t_start)
            if shared > _OVERLAP * min(end - start, rep.duration):
                return rep
        return None

    def _new_rep(self, name: str, t_start: float, t_peak: float, t_end: float, confidence: float) -> Rep:
        """A new rep with a new id."""
        return Rep(name, 0, 0, t_start, t_peak, t_end, confidence, id=next(self._ids))

    def _clearest(self, claims: Sequence[Claim], *, partial: bool) -> Claim | None:
        """The candidate that counts: a built-in exercise before a taught one, then the one with most confidence."""
        fit = [
            (claim.priority, claim.swing.confidence, -i, claim)
            for i, claim in enumerate(claims)
            if (claim.swing.partial if partial else claim.swing.accepted) and not self._counted_already(claim)
        ]
        return max(fit, key=lambda item: item[:3])[3] if fit else None

    def _counted_already(self, claim: Claim) -> bool:
        """Whether the candidate turns within the rep that was counted last, for another exercise or side.

        If the other side did the same exercise at the same time, the counted rep becomes one of both sides.
        """
        last, swing = self.running.last, claim.swing
        if last is None or swing.t_bottom > last.t_end:
            return False
        if last.exercise != claim.exercise.name or claim.exercise.sides == "both":
            return True
        if claim.exercise.sides == "each":
            return last.side is None or last.side == claim.side
        if claim.side is not None and last.side == OTHER_SIDE.get(claim.side) and swing.accepted:
            both = replace(last, side="both")
            self.running.amend(both)
            self._records.amend_side(last.id, "both")
            self._corrected.append(RepAmended(both))
        return True

    def _recorded(self, claim: Claim, *, partial: bool) -> RepCounted | PartialRep:
        swing, name = claim.swing, claim.exercise.name
        self._described[name] = claim.exercise
        rep = self._new_rep(name, swing.t_start, swing.t_turn, swing.t_end, swing.confidence)
        rep = replace(rep, side=claim.side, partial=partial)
        if partial and not self._count_partials:
            opens = self.running.opens(name, rep.t_start)
            group = self.running.ordinal + opens
            self._partials.append(rep)
            return PartialRep(
                self._records.recorded(rep, group, claim.exercise.spec, claim.exercise.cues), opens
            )
        opens = self._add(rep)
        rep = self._records.recorded(rep, self.running.ordinal, claim.exercise.spec, claim.exercise.cues)
        self.running.amend(rep)
        return RepCounted(rep, opens)

    def _offer_cues(self, events: Sequence[Event], t: float) -> None:
        """Offer the most important cue of each rep that is new or was measured again."""
        for event in events:
            if not isinstance(event, RepCounted | PartialRep | RepAmended):
                continue
            rep = event.rep
            if rep.partial:
                self.cues.offer(PARTIAL, t, rep)
            elif rep.cues:
                self.cues.offer(self._described[rep.exercise].cue_text(rep.cues[0]), t, rep)


def _same_times(a: Rep, b: Rep) -> bool:
    pairs = ((a.t_start, b.t_start), (a.t_peak, b.t_peak), (a.t_end, b.t_end))
    return all(abs(x - y) <= _SAME_S for x, y in pairs)
