"""The rest between two sets: its length, the calls of its last seconds, and the time limit of extra reps."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from fitness.coach.plan import PlannedSet


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest after a set.

    since: time of its beginning, seconds.   length_s: seconds.   planned: the planned set before it, or None.
    wanted: the exercise that was counted in that set, or None for any.
    by_user: the user ended the set, so later reps are not extra reps.
    ticks_left: the next second to call.
    """

    since: float
    length_s: float
    planned: PlannedSet | None
    wanted: str | None
    by_user: bool
    ticks_left: int

    def left_s(self, t: float) -> float:
        """Remaining seconds at time `t`; negative after the end."""
        return self.length_s - (t - self.since)

    def extra_until(self, extra_s: float) -> float:
        """Time in seconds until which a rep that begins is an extra rep of the last set.

        A rest shorter than `extra_s` ends it earlier.
        """
        return -math.inf if self.by_user else self.since + min(extra_s, self.length_s)

    def tick(self, t: float) -> tuple[int | None, Rest]:
        """The second to call at `t` seconds, or None, and the rest after that call."""
        left = math.ceil(self.left_s(t))
        return (left, replace(self, ticks_left=left - 1)) if 0 < left <= self.ticks_left else (None, self)

    def later(self, seconds: float) -> Rest:
        """The same rest, shifted by `seconds` because of a pause."""
        return replace(self, since=self.since + seconds)
