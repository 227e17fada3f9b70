"""Reps that cannot be judged are not counted, and a hint tells the user what to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.metrics.record import Motion
from fitness.recognition.exercises import SQUAT
from fitness.recognition.hints import hint
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.types import Count, Pose, RepRejected
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, fitted, poses


def messages(exercise: str, stream: list[Pose]) -> tuple[Count, set[str]]:
    """The last count, and all messages and cues."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise=exercise))
    count, texts = Count({}), set()
    for pose in stream:
        count = recogniser.step(pose, pose.t)[1]
        texts |= {text for text in (count.message, count.cue) if text}
    return count, texts


def hidden(stream: list[Pose], landmarks: list[int]) -> list[Pose]:
    """The same poses, with hidden landmarks."""
    seen = np.full(33, 0.95)
    seen[landmarks] = 0.1
    return [replace(pose, visibility=seen) for pose in stream]


@pytest.mark.parametrize(
    ("exercise", "landmarks", "text"),
    [
        ("squat", [27, 28, 29, 30, 31, 32], "Not counted: step back, feet not visible"),
        ("squat", [25, 26, 27, 28, 29, 30, 31, 32], "step back: legs not visible"),
        ("push-up", [15, 16, 17, 18, 19, 20, 21, 22], "Not counted: step back, hands not visible"),
        ("overhead-press", [13, 14, 15, 16, 17, 18], "step back: arms not visible"),
    ],
)  # fmt: skip
def test_body_parts_outside_the_frame_are_named(exercise: str, landmarks: list[int], text: str) -> None:
    """Cropped or hidden parts are not guessed; the hint names the part."""
    stream = poses(clip_of(Idle(0.6), Reps(exercise, 3), Idle(0.6), yaw_deg=70), 15)
    count, texts = messages(exercise, hidden(stream, landmarks))
    assert not count.totals
    assert text in texts


@pytest.mark.parametrize(
    ("yaw_deg", "text"), [(90.0, "too different from a known squat"), (0.0, "turn sideways")]
)
def test_a_person_standing_sideways_gets_no_hint_to_turn(yaw_deg: float, text: str) -> None:
    """A squat unlike all samples: from the front, turning may help; from the side it cannot."""
    stream = poses(clip_of(Idle(0.5), Reps("squat", 1), yaw_deg=yaw_deg), 15)
    motion = Motion.of(
        np.array([pose.t for pose in stream]),
        np.array([pose.world for pose in stream]),
        np.array([pose.visibility for pose in stream]),
    )
    evidence = Evidence(0.9, 0.9, 0.3, 1.0, 1.0, 90.0, 20.0)
    swing = RepCandidate(0.5, 1.0, 1.5, evidence, False, "distance", 0.0, failed=("distance",))
    assert text in str(hint(SQUAT, swing, motion))


def test_one_visible_side_is_enough() -> None:
    """From the side the far leg is hidden; there is no hint."""
    stream = poses(clip_of(Idle(0.6), Reps("squat", 2), Idle(0.6), yaw_deg=90), 15)
    count, texts = messages("squat", hidden(stream, [26, 28, 30, 32]))
    assert count.totals == {"squat": 2} and not any("visible" in one for one in texts)


def test_a_missing_person_gives_a_hint() -> None:
    """An empty frame has a message."""
    _, count = Recogniser(fitted(), RecogniserOptions(exercise="squat")).step(None, 0.0)
    assert count.message == "nobody found: step into view, or come closer" and not count.totals


def test_a_rep_that_cannot_be_judged_is_an_event_and_a_note_with_its_reason() -> None:
    """Three squats without feet: three events with the hint, and one line for the table and the summary."""
    stream = poses(clip_of(Idle(0.6), Reps("squat", 3), Idle(0.6), yaw_deg=70), 15)
    selector = PersonSelector(lambda ids: Recogniser(fitted(), RecogniserOptions(exercise="squat"), (), ids))
    hints = []
    for pose in hidden(stream, [27, 28, 29, 30, 31, 32]):
        events = selector.step([pose], pose.t)[2].events
        hints += [event.hint for event in events if isinstance(event, RepRejected) and event.hint]
    assert hints == ["Not counted: step back, feet not visible"] * 3
    span, reps = selector.notes
    assert span.startswith("not counted from 0 to ") and span.endswith(": step back, feet not visible")
    assert reps == "Not counted: step back, feet not visible (3 x)"
