"""Counts a taught exercise in clips whose swings are known, exactly as it is done live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.taught_swings import NAMED
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.replay import decode, unfollowed
from fitness.recognition.trajectory.swing_data import qualities
from fitness.teach.reps import ClipSwings

_IT: Final = "it"


def count_swings(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, options: DecoderOptions = NAMED
) -> int:
    """Number of reps of the taught exercise among the swings of one person.   model: the trajectory model."""
    decoder = SetDecoder(options, (_IT,) if taught.alternating else ())
    first, final = (
        sorted(_judged(taught, clip, model, followed), key=lambda one: one.swing.t_end)
        for followed in (False, True)
    )
    return sum(len(reps) for reps in decode(decoder, first, final))


def _judged(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, followed: bool
) -> Iterator[JudgedSwing]:
    """The swings judged with or without the pose after them."""
    for joint, own_model in taught.models.items():
        if joint in clip.data:
            own, data = clip.proposals[joint], clip.data[joint]
            data = data if followed else unfollowed(data)
            shares = own_model.shares(data, model.joints[joint]).tolist()
            for one, share, seen in zip(own, shares, qualities(own, data), strict=True):
                yield JudgedSwing(one, {_IT: share, BACKGROUND: 1 - share}, seen)
