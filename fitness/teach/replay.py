"""Counts a taught exercise in clips whose movements are known, as it is done live.

All swings are known to the cycles from the start; live, those after a cycle come before it is decided, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from fitness.recognition.taught_cycles import CycleNames
from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.taught_swings import NAMED, CountedOnce, TaughtOptions
from fitness.recognition.trajectory.decoder import SetDecoder
from fitness.recognition.trajectory.judge import JudgedSwing
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.replay import decode, unfollowed
from fitness.recognition.trajectory.swing_data import qualities
from fitness.teach.reps import ClipSwings

IT: Final = "it"
"""The taught exercise in the shares of its swings."""


def count_swings(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, options: TaughtOptions = NAMED
) -> int:
    """Number of reps of the taught exercise among the movements of one person.   model: the trajectory model."""
    first, final = (judged_swings(taught, clip, model, followed=followed) for followed in (False, True))
    names, once = CycleNames({IT: taught}, options.least_score), CountedOnce()
    names.add_swings(final if taught.by_cycles else ())
    decoder = SetDecoder(
        options.swings, (IT,) if taught.alternating else (), (IT,) if taught.by_swings else ()
    )
    cycles = deque(clip.cycles if taught.by_cycles else ())
    total = 0
    for t, reps in decode(decoder, first, final):
        while cycles and cycles[0].decided_s < t:
            total += len(once.add(names.step([cycles.popleft()])))
        total += len(once.add(reps))
    return total + len(once.add(names.step(cycles)))


def judged_swings(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, *, followed: bool = True
) -> list[JudgedSwing]:
    """The swings in the order of their ends, judged with or without the pose after them, with the shares of `IT`."""
    return sorted(_judged(taught, clip, model, followed), key=lambda one: one.swing.t_end)


def _judged(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, followed: bool
) -> Iterator[JudgedSwing]:
    for joint, own_model in taught.models.items():
        if joint in clip.data:
            own, data = clip.proposals[joint], clip.data[joint]
            data = data if followed else unfollowed(data)
            shares = own_model.shares(data, model.joints[joint]).tolist()
            for one, share, seen in zip(own, shares, qualities(own, data), strict=True):
                yield JudgedSwing(one, {IT: share, BACKGROUND: 1 - share}, seen)
