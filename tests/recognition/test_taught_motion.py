"""A taught exercise has one joint and one direction, from its samples, its clips, or the built-in exercise it moves like."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from fitness.metrics.record import Order
from fitness.recognition.exercises import EXERCISES
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.taught import TaughtExercise, load_taught
from fitness.recognition.taught_model import load_swings
from fitness.recognition.taught_motion import motion_of
from fitness.recognition.taught_recogniser import recogniser_with
from fitness.teach.clips import TeachingClip, clip_lesson, taught_from_clips
from fitness.teach.direction import first_order
from fitness.teach.keeping import keep
from fitness.types import FloatArray, Pose, Rep
from scripts.figure import Camera, Clip, Idle, Motion, Reps
from tests.support.clips import true_poses

FIGURES = (
    "squat", "push-up", "lunge", "deadlift", "bench-press", "pull-up", "sit-up", "jumping-jack", "biceps-curl",
    "overhead-press", "front-raise", "lateral-raise",
)  # fmt: skip


def poses(exercise: str, reps: int = 3) -> list[Pose]:
    """The joints of a figure, with pixels in which its body moves as in a recording."""
    clip = Clip(Motion(Idle(0.6), Reps(exercise, reps), Idle(1.0)), None, Camera(yaw_deg=40.0, pitch_deg=5))
    times = np.arange(int(clip.duration_s * 20)) / 20
    pixels = [(clip.camera.view(joints) * 200 + 300).astype(np.float32) for joints in clip.landmarks(times)]
    return [replace(pose, image=image) for pose, image in zip(true_poses(clip, times), pixels, strict=True)]


def sides(exercise: str) -> tuple[FloatArray, FloatArray]:
    """The samples of start and end position."""
    samples = clip_lesson("mine", TeachingClip("clip", poses(exercise), 3)).samples
    up, down = (
        samples.select(label == f"mine_{side}" for label in samples.labels) for side in ("up", "down")
    )
    return up.world, down.world


@pytest.mark.parametrize("exercise", FIGURES)
def test_samples_and_clips_show_whether_the_body_rises_first(exercise: str) -> None:
    """From the samples alone, as pictures give them, and from the image of a clip."""
    spec = EXERCISES[exercise].spec
    assert spec is not None
    clip = poses(exercise)
    lesson = clip_lesson("mine", TeachingClip("clip", clip, 3))
    assert motion_of(*sides(exercise)).first == spec.first
    assert first_order(clip, lesson.up_s, lesson.down_s) == spec.first
    assert lesson.learned is None or lesson.learned.first == spec.first


@pytest.mark.parametrize(
    ("exercise", "joint", "path"),
    [
        ("lunge", "knee", ("hip", "ankle")),
        ("push-up", "elbow", ("shoulder", "wrist")),
        ("biceps-curl", "elbow", ("wrist", "hip")),
        ("front-raise", "shoulder", ("wrist", "hip")),
        ("deadlift", "hip", ("shoulder", "ankle")),
    ],
)
def test_the_joint_is_the_one_that_moves_most(exercise: str, joint: str, path: tuple[str, str]) -> None:
    """The weight is what moves: the body over the feet or between the hands, or the hands."""
    spec = motion_of(*sides(exercise))
    assert (spec.joint, spec.travel) == (joint, path)


def test_legs_may_rise_from_a_lying_body() -> None:
    """The feet do not rest then; seen from them, the body seems to fall."""
    flat, raised = np.zeros((2, 33, 3), np.float32)
    for pose in (flat, raised):
        for first, x in ((11, 0.5), (13, 0.3), (15, 0.1), (23, 0.0)):
            pose[first : first + 2, 0] = x
    for first, reach in ((25, 0.4), (27, 0.8)):
        flat[first : first + 2, 0] = -reach
        raised[first : first + 2, 1] = -reach
    spec = motion_of(flat[None], raised[None])
    assert (spec.first, spec.joint, spec.travel) == ("lifting", "hip", ("knee", "hip"))


def test_a_known_movement_is_measured_as_the_built_in_one(tmp_path: Path) -> None:
    """Pull-ups that are taught have the description of pull-ups; what the clip showed is kept, older files lack it."""
    samples, taught = taught_from_clips("chin", [TeachingClip("clip", poses("pull-up"), 3)])
    assert taught.exercise.spec == EXERCISES["pull-up"].spec
    assert taught.swings is not None and taught.swings.first == "lifting"
    keep(tmp_path, "chin", samples, taught.swings)
    assert load_taught(tmp_path, "chin").exercise.spec == taught.exercise.spec
    older: dict[str, np.ndarray] = {}
    with np.load(tmp_path / "chin" / "swings.npz") as arrays:
        older |= {name: arrays[name] for name in arrays.files if name != "first"}
    np.savez(tmp_path / "older.npz", **older)  # type: ignore[arg-type]
    assert load_swings(tmp_path / "chin" / "swings.npz").first == "lifting"
    assert load_swings(tmp_path / "older.npz").first is None


@pytest.mark.parametrize(("exercise", "first"), [("front-raise", "lifting"), ("squat", "lowering")])
@pytest.mark.parametrize("by_turning_points", [False, True])
def test_reps_and_count_say_what_comes_first(exercise: str, first: Order, by_turning_points: bool) -> None:
    """The way up of a raise is lifting, in counted and in pending reps, and the screen shows it."""
    clip = poses(exercise, 5)
    samples, taught = taught_from_clips("mine", [TeachingClip("clip", clip, 5)])
    if by_turning_points:
        taught = TaughtExercise.of("mine", samples)
    options = RecogniserOptions(exercise="mine", taught=("mine",))
    recogniser = recogniser_with(taught.classifier, options, [taught], count(1))
    reps: dict[int, Rep] = {}
    orders: set[str | None] = set()
    pending: list[Rep] = []
    for pose in clip:
        state = recogniser.step(pose, pose.t)[1]
        reps |= {event.rep.id: event.rep for event in state.events if hasattr(event, "rep")}
        if state.exercise == "mine":
            orders.add(state.first)
        pending += state.pending
    assert orders == {first}
    complete = [rep for rep in reps.values() if rep.record.pause_turn_s is not None]
    assert len(complete) >= 3
    part = [rep for rep in pending if (rep.record.eccentric_s is None) != (rep.record.concentric_s is None)]
    assert part or by_turning_points
    for rep in part:  # only the way to the turning point is known yet
        known = "eccentric" if rep.record.eccentric_s is not None else "concentric"
        assert known == ("concentric" if first == "lifting" else "eccentric")
