"""What the window shows: the settings that the user switches by keys, and the list of keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.drawing.overlay import Privacy

HELP: Final = (
    ("space", "pause, continue"),
    ("n", "next set; end the rest"),
    ("k", "skip this exercise"),
    ("+  -", "correct the count"),
    ("r", "this set from 0; again: all"),
    ("1 - 9", "this exercise"),
    ("0", "any exercise"),
    ("f", "full screen"),
    ("m", "mirror"),
    ("l", "landmarks"),
    ("i", "latency"),
    ("s", "snapshot; at the end the summary"),
    ("h", "this help"),
    ("q  Esc", "end"),
)


@dataclass(slots=True)
class Look:
    """What the window shows.   notice: a message that is shown until the stream time `notice_until_s`.

    mirror, landmarks, help, timings: switched by keys.   privacy: how people are hidden, also in snapshots.
    streak_weeks, records, date: for the summary at the end: weeks in a row with training, new records as text, the date.
    """

    mirror: bool = True
    privacy: Privacy = "none"
    landmarks: bool = True
    help: bool = False
    timings: bool = False
    notice: str | None = None
    notice_until_s: float = 0.0
    streak_weeks: int | None = None
    records: tuple[str, ...] = ()
    date: str = ""
