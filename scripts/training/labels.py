"""Which of the proposed swings of a clip are reps, from the times of its turning points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.recognition.trajectory.counter import ALTERNATING
from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import SIGNALS
from fitness.recognition.trajectory.swing_data import joint_of

JOINT_OF: Final = {
    "squat": "knee", "lunge": "knee",
    "push-up": "elbow", "pull-up": "elbow", "biceps-curl": "elbow", "bench-press": "elbow", "row": "elbow",
    "overhead-press": "shoulder", "lateral-raise": "shoulder", "front-raise": "shoulder", "jumping-jack": "shoulder",
    "sit-up": "hip", "leg-raise": "hip", "mountain-climber": "hip", "high-knees": "hip", "kettlebell-swing": "hip",
    "deadlift": "hip",
    "burpee": "trunk",
}  # fmt: skip
"""Exercise -> the joint whose swings are its reps."""

KIND_OF: Final = "/"
"""Between `BACKGROUND` and what it is a part of, in the labels that the model is fitted to."""

SHIFTED: Final = ("burpee", "deadlift", "kettlebell-swing")
"""Exercises whose times are, in some clips, of the other end of the rep: the shift that fits the clip best is taken."""

_NEAR_S: Final = 0.3
_MARGIN_S: Final = 0.12
_SHIFTS_S: Final = tuple(round(0.1 * k, 1) for k in range(-12, 13))
_SHIFT_COST: Final = 0.3
_LARGE_DEG: Final = 35.0
_SAME: Final = 0.65
_UNSURE: Final = 0.4
"""Of the largest swing about a turning point: smaller ones are no rep of their own, those between are left out."""
_UNTIMED: Final = 0.7


def labels(
    exercise: str,
    times_s: Sequence[float],
    complete: bool,
    streams: Sequence[Sequence[Proposal]],
) -> list[list[str | None]]:
    """For each swing of each person: an exercise, `BACKGROUND`, or None where it is not known.

    complete: no rep beside those of `times_s` can be defended.
    """
    joint = JOINT_OF.get(exercise)
    if joint is None:
        return [[BACKGROUND] * len(swings) for swings in streams]
    times = _shifted(exercise, joint, sorted(times_s), streams)
    found, counts = [], []
    for swings in streams:
        own = _of_stream(exercise, joint, times, complete, swings)
        found.append(own)
        counts.append(sum(one == exercise for one in own))
    if len(streams) > 1:  # what other people do in an exercise's clip is not known
        found = [own if count else [None] * len(own) for own, count in zip(found, counts, strict=True)]
    return found


def kind_of(name: str | None, exercise: str, joint: str) -> str | None:
    """The label that a swing of `joint` in a clip of `exercise` is fitted to.

    Background is told apart by what was going on: the knees of a row are unlike the knees of a walk. The model then
    learns from clips of every exercise what the joints that do not count it look like.
    """
    if name != BACKGROUND or JOINT_OF.get(exercise) == joint:
        return name
    return f"{BACKGROUND}{KIND_OF}{exercise}"


def _shifted(
    exercise: str, joint: str, times: list[float], streams: Sequence[Sequence[Proposal]]
) -> list[float]:
    if exercise not in SHIFTED or not times:
        return times
    best, best_shift = -np.inf, 0.0
    for shift in _SHIFTS_S:
        hits = 0
        for swings in streams:
            turns = [one.t_turn for one in swings if joint_of(one) == joint and one.fall_deg > _LARGE_DEG]
            hits = max(hits, sum(any(abs(t - at - shift) < _NEAR_S + 0.05 for t in turns) for at in times))
        merit = hits - _SHIFT_COST * abs(shift)
        if merit > best + 1e-9:
            best, best_shift = merit, shift
    return [t + best_shift for t in times]


def _of_stream(
    exercise: str, joint: str, times: Sequence[float], complete: bool, swings: Sequence[Proposal]
) -> list[str | None]:
    found: list[str | None] = [BACKGROUND] * len(swings)
    own = [at for at, one in enumerate(swings) if joint_of(one) == joint]
    if not times:
        large = float(np.percentile([swings[at].fall_deg for at in own], 80)) if own else 0.0
        for at in own:
            good = swings[at].fall_deg > _UNTIMED * large and not swings[at].from_turn
            found[at] = exercise if good else None
        return found
    turn_of: dict[int, int] = {}
    for at in own:
        one = swings[at]
        if sum(one.t_start < t < one.t_end for t in times) >= 2:
            continue
        turn = _nearest(one, times)
        if turn is not None:
            turn_of[at] = turn
        elif not complete:
            found[at] = None
    largest: dict[tuple[int, str], float] = {}
    for at, turn in turn_of.items():
        key = (turn, _side(exercise, swings[at]))
        largest[key] = max(largest.get(key, 0.0), swings[at].fall_deg)
    for at, turn in turn_of.items():
        share = swings[at].fall_deg / largest[turn, _side(exercise, swings[at])]
        found[at] = exercise if share >= _SAME else None if share >= _UNSURE else BACKGROUND
    return found


def _side(exercise: str, swing: Proposal) -> str:
    """Where left and right take turns, a turning point belongs to the side that swings more."""
    return "" if exercise in ALTERNATING else SIGNALS[swing.signal][1]


def _nearest(one: Proposal, times: Sequence[float]) -> int | None:
    """The turning point that the swing is about, or None."""
    close = [
        (min(abs(one.t_lowest - t), abs(one.t_turn - t)), at)
        for at, t in enumerate(times)
        if min(abs(one.t_lowest - t), abs(one.t_turn - t)) < _NEAR_S
        or (not one.from_turn and one.phase_times_s[1] - _MARGIN_S <= t <= one.t_end + _MARGIN_S)
    ]
    return min(close)[1] if close else None
