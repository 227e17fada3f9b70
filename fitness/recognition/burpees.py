"""Finds push-ups that are part of a burpee: the trunk is upright shortly before and shortly after them.

A burpee goes from standing to the floor and back. Many people do a push-up on the floor, and it is counted
as one. A person who does a set of push-ups stays on the floor between them.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from fitness.types import RepCounted

UPRIGHT_DEG: Final = 40.0
"""Maximum tilt of an upright trunk, degrees. In the recorded burpees it is below 20 degrees between two of them."""

SOON_S: Final = 2.5
"""Maximum time of the way to the floor or back up, seconds; recorded burpees take 0.9 to 1.3 s."""

_KEPT_S: Final = 30.0
"""How long times with an upright trunk are remembered, seconds."""


class PushUpsInBurpees:
    """Takes the trunk tilt of one person in each frame, and the reps that were counted."""

    def __init__(self) -> None:
        self._upright: deque[float] = deque()
        self._last: tuple[int, float] | None = None
        self._push_up_end = -math.inf

    def add_frame(self, tilt_deg: float, t: float) -> None:
        """Add the next frame.   tilt_deg: tilt of the trunk from upright.   t: seconds."""
        if tilt_deg <= UPRIGHT_DEG:
            self._upright.append(t)
        while self._upright and self._upright[0] < t - _KEPT_S:
            self._upright.popleft()

    def came_down(self, t_start: float) -> bool:
        """Whether the trunk was upright shortly before a push-up that began at `t_start` seconds, with no rep in between."""
        first = max(t_start - SOON_S, self._push_up_end)
        return any(first <= t <= t_start for t in self._upright)

    def add_rep(self, event: RepCounted) -> None:
        """Add a counted rep. A push-up may be part of a burpee; any other rep ends the wait for its second half."""
        rep = event.rep
        part = rep.exercise == "push-up" and self.came_down(rep.t_start)
        self._last = (rep.id, rep.t_end) if part else None
        if rep.exercise in ("push-up", "burpee"):
            self._push_up_end = rep.t_end

    def part_of_burpee(self, t: float) -> int | None:
        """The id of the push-up that turns out, at `t` seconds, to be part of a burpee; else None."""
        if self._last is None:
            return None
        rep, t_end = self._last
        if t - t_end > SOON_S:
            self._last = None
        elif self._upright and self._upright[-1] > t_end:
            self._last = None
            return rep
        return None
