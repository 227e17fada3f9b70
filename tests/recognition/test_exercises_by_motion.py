"""Exercises that are described by their motion: a figure's true joints are counted exactly when the name is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.recognition.exercises import BY_MOTION, EXERCISES, Posture, exercises_named, is_held
from fitness.recognition.hysteresis_counter import HysteresisCounter
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.rep_candidate import Observation
from fitness.types import Count
from scripts.figure import EXERCISES as FIGURES
from scripts.figure import Camera, Clip, Idle, Motion, Reps
from tests.support.clips import true_poses
from tests.support.rep_clips import fitted

RATE_HZ = 12
RECORDED = {"high-knees", "kettlebell-swing", "leg-raise", "row"}
"""Exercises that were added from recordings; the renderer does not do them."""
NAMES = [exercise.name for exercise in BY_MOTION if exercise.name not in RECORDED]


def counts(named: str, *parts: object, yaw_deg: float = 40.0, visibility: float = 0.95) -> Count:
    """What is counted of `named` in the true joints of a figure that does `parts`, seen from one side."""
    clip = Clip(Motion(*parts), None, Camera(yaw_deg=yaw_deg, pitch_deg=5))  # type: ignore[arg-type]
    times = np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise=named))
    count = Count({})
    for pose in true_poses(clip, times, np.full(33, visibility)):
        count = recogniser.step(pose, pose.t)[1]
    return count


def test_every_figure_that_repeats_can_be_counted() -> None:
    """Everything the renderer can do has a description; two exercises have a counter of their own in "auto"."""
    assert set(EXERCISES) == set(FIGURES) | RECORDED
    assert {name for name in FIGURES if is_held(name)} == {
        name for name, figure in FIGURES.items() if figure.held
    }
    assert [exercise.name for exercise in exercises_named("auto")] == ["squat", "push-up"]
    assert exercises_named("deadlift") == (EXERCISES["deadlift"],)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("yaw_deg", [0.0, 75.0])
def test_reps_are_counted_and_getting_into_position_is_not(name: str, yaw_deg: float) -> None:
    """Three reps between standing and standing again, from the front and from the side."""
    count = counts(name, Idle(0.5), Reps(name, 3), Idle(0.5), yaw_deg=yaw_deg)
    assert dict(count.totals) == {name: 3}


@pytest.mark.parametrize("name", NAMES)
def test_standing_counts_nothing(name: str) -> None:
    """Two seconds of nothing."""
    assert not counts(name, Idle(2.0)).totals


@pytest.mark.parametrize(
    ("named", "done"),
    [
        ("overhead-press", "biceps-curl"),
        ("bench-press", "push-up"),
        ("pull-up", "biceps-curl"),
        ("sit-up", "deadlift"),
        ("lateral-raise", "biceps-curl"),
        ("mountain-climber", "lunge"),
        ("burpee", "squat"),
    ],
)
def test_different_exercises_are_distinguished(named: str, done: str) -> None:
    """If two exercises move the same joint, posture limits separate them. A press on the bench and one on the floor are
    alike, so only that pair may be mixed up.
    """
    total = counts(named, Idle(0.4), Reps(done, 2), Idle(0.4)).totals.get(named, 0)
    assert total == 0 or (named, done) == ("bench-press", "push-up")


def test_hidden_joints_are_not_counted() -> None:
    """Guessed landmarks are not reps, here too."""
    count = counts("biceps-curl", Reps("biceps-curl", 2), visibility=0.3)
    assert not count.totals and count.message == "step back: arms not visible"


# --- postures ---


def swing(turn_deg: float, *, start: float, turn: float, end: float) -> list[Observation]:
    """A fall from 170 degrees to `turn_deg` and back, with a further angle at the start, the turn and the end."""
    seen = []
    for k in range(61):
        depth = 1 - abs(k - 30) / 30
        other = np.interp(k, [0, 20, 33, 36], [start, turn, turn, end])
        seen.append(
            Observation(k / 30, 170 + (turn_deg - 170) * depth, 1, 1, 0, 10, postures_deg=(float(other),))
        )
    return seen


@pytest.mark.parametrize(
    ("at", "values", "counted"),
    [
        ("turn", (0, 100, 0), True),
        ("turn", (100, 0, 100), False),
        ("ends", (100, 0, 100), True),
        ("ends", (0, 0, 100), False),
        ("ends", (100, 100, 0), False),
        ("start", (100, 20, 60), True),
        ("start", (100, 20, 0), False),
        ("start", (20, 0, 100), False),
    ],
)
def test_posture_criteria_limit_the_count(at: str, values: tuple[int, int, int], counted: bool) -> None:
    """At the turning point, at both ends, or at the start and coming back from the turn."""
    posture = Posture("trunk", at, 50.0, 130.0)  # type: ignore[arg-type]
    counter = HysteresisCounter(replace(EXERCISES["biceps-curl"], postures=(posture,)))
    start, turn, end = values
    swings = [found for each in swing(60, start=start, turn=turn, end=end) if (found := counter.step(each))]
    assert [(found.accepted, found.reason) for found in swings] == [(counted, "" if counted else "posture")]


def test_a_smaller_return_swing_may_be_enough() -> None:
    """An exercise of small movements has a threshold of its own."""
    seen = swing(145, start=0, turn=0, end=0)
    loose = replace(EXERCISES["biceps-curl"], postures=(), max_bottom_deg=180.0, reversal_deg=15.0)
    counter = HysteresisCounter(loose)
    assert sum(bool(counter.step(each)) for each in seen) == 1
    usual = HysteresisCounter(replace(loose, reversal_deg=0.0))
    assert not any(usual.step(each) for each in seen)
