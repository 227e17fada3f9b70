"""The camera pitch is measured from the way people stand in front of the camera."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from fitness.metrics.body import angles
from fitness.metrics.camera_pitch import CameraPitch, standing_lean_deg
from fitness.recognition.recogniser import Recogniser
from fitness.types import FloatArray, Pose, RepAmended, RepRecord
from scripts.figure import Camera, Clip, Idle, Motion, Reps, Sit
from tests.support.clips import true_poses
from tests.support.rep_clips import fitted
from tests.support.strategies import examples, reals, seeds

USUAL_DEG = 7.0
"""Cameras that look down by so much show true joints with the lean that the landmark model shows before a level one. The
figure's own shoulders are 4 degrees before its ankles, so what is found differs by so much with the side."""


def poses(*parts: object, pitch_deg: float, yaw_deg: float = 0.0, rate_hz: float = 12) -> list[Pose]:
    """The true joints of a figure, as a perfect engine would find them."""
    clip = Clip(Motion(*parts), camera=Camera(yaw_deg=yaw_deg, pitch_deg=pitch_deg))  # type: ignore[arg-type]
    return true_poses(clip, np.arange(int(clip.duration_s * rate_hz)) / rate_hz)


def followed(seen: list[Pose]) -> CameraPitch:
    leveller = CameraPitch()
    for pose in seen:
        leveller.add(pose.t, lean(pose))
    return leveller


def recorded(seen: list[Pose]) -> RepRecord:
    """The complete record of the last rep."""
    recogniser, found = Recogniser(fitted()), None
    for pose in seen:
        for event in recogniser.step(pose, pose.t)[1].events:
            found = event.rep if isinstance(event, RepAmended) else found
    assert found is not None
    return found.record


def lean(pose: Pose, visibility: FloatArray | None = None) -> float:
    seen = pose.visibility if visibility is None else visibility
    return standing_lean_deg(pose.world, seen, angles(pose.world[None])[0].tolist())


@pytest.mark.parametrize("rate_hz", [8, 30])
@pytest.mark.parametrize("yaw_deg", [0.0, 30.0, 90.0, 180.0])
@pytest.mark.parametrize("pitch_deg", [-15.0, 25.0])
def test_camera_pitch_is_measured_from_a_standing_person(
    pitch_deg: float, yaw_deg: float, rate_hz: float
) -> None:
    leveller = followed(poses(Idle(1.5), pitch_deg=pitch_deg + USUAL_DEG, yaw_deg=yaw_deg, rate_hz=rate_hz))
    assert leveller.pitch_deg == pytest.approx(pitch_deg, abs=5)


@pytest.mark.parametrize("yaw_deg", [0.0, 60.0, 200.0])
def test_small_leans_change_nothing(yaw_deg: float) -> None:
    """The same array comes back, so that nothing is computed twice."""
    seen = poses(Idle(1.5), pitch_deg=USUAL_DEG, yaw_deg=yaw_deg)
    assert followed(seen).level(seen[0].world) is seen[0].world


@pytest.mark.parametrize("yaw_deg", [0.0, 45.0, 90.0])
@pytest.mark.parametrize("exercise", ["push-up", "pull-up", "sit-up"])
def test_other_postures_do_not_change_the_pitch(exercise: str, yaw_deg: float) -> None:
    """Straight bodies that lie, lean on their hands or hang."""
    seen = poses(Reps(exercise, 2), pitch_deg=20.0, yaw_deg=yaw_deg)
    assert followed(seen).pitch_deg == 0.0


def test_sitting_does_not_change_the_pitch() -> None:
    seen = poses(Sit(4.0), pitch_deg=20.0)
    middle = seen[len(seen) // 2]
    assert np.isnan(lean(middle))


def test_hidden_feet_do_not_change_the_pitch() -> None:
    """One foot is enough."""
    pose = poses(Idle(0.5), pitch_deg=20.0)[0]
    seen = pose.visibility.copy()
    seen[27] = 0.2
    assert lean(pose) == lean(pose, seen) == pytest.approx(-20.0, abs=5)
    seen[28] = 0.2
    assert np.isnan(lean(pose, seen))


@given(reals(-40, 40), seeds())
@examples(50)
def test_levelling_is_a_pure_rotation(lean_deg: float, seed: int) -> None:
    """Lengths stay, and a body of the lean that was found stands as before a level camera."""
    leveller = CameraPitch()
    for k in range(31):
        leveller.add(k / 30, lean_deg)  # a person stands still for a second
    world = np.random.default_rng(seed).normal(size=(33, 3))
    level = leveller.level(world)
    assert np.linalg.norm(level, axis=1) == pytest.approx(np.linalg.norm(world, axis=1))
    assert level[:, 0] == pytest.approx(world[:, 0])
    lean = np.radians(lean_deg)
    body = leveller.level(np.array([[0.0, -np.cos(lean), np.sin(lean)]]))[0]
    left = np.degrees(np.arctan2(body[2], -body[1]))
    assert left == pytest.approx(lean_deg + leveller.pitch_deg, abs=1e-6)
    assert abs(left + USUAL_DEG) <= min(abs(lean_deg + USUAL_DEG), 10.0) + 1e-6


@pytest.mark.parametrize("pitch_deg", [USUAL_DEG, 27.0])
@pytest.mark.parametrize("yaw_deg", [45.0, 90.0])
def test_rep_measures_equal_those_of_a_level_camera(yaw_deg: float, pitch_deg: float) -> None:
    """How fast the hip comes up and how far the trunk leans."""
    parts = Idle(1.0), Reps("squat", 2), Idle(4.0)
    found = recorded(poses(*parts, pitch_deg=pitch_deg, yaw_deg=yaw_deg))
    level = recorded(poses(*parts, pitch_deg=0.0, yaw_deg=yaw_deg))
    assert found.trunk_deg == pytest.approx(level.trunk_deg, abs=4)
    assert found.mean_speed_trunks_s == pytest.approx(level.mean_speed_trunks_s, rel=0.08)


@pytest.mark.parametrize("yaw_deg", [0.0, 30.0, 330.0])
@pytest.mark.parametrize("pitch_deg", [-10.0, 15.0, 25.0])
def test_squats_before_a_camera_that_looks_down_or_up_count(pitch_deg: float, yaw_deg: float) -> None:
    seen = poses(Idle(1.0), Reps("squat", 3), Idle(1.0), pitch_deg=pitch_deg, yaw_deg=yaw_deg)
    recogniser, totals = Recogniser(fitted()), {}
    for pose in seen:
        totals = recogniser.step(pose, pose.t)[1].totals
    assert totals == {"squat": 3}
