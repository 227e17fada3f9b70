"""Holds candidates of built-in exercises until the trajectory model confirms their exercise.

The counter of an exercise follows one angle and decides before the movement is over, so it takes plank taps for push-ups and
sitting down for squats. The trajectory model sees the whole swing a little later. For people who are not in its training
data, 320 of 322 true squats and push-ups have a probability of 0.3 or more (docs/research/trajectories.md).

The counter also takes squats for sitting down, if the weight is behind the feet. They count if the model is sure of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fitness.recognition.rep_builder import Claim
from fitness.recognition.rep_candidate import RepCandidate
from fitness.recognition.trajectory.counter import TrajectoryCounter

LEAST_SHARE: Final = 0.3
"""Minimum probability that the trajectory is the exercise."""

NOT_SAT: Final = 0.95
"""Minimum probability of a squat that the counter takes for sitting down. In rolled and compressed copies of recordings, two
true ones have .99; other movements that the counter takes for sitting down have .07 at most."""

PATIENCE_S: Final = 0.8
"""Minimum wait for the trajectory after the end of a candidate, seconds; it ends when the joint has come back by 60 %."""

PATIENCE_SHARE: Final = 0.5
"""A slow candidate waits this share of its duration: a squat of 10 s comes back by 60 % two seconds after its end."""


class TrajectoryGate:
    """Holds candidates of built-in exercises; those of taught ones pass at once."""

    def __init__(self, trajectories: TrajectoryCounter) -> None:
        self._trajectories = trajectories
        self._waiting: list[Claim] = []

    @property
    def waiting(self) -> tuple[RepCandidate, ...]:
        """The swings that are held."""
        return tuple(claim.swing for claim in self._waiting)

    @property
    def groups(self) -> tuple[tuple[Claim, ...], ...]:
        """The candidates that are held, each as a group of its own."""
        return tuple((claim,) for claim in self._waiting if claim.swing.accepted)

    def step(self, claims: Sequence[Claim], t: float) -> tuple[list[Claim], list[Claim]]:
        """Add the candidates of the frame at `t` seconds; return those that pass now, and those that are refused."""
        passed: list[Claim] = []
        for claim in claims:
            (self._waiting if holds(claim) else passed).append(claim)
        dropped, kept = [], []
        for claim in self._waiting:
            share = self._trajectories.share_of(*_movement(claim))
            if share >= (NOT_SAT if _sat(claim) else LEAST_SHARE):
                passed.append(_accepted(claim) if _sat(claim) else claim)
            elif t - claim.swing.t_end > _patience_s(claim.swing):
                dropped.append(claim)
            else:
                kept.append(claim)
        self._waiting = kept
        return passed, dropped


def holds(claim: Claim) -> bool:
    """Whether the trajectory model decides about a candidate."""
    return claim.priority and (claim.swing.accepted or claim.swing.partial or _sat(claim))


def _sat(claim: Claim) -> bool:
    """Whether the candidate is refused only because the person seems to sit down."""
    return claim.swing.failed == ("seated",) and not claim.swing.partial


def _accepted(claim: Claim) -> Claim:
    return replace(claim, swing=replace(claim.swing, accepted=True, reason="", failed=()))


def _patience_s(swing: RepCandidate) -> float:
    """How long a candidate waits after its end, seconds."""
    return max(PATIENCE_S, PATIENCE_SHARE * (swing.t_end - swing.t_start))


def _movement(claim: Claim) -> tuple[str, float, float, float]:
    swing = claim.swing
    return claim.exercise.name, swing.t_start, swing.t_turn, swing.t_end
