"""Counts and names the reps of one person: samples -> swings -> probabilities -> the likeliest sequence of reps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.judge import JudgedSwing, SwingJudge
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import TRUNK, BodySampler
from fitness.recognition.trajectory.set_check import Correction
from fitness.recognition.trajectory.swing_data import joint_of
from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import DoubleArray, Pose

ALTERNATING: Final = ("biceps-curl", "high-knees", "lunge", "mountain-climber", "row")
"""Exercises in which left and right may alternate, each side a rep."""

_SEEN_FALL: Final = 0.15
"""Minimum share of the way to the turning point that was in the stream. A person found there may have sat there."""

_FREE_FALL_DEG_PER_S: Final = 200.0
"""No trunk goes down faster: shoulders that fall freely need 0.45 s for the metre from standing to lying, 90 degrees. The
fastest real burpee has 126 degrees per second. What is faster are landmarks that jump while a person comes into view."""

_CLEAR: Final = 0.6
"""Minimum probability of a swing that is used before the pose after it is known, so that clear squats and push-ups are
counted as early as before: of 93 recordings, 0.07 s after their end in the median (`scripts/bench counting clips`)."""

_MEMORY_S: Final = 45.0
"""How long swings are remembered, seconds."""
_SAME_TURN_S: Final = 0.35
"""Swings whose turning points are closer than this, in seconds, are one movement."""
_LEAST_QUALITY: Final = 0.4
"""Minimum quality of the swings that name a set."""
_RENAME: Final = 1.0
"""A set gets another name that is this much likelier, as a difference of logarithms, so that names do not flicker."""
_LEAST_SHARE: Final = 1e-3
"""Probability of a name for a movement without a swing of that name."""


class TrajectoryCounter:
    """Finds the reps of one person in poses in time order.

    Args:
        model: gives probabilities of swings.   options: see `DecoderOptions`.   only: exercises to find; None for all.
    """

    def __init__(
        self,
        model: TrajectoryModel,
        options: DecoderOptions | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self._model = model
        self._sampler = BodySampler()
        self._judge = SwingJudge(model.classify, _may_be_rep)
        self._decoder = SetDecoder(options, ALTERNATING, only, _RENAME if only is None else math.inf)
        self._seen: deque[JudgedSwing] = deque()

    @property
    def swings(self) -> tuple[Proposal, ...]:
        """The swings that the last frame completed, reps or not."""
        return self._judge.found

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that are not decided yet, in time order."""
        return self._decoder.pending

    @property
    def corrections(self) -> list[Correction]:
        """Other names for reps that earlier steps returned, found by the last step."""
        return self._decoder.corrections

    def doubtful(self, t: float) -> str:
        """The exercise of a set that is not likely enough to count at `t` seconds, or ""."""
        return self._decoder.doubtful(t)

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.

        Args:
            pose: None where the person was not found.   embedding: (76,) of the pose; None to compute it here.
        """
        sample = self._sampler.step(pose, t, embedding)
        for one in self._judge.step(sample, t):
            self._decoder.add_judged(one)
            self._seen.append(one)
        while self._seen and self._seen[0].swing.t_end < t - _MEMORY_S:
            self._seen.popleft()
        return self._decoder.step(t, self._judge.waiting)

    def share_of(self, exercise: str, t_start: float, t_turn: float, t_end: float) -> float:
        """The greatest probability of `exercise` among the swings of a movement, times in seconds; 0 if there are none.

        A swing whose following pose is not known yet is used if it is clear without it.
        """
        clear = (one for one in self._judge.waiting if one.shares.get(exercise, 0.0) >= _CLEAR)
        return max(
            (
                one.shares.get(exercise, 0.0)
                for one in (*self._seen, *clear)
                if abs(one.swing.t_turn - t_turn) < _SAME_TURN_S or t_start <= one.swing.t_turn <= t_end
            ),
            default=0.0,
        )

    def name_of(self, spans_s: Sequence[tuple[float, float]]) -> tuple[str, float]:
        """The likeliest exercise of a set of movements, and the geometric mean of its probabilities, 0..1.

        The name is "" if the model knows none of the movements.

        Args:
            spans_s: start and end of each movement, seconds.
        """
        total: dict[str, float] = {}
        swings = (*self._seen, *self._judge.waiting)
        for start, end in spans_s:
            best: dict[str, float] = {}
            for one in swings:
                if start <= one.swing.t_turn <= end and one.quality >= _LEAST_QUALITY:
                    for name in one.shares.keys() - {BACKGROUND}:
                        share = one.shares[name]
                        best[name] = max(best.get(name, _LEAST_SHARE), share)
            for name in self._model.exercises:
                total[name] = total.get(name, 0.0) + math.log(best.get(name, _LEAST_SHARE))
        name = max(total, key=lambda one: total[one], default="")
        return name, math.exp(total[name] / len(spans_s)) if name else 0.0


def _may_be_rep(swing: Proposal) -> bool:
    return not (_began_before(swing) or _falls_too_fast(swing))


def _began_before(swing: Proposal) -> bool:
    """Whether the stream began at the turning point of a swing, so that the way there is missing."""
    return swing.from_turn and swing.seen_fall_deg < _SEEN_FALL * swing.fall_deg


def _falls_too_fast(swing: Proposal) -> bool:
    """Whether the trunk goes down faster than gravity allows."""
    return (
        joint_of(swing) == TRUNK
        and not swing.from_turn
        and swing.fall_deg > _FREE_FALL_DEG_PER_S * swing.down_s
    )
