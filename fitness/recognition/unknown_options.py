"""Options of the counter of unknown exercises. They are in a module of their own, so that settings are read without it."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.options import bounded, check_options


@dataclass(frozen=True, slots=True)
class UnknownExerciseOptions:
    """When repeated motion is counted as exercise.

    range_deg: minimum range of a joint angle on both sides, from its 5th to its 95th percentile.
    together: minimum correlation of its left and right angle over the rep.
    legs_seen: minimum mean visibility of knees and ankles over the rep, 0..1.
    run: number of such reps in a row that are needed.   gap_s: a pause that ends the row.
    quiet_s: reps that began within this time after a known exercise do not count.
    """

    range_deg: float = bounded(25.0, low=0)
    together: float = bounded(0.6, low=0, high=1)
    legs_seen: float = bounded(0.5, low=0, high=1)
    run: int = bounded(3, low=1, whole=True)
    gap_s: float = bounded(8.0, low=0)
    quiet_s: float = bounded(8.0, low=0)

    def __post_init__(self) -> None:
        check_options(self)
