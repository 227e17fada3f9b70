"""Swings that counters found -> reps: one for a movement, in its set, with its record, its side and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fitness.metrics.form import PARTIAL, CueShow
from fitness.metrics.record.keeper import RecordKeeper
from fitness.recognition.exercises import Exercise
from fitness.recognition.hints import hint as hint_of
from fitness.recognition.hysteresis_counter import RepCandidate
from fitness.recognition.sets import SetKeeper
from fitness.types import Pose, Rep, Side

_SAME_S: Final = 0.2
_OTHER_SIDE: Final[dict[Side, Side]] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A swing that one counter found.

    side: which side's joint it was, where one side was looked at alone and the other was seen too; else None.
    first: it goes before claims without: what comes with the program, before what was taught, whose confidence knows
    fewer other poses.
    """

    exercise: Exercise
    swing: RepCandidate
    side: Side | None = None
    first: bool = True


@dataclass(frozen=True, slots=True)
class RepDecision:
    """What one frame brought, as in `Count`."""

    rep: Rep | None = None
    partial: Rep | None = None
    measured: Rep | None = None
    cue: str | None = None


class RepBuilder:
    """Keeps sets, records and cues of one person.

    Args:
        rest_s: a pause of so many seconds ends a set.   count_partials: count what did not go far enough, too.
    """

    def __init__(self, rest_s: float, *, count_partials: bool = False) -> None:
        self.sets = SetKeeper(rest_s)
        self._count_partials = count_partials
        self._records = RecordKeeper()
        self.cues = CueShow()
        self._described: dict[str, Exercise] = {}
        self._foreseen: tuple[Rep, ...] = ()

    def see(self, pose: Pose, pitch_deg: float = 0.0) -> None:
        """Take in the next pose, before the swings that it completes; pitch_deg: how far the camera looks down."""
        self._records.see(pose, pitch_deg)

    def step(self, claims: Sequence[Claim], t: float) -> RepDecision:
        """The rep among the swings that the frame at `t` seconds completed; the clearest when several claim it."""
        rep = partial = None
        if claim := self._clearest(claims, partial=False):
            rep = self._recorded(_with_other_side(claim, claims), partial=False)
        elif claim := self._clearest(claims, partial=True):
            if self._count_partials:
                rep = self._recorded(claim, partial=True)
            else:
                partial = self._recorded(claim, partial=True)
        elif hint := self._hint(claims):
            self.cues.offer(hint, t)
        measured = self._records.settled(t)
        if measured is not None and measured.number:
            self.sets.amend(measured)
        self._say((rep, partial, measured), t)
        return RepDecision(rep, partial, measured, self.cues.shown(t))

    def _hint(self, claims: Sequence[Claim]) -> str | None:
        """What to do about a swing that could not be judged. One side alone says nothing: the other may be seen."""
        for claim in claims:
            if claim.exercise.sides == "both" and not self._counted_already(claim):
                span = self._records.between(claim.swing.t_start, claim.swing.t_end)
                if text := hint_of(claim.exercise, claim.swing, span):
                    return text
        return None

    def held(self, exercise: Exercise, t_start: float, t: float, confidence: float) -> RepDecision:
        """A second in form, from `t_start` on, that is over at `t` seconds."""
        rep = self.sets.add(exercise.name, t_start, t_start + 0.5, t, confidence)
        return RepDecision(rep, cue=self.cues.shown(t))

    def unnamed(self, name: str, t_start: float, t_peak: float, t_end: float, confidence: float) -> Rep:
        """A rep of what nobody described, with its record."""
        return self._records.recorded(self.sets.add(name, t_start, t_peak, t_end, confidence), None, ())

    def foreseen(self, found: Iterable[tuple[str, float, float, float, float]]) -> tuple[Rep, ...]:
        """As `unnamed`, for (name, t_start, t_peak, t_end, confidence) of reps that are not sure yet; nothing is taken.

        Records are measured when the times change by more than `_SAME_S`, and kept from frame to frame.
        """
        reps = []
        for rep in self.sets.ahead(found):
            known = next((old for old in self._foreseen if _about_same(old, rep)), None)
            reps.append(
                replace(rep, record=known.record, side=known.side) if known else self._records.foreseen(rep)
            )
        self._foreseen = tuple(reps)
        return self._foreseen

    def awaited(self, groups: Iterable[Sequence[Claim]]) -> tuple[Rep, ...]:
        """The reps that `step` would give for claims that wait, one after the other; nothing is taken."""
        found = []
        for claims in groups:
            claim = self._clearest(claims, partial=False)
            if claim is None and self._count_partials:
                claim = self._clearest(claims, partial=True)
            if claim is not None:
                swing = claim.swing
                name = claim.exercise.name
                found.append((name, swing.t_start, swing.t_turn, swing.t_end, swing.confidence))
        return self.foreseen(found)

    def _clearest(self, claims: Sequence[Claim], *, partial: bool) -> Claim | None:
        fit = [
            (claim.first, claim.swing.confidence, -i, claim)
            for i, claim in enumerate(claims)
            if (claim.swing.partial if partial else claim.swing.accepted) and not self._counted_already(claim)
        ]
        return max(fit, key=lambda item: item[:3])[3] if fit else None

    def _counted_already(self, claim: Claim) -> bool:
        """Whether this turning point lies within the rep that was counted last, for another exercise or side.

        When the other side did the same at the same time, both did it.
        """
        last, swing = self.sets.last, claim.swing
        if last is None or swing.t_bottom > last.t_end:
            return False
        if last.exercise != claim.exercise.name:
            return True
        if claim.exercise.sides != "any":
            return False
        if claim.side is not None and last.side == _OTHER_SIDE.get(claim.side) and swing.accepted:
            self.sets.amend(replace(last, side="both"))
            self._records.amend_side(last, "both")
        return True

    def _recorded(self, claim: Claim, *, partial: bool) -> Rep:
        swing, name = claim.swing, claim.exercise.name
        self._described[name] = claim.exercise
        add = self.sets.partial if partial and not self._count_partials else self.sets.add
        rep = add(name, swing.t_start, swing.t_turn, swing.t_end, swing.confidence)
        rep = replace(rep, side=claim.side, partial=partial)
        rep = self._records.recorded(rep, claim.exercise.spec, claim.exercise.cues)
        if rep.number:
            self.sets.amend(rep)
        return rep

    def _say(self, reps: Sequence[Rep | None], t: float) -> None:
        """Offer what is most important of each rep that is new or known better."""
        for rep in reps:
            if rep is None:
                continue
            if rep.partial:
                self.cues.offer(PARTIAL, t, rep)
            elif rep.cues:
                self.cues.offer(self._described[rep.exercise].cue_text(rep.cues[0]), t, rep)


def _with_other_side(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """The claim, of both sides where the other one's swing was over in the same frame and not before it began."""
    other = None if claim.side is None or claim.exercise.sides != "any" else _OTHER_SIDE.get(claim.side)
    for one in claims:
        if one.exercise is claim.exercise and one.side == other is not None and one.swing.accepted:
            return replace(claim, side="both") if one.swing.t_bottom >= claim.swing.t_start else claim
    return claim


def _about_same(a: Rep, b: Rep) -> bool:
    pairs = ((a.t_start, b.t_start), (a.t_peak, b.t_peak), (a.t_end, b.t_end))
    return all(abs(x - y) <= _SAME_S for x, y in pairs)
