"""Limbs of a taught exercise: limbs that move in it must move in a rep, and resting limbs must not move much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.recognition.embedding import DIMENSIONS, LEGS, TRUNK, embed
from fitness.recognition.limb_motion import LimbMotion
from fitness.recognition.taught import TaughtExercise
from fitness.teach.clip import clip_samples, turning_points
from fitness.teach.trial import count
from fitness.types import Pose
from scripts.figure import Body
from tests.support.candidate_streams import stream
from tests.support.strategies import examples, reals, squatting, stick_figure

_ARMS = list(range(11, 23))


@cache
def taught(exercise: str) -> TaughtExercise:
    """An exercise taught from three reps of one figure, seen from one side."""
    poses = stream(exercise, 3)
    return TaughtExercise.of("it", clip_samples("it", "clip", poses, turning_points(poses, 3)))


def test_the_columns_are_those_of_the_limbs() -> None:
    """Arms change neither; a bent knee changes the legs alone; a tilted trunk changes no leg."""
    assert not set(LEGS) & set(TRUNK) and max(*LEGS, *TRUNK) < DIMENSIONS
    base, arms, knees, trunk = embed(
        np.stack(
            [
                stick_figure(175.0),
                stick_figure(175.0, 60.0, arm_deg=170.0),
                stick_figure(120.0),
                stick_figure(175.0, tilt_deg=60.0),
            ]
        )
    )
    for columns, moved, still in ((LEGS, knees, trunk), (TRUNK, trunk, knees)):
        assert np.abs(moved - base)[columns].max() > 0.2
        assert np.allclose(still[columns], base[columns], atol=1e-6)
        assert np.allclose(arms[columns], base[columns], atol=1e-6)


@pytest.mark.parametrize("other", ["lateral-raise", "overhead-press"])
@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 200.0])
def test_arms_alone_are_no_jumping_jack(other: str, yaw_deg: float) -> None:
    """The arms go up and down as in a jumping jack, the legs do not."""
    assert count(taught("jumping-jack"), stream(other, 3, yaw_deg=yaw_deg)) == 0


def test_squats_with_rising_arms_are_not_arm_raises() -> None:
    """The figure lifts its arms to the front in a squat, as in a front raise."""
    assert count(taught("front-raise"), stream("squat", 3)) == 0


@pytest.mark.parametrize("exercise", ["jumping-jack", "front-raise", "squat", "deadlift", "pull-up"])
@pytest.mark.parametrize(("yaw_deg", "body"), [(0.0, "heavy"), (120.0, "teen"), (250.0, "tall")])
def test_true_reps_of_other_bodies_from_other_sides_count(exercise: str, yaw_deg: float, body: str) -> None:
    """Taught from one figure seen from one side."""
    poses = stream(exercise, 2, 15.0, yaw_deg=yaw_deg, body=Body.preset(body))
    assert count(taught(exercise), poses) == 2


def _held(poses: Sequence[Pose]) -> list[Pose]:
    """The same with arms that stay as they were at the beginning."""
    still = poses[0].world[_ARMS] - poses[0].world[[11, 12]].mean(axis=0)
    held = []
    for pose in poses:
        world = np.array(pose.world)
        world[_ARMS] = world[[11, 12]].mean(axis=0) + still
        held.append(replace(pose, world=world))
    return held


@pytest.mark.parametrize("body", ["heavy", "teen", "tall"])
@pytest.mark.parametrize("arms_taught", [True, False])
def test_a_squat_counts_whatever_the_arms_do(arms_taught: bool, body: str) -> None:
    """Taught with arms that go up and done with arms that stay as they were, and the other way round."""
    first = stream("squat", 3)
    second = stream("squat", 3, yaw_deg=160.0, body=Body.preset(body), depth=0.85)
    shown, done = (first, _held(second)) if arms_taught else (_held(first), second)
    own = clip_samples("it", "clip", shown, turning_points(shown, 3))
    assert count(TaughtExercise.of("it", own), done) == 3


def _legs(knee_deg: float) -> np.ndarray:
    """(1, C) of a squat of this depth."""
    return _MOTION.select(embed(squatting(knee_deg)[None])[0])[None]


_UP, _DOWN = (embed(squatting(knee)[None])[0] for knee in (170.0, 80.0))
_MOTION = LimbMotion.between(_UP, _DOWN)
_STILL = LimbMotion.between(_UP, _UP)


@examples(60)
@given(st.lists(reals(60, 178), min_size=1, max_size=5), reals(60, 178))
def test_criteria_keep_full_reps_and_drop_resting(tops: list[float], turn: float) -> None:
    """A swing whose legs move all the way passes, with any poses in between; one whose legs rest does not."""
    seen = [_legs(knee) for knee in tops]
    assert _MOTION.matches(np.concatenate([_legs(170.0), *seen, _legs(170.0)]), _legs(80.0))
    assert not _MOTION.matches(np.concatenate([_legs(turn)] * 4), _legs(turn))
    assert _STILL.matches(np.concatenate([_legs(turn)] * 4), _legs(turn))


def test_a_resting_limb_may_sway_but_not_bend() -> None:
    """In an exercise with resting legs, knees may bend by twenty degrees, but not as in a squat."""
    standing = np.concatenate([_legs(170.0)] * 4)
    assert _STILL.matches(standing, _legs(150.0))
    assert not _STILL.matches(standing, _legs(80.0))
