"""Detects camera faults from frames and their times: black or frozen image, low fps, no frames."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from fitness.types import ImageArray

BLACK_LEVEL: Final = 10.0
"""Mean of 0..255 below which a frame counts as black (video black is 16 before range expansion)."""

HOLD_S: Final = 1.5
"""Seconds that a fault must last before it is reported."""

SLOW_FPS: Final = 8.0
"""Below this fps a squat's turning point may fall between two frames."""

BLACK: Final = "the image is black: is the lens covered, or the room dark?"
FROZEN: Final = "the image is frozen: unplug the camera and plug it in again"
SILENT: Final = "the camera gives no frames"


class FaultWatch:
    """Remembers since when frames are black or unchanged, and the times of recent frames.

    rate: also report a low fps; False if the caller skips frames itself.
    """

    def __init__(self, *, rate: bool = True) -> None:
        self._rate = rate
        self._black_since: float | None = None
        self._same_since: float | None = None
        self._last: ImageArray | None = None
        self._times: deque[float] = deque(maxlen=16)
        self.seen: dict[str, None] = {}

    def afresh(self) -> FaultWatch:
        """A new watch that starts with this one's state."""
        other = FaultWatch(rate=self._rate)
        other.seen = dict(self.seen)
        return other

    def see(self, image: ImageArray, t: float) -> None:
        """Add the next (H, W, 3) frame at `t` seconds."""
        small = image[::16, ::16].copy()
        black = float(small.mean()) < BLACK_LEVEL
        same = (
            self._last is not None and small.shape == self._last.shape and np.array_equal(small, self._last)
        )
        self._black_since = (t if self._black_since is None else self._black_since) if black else None
        self._same_since = (t if self._same_since is None else self._same_since) if same else None
        self._last = small
        if self._times and t - self._times[-1] > HOLD_S:
            self._times.clear()  # a pause is reported separately; the fps is measured after it
        self._times.append(t)
        self.message(t)

    def message(self, t: float) -> str | None:
        """What is wrong at `t` seconds, in words for the user, or None."""
        text = self._fault(t)
        if text is not None:
            self.seen.setdefault(text.split(":")[0])
        return text

    def _fault(self, t: float) -> str | None:
        if self._times and t - self._times[-1] > HOLD_S:
            return SILENT
        if self._black_since is not None and t - self._black_since >= HOLD_S:
            return BLACK
        if self._same_since is not None and t - self._same_since >= HOLD_S:
            return FROZEN
        span_s = self._times[-1] - self._times[0] if self._times else 0.0
        if (
            self._rate
            and len(self._times) == self._times.maxlen
            and span_s > (len(self._times) - 1) / SLOW_FPS
        ):
            fps = (len(self._times) - 1) / span_s
            return f"the camera gives only {fps:.0f} fps: more light helps"
        return None
