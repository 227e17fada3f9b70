"""SessionRecorder and Session: the results of a stream are kept, and no images."""

from __future__ import annotations

import gc
import pickle
import weakref

import numpy as np
import pytest

from fitness.errors import OptionError, StateError
from fitness.media.info import SourceInfo
from fitness.session import SessionRecorder, SetRecord, summary
from fitness.types import Count, Frame, FrameResult
from tests.support.session_cases import FPS, SOURCE, make_pose, recorded, results


def test_each_frame_keeps_the_count_at_its_time() -> None:
    """Time, found, exercise, phase, total count, message and scores stand in one row per frame."""
    frames = recorded().frames
    assert len(frames) == 40
    np.testing.assert_array_equal(frames.t, np.arange(40) / FPS)
    assert np.flatnonzero(~frames.found).tolist() == [5, 6, 7]
    assert frames.exercise[9] is None and frames.exercise[10] == "squat"
    assert np.isnan(frames.phase[9]) and frames.phase[20] == 0.5
    assert frames.count[[14, 15, 25, 35]].tolist() == [0, 1, 2, 3]
    assert [i for i, message in enumerate(frames.message) if message] == [10, 11]
    assert frames.classes == ("squat_up", "other", "pushup_up")
    np.testing.assert_array_equal(frames.scores[0], [0.25, 0.75, np.nan])
    np.testing.assert_array_equal(frames.scores[30], [np.nan, 0.0, 1.0])
    assert np.isnan(frames.scores[5]).all()


def test_reps_totals_and_sets() -> None:
    """Reps in order, totals of the last frame, sets from their first start to their last end."""
    session = recorded()
    assert [(rep.exercise, rep.set, rep.number) for rep in session.reps] == [
        ("squat", 1, 1), ("squat", 1, 2), ("push-up", 2, 1),
    ]  # fmt: skip
    assert session.totals == {"squat": 2, "push-up": 1}
    assert session.sets == (
        SetRecord("squat", 1, 2, 1.5 - 0.9123456, 2.5),
        SetRecord("push-up", 2, 1, 3.5 - 0.9123456, 3.5),
    )


def test_unmeasurable_seconds() -> None:
    """Three frames without a person and two with a message at 10 fps are half a second."""
    assert recorded().unmeasurable_s == pytest.approx(0.5)


def test_unmeasurable_seconds_follow_uneven_times() -> None:
    """A frame counts as long as it lasts; the last one lasts one interval of the source."""
    recorder = SessionRecorder()
    for t in (0.0, 0.5, 2.0):
        recorder.add(FrameResult(Frame(np.zeros((4, 4, 3), np.uint8), t, 0), None, None, Count({})))
    assert recorder.session(SOURCE).unmeasurable_s == pytest.approx(2.0 + 1 / FPS)
    unknown = SourceInfo("camera", 0, 0, 4, 4, 3)
    assert recorder.session(unknown).unmeasurable_s == pytest.approx(2.0 + 1.0)


def test_no_image_is_kept() -> None:
    """After a result was added, its image can be freed."""
    recorder = SessionRecorder()
    image = np.zeros((48, 64, 3), np.uint8)
    alive = weakref.ref(image)
    recorder.add(FrameResult(Frame(image, 0.0, 0), make_pose(0, 0.0), None, Count({})))
    del image
    gc.collect()
    assert alive() is None


def test_the_log_holds_every_pose_exactly() -> None:
    """The log returns the poses of the tracker, equal in value and type."""
    log = recorded().landmarks
    assert log is not None and log.model == "full" and log.source == SOURCE
    for (t, pose), result in zip(log.poses(), results(), strict=True):
        assert t == result.frame.t
        if result.pose is None:
            assert pose is None
            continue
        assert pose is not None
        for name in ("world", "image", "visibility", "presence"):
            one, other = getattr(pose, name), getattr(result.pose, name)
            assert one.dtype == other.dtype and one.tobytes() == other.tobytes()
        assert pose.score == result.pose.score and pose.t == t and pose.roi is None


def test_landmarks_can_be_left_out() -> None:
    """keep_landmarks=False keeps the rest as it is."""
    session = recorded(keep_landmarks=False)
    assert session.landmarks is None
    assert summary(session) == summary(recorded())


def test_watching_passes_results_on_as_they_come() -> None:
    """`watch` adds each result before it passes it on."""
    recorder = SessionRecorder()
    for number, _ in enumerate(recorder.watch(results(5)), start=1):
        assert len(recorder.session(SOURCE).frames) == number


def test_a_session_can_be_read_twice_and_continued() -> None:
    """A session that was read does not change when more frames are added."""
    recorder = SessionRecorder()
    stream = results()
    for _ in range(16):
        recorder.add(next(stream))
    early = recorder.session(SOURCE)
    for result in stream:
        recorder.add(result)
    assert (len(early.frames), early.totals, len(early.reps)) == (16, {"squat": 1}, 1)
    assert len(recorder.session(SOURCE).frames) == 40


def test_an_empty_stream_is_an_empty_session() -> None:
    """No frame at all: no reps, no sets, nothing unmeasurable, an empty log."""
    session = SessionRecorder().session(SOURCE)
    assert (session.reps, session.sets, session.totals, session.unmeasurable_s) == ((), (), {}, 0.0)
    assert session.landmarks is not None and list(session.landmarks.poses()) == []
    assert session.frames.scores.shape == (0, 0)


@pytest.mark.parametrize("t", [0.1, 0.05])
def test_time_must_increase(t: float) -> None:
    """A frame that is not later than the last one is refused."""
    recorder = SessionRecorder()
    image = np.zeros((4, 4, 3), np.uint8)
    recorder.add(FrameResult(Frame(image, 0.1, 0), None, None, Count({})))
    with pytest.raises(StateError, match="times must increase"):
        recorder.add(FrameResult(Frame(image, t, 1), None, None, Count({})))


def test_settings_must_be_json() -> None:
    """Values that cannot be stored are refused at once, and the session has its own copy."""
    with pytest.raises(OptionError, match="option settings"):
        SessionRecorder().session(SOURCE, settings={"a": object()})
    with pytest.raises(OptionError, match="option settings"):
        SessionRecorder().session(SOURCE, settings={"a": float("nan")})
    nested = {"a": [1, 2]}
    session = SessionRecorder().session(SOURCE, settings=nested)
    nested["a"].append(3)
    assert session.settings == {"a": [1, 2]}


def test_a_session_can_be_sent_to_another_process() -> None:
    """It can be pickled."""
    session = recorded()
    assert summary(pickle.loads(pickle.dumps(session))) == summary(session)


def test_the_arrays_of_the_log_cannot_be_written_to() -> None:
    """The log is read-only, also where it was made from writable arrays."""
    log = recorded().landmarks
    assert log is not None
    with pytest.raises(ValueError, match="read-only"):
        log.world[0] = 1
