"""Converts the time stamps of a file into strictly increasing seconds."""

from __future__ import annotations

from typing import Final

JUMP_BACK_S: Final = 0.5
"""A step back by more than this many seconds starts a new time line; a smaller one means two frames in the wrong order."""


class StreamClock:
    """Turns time stamps of decoded frames into strictly increasing seconds, and notes what it repaired.

    A time stamp that increases is kept as it is. Otherwise:
    - A missing one, or the second in a row that does not increase, becomes one frame interval after the last time.
    - One that does not increase becomes half an interval after the last time, so that the next good one is kept.
    - One more than `JUMP_BACK_S` in the past begins a new time line, one interval after the last time.

    Args:
        interval_s: nominal seconds from frame to frame, for frames without a usable time stamp.
    """

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last_s: float | None = None
        self._offset_s = 0.0
        self._stuck = 0
        self._repaired, self._first_repair_s = 0, 0.0
        self._missing, self._first_missing_s = 0, 0.0

    def seconds(self, stamp_s: float | None) -> float:
        """The time of the next frame.

        Args:
            stamp_s: its time stamp in seconds since the stream's first frame, or None when it has none.
        """
        last_s = self._last_s
        if last_s is None:
            t = 0.0 if stamp_s is None else stamp_s
            self._missing += stamp_s is None
        elif stamp_s is None:
            t = last_s + self._interval_s
            self._first_missing_s = t if self._missing == 0 else self._first_missing_s
            self._missing += 1
        elif stamp_s + self._offset_s > last_s:
            t = stamp_s + self._offset_s
            self._stuck = 0
        else:
            t = self._repair(stamp_s, last_s)
        self._last_s = t
        return t

    def _repair(self, stamp_s: float, last_s: float) -> float:
        self._stuck += 1
        if last_s - (stamp_s + self._offset_s) > JUMP_BACK_S:
            t = last_s + self._interval_s
            self._offset_s = t - stamp_s
            self._stuck = 0
        else:
            t = last_s + self._interval_s * (0.5 if self._stuck == 1 else 1.0)
        self._first_repair_s = t if self._repaired == 0 else self._first_repair_s
        self._repaired += 1
        return t

    @property
    def warnings(self) -> list[str]:
        """One sentence for each kind of repair that was needed so far."""
        found = []
        if self._repaired:
            found.append(
                f"time stamps that do not increase: {self._repaired} (first at {self._first_repair_s:.2f} s);"
                f" moved forward, so times there are approximate"
            )
        if self._missing:
            found.append(
                f"frames without a time stamp: {self._missing} (first at {self._first_missing_s:.2f} s);"
                f" {self._interval_s * 1000:.1f} ms from frame to frame was assumed"
            )
        return found


class Losses:
    """How much of a damaged stream is missing.   errors: packets and frames that could not be decoded."""

    def __init__(self) -> None:
        self.errors = 0
        self._seen, self._lost_s = 0, 0.0

    def frame(self, t: float, last_t: float | None, interval_s: float) -> None:
        """Add a frame at `t` seconds after one at `last_t`; if an error lies between them, that time counts as lost."""
        if self.errors > self._seen and last_t is not None:
            self._lost_s += max(0.0, t - last_t - interval_s)
        self._seen = self.errors

    def words(self, lacking_s: float) -> str:
        """What was lost, in words for the user.   lacking_s: stated duration after the last frame, seconds."""
        lost_s = self._lost_s + lacking_s
        return f"{lost_s:.1f} s are missing" if lost_s >= 0.05 else "how much is missing is unknown"
