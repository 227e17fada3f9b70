"""Sitting down and getting up is no squat, though the knees move in a similar way."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.types import Pose
from scripts.figure import Body, Camera, Clip, Idle, Motion, Reps, Sit
from tests.support.clips import true_poses
from tests.support.rep_clips import fitted

RATE_HZ = 12


def poses(
    *parts: object, yaw_deg: float, pitch_deg: float = 5.0, roll_deg: float = 0.0, body: str = ""
) -> list[Pose]:
    """The true joints of a figure, as a perfect engine would find them."""
    figure = Body.preset(body) if body else None
    camera = Camera(yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg)
    clip = Clip(Motion(*parts), figure, camera)  # type: ignore[arg-type]
    return true_poses(clip, np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ)


def counted(seen: list[Pose], exercise: str = "auto") -> tuple[dict[str, int], set[str]]:
    """Totals, and all cues that were shown."""
    recogniser, cues = Recogniser(fitted(), RecogniserOptions(exercise=exercise)), set()
    for pose in seen:
        _, count = recogniser.step(pose, pose.t)
        cues.add(count.cue or "")
    return dict(count.totals), cues


@pytest.mark.parametrize("body", ["", "heavy"])
@pytest.mark.parametrize(
    ("yaw_deg", "seconds"),
    [(yaw, 0.5) for yaw in (40.0, 90.0, 135.0, 270.0)]
    + [(yaw, 3.0) for yaw in (0.0, 40.0, 90.0, 135.0, 180.0)]
    + [(0.0, 8.0)],
)
def test_sitting_down_is_no_squat(yaw_deg: float, seconds: float, body: str) -> None:
    """For half a second or longer seen from the side, for some seconds from the front; on its own and after squats."""
    assert counted(poses(Idle(1.0), Sit(seconds), Idle(1.0), yaw_deg=yaw_deg, body=body))[0] == {}
    squats = Idle(1.0), Reps("squat", 3), Idle(1.0)
    totals, _ = counted(poses(*squats, Sit(seconds), Idle(1.0), yaw_deg=yaw_deg, body=body))
    assert totals == {"squat": 3}


@pytest.mark.parametrize("yaw_deg", [0.0, 45.0, 90.0, 270.0])
def test_slow_squats_and_squats_with_a_pause_count(yaw_deg: float) -> None:
    """Six seconds each, or three with a pause of two at the bottom: the weight stays over the feet."""
    for squats in (Reps("squat", 3, seconds=6.0), Reps("squat", 3, seconds=3.0, pause_bottom_s=2.0)):
        assert counted(poses(Idle(1.0), squats, Idle(1.0), yaw_deg=yaw_deg))[0] == {"squat": 3}


def test_deep_squats_with_a_long_pause_count_before_a_camera_that_looks_down() -> None:
    """A tilted camera alone would put the weight behind the feet; the standing pose before the swing corrects this."""
    squats = Reps("squat", 3, seconds=3.0, pause_bottom_s=1.5)
    assert counted(poses(Idle(1.0), squats, Idle(1.0), yaw_deg=0.0, pitch_deg=25.0))[0] == {"squat": 3}


@pytest.mark.parametrize("roll_deg", [-10.0, 10.0])
@pytest.mark.parametrize("yaw_deg", [90.0, 135.0, 270.0])
def test_a_rolled_camera_is_not_taken_for_sitting(yaw_deg: float, roll_deg: float) -> None:
    """Slow squats with a pause count, sitting down does not: the standing pose before shows the effect of the camera's
    roll on the balance.
    """
    squats = Reps("squat", 3, seconds=3.0, pause_bottom_s=2.0)
    rolled = poses(Idle(1.0), squats, Idle(1.0), yaw_deg=yaw_deg, roll_deg=roll_deg)
    assert counted(rolled)[0] == {"squat": 3}
    seen = poses(Idle(1.0), Sit(3.0), Idle(1.0), yaw_deg=yaw_deg, roll_deg=roll_deg)
    assert counted(seen)[0] == {}


def test_a_named_squat_may_end_in_sitting() -> None:
    """With the exercise named, a squat to a box counts."""
    seen = poses(Idle(1.0), Sit(0.5), Idle(1.0), yaw_deg=90.0)
    assert counted(seen, "squat")[0] == {"squat": 1}
