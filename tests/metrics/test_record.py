"""The record of a rep: times, angles and speeds are those of the movement, from every side, at every frame rate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.metrics.body import angles
from fitness.metrics.form import Verdict
from fitness.metrics.record.keeper import History, recorded_again
from fitness.metrics.record.motion import ANGLES
from fitness.metrics.record.refining import bone_depth, refined
from fitness.recognition.exercises import EXERCISES
from fitness.types import Rep, RepRecord
from scripts.figure import Camera, Clip, Idle, Motion, Reps
from tests.support.rep_clips import clip_of, counted, poses


@pytest.mark.parametrize("exercise", ["squat", "push-up", "biceps-curl"])
@pytest.mark.parametrize("yaw_deg", [0.0, 60.0])
def test_angles_and_times_are_those_of_the_figure(exercise: str, yaw_deg: float) -> None:
    """The turn's angle is the true one; lowering, pause and lifting add up to the rep."""
    clip = clip_of(Idle(0.6), Reps(exercise, 3, pause_bottom_s=0.6), Idle(1.0), yaw_deg=yaw_deg)
    session = counted(exercise, poses(clip))
    spec = EXERCISES[exercise].spec
    assert spec is not None and len(session.reps) == 3
    for rep, truth in zip(session.reps, clip.truth.reps, strict=True):
        r = rep.record
        angles = clip.joint_angles(truth.t_peak)
        true_deg = np.mean([angles[f"{side}_{spec.joint}"] for side in ("left", "right")])
        assert r.depth_deg == pytest.approx(true_deg, abs=3)
        assert r.eccentric_s is not None and r.concentric_s is not None and r.pause_turn_s is not None
        assert r.pause_turn_s == pytest.approx(0.6, abs=0.35)
        whole = r.eccentric_s + r.pause_turn_s + r.concentric_s
        assert whole == pytest.approx(truth.t_end - truth.t_start, rel=0.15)
        assert r.depth is not None and r.depth > 0.9
        assert r.range_deg is not None and r.mean_speed_deg_s is not None and r.peak_speed_deg_s is not None
        assert r.mean_speed_deg_s < r.peak_speed_deg_s
        assert abs(r.asymmetry_deg or 0.0) < 6


def test_slower_reps_lose_speed() -> None:
    """Each rep takes longer than the one before: the speed loss grows, and the set has that of the last rep."""
    clip = clip_of(Idle(0.6), Reps("squat", 4, seconds=(2.0, 2.4, 2.9, 3.4)), Idle(1.0))
    session = counted("squat", poses(clip))
    losses = [rep.record.speed_loss for rep in session.reps]
    assert losses[0] == 0 and losses == sorted(losses)  # type: ignore[type-var]
    assert losses[-1] == pytest.approx(1 - 2.0 / 3.4, abs=0.1)
    assert session.sets[0].speed_loss == losses[-1]


def test_the_pause_between_reps_is_measured() -> None:
    """0.8 s at the top after each rep; nothing before the first."""
    session = counted("squat", poses(clip_of(Idle(0.6), Reps("squat", 3, pause_top_s=0.8), Idle(1.0))))
    first, *others = [rep.record.pause_start_s for rep in session.reps]
    assert first is None and others == pytest.approx([0.8, 0.8], abs=0.35)


def test_hidden_joints_are_not_measured() -> None:
    """A side whose ankle is hidden has no knee; nothing is guessed."""
    visibility = np.full(33, 0.95)
    visibility[[27, 29, 31]] = 0.1
    session = counted("squat", poses(clip_of(Idle(0.6), Reps("squat", 2), Idle(1.0)), visibility=visibility))
    assert len(session.reps) == 2
    for rep in session.reps:
        assert rep.record.left_knee_deg is None and rep.record.asymmetry_deg is None
        assert rep.record.right_knee_deg is not None and rep.record.depth_deg is not None


def test_old_sessions_are_measured_from_their_landmarks() -> None:
    """Measuring live and afterwards gives the same numbers."""
    session = counted("squat", poses(clip_of(Idle(0.6), Reps("squat", 3), Idle(1.0))))
    log = session.landmarks
    assert log is not None
    bare = [
        Rep(r.exercise, r.set, r.number, r.t_start, r.t_peak, r.t_end, r.confidence) for r in session.reps
    ]
    assert all(rep.record == RepRecord() for rep in bare)
    exercise = EXERCISES["squat"]
    again = recorded_again(
        bare, (log.t, log.world, log.image, log.visibility), lambda _: (exercise.spec, exercise.cues)
    )
    for one, other in zip(again, session.reps, strict=True):
        assert one.record.depth_deg == pytest.approx(other.record.depth_deg, abs=0.5)
        assert one.record.concentric_s == pytest.approx(other.record.concentric_s, abs=0.05)


@given(
    way=st.floats(-0.6, 0.6),
    flat=st.floats(0, 0.6),
    usual=st.floats(0.05, 0.6),
    errors=st.tuples(st.floats(0.01, 0.5), st.floats(0.01, 0.5)),
)
def test_bone_depth_combines_the_network_and_the_bone_length(
    way: float, flat: float, usual: float, errors: tuple[float, float]
) -> None:
    found = float(bone_depth(np.array([way]), np.array([flat]), usual, *errors)[0])
    whole = math.sqrt(max(usual**2 - flat**2, 0.0))
    assert min(abs(way), whole) - 1e-5 <= abs(found) <= max(abs(way), whole) + 1e-5
    assert found * way >= 0

    def cost(depth: float) -> float:
        return ((depth - abs(way)) / errors[0]) ** 2 + ((math.hypot(depth, flat) - usual) / errors[1]) ** 2

    assert all(
        cost(abs(found)) <= cost(abs(found) + step) + 1e-6
        for step in (-0.003, 0.003)
        if abs(found) + step >= 0
    )


def test_limbs_that_point_at_the_camera_get_the_depth_of_their_bones() -> None:
    clip = Clip(Motion(Reps("squat", 1, seconds=2.4)), camera=Camera(yaw_deg=0), fps=10, fit=True)
    times = np.arange(0.0, 2.4, 0.1)
    world = np.stack([clip.world(t) for t in times])
    image = np.stack([clip.image(t) for t in times])
    flat = world.copy()
    flat[:, 25:33, 2] *= 0.3  # as a network that sees shins and thighs too flat
    knee = ANGLES.index("left_knee")
    truth = angles(world)[:, knee]
    before = np.abs(angles(flat)[:, knee] - truth).max()
    after = np.abs(angles(refined(flat, image))[:, knee] - truth).max()
    assert before > 20
    assert after < before / 2


@pytest.mark.parametrize(
    ("earlier", "now", "wrong"),
    [([], 0.39, True), ([0.5, 0.5], 0.39, False), ([0.3, 0.35], 0.39, True), ([0.43, 0.57], 0.35, False)],
)
def test_a_cue_about_tempo_needs_more_than_one_fast_rep(
    earlier: list[float], now: float, wrong: bool
) -> None:
    """Even reps near the limit: the median of the last three decides."""
    cue = next(one for one in EXERCISES["squat"].cues if one.id == "slower")
    history = History()
    for k, seconds in enumerate(earlier):
        done = Rep("squat", 1, k + 1, k, k + 0.5, k + 1, 1.0, record=RepRecord(eccentric_s=seconds))
        history.learn(done, 1, None)
    rep = Rep("squat", 1, 9, 9.0, 9.5, 10.0, 1.0)
    assert history.is_wrong(Verdict(cue, now, now < cue.threshold), rep, 1) is wrong
