"""Counts a taught exercise in clips whose swings are known, exactly as it is done live."""

from __future__ import annotations

from typing import Final

from fitness.recognition.taught_model import TaughtSwings
from fitness.recognition.taught_swings import NAMED, SetCheck, TaughtOptions
from fitness.recognition.trajectory.decoder import SetDecoder
from fitness.recognition.trajectory.description import qualities
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.samples import SIGNALS
from fitness.teach.reps import ClipSwings

_IT: Final = "it"


def count_swings(
    taught: TaughtSwings, clip: ClipSwings, model: TrajectoryModel, options: TaughtOptions = NAMED
) -> int:
    """Number of reps of the taught exercise among the swings of one person.   model: the trajectory model."""
    rows = []
    for joint, own_model in taught.models.items():
        if joint in clip.data:
            own, data = clip.proposals[joint], clip.data[joint]
            shares = own_model.shares(data, model.joints[joint]).tolist()
            rows += list(zip(own, shares, qualities(own, data), strict=True))
    rows.sort(key=lambda row: row[0].t_end)
    decoder, check = SetDecoder(options.decoder, (_IT,) if taught.alternating else ()), SetCheck(options)
    found = 0
    for at, (one, share, seen) in enumerate(rows):
        shares = {_IT: share, BACKGROUND: 1 - share}
        decoder.add(shares, one.t_start, one.t_turn, one.t_end, seen, SIGNALS[one.signal][1])
        if at + 1 == len(rows) or rows[at + 1][0].t_end > one.t_end:
            found += len(check.step(decoder.step(one.t_end)))
    return found + len(check.foreseen(decoder.pending))
