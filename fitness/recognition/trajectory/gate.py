"""Holds candidates of the counters of joint angles in "auto" until the trajectory model has judged their movement.

The model counts. A counter follows one angle and decides before the movement is over, so it also takes plank taps for
push-ups and sitting down for squats. But it sees what the model does not tell: reps that did not go far enough, and why a
movement could not be judged. Such candidates are used only if the model agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fitness.recognition.claim import Claim
from fitness.recognition.hints import HINTED
from fitness.recognition.rep_candidate import RepCandidate
from fitness.recognition.trajectory.counter import TrajectoryCounter

LEAST_SHARE: Final = 0.3
"""Minimum probability that the trajectory is the exercise. For people who are not in the training data, 320 of 322 true
squats and push-ups have it (docs/research/trajectories.md)."""

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
    def partials(self) -> tuple[Claim, ...]:
        """The partial reps that are held."""
        return tuple(claim for claim in self._waiting if claim.swing.partial)

    def step(self, claims: Sequence[Claim], t: float) -> tuple[list[Claim], list[Claim]]:
        """Add the candidates of the frame at `t` seconds; return those that pass now, and those that are refused."""
        passed: list[Claim] = []
        for claim in claims:
            (self._waiting if holds(claim) else passed).append(claim)
        dropped, kept = [], []
        for claim in self._waiting:
            if may_count(claim) and self._trajectories.share_of(*_movement(claim)) >= LEAST_SHARE:
                passed.append(claim)
            elif t - claim.swing.t_end > _patience_s(claim.swing):
                dropped.append(claim)
            else:
                kept.append(claim)
        self._waiting = kept
        return passed, dropped


def may_count(claim: Claim) -> bool:
    """Whether the counter takes a candidate for a rep or a partial rep."""
    return claim.swing.accepted or claim.swing.partial


def holds(claim: Claim) -> bool:
    """Whether a candidate waits: for the model's opinion, or because the model may count what the counter cannot judge."""
    return claim.priority and (may_count(claim) or claim.swing.failed in HINTED)


def turns_within(claim: Claim, exercise: str, t_turn: float) -> bool:
    """Whether a rep of `exercise` that turns at `t_turn` seconds is the movement of a candidate."""
    return claim.exercise.name == exercise and claim.swing.t_start <= t_turn <= claim.swing.t_end


def _patience_s(swing: RepCandidate) -> float:
    """How long a candidate waits after its end, seconds."""
    return max(PATIENCE_S, PATIENCE_SHARE * (swing.t_end - swing.t_start))


def _movement(claim: Claim) -> tuple[str, float, float, float]:
    swing = claim.swing
    return claim.exercise.name, swing.t_start, swing.t_turn, swing.t_end
