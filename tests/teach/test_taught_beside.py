"""Five taught exercises do not change the counts of the built-in exercises."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import OptionError
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import MODEL, RecogniserOptions
from fitness.recognition.taught import TaughtExercise, load_taught
from fitness.recognition.taught_model import KindModel, LinearModel, load_swings, named, save_swings
from fitness.recognition.taught_recogniser import recogniser_with
from fitness.recognition.taught_swings import IN_AUTO, NAMED, TaughtSwingCounter
from fitness.recognition.trajectory import TrajectoryModel, load_model
from fitness.session import read_landmarks
from fitness.teach.clips import TeachingClip, taught_from_clips
from fitness.teach.confusions import confusions, replay_clips
from fitness.teach.fitting import fit, kind_of
from fitness.teach.keeping import keep
from fitness.teach.kinds import LearnedClip, learned_clip
from fitness.teach.reference import REFERENCE, load_reference
from fitness.teach.replay import count_swings
from fitness.teach.reps import swings_of_poses, swings_of_samples, taught_reps
from scripts.benchmarks import recordings
from scripts.benchmarks.truth import ClipTruth
from scripts.make_reference_swings import digest
from scripts.training.logs import read_clips
from tests.support.candidate_streams import stream
from tests.support.rep_clips import fitted

NAMES = ("squat", "jumping-jack", "sit-up", "front-raise", "push-up")
"""Taught under names of their own, though they are built in: the worst that anybody can teach."""
TRUTHS = recordings.recordings()
EACH = 8
"""Every eighth recording is counted in each test run, all of them with `-m "slow or not slow"`."""


def trajectories() -> TrajectoryModel:
    return load_model(MODEL)


@cache
def clips(exercise: str) -> tuple[TeachingClip, ...]:
    return tuple(
        TeachingClip(f"clip-{yaw}", stream(exercise, 3, 20.0, yaw_deg=yaw), 3) for yaw in (20.0, 65.0)
    )


@cache
def taught() -> tuple[TaughtExercise, ...]:
    """Taught exercises, some counted by swings, some by turning points."""
    made = []
    for at, name in enumerate(NAMES):
        used = clips(name)[: 2 if at < 3 else 1]
        samples, one = taught_from_clips(f"my-{name}", used)
        assert one.swings is not None
        made.append(one if at < 4 else TaughtExercise.of(one.name, samples))
    return tuple(made)


def totals(truth: ClipTruth, beside: tuple[TaughtExercise, ...]) -> dict[str, int]:
    names = tuple(one.name for one in beside)
    options = RecogniserOptions(taught=names)
    counter = PersonSelector(lambda ids: recogniser_with(fitted(), options, beside, ids))
    last: dict[str, int] = {}
    for t, pose in read_landmarks(recordings.FOLDER / f"{truth.file}.landmarks.npz").poses():
        last = dict(counter.step([] if pose is None else [pose], t)[-1].totals)
    return last


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(one, id=one.file, marks=() if at % EACH == 0 else pytest.mark.slow)
        for at, one in enumerate(sorted(TRUTHS, key=lambda one: one.file))
    ],
)
def test_built_in_counts_stay(truth: ClipTruth) -> None:
    """The same totals of every built-in exercise with and without the five."""
    with_them, alone = totals(truth, taught()), totals(truth, ())
    assert {name: n for name, n in with_them.items() if name in EXERCISES} == {
        name: n for name, n in alone.items() if name in EXERCISES
    }


def test_two_clips_count_another_view() -> None:
    """Whole swings taught from two views are counted in a third view, and no other exercise is counted."""
    it = taught()[1]
    assert it.swings is not None and it.swings.clips == 2
    seen = swings_of_poses(stream("jumping-jack", 5, 20.0, yaw_deg=-30.0))
    assert count_swings(it.swings, seen, trajectories()) == 5
    assert count_swings(it.swings, swings_of_poses(stream("squat", 4, 20.0)), trajectories()) == 0


def test_live_and_replayed_counts_are_the_same() -> None:
    """`count_swings` gives the same count as the counter frame by frame."""
    it = taught()[1]
    assert it.swings is not None
    poses = stream("jumping-jack", 4, 30.0, yaw_deg=40.0)
    counter = TaughtSwingCounter({"it": it.swings}, trajectories(), NAMED)
    found = [rep for pose in poses for rep in counter.step(pose, pose.t)]
    assert (
        len(found) + len(counter.pending)
        == count_swings(it.swings, swings_of_poses(poses), trajectories())
        == 4
    )


def test_swings_are_kept_whole(tmp_path: Path) -> None:
    """Saved swings give the same count; samples saved by older versions have no swings."""
    samples, one = taught_from_clips("my-squat", clips("squat"))
    keep(tmp_path, "my-squat", samples, one.swings)
    again = load_taught(tmp_path, "my-squat")
    assert one.swings is not None and again.swings is not None
    seen = swings_of_poses(stream("squat", 4, 20.0, yaw_deg=-40.0))
    assert count_swings(again.swings, seen, trajectories()) == 4
    assert count_swings(one.swings, seen, trajectories()) == 4
    keep(tmp_path, "my-squat", samples)
    assert load_taught(tmp_path, "my-squat").swings is None
    assert not (tmp_path / "my-squat" / "swings.npz").exists()


def test_teaching_a_built_in_exercise_again_is_reported() -> None:
    """Before it is saved, clips of built-in exercises are counted: it counts the jumping jacks of another person."""
    found = confusions(taught()[1])
    assert found.same == ("jumping-jack",) and found.serious
    (line,) = found.lines("jacks")
    assert line.startswith("jumping-jack: ") and line.endswith("the same exercise")
    json.dumps(found.document())


def test_every_built_in_exercise_is_replayed() -> None:
    """One clip of each exercise that moves, and everyday movements."""
    names = {one.exercise for one in replay_clips()}
    moving = {name for name, one in EXERCISES.items() if not one.hold}
    assert names - {"none"} <= moving and len(names) >= 15 and "none" in names
    assert sum(one.seconds for one in replay_clips() if one.exercise == "none") > 60


def test_the_reference_was_made_with_the_model_that_ships() -> None:
    """Otherwise run `python scripts/make_reference_swings.py`."""
    with np.load(REFERENCE, allow_pickle=False) as arrays:
        assert str(arrays["model"]) == digest(trajectories())


def learned(exercise: str) -> list[LearnedClip]:
    return [learned_clip(swings_of_poses(one.poses), one.reps, trajectories()) for one in clips(exercise)]


def unrecognised(exercise: str) -> list[LearnedClip]:
    """As if the trajectory model did not know the exercise."""
    return [replace(one, kinds={}) for one in learned(exercise)]


def test_the_trajectory_model_counts_what_it_knows(tmp_path: Path) -> None:
    """Squats that are taught are squats of the model, at the knee, and keep that when they are saved."""
    it = fit(learned("squat"), load_reference())
    assert it.kind == "squat" and it.models == {"knee": KindModel("squat")}
    save_swings(it, tmp_path / "swings.npz")
    assert load_swings(tmp_path / "swings.npz").models == it.models
    assert count_swings(it, swings_of_poses(stream("squat", 4, 20.0, yaw_deg=-40.0)), trajectories()) == 4


def test_a_clip_of_which_the_model_is_unsure_counts_itself() -> None:
    """The bias lifts a set of the clip's probability over the minimum; a clip that is sure needs none."""
    unsure = replace(learned("squat")[0], kinds={"squat": 0.55})
    model = fit([unsure], load_reference()).models["knee"]
    assert isinstance(model, KindModel)
    assert math.log(0.55 / 0.45) + model.bias == pytest.approx(IN_AUTO.swings.least_mean + 0.25)
    sure = fit([replace(unsure, kinds={"squat": 0.95})], load_reference()).models["knee"]
    assert isinstance(sure, KindModel) and sure.bias == 0
    swings = learned("squat")[0].own("knee")
    joint = trajectories().joints["knee"]
    plain, lifted = KindModel("squat").shares(swings, joint), model.shares(swings, joint)
    assert (lifted > plain).all() and (lifted < 1).all()


def test_cycles_count_beside_swings_where_the_model_is_not_sure() -> None:
    """A clip that may show another movement than the one that it is taken for keeps its shape."""
    sure, unsure = (replace(learned("squat")[0], kinds={"squat": share}) for share in (0.9, 0.7))
    assert fit([sure], load_reference()).shapes == ()
    it = fit([unsure], load_reference())
    assert it.kind == "squat" and it.by_swings and it.by_cycles
    clip = swings_of_poses(stream("squat", 4, 20.0, yaw_deg=-40.0))
    assert count_swings(it, clip, trajectories()) == 4  # each movement once


def test_most_clips_decide_what_is_taught() -> None:
    """One clip that looks like another exercise does not make it that; half of the clips are not enough."""
    squat, other = learned("squat")[0], replace(learned("squat")[0], kinds={"deadlift": 0.99})
    assert kind_of([squat, other, squat]) == "squat" and kind_of([other, squat, other]) == "deadlift"
    assert kind_of([squat, replace(squat, kinds={})]) == ""


def test_reps_that_no_joint_shows_are_found_by_the_model() -> None:
    """No joint's swings stand out as the reps of this recording; the trajectory model counts its push-ups."""
    clip = next(one for one in read_clips() if one.name == "pushup_clap_front45_m4")
    swings = swings_of_samples(clip.streams[0])
    with pytest.raises(OptionError):
        taught_reps(swings, clip.reps)
    found = learned_clip(swings, clip.reps, trajectories())
    assert max(found.kinds, key=lambda name: found.kinds[name]) == "push-up"
    assert clip.accepts(len(found.reps.turns_s)) and found.reps.own["elbow"]
    with pytest.raises(OptionError):
        learned_clip(swings, 9, trajectories())


def test_an_unknown_movement_is_fitted() -> None:
    """Its clips count each other, and another exercise is not counted."""
    it = fit(unrecognised("squat"), load_reference())
    assert it.kind == "" and all(isinstance(one, LinearModel) for one in it.models.values())
    assert count_swings(it, swings_of_poses(stream("squat", 4, 20.0, yaw_deg=50.0)), trajectories()) == 4
    jacks = swings_of_poses(stream("jumping-jack", 4, 20.0))
    assert count_swings(it, jacks, trajectories(), IN_AUTO) == 0


def test_scores_of_another_model_are_read_by_class_name() -> None:
    """Classes may be in another order; unknown classes get a low probability."""
    logs = np.log(np.array([[[0.7, 0.6], [0.3, 0.4]]]))
    turned = named(logs, ("squat", "lunge"), ("lunge", "row", "squat"))
    assert np.exp(turned[0, :, 0]) == pytest.approx([0.3, 1e-4, 0.7])


def test_swings_taught_by_version_0_1_count(tmp_path: Path) -> None:
    """A file without the trajectory model's probabilities is read, and counts by the numbers of a swing alone."""
    one = fit(unrecognised("squat"), load_reference())
    save_swings(one, tmp_path / "new.npz")
    with np.load(tmp_path / "new.npz") as arrays:
        old = {name: arrays[name] for name in arrays.files if not name.endswith("names")}
    np.savez(
        tmp_path / "old.npz", **{name: v for name, v in old.items() if "opinion" not in name} | {"version": 1}
    )
    loaded = load_swings(tmp_path / "old.npz")
    old_model, new_model = loaded.models["knee"], one.models["knee"]
    assert isinstance(old_model, LinearModel) and isinstance(new_model, LinearModel)
    assert old_model.names == () and old_model.weights == pytest.approx(new_model.weights)
    assert count_swings(loaded, swings_of_poses(stream("squat", 3, 20.0)), trajectories()) >= 0
