"""Whether a swing is sitting down: by its knees, sitting on a chair and getting up is a squat.

In a squat the feet carry the body, so its centre of mass stays over them; on a chair it is behind the heels. Where the
weight seems to lie depends on the camera, too: one that is not level moves it, and so does a model that leans bodies. How it
lay while the same body stood, before the swing, says by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from fitness.recognition.rep_candidate import CounterOptions, Observation

_STOOD_SHARE: Final = 0.8
_STOOD_S: Final = 1.0
"""Who stands before a swing: within a fifth of the fall from its top, in the last so many seconds before leaving it."""
_STANDING_BALANCE: Final = 0.2
"""Leg lengths before the heels at which nothing is set right. A little more than the median of who stands (0.15 in real
clips, 0.18 in the figure), because it keeps squats and sitting down apart best."""
_TILT_SHARE: Final = 0.75
"""How high the centre of mass is at the bottom, against standing: a tilt moves it so much less there."""


def sits(
    history: Sequence[Observation],
    low: Sequence[Observation],
    turn: tuple[float, float],
    height: float,
    options: CounterOptions,
) -> bool:
    """Whether somebody stays low for long with the weight behind the feet, or for very long however it lies.

    history: what was seen since the last turning point.   low: the part of it around this one, `turn` = (seconds, degrees).
    height: degrees from there to the top.
    """
    held = low[-1].t - low[0].t
    tilted = _TILT_SHARE * (_stood(history, turn, height) - _STANDING_BALANCE)
    behind = fmean(max(0.0, tilted - seen.balance) for seen in low)
    return min(held, options.seat_most_s) * behind >= options.seat_load or held >= options.seat_rest_s


def _stood(history: Sequence[Observation], turn: tuple[float, float], height: float) -> float:
    """Where the weight lay before the swing, while the body stood; the usual where that was not seen."""
    t_turn, lowest = turn
    before = [seen for seen in history if seen.t < t_turn and seen.angle_deg > lowest + _STOOD_SHARE * height]
    recent = [seen.balance for seen in before if before[-1].t - seen.t <= _STOOD_S]
    return median(recent) if recent else _STANDING_BALANCE
