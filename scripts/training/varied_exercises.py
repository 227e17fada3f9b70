"""Exercises whose joint angles are drawn at random: what makes the exercise stays, everything else varies.

The rendered exercises of `scripts.figure` show one careful way of each exercise. People row bent over, seated or with one
arm, press on chairs and lunge with their feet apart. Here each way is a pair of postures with wide ranges, in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scripts.training import arm_exercises as arms
from scripts.training import leg_exercises as legs
from scripts.training.moves import Move, Random

EXERCISES: Final[dict[str, tuple[Callable[[Random], Move], ...]]] = {
    "row": (arms.bent_row, arms.cable_row, arms.bench_row, arms.leaning_row),
    "high-knees": (legs.high_knees, legs.running_knees),
    "kettlebell-swing": (legs.swing, legs.high_swing),
    "leg-raise": (legs.leg_raise,),
    "sit-up": (legs.crunch, legs.crunch, legs.v_up, legs.whole_sit_up, legs.raised_crunch),
    "overhead-press": (arms.press,),
    "lateral-raise": (arms.lateral,),
    "front-raise": (arms.front,),
    "biceps-curl": (arms.curl,),
    "bench-press": (arms.bench,),
    "mountain-climber": (legs.climber,),
    "deadlift": (legs.deadlift, legs.deadlift, legs.one_leg_deadlift),
    "lunge": (legs.lunge,),
    "jumping-jack": (legs.jack,),
    "burpee": (legs.burpee, legs.half_burpee),
    "squat": (legs.squat,),
    "push-up": (arms.push_up,),
    "pull-up": (arms.pull_up,),
}
"""Exercise -> the ways in which it is done."""
