"""Exercises whose joint angles are drawn at random: what makes the exercise stays, everything else varies.

The rendered exercises of `scripts.figure` show one careful way of each exercise. People row bent over, seated or with one
arm, press on chairs and lunge with their feet apart. Here each way is a pair of postures with wide ranges, in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scripts.training import arm_exercises as arms
from scripts.training import bending_exercises as bending
from scripts.training import leg_exercises as legs
from scripts.training import pressing_exercises as pressing
from scripts.training import pulling_exercises as pulling
from scripts.training import raising_exercises as raising
from scripts.training import running_exercises as running
from scripts.training import trunk_exercises as trunk
from scripts.training.moves import Move, Random

EXERCISES: Final[dict[str, tuple[Callable[[Random], Move], ...]]] = {
    "row": (
        arms.bent_row,
        arms.cable_row,
        arms.bench_row,
        arms.leaning_row,
        pulling.floor_row,
        pulling.wide_row,
        pulling.supported_row,
        pulling.inverted_row,
        pulling.twisting_row,
        pulling.swung_row,
    ),
    "high-knees": (
        legs.high_knees,
        legs.running_knees,
        running.marched_knees,
        running.pulled_knees,
        running.hopped_knees,
    ),
    "kettlebell-swing": (
        legs.swing,
        legs.high_swing,
        bending.floating_swing,
        bending.squatting_swing,
    ),
    "leg-raise": (
        legs.leg_raise,
        trunk.one_leg_raise,
        trunk.toes_to_bar,
        trunk.hip_lift,
        trunk.low_leg_raise,
    ),
    "sit-up": (
        legs.crunch,
        legs.crunch,
        legs.v_up,
        legs.whole_sit_up,
        legs.raised_crunch,
        trunk.butterfly_sit_up,
        trunk.twisting_sit_up,
        trunk.bench_sit_up,
        trunk.tuck_up,
        trunk.straight_sit_up,
    ),
    "overhead-press": (
        arms.press,
        pressing.push_press,
        pressing.behind_neck_press,
        pressing.kneeling_press,
        pressing.slanted_press,
    ),
    "lateral-raise": (
        arms.lateral,
        raising.bent_elbow_lateral,
        raising.partial_lateral,
        raising.seated_bent_lateral,
        raising.leaning_lateral,
        raising.swung_lateral,
    ),
    "front-raise": (
        arms.front,
        raising.plate_raise,
        raising.bench_front_raise,
        raising.swung_front_raise,
    ),
    "biceps-curl": (
        arms.curl,
        pulling.concentration_curl,
        pulling.cross_curl,
        pulling.swung_curl,
        pulling.raised_curl,
        pulling.partial_curl,
    ),
    "bench-press": (
        arms.bench,
        pressing.decline_bench,
        pressing.floor_press,
        pressing.narrow_bench,
        pressing.wide_bench,
    ),
    "mountain-climber": (
        legs.climber,
        running.raised_climber,
        running.cross_climber,
        running.hopped_climber,
    ),
    "deadlift": (
        legs.deadlift,
        legs.deadlift,
        legs.one_leg_deadlift,
        bending.sumo_deadlift,
        bending.romanian_deadlift,
        bending.phased_deadlift,
        bending.one_hand_deadlift,
    ),
    "lunge": (
        legs.lunge,
        bending.raised_foot_lunge,
        bending.stepped_lunge,
        bending.knee_drive_lunge,
        bending.shallow_lunge,
    ),
    "jumping-jack": (
        legs.jack,
        raising.step_jack,
        raising.half_jack,
        raising.jumped_jack,
    ),
    "burpee": (
        legs.burpee,
        legs.half_burpee,
        running.jumped_burpee,
        running.stepped_burpee,
    ),
    "squat": (
        legs.squat,
        bending.shin_squat,
        bending.sumo_squat,
        bending.jump_squat,
        bending.pistol,
    ),
    "push-up": (
        arms.push_up,
        pressing.leaning_push_up,
        pressing.shaped_push_up,
        pressing.archer_push_up,
        pressing.release_push_up,
    ),
    "pull-up": (
        arms.pull_up,
        pulling.chin_up,
        pulling.wide_pull_up,
        pulling.kipping_pull_up,
        pulling.helped_pull_up,
    ),
}
"""Exercise -> the ways in which it is done."""
