"""Counting continues when the phone is turned, and in frames that are on their side or upside down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.upright_poses import TURNED
from fitness.types import Count, Pose
from scripts.figure import Idle, Reps
from tests.support.filmed_poses import filmed, tilted
from tests.support.rep_clips import fitted


def counts_of(stream: list[Pose]) -> tuple[PersonSelector, list[Count]]:
    selector = PersonSelector(lambda ids: Recogniser(fitted(), RecogniserOptions(), ids=ids))
    found = []
    for pose in stream:
        shown, _, count = selector.step([pose], pose.t)
        assert shown is pose  # the drawn pose stays as in the frame
        found.append(count)
    return selector, found


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
@pytest.mark.parametrize("exercise", ["squat", "push-up"])
def test_a_turned_recording_counts_like_the_upright_one(exercise: str, quarter_turns: int) -> None:
    """Every rep counts, the first too, and the notes say that the video is turned."""
    stream = filmed(Idle(0.6), Reps(exercise, 4), Idle(0.8))
    selector, counts = counts_of(tilted(stream, quarter_turns))
    assert counts[-1].totals == {exercise: 4}
    assert sum(len(count.new_reps) for count in counts) == 4
    (note,) = selector.notes
    assert f"turned by {90 * quarter_turns} degrees" in note
    assert any(count.cue == TURNED for count in counts)


def test_a_phone_turned_in_mid_video_loses_no_rep() -> None:
    """Four squats before the turn, four after it."""
    first = filmed(Idle(0.6), Reps("squat", 4), Idle(0.4))
    second = [replace(pose, t=pose.t + first[-1].t + 1 / 15) for pose in tilted(first, 3)]
    selector, counts = counts_of([*first, *second])
    assert counts[-1].totals == {"squat": 8}
    assert len(selector.notes) == 1


def test_an_upright_recording_gives_an_unchanged_count() -> None:
    """No frame waits, and there is no message."""
    stream = filmed(Idle(0.6), Reps("squat", 3), Idle(0.4))
    selector, counts = counts_of(stream)
    recogniser = Recogniser(fitted(), RecogniserOptions())
    plain = [recogniser.step(pose, pose.t)[1] for pose in stream]
    assert [len(count.new_reps) for count in counts] == [len(count.new_reps) for count in plain]
    assert not selector.notes


def test_a_stream_that_ends_before_the_decision_is_counted_to_its_end() -> None:
    """The phone falls over with the last squat: what waited is counted when the stream ends."""
    stream = filmed(Idle(0.6), Reps("squat", 3), Idle(0.4))
    last = int(0.84 * len(stream))
    selector, counts = counts_of([*stream[:last], *tilted(stream[last:], 1)])
    rest = selector.finish()
    assert rest is not None and selector.finish() is None
    assert len(rest.totals) == 1 and rest.totals["squat"] >= counts[-1].totals["squat"] >= 2


def test_a_live_stream_never_waits() -> None:
    """Live frames are shown at once: in doubt, they are counted without delay, and rotated after the decision."""
    stream = tilted(filmed(Idle(0.6), Reps("squat", 6), Idle(0.8)), 1)
    selector = PersonSelector(lambda ids: Recogniser(fitted(), RecogniserOptions(), ids=ids))
    selector.wait_for_upright = False
    for pose in stream:
        selector.step([pose], pose.t)
        assert selector.finish() is None
    (note,) = selector.notes
    assert "turned by 90 degrees" in note
