"""The rest between two sets: how long it is, when its last seconds are called, and until when a rep is an extra one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from fitness.coach.plan import PlannedSet


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest after a set.

    since: seconds; it runs from here.   length_s: seconds.   planned: the planned set it follows, or None.
    wanted: the exercise that was looked for in that set, or None for any.
    by_user: the user ended the set, so no rep after it is an extra one.
    ticks_left: the next second that is called.
    """

    since: float
    length_s: float
    planned: PlannedSet | None
    wanted: str | None
    by_user: bool
    ticks_left: int

    def left_s(self, t: float) -> float:
        """Seconds of rest that are left at `t` seconds; negative when it is over."""
        return self.length_s - (t - self.since)

    def extra_until(self, extra_s: float) -> float:
        """Seconds; a rep that begins by then is an extra rep of the set just done.

        A rest that is shorter than `extra_s` ends that time.
        """
        return -math.inf if self.by_user else self.since + min(extra_s, self.length_s)

    def tick(self, t: float) -> tuple[int | None, Rest]:
        """The second to call at `t` seconds, or None, and the rest after that call."""
        left = math.ceil(self.left_s(t))
        return (left, replace(self, ticks_left=left - 1)) if 0 < left <= self.ticks_left else (None, self)

    def later(self, seconds: float) -> Rest:
        """The same rest, begun `seconds` later: the workout stood still."""
        return replace(self, since=self.since + seconds)
