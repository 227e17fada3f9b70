"""Decodes swings that are known already exactly as it is done live."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fitness.recognition.trajectory.counter import ALTERNATING
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.model import TrajectoryModel
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.swing_data import AFTER_S, SwingData, qualities
from fitness.recognition.trajectory.swing_name import SwingName


@dataclass(frozen=True, slots=True, eq=False)
class JudgedClip:
    """The swings of one person that may count, in the order of their ends.

    first, final: judged without and with the pose after them.
    """

    first: tuple[JudgedSwing, ...]
    final: tuple[JudgedSwing, ...]

    def reps(
        self, options: DecoderOptions | None = None, only: Collection[str] | None = None
    ) -> list[SwingName]:
        """The reps in order of time, those that are pending at the end among them.   only: as in `SetDecoder`."""
        decoder = SetDecoder(options, ALTERNATING, only)
        return [rep for _, reps in decode(decoder, self.first, self.final) for rep in reps]


def judged(
    model: TrajectoryModel, proposals: Mapping[str, Sequence[Proposal]], data: Mapping[str, SwingData]
) -> JudgedClip:
    """Judge the swings of one person.   proposals, data: by joint."""
    first, final = (
        sorted(_judged(model, proposals, data, followed), key=lambda one: one.swing.t_end)
        for followed in (False, True)
    )
    return JudgedClip(tuple(first), tuple(final))


def _judged(
    model: TrajectoryModel,
    proposals: Mapping[str, Sequence[Proposal]],
    data: Mapping[str, SwingData],
    followed: bool,
) -> Iterator[JudgedSwing]:
    """The swings that may count, judged with or without the pose after them."""
    for joint, whole in data.items():
        own, looked_up = proposals[joint], whole if followed else unfollowed(whole)
        for one, shares, seen in zip(
            own, model.classify(joint, looked_up), qualities(own, looked_up), strict=True
        ):
            if not one.from_turn:
                yield JudgedSwing(one, shares, seen)


def unfollowed(swings: SwingData) -> SwingData:
    """The same swings as they are known at their ends, without the pose after them."""
    known = swings.known.copy()
    known[:, -1] = 0
    return replace(swings, known=np.asarray(known))


def decode(
    decoder: SetDecoder, first: Sequence[JudgedSwing], final: Sequence[JudgedSwing]
) -> Iterator[tuple[float, list[SwingName]]]:
    """Yield (seconds, reps that are decided then), and at last those that are pending, at an infinite time.

    Args:
        first, final: the N swings of one person, in the order of their ends, without and with the pose after them.
    """
    wait_s = decoder.options.wait_s
    final = [one if one.settled else last for one, last in zip(first, final, strict=True)]
    ends = [one.swing.t_end for one in final]
    added = 0
    for t in sorted({end + after for end in ends for after in (0.0, AFTER_S, wait_s)}):
        begun = sum(end <= t for end in ends)
        ready = sum(end + AFTER_S <= t for end in ends)
        for one in final[added:ready]:
            decoder.add_judged(one)
        added = ready
        yield t, decoder.step(t, first[added:begun])
    yield math.inf, list(decoder.pending)
