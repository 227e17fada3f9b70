"""Counts a taught exercise in clips whose swings are known, exactly as it is done live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.taught_swings import NAMED, SetCheck, TaughtOptions
from fitness.recognition.trajectory.decoder import SetDecoder
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.replay import decode, unfollowed
from fitness.recognition.trajectory.swing_data import SwingData, qualities
from fitness.teach.reps import ClipSwings

_IT: Final = "it"


def count_swings(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, options: TaughtOptions = NAMED
) -> int:
    """Number of reps of the taught exercise among the swings of one person.   model: the trajectory model."""
    decoder, check = SetDecoder(options.decoder, (_IT,) if taught.alternating else ()), SetCheck(options)
    first, final = (
        sorted(_judged(taught, clip, model, known), key=lambda one: one.swing.t_end)
        for known in (unfollowed, _whole)
    )
    *decided, pending = decode(decoder, first, final)
    found = sum(len(check.step(reps)) for reps in decided)
    return found + len(check.foreseen(pending))


def _whole(swings: SwingData) -> SwingData:
    return swings


def _judged(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, known: Callable[[SwingData], SwingData]
) -> Iterator[JudgedSwing]:
    """The swings with their probabilities, from what is `known` of them."""
    for joint, own_model in taught.models.items():
        if joint in clip.data:
            own, data = clip.proposals[joint], known(clip.data[joint])
            shares = own_model.shares(data, model.joints[joint]).tolist()
            for one, share, seen in zip(own, shares, qualities(own, data), strict=True):
                yield JudgedSwing(one, {_IT: share, BACKGROUND: 1 - share}, seen)
