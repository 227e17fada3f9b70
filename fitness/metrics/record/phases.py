"""Finds the phases of a rep in its angle curve: leaving the start, pausing at the turning point, and returning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.types import DoubleArray

STILL: Final = 0.1
"""Fraction of a phase's peak speed below which the joint counts as still. A movement without a stop then has a pause of
6 % of its duration (2 asin(0.1) / pi for half a sine); a limit on the angle would give 30 %."""

NEAR: Final = 0.25
"""Fraction of the range, at its end, in which standing still ends a phase: people also hesitate half way."""

MIN_RANGE_DEG: Final = 10.0
"""A range below this is within the noise of the landmarks, so no phases are found."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Indices into the curve; None if the curve ends before the event.

    leave: the joint leaves the start.   arrive, depart: it reaches and leaves the turning point.
    back: it is back at the start.   turn: the extreme of the angle.
    """

    turn: int
    leave: int | None
    arrive: int
    depart: int
    back: int | None


def find_phases(
    angle: DoubleArray, slope: DoubleArray, first: int, last: int, *, falls: bool
) -> Phases | None:
    """The phases of the movement with its turning point between two indices; None below `MIN_RANGE_DEG`.

    Args:
        angle, slope: (M,) degrees and degrees per second.   falls: the angle is smaller at the turn than at the start.
    """
    sign = 1.0 if falls else -1.0
    height, speed = sign * angle, sign * slope
    turn = first + int(np.argmin(height[first : last + 1]))
    low = float(height[turn])
    fall, rise = float(height[: turn + 1].max()) - low, float(height[turn:].max()) - low
    if max(fall, rise) < MIN_RANGE_DEG:
        return None
    leave, arrive = None, turn
    if fall >= MIN_RANGE_DEG:  # backwards in time from the turning point, this is a rise
        back_in_time = _rise(height[turn::-1] - low, -speed[turn::-1], fall)
        arrive = turn - back_in_time[0]
        leave = None if back_in_time[1] is None else turn - back_in_time[1]
    depart, back = turn, None
    if rise >= MIN_RANGE_DEG:
        forward = _rise(height[turn:] - low, speed[turn:], rise)
        depart = turn + forward[0]
        back = None if forward[1] is None else turn + forward[1]
    return Phases(turn, leave, arrive, depart, back)


def _rise(height: DoubleArray, speed: DoubleArray, whole: float) -> tuple[int, int | None]:
    """Indices where a rise from about 0 to `whole` begins and where it ends (None: not yet)."""
    low = int(np.argmax(height >= NEAR * whole))
    high = int(np.argmax(height >= (1 - NEAR) * whole))
    limit = STILL * float(speed[: high + 1].max())
    still_before = np.flatnonzero(speed[: low + 1] < limit)
    still_after = np.flatnonzero(speed[high:] < limit)
    begins = int(still_before[-1]) if len(still_before) else 0
    return begins, high + int(still_after[0]) if len(still_after) else None
