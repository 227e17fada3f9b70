"""Decides by a person's tempo whether a movement comes too soon after a rep, or before one, to be a rep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

_REPS: Final = 6
"""Number of reps that give the tempo."""
_SHARE: Final = 0.5
"""Minimum distance between reps, as a share of the usual one."""
_REST: Final = 3.0
"""A time between reps that is longer than the shortest one by more than this factor is a rest between sets."""


def too_soon(turns_s: Sequence[float], t_turn: float) -> bool:
    """Whether a movement that turns at `t_turn` seconds is too near a rep of the same exercise.

    Args:
        turns_s: turning points of the counted reps, in any order, seconds. Three of them are needed without a rest between.
    """
    turns = sorted(turns_s)
    every = [later - earlier for earlier, later in pairwise(turns[-_REPS:])]
    steps = [one for one in every if one <= _REST * min(every)]
    return len(steps) >= 2 and min(abs(t_turn - one) for one in turns) < _SHARE * median(steps)
