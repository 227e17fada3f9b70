"""Movements that have no name here, drawn at random: what people do between exercises, and what looks like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scripts.training import floor_movements as floor
from scripts.training import standing_movements as standing
from scripts.training.moves import Move, Random

OTHER: Final[tuple[Callable[[Random], Move], ...]] = (
    standing.march,
    standing.anything,
    standing.anything,
    standing.twist,
    floor.bridge,
    floor.crab,
    standing.kick,
    standing.side_step,
    standing.stretch,
    standing.stretch,
    standing.chest,
    standing.punch,
    standing.push_down,
    standing.upright_row,
    floor.plank_taps,
    floor.pike,
    standing.walk,
    standing.sit_extend,
    standing.seated_arms,
    standing.bow,
    floor.sitting_shift,
    floor.sitting_shift,
    floor.hip_circle,
    standing.jump,
    floor.lean_back,
    floor.all_fours,
    floor.all_fours,
    floor.bear,
    floor.inchworm,
    floor.prone,
    floor.bird_dog,
    floor.floor_fold,
    standing.arm_circle,
    standing.windmill,
    standing.standing_arms,
    floor.dip,
    floor.plank_moves,
    standing.jog,
    floor.getting_up,
    standing.seated_knees,
)
"""Movements that have no name here; those that occur twice are twice as frequent."""
