"""Decides whether a swing of a joint is a rep of an exercise.

A swing is one movement of the exercise's joint away from its start position and back. `hysteresis_counter` finds swings;
each criterion here can refuse one. The names of the criteria are the reasons in `RepCandidate.failed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

import numpy as np

from fitness.recognition.exercises import Exercise, Posture
from fitness.recognition.limb_motion import LimbMotion
from fitness.recognition.rep_candidate import CounterOptions, Evidence, Observation, near_turn

NOT_FAR: Final = frozenset({"depth", "bottom", "range"})
"""A swing that fails nothing but these criteria is a partial rep: the exercise, not done far enough."""

_LEAST_VOTES: Final = 0.15
"""Minimum share of the votes that are not for neutral standing."""


class RepCriteria:
    """The criteria of one exercise.

    Args:
        motion: how the limbs move, for a taught exercise.
    """

    def __init__(self, exercise: Exercise, options: CounterOptions, motion: LimbMotion | None = None) -> None:
        self._exercise = exercise
        self._options = options
        self._motion = motion

    def evidence(
        self,
        history: Sequence[Observation],
        t_start: float,
        t: float,
        turn: tuple[float, float],
        height: float,
    ) -> Evidence:
        """What the frames of one swing show.

        Args:
            history: the frames up to now.
            t_start, t: start and end of the swing, seconds.
            turn: turning point, (seconds, degrees).   height: degrees between turning point and start.
        """
        o = self._options
        t_turn, turn_deg = turn
        span = [s for s in history if s.t >= t_start - o.lead_s]
        margin_s = min(max(0.15 * (t - t_start), 0.1), 0.3)
        low = [s for s in span if abs(s.t - t_turn) <= margin_s]
        own = [s for s in span if s.t >= t_start]
        turning = near_turn(history, turn, height, o.low_share) or low
        return Evidence(
            exercise=_share(span),
            bottom=fmean(s.bottom for s in low),
            distance=fmean(s.distance for s in span),
            score=fmean(s.score for s in span),
            visibility=fmean(s.visibility for s in span),
            angle_deg=turn_deg,
            tilt_deg=median(s.tilt_deg for s in low),
            postures=_postures_kept(self._exercise.postures, own, low),
            limbs=self._limbs(own, low),
            hinge_deg=median(s.hinge_deg for s in turning),
        )

    def failed(self, evidence: Evidence, *, confirmed: bool) -> list[str]:
        """The names of the criteria that a swing fails, the most basic first.

        Args:
            confirmed: a rep of the exercise was counted shortly before, so fewer votes are needed.
        """
        o, e = self._options, self._exercise
        relief = o.confirmed_relief if confirmed else 1.0
        failed = {
            "quality": evidence.score * evidence.visibility < o.min_quality,
            "exercise": evidence.exercise < self._votes_needed(evidence, relief),
            "bottom": evidence.exercise + evidence.bottom < o.min_total * relief,
            "distance": evidence.distance > o.max_distance,
            "depth": evidence.angle_deg > e.max_bottom_deg,
            "posture": not evidence.postures,
            "limbs": not evidence.limbs,
            "tilt": not e.trunk_tilt_deg[0] <= evidence.tilt_deg <= e.trunk_tilt_deg[1],
        }
        return [reason for reason, fails in failed.items() if fails]

    def confidence(self, evidence: Evidence) -> float:
        """0..1: from the votes, or from score and visibility for an exercise without pose samples."""
        if not self._exercise.has_samples:
            return min(1.0, evidence.score * evidence.visibility)
        return min(1.0, (evidence.exercise + evidence.bottom) / 2)

    def _votes_needed(self, evidence: Evidence, relief: float) -> float:
        """Minimum share of the votes: higher for a body that is bent at the hips as in another exercise."""
        o, slope = self._options, self._exercise.hinge_votes
        if not slope:
            return o.min_exercise * relief
        less, more = o.hinge_span
        needed = o.min_exercise + min(more, slope * (evidence.hinge_deg - o.hinge_deg))
        return max(o.min_exercise - less, needed * relief)

    def _limbs(self, span: Sequence[Observation], low: Sequence[Observation]) -> bool:
        """Whether the limbs move as in the taught exercise; true for others."""
        if self._motion is None:
            return True
        seen, at_turn = (np.array([one.limbs for one in part], np.float64) for part in (span, low))
        return self._motion.matches(seen, at_turn)


def _share(span: Sequence[Observation]) -> float:
    """The exercise's share of the votes over a swing. Votes for neutral standing are left out."""
    votes, voting = fmean(s.exercise for s in span), fmean(s.voting_share for s in span)
    return votes / max(voting, _LEAST_VOTES)


def _postures_kept(
    limits: Sequence[Posture], span: Sequence[Observation], low: Sequence[Observation]
) -> bool:
    """Whether a swing keeps the further angle limits of its exercise.

    Args:
        span: its frames.   low: those around its turning point.
    """
    for k, limit in enumerate(limits):
        start, turn, end = (
            span[0].postures_deg[k], median(s.postures_deg[k] for s in low), span[-1].postures_deg[k],
        )  # fmt: skip
        measured = {"turn": (turn,), "ends": (start, end), "start": (start,)}[limit.at]
        if not all(limit.least <= angle <= limit.most for angle in measured):
            return False
        if limit.at == "start" and (end - turn) * (start - turn) <= 0:
            return False
    return True
