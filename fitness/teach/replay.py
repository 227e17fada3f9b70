"""Counts a taught exercise in clips whose swings are known, exactly as it is done live."""

from __future__ import annotations

from typing import Final

from fitness.recognition.taught_swings import NAMED, TaughtSwings
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.description import qualities
from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.samples import SIGNALS
from fitness.teach.reps import ClipSwings

_IT: Final = "it"


def count_swings(taught: TaughtSwings, clip: ClipSwings, options: DecoderOptions = NAMED) -> int:
    """Number of reps of the taught exercise among the swings of one person."""
    rows = []
    for joint, model in taught.models.items():
        if joint in clip.data:
            own, data = clip.proposals[joint], clip.data[joint]
            rows += list(zip(own, model.shares(data).tolist(), qualities(own, data), strict=True))
    rows.sort(key=lambda row: row[0].t_end)
    decoder = SetDecoder(options, (_IT,) if taught.alternating else ())
    found = 0
    for at, (one, share, seen) in enumerate(rows):
        shares = {_IT: share, BACKGROUND: 1 - share}
        decoder.add(shares, one.t_start, one.t_turn, one.t_end, seen, SIGNALS[one.signal][1])
        if at + 1 == len(rows) or rows[at + 1][0].t_end > one.t_end:
            found += len(decoder.step(one.t_end))
    return found + len(decoder.pending)
