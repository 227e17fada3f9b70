"""A repeated movement without a count is explained after ten seconds; resting and walking are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.uncounted import (
    ARMS_HIDDEN,
    FROM_ABOVE,
    LEGS_HIDDEN,
    TOO_SMALL,
    UNKNOWN_MOVE,
    UncountedMovement,
)
from fitness.types import Pose
from scripts.figure import Camera, Clip, Idle, Motion, Reps, Sit, Walk
from tests.support.clips import true_poses
from tests.support.kept_logs import kept_log, poses_of
from tests.support.rep_clips import clip_of, fitted, poses

RATE_HZ = 12.0


def messages(stream: list[Pose], exercise: str) -> list[tuple[float, str]]:
    """The times and texts of the message, without those for an empty frame."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise=exercise))
    found: list[tuple[float, str]] = []
    for pose in stream:
        message = recogniser.step(pose, pose.t)[1].message
        if message and (not found or found[-1][1] != message):
            found.append((pose.t, message))
    return found


def reasons(stream: list[Pose], change: Callable[[Pose], Pose] = lambda pose: pose) -> set[str]:
    """The reasons for a stream whose swings are never counted."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="auto"))
    counter, found = UncountedMovement("auto"), set()
    for pose in map(change, stream):
        recogniser.step(pose, pose.t)
        assert recogniser.whole is not None
        reason = counter.step(pose, recogniser.whole.counter.swings, pose.t, counted=False)
        if reason is not None:
            found.add(reason)
    return found


def jacks(reps: int = 10) -> list[Pose]:
    return poses(clip_of(Idle(0.5), Reps("jumping-jack", reps), Idle(0.5), yaw_deg=20.0), RATE_HZ)


def hidden(*landmarks: int) -> Callable[[Pose], Pose]:
    """The same pose with these landmarks not seen."""

    def hide(pose: Pose) -> Pose:
        visibility = np.array(pose.visibility)
        visibility[list(landmarks)] = 0.1
        return replace(pose, visibility=visibility)

    return hide


def test_a_different_exercise_is_reported_after_ten_seconds() -> None:
    """Squats are named, jumping jacks are done."""
    found = messages(jacks(14), "squat")
    assert [text for _, text in found] == [
        "repeated movement, but unlike squats: name another exercise, or teach it"
    ]
    assert found[0][0] >= 10.0


@pytest.mark.parametrize("exercise", ["auto", "squat"])
def test_resting_sitting_or_walking_gives_no_message(exercise: str) -> None:
    """Fifteen seconds each."""
    for part in (
        [Idle(15.0)],
        [Sit(8.0), Idle(7.0)],
        [Walk((0.0, 0.0), (9.0, 9.0)), Walk((9.0, 9.0), (0.0, 2.0))],
    ):
        assert not messages(poses(clip_of(*part, yaw_deg=60.0), RATE_HZ), exercise)


def test_a_counted_person_gets_no_message() -> None:
    """Ten squats, then ten seconds of standing."""
    stream = poses(clip_of(Idle(0.5), Reps("squat", 8), Idle(12.0)), RATE_HZ)
    assert not messages(stream, "auto")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda pose: pose, UNKNOWN_MOVE),
        (hidden(13, 14, 15, 16), ARMS_HIDDEN),
        (hidden(25, 26, 27, 28), LEGS_HIDDEN),
        (lambda pose: replace(pose, image=pose.image * np.float32(0.1)), TOO_SMALL),
    ],
)
def test_the_message_names_what_hides_the_movement(change: Callable[[Pose], Pose], expected: str) -> None:
    """The same movement: clearly visible, without arms, without legs, and small in the frame."""
    assert reasons(jacks(), change) == {expected}


def test_the_exercise_that_it_may_be_is_named() -> None:
    """A set of the model that is not likely enough to count, in "auto"."""
    recogniser, counter, found = (
        Recogniser(fitted(), RecogniserOptions(exercise="auto")),
        UncountedMovement("auto"),
        set(),
    )
    for pose in jacks():
        recogniser.step(pose, pose.t)
        assert recogniser.whole is not None
        swings = recogniser.whole.counter.swings
        found.add(counter.step(pose, swings, pose.t, counted=False, like="jumping-jack"))
    assert found == {
        None,
        "perhaps jumping jacks, not certain: name it with --exercise jumping-jack, or teach it",
    }


def test_a_camera_straight_above_is_reported() -> None:
    """Squats below a camera at the ceiling: the trunk points at it."""
    clip = Clip(Motion(Idle(0.5), Reps("squat", 12), Idle(0.5)), None, Camera(yaw_deg=30.0, pitch_deg=84.0))
    times = np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ
    assert reasons(true_poses(clip, times)) == {FROM_ABOVE}


@pytest.mark.parametrize(
    "name", ["neg_walk_treadmill_m", "neg_farmerwalk_pr9", "neg_news_ak3", "plank_home_nak1"]
)
def test_recordings_of_walking_talking_and_holding_still_give_no_message(name: str) -> None:
    """Real people who do not exercise, or hold a plank."""
    assert not [text for _, text in messages(list(poses_of(kept_log(name))), "auto") if "nobody" not in text]


def test_the_reason_is_a_note_of_the_recording() -> None:
    """One line in the table, the summary and the store: start, end and reason."""
    selector = PersonSelector(lambda ids: Recogniser(fitted(), RecogniserOptions(exercise="squat"), (), ids))
    for pose in jacks(14):
        selector.step([pose], pose.t)
    selector.finish()
    (note,) = selector.notes
    assert note.startswith("not counted from 0 to ") and "unlike squats" in note
