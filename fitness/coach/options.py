"""Options of a workout: plan, rest and time limits."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.coach.plan import MAX_REST_S, Plan, PlannedSet
from fitness.options import bounded, check_options, of_type


@dataclass(frozen=True, slots=True)
class CoachOptions:
    """Options of a workout.

    plan: exercises and sets, or None to count without targets.
    rest_s: seconds of rest after a set, unless its plan states another time.
    last_ticks: number of last seconds of a rest that are called one by one.
    idle_s: seconds without a rep after which a set ends; the rest then counts from its last rep.
    extra_s: a rep that begins within this many seconds of the target's last rep is an extra rep of that set.
    get_ready_s: length in seconds of the countdown before the first set of an exercise, which begins once the person
        stands still in view; 0 for no countdown.

    Raises:
        OptionError: a number is out of its range.
    """

    plan: Plan | None = of_type(None, Plan, optional=True)
    rest_s: float = bounded(60.0, low=0, high=MAX_REST_S, unit="seconds")
    last_ticks: int = bounded(3, low=0, high=10, whole=True)
    idle_s: float = bounded(15.0, above=0, unit="seconds")
    extra_s: float = bounded(4.0, low=0, high=MAX_REST_S, unit="seconds")
    get_ready_s: int = bounded(3, low=0, high=10, whole=True)

    def __post_init__(self) -> None:
        check_options(self)

    def rest_after(self, planned: PlannedSet | None) -> float:
        """Seconds of rest after a set: those of its plan, or the default."""
        return self.rest_s if planned is None or planned.rest_s is None else planned.rest_s
