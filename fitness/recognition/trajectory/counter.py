"""Counts and names the reps of one person: samples -> swings -> probabilities -> the likeliest sequence of reps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder, SwingName
from fitness.recognition.trajectory.description import gather, joint_of, qualities
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.proposals import Proposal, ProposalFinder
from fitness.recognition.trajectory.samples import SIGNALS, BodySampler
from fitness.types import DoubleArray, Pose

ALTERNATING: Final = ("biceps-curl", "high-knees", "lunge", "mountain-climber", "row")
"""Exercises in which left and right may take turns, each a rep."""

_SEEN_FALL: Final = 0.15
"""Least share of a swing's way to its turning point that must have been seen. Who is found there has perhaps sat there."""

_MEMORY_S: Final = 45.0
_SAME_TURN_S: Final = 0.35
_LEAST_QUALITY: Final = 0.4
_LEAST_SHARE: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A swing, and the probability of each class."""

    swing: Proposal
    shares: dict[str, float]
    quality: float


class TrajectoryCounter:
    """Feeds on the poses of one person in order of time.

    Args:
        model: names swings.   options: see `DecoderOptions`.   only: the exercises that are looked for; None for all.
    """

    def __init__(
        self,
        model: TrajectoryModel,
        options: DecoderOptions | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self._model = model
        self._sampler = BodySampler()
        self._finder = ProposalFinder()
        self._decoder = SetDecoder(options, ALTERNATING, only)
        self._seen: deque[_Seen] = deque()
        self.swings: tuple[Proposal, ...] = ()
        """The swings that the last frame completed, whatever they are."""

    @property
    def pending(self) -> tuple[SwingName, ...]:
        """Reps that were seen but are not decided yet, in order of time."""
        return self._decoder.pending

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """The next frame, at `t` seconds (None: nobody was found) -> the reps that are decided.

        embedding: (76,) of the pose; None to compute it where it is needed.
        """
        sample = self._sampler.step(pose, t, embedding)
        found = () if sample is None else self._finder.step(sample)
        self.swings = tuple(one for one in found if not self._began_before(one))
        if self.swings:
            self._judge(self.swings)
        return self._decoder.step(t)

    def share_of(self, exercise: str, t_start: float, t_turn: float, t_end: float) -> float:
        """The greatest probability that a swing about the turning point `t_turn` is `exercise`; 0 where there is none."""
        return max(
            (
                one.shares.get(exercise, 0.0)
                for one in self._seen
                if abs(one.swing.t_turn - t_turn) < _SAME_TURN_S or t_start <= one.swing.t_turn <= t_end
            ),
            default=0.0,
        )

    def name_of(self, spans_s: Sequence[tuple[float, float]]) -> tuple[str, float]:
        """What repeated movements are called that last from one to the other second each, and how sure that is, 0..1.

        The name is the one that is likeliest for all of them together; "" where nothing was seen.
        """
        total: dict[str, float] = {}
        for start, end in spans_s:
            best: dict[str, float] = {}
            for one in self._seen:
                if start <= one.swing.t_turn <= end and one.quality >= _LEAST_QUALITY:
                    for name, share in one.shares.items():
                        best[name] = max(best.get(name, _LEAST_SHARE), share)
            for name in self._model.exercises:
                total[name] = total.get(name, 0.0) + math.log(best.get(name, _LEAST_SHARE))
        name = max(total, key=lambda one: total[one], default="")
        return name, math.exp(total[name] / len(spans_s)) if name else 0.0

    def _began_before(self, swing: Proposal) -> bool:
        """Whether the person was found at the turning point of a swing, so nothing was seen of the way there."""
        return swing.from_turn and swing.seen_fall_deg < _SEEN_FALL * swing.fall_deg

    def _judge(self, proposals: Sequence[Proposal]) -> None:
        for joint in dict.fromkeys(map(joint_of, proposals)):
            own = [one for one in proposals if joint_of(one) == joint]
            swings = gather(own, self._finder.times, self._finder.samples)
            named = self._model.classify(joint, swings)
            for one, shares, seen in zip(own, named, qualities(own, swings), strict=True):
                side = SIGNALS[one.signal][1]
                self._decoder.add(shares, one.t_start, one.t_turn, one.t_end, seen, side)
                shares.pop(BACKGROUND)
                self._seen.append(_Seen(one, shares, seen))
        while self._seen[0].swing.t_end < proposals[-1].t_end - _MEMORY_S:
            self._seen.popleft()
