"""Distinguishes sitting down on a chair and getting up from a squat. The movement of the knees is similar.

In a squat the feet carry the body, so its centre of mass stays over them; on a chair it is behind the heels. A camera that
is not level, or a model that leans bodies, shifts the measured centre of mass. Its place while the same person stood, before
the swing, shows by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from fitness.recognition.rep_candidate import CounterOptions, Observation

_STOOD_SHARE: Final = 0.8
"""The person stands while the angle is above the lowest one by this share of the fall."""
_STOOD_S: Final = 1.0
"""How long before leaving the top the standing balance is measured, seconds."""
_STANDING_BALANCE: Final = 0.2
"""Usual balance of a standing person, leg lengths before the heels. The median is 0.15 in recordings and 0.18 in rendered
clips; this value separates squats from sitting down best."""
_TILT_SHARE: Final = 0.75
"""Height of the centre of mass at the bottom, as a share of that while standing: a tilt shifts it by less there."""


def sits(
    history: Sequence[Observation],
    low: Sequence[Observation],
    turn: tuple[float, float],
    height: float,
    options: CounterOptions,
) -> bool:
    """Whether the person stays low for long with the weight behind the feet, or for very long with the weight anywhere.

    Args:
        history: observations since the last turning point.   low: those of them around this one.
        turn: the turning point, (seconds, degrees).   height: degrees from there to the top.
    """
    held = low[-1].t - low[0].t
    tilted = _TILT_SHARE * (_stood(history, turn, height) - _STANDING_BALANCE)
    behind = fmean(max(0.0, tilted - one.balance) for one in low)
    return min(held, options.seat_most_s) * behind >= options.seat_load or held >= options.seat_rest_s


def _stood(history: Sequence[Observation], turn: tuple[float, float], height: float) -> float:
    """Median balance while the person stood before the swing; the usual one if that was not in the stream."""
    t_turn, lowest = turn
    before = [one for one in history if one.t < t_turn and one.angle_deg > lowest + _STOOD_SHARE * height]
    recent = [one.balance for one in before if before[-1].t - one.t <= _STOOD_S]
    return median(recent) if recent else _STANDING_BALANCE
