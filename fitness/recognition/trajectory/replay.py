"""Decodes swings that are known already exactly as it is done live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fitness.recognition.trajectory.decoder import SetDecoder, SwingName
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.swing_data import AFTER_S, SwingData


def unfollowed(swings: SwingData) -> SwingData:
    """The same swings as they are known at their ends, without the pose after them."""
    known = swings.known.copy()
    known[:, -1] = 0
    return replace(swings, known=np.asarray(known))


def decode(
    decoder: SetDecoder, first: Sequence[JudgedSwing], final: Sequence[JudgedSwing]
) -> Iterator[list[SwingName]]:
    """Yield the reps that are decided at each time, and at last those that are pending.

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
        yield decoder.step(t, first[added:begun])
    yield list(decoder.pending)
