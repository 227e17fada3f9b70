"""The trajectory model is fitted to logs and figures: the same bytes each time, and every rendered exercise has its
reps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fitness.recognition.trajectory import BACKGROUND, TrajectoryModel, load_model, save_model
from fitness.recognition.trajectory.description import describe
from scripts.figure import Body
from scripts.figure.anatomy import Anatomy
from scripts.figure.posture import SLOT
from scripts.training import fitting, network
from scripts.training.fitting import Swings, all_rows, fit, swings_of
from scripts.training.labels import JOINT_OF, kind_of
from scripts.training.logs import TrainingClip, read_clips
from scripts.training.moves import Move, Random, moving
from scripts.training.rendered import drawn_clip, varied_clips
from scripts.training.varied_exercises import EXERCISES
from scripts.training.varied_others import OTHER

JOINTS = [11, 12, 15, 16, 23, 24, 25, 26, 27, 28]


def some_clips() -> Iterator[TrainingClip]:
    """Two clips of each kind, few enough to be fitted in seconds."""
    clips = read_clips()
    for exercise in ("biceps-curl", "row", "none"):
        yield from [clip for clip in clips if clip.exercise == exercise][-2:]


@cache
def drawn() -> tuple[Swings, ...]:
    return tuple(swings_of(varied_clips(3, each=1, others=1)))


def fitted() -> TrajectoryModel:
    rows = all_rows(swings_of(some_clips()), drawn(), seed=1)
    return TrajectoryModel({"elbow": fit(rows["elbow"], seed=1)})


def test_the_same_clips_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "ROWS", 1500)
    monkeypatch.setattr(network, "STEPS", 20)
    for name in ("first.npz", "second.npz"):
        save_model(tmp_path / name, fitted())
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    elbow = load_model(tmp_path / "first.npz").joints["elbow"]
    assert elbow.outputs.count(BACKGROUND) > 1 == elbow.classes.count(BACKGROUND)
    data = next(one.data["elbow"] for one in drawn() if "elbow" in one.data)
    shares = elbow.probabilities(describe(data))
    assert shares.shape[1] == len(elbow.classes)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


def test_background_samples_are_labelled_by_their_context() -> None:
    assert kind_of(BACKGROUND, "row", "knee") == "background/row"
    assert kind_of(BACKGROUND, "none", "knee") == "background/none"
    assert kind_of(BACKGROUND, "row", "elbow") == BACKGROUND
    assert kind_of("row", "row", "elbow") == "row"
    assert kind_of(None, "row", "knee") is None


def test_every_drawn_exercise_has_swings_that_are_its_reps() -> None:
    for one in drawn():
        name = one.clip.exercise
        if name in JOINT_OF:
            assert name in one.labels[JOINT_OF[name]], one.clip.name
        else:
            assert all(set(labels) == {BACKGROUND} for labels in one.labels.values())


@pytest.mark.parametrize(
    ("exercise", "way"), [(name, way) for name, ways in EXERCISES.items() for way in ways]
)
def test_every_drawn_way_has_swings_that_are_its_reps(exercise: str, way: Callable[[Random], Move]) -> None:
    rng = np.random.default_rng(5)
    clips = [drawn_clip(str(number), exercise, way(rng), rng) for number in range(3)]
    found = [one.labels.get(JOINT_OF[exercise], []).count(exercise) for one in swings_of(clips)]
    assert sum(count > 0 for count in found) >= 2, found


@pytest.mark.parametrize(
    "way", [way for ways in EXERCISES.values() for way in ways] + list(dict.fromkeys(OTHER))
)
def test_drawn_bodies_stand_on_a_joint_that_does_not_slip(way: object) -> None:
    rng = np.random.default_rng(7)
    move = way(rng)  # type: ignore[operator]
    body = moving(move, Anatomy.of(Body()), 2, rng)
    assert np.isfinite(body.landmarks).all()
    held = body.landmarks[:, [15, 16] if move.hanging else list(move.held)]
    if held.size:
        place = held.mean(axis=1)
        np.testing.assert_allclose(place, place[:1].repeat(len(place), axis=0), atol=1e-6)
        return
    joints = body.landmarks[:, JOINTS]
    air_m = joints[..., 1].min(axis=1)
    air_m -= air_m[0]
    rises = max(row[SLOT["root_y"]] for row in (move.top, *move.between, move.turn, *(move.back or ()))) - 1
    assert air_m.min() > -1e-6 and 0.7 * rises - 1e-6 < air_m.max() < 1.3 * rises + 1e-6
    least = np.linalg.norm(np.diff(joints[..., [0, 2]], axis=0), axis=2).min(axis=1)
    assert np.median(least) < 0.002
