"""How a workout is led: the plan, the rest, and how long things may take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fitness.coach.plan import MAX_REST_S, Plan, PlannedSet
from fitness.errors import OptionError


@dataclass(frozen=True, slots=True)
class CoachOptions:
    """How a workout is led.

    plan: what is to be done, or None for as many reps as come.
    rest_s: seconds of rest after a set whose plan names none.
    last_ticks: so many last seconds of a rest are called, one by one.
    idle_s: seconds without a rep after which a set is over; the rest then counts from its last rep.
    extra_s: a rep that begins within so many seconds of the target's last rep is an extra rep of that set.
    get_ready_s: seconds that are counted down once the person stands still in view, before the first set of an
        exercise; 0 for none.

    Raises:
        OptionError: a number is out of its range.
    """

    plan: Plan | None = None
    rest_s: float = 60.0
    last_ticks: int = 3
    idle_s: float = 15.0
    extra_s: float = 4.0
    get_ready_s: int = 3

    def __post_init__(self) -> None:
        for name in ("rest_s", "extra_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= MAX_REST_S):
                raise OptionError(f"option {name} must be 0 to {MAX_REST_S:.0f} seconds, got {value}")
        if not (math.isfinite(self.idle_s) and self.idle_s > 0):
            raise OptionError(f"option idle_s must be above 0 seconds, got {self.idle_s}")
        for name in ("last_ticks", "get_ready_s"):
            if not 0 <= getattr(self, name) <= 10:
                raise OptionError(f"option {name} must be 0 to 10, got {getattr(self, name)}")

    def rest_after(self, planned: PlannedSet | None) -> float:
        """Seconds of rest after a set, by its plan or else the usual ones."""
        return self.rest_s if planned is None or planned.rest_s is None else planned.rest_s
