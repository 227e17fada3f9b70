"""What the user switched in the window, and the keys that do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.drawing.overlay import Privacy

HELP: Final = (
    ("space", "pause, go on"),
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
    """What the user switched.   notice: shown for a moment, until `notice_until_s` of stream time.

    privacy: how the person is shown, in snapshots too.
    streak_weeks, records: for the summary at the end; weeks in a row with training, and new records in words.
    date: for the summary.
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
