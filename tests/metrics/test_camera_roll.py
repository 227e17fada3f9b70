"""Camera roll: rotated recordings are recognised by the poses; lying and handstands are not taken for rotation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.metrics.camera_roll import CameraRoll, turned, window_features
from fitness.types import Pose
from scripts.figure import Idle, Reps
from tests.support.filmed_poses import filmed, tilted


def roll_of(stream: list[Pose]) -> int:
    """The camera roll at the end of a stream."""
    roll = CameraRoll()
    for pose in stream:
        roll.add(pose, pose.t)
    return roll.quarter_turns


def exercise(name: str, reps: int = 3) -> list[Pose]:
    """A person who stands, does some reps, and stands again."""
    return filmed(Idle(0.5), Reps(name, reps), Idle(0.3))


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["squat", "push-up", "jumping-jack", "overhead-press"])
def test_the_roll_of_the_camera_is_measured(name: str, quarter_turns: int) -> None:
    """The same movement, the camera held in four ways."""
    assert roll_of(tilted(exercise(name), quarter_turns)) == quarter_turns


@pytest.mark.parametrize(
    "name", ["sit-up", "mountain-climber", "bench-press", "pull-up", "burpee", "deadlift"]
)
def test_lying_or_hanging_is_not_taken_for_camera_roll(name: str) -> None:
    """An upright camera stays upright for all exercises."""
    assert roll_of(exercise(name)) == 0


def test_a_handstand_is_not_taken_for_camera_roll() -> None:
    """Arms that carry the body from below: a hanging body upside down."""
    assert roll_of(tilted(filmed(Reps("pull-up", 3), yaw_deg=20), 2)) == 0


def test_a_phone_that_is_turned_in_between_is_noticed_soon() -> None:
    """Within three seconds; until then the poses wait, so that no rep is lost."""
    before, after = exercise("squat"), tilted(exercise("squat"), 1)
    gap = before[-1].t + 1 / 15
    later = [replace(pose, t=pose.t + gap) for pose in after]
    roll, waited = CameraRoll(), []
    for pose in (*before, *later):
        roll.add(pose, pose.t)
        if roll.doubtful:
            waited.append(pose.t)
    assert roll.quarter_turns == 1
    assert waited and min(waited) == pytest.approx(later[0].t) and max(waited) - min(waited) <= 3.0
    assert len(waited) == len([pose for pose in later if pose.t <= max(waited)])


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_the_features_of_a_turned_window_are_those_of_the_rotation(quarter_turns: int) -> None:
    """Row k of a turned window is the row of the window itself for k quarter turns more."""
    rng = np.random.default_rng(0)
    world, image = rng.normal(size=(15, 8, 2)), 100 * rng.normal(size=(15, 8, 2))
    rows = window_features(world, image)
    found = window_features(turned(world, quarter_turns), turned(image, quarter_turns))
    assert found == pytest.approx(np.roll(rows, -quarter_turns, axis=0))


def test_without_a_person_no_roll_is_reported() -> None:
    """Without poses, or with too few, the rotation does not change."""
    roll = CameraRoll()
    for t in np.arange(0.0, 5.0, 0.5):
        assert not roll.add(None, float(t))
    assert roll.quarter_turns == 0 and not roll.doubtful
