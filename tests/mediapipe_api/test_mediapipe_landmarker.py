"""`PoseLandmarker`: models, modes, live streams, rotation, threads (checklist 10, 36, 38-40)."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fitness.mediapipe_api as mp
from fitness.engine.options import MEDIAPIPE_TASKS
from fitness.engine.tracking.result import TrackedFrame
from fitness.mediapipe_api.tasks.python import vision
from fitness.mediapipe_api.tasks.python.vision import pose_landmarker, pose_options
from fitness.types import Frame
from tests.support.mediapipe_runs import pictures, sequence

DATA = Path(__file__).parents[1] / "data" / "mediapipe"
FRAMES = sequence(DATA, "frame")
PERSON = FRAMES[0]
_WAIT_S = 120


def image(pixels: np.ndarray) -> mp.Image:
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)


def numbers(result: vision.PoseLandmarkerResult) -> np.ndarray:
    """(2, people, 33, 5) of image and world landmarks."""
    lists = (result.pose_landmarks, result.pose_world_landmarks)
    return np.array(
        [[[(p.x, p.y, p.z, p.visibility, p.presence) for p in one] for one in each] for each in lists]
    )


def make(base: mp.tasks.BaseOptions | None = None, **options: Any) -> vision.PoseLandmarker:
    base = mp.tasks.BaseOptions() if base is None else base
    return vision.PoseLandmarker.create_from_options(vision.PoseLandmarkerOptions(base, **options))


class SlowTracker:
    """A mock engine that waits until it is released, and records its frames."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.started = threading.Semaphore(0)
        self.frames: list[Frame] = []
        self.fail_on: set[int] = set()

    def step_all(self, frame: Frame, rotation_deg: int = 0) -> TrackedFrame:
        self.frames.append(frame)
        self.started.release()
        assert self.go.acquire(timeout=_WAIT_S)
        if round(frame.t * 1000) in self.fail_on:
            raise RuntimeError("the engine failed")
        return TrackedFrame()

    def close(self) -> None:
        pass


class Answers:
    """A callback that records its arguments."""

    def __init__(self) -> None:
        self.reported: list[tuple[Any, mp.Image, int]] = []
        self.arrived = threading.Semaphore(0)
        self.fail_on: set[int] = set()
        self.threads: set[int] = set()

    def __call__(self, result: Any, picture: mp.Image, timestamp_ms: int) -> None:
        self.reported.append((result, picture, timestamp_ms))
        self.threads.add(threading.get_ident())
        self.arrived.release()
        if timestamp_ms in self.fail_on:
            raise KeyError("the callback failed")

    @property
    def times(self) -> list[int]:
        return [timestamp_ms for *_, timestamp_ms in self.reported]


def live(tracker: Any, answers: Callable[..., Any], drop_late_frames: bool = True) -> vision.PoseLandmarker:
    return vision.PoseLandmarker(tracker, vision.RunningMode.LIVE_STREAM, answers, drop_late_frames)


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The options that the engine gets from the landmarkers of a test."""
    options: list[Any] = []
    monkeypatch.setattr(pose_options, "cached_networks", lambda *, with_mask: (None, with_mask))
    monkeypatch.setattr(pose_landmarker, "PoseTracker", lambda *arguments: options.append(arguments))
    return options


# --- options and models ---


def test_defaults_are_the_tasks_profile(reported: list[Any]) -> None:
    """Without options: `mediapipe-tasks` for single images, without masks."""
    make()
    ((_, with_mask, options),) = reported
    assert not with_mask
    for name in MEDIAPIPE_TASKS.__slots__:
        if name != "static":
            assert getattr(options, name) == getattr(MEDIAPIPE_TASKS, name), name
    assert options.static


def test_checklist_36_options_reach_the_engine(reported: list[Any]) -> None:
    """Each option has its counterpart in the engine; the tracking confidence is the overlap of ROIs."""
    make(
        running_mode=vision.RunningMode.VIDEO,
        num_poses=3,
        min_pose_detection_confidence=0.2,
        min_pose_presence_confidence=0.3,
        min_tracking_confidence=0.4,
        output_segmentation_masks=True,
    )
    ((_, with_mask, options),) = reported
    assert with_mask and options.segmentation and not options.static and options.num_poses == 3
    assert (options.min_detection_score, options.min_pose_score, options.min_roi_overlap) == (0.2, 0.3, 0.4)


@pytest.mark.parametrize(
    "name", ["min_pose_detection_confidence", "min_pose_presence_confidence", "min_tracking_confidence"]
)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_confidences_out_of_range(name: str, value: float) -> None:
    """A confidence outside 0..1 is a ValueError that names it."""
    with pytest.raises(ValueError, match=f"`{name}` option: value must be in the range"):
        make(**{name: value})


def test_every_kind_of_model_gives_the_same(models: Path, tmp_path: Path) -> None:
    """A stored bundle, a compressed one, their bytes, a bare .tflite file and a path object: the same landmarks."""
    landmarks = models / "pose_landmark_lite.tflite"
    files = []
    for name, method in (("stored.task", zipfile.ZIP_STORED), ("packed.task", zipfile.ZIP_DEFLATED)):
        files.append(tmp_path / name)
        with zipfile.ZipFile(files[-1], "w", method) as bundle:
            bundle.write(models / "pose_detection.tflite", "pose_detector.tflite")
            bundle.write(landmarks, "pose_landmarks_detector.tflite")
    base = mp.tasks.BaseOptions
    found = [
        numbers(make(each).detect(image(PERSON)))
        for each in (
            base(str(files[0])), base(files[1]), base(str(landmarks)),
            base(model_asset_buffer=files[0].read_bytes()), base(model_asset_buffer=landmarks.read_bytes()),
        )
    ]  # fmt: skip
    assert found[0].shape == (2, 1, 33, 5)
    assert all(np.array_equal(each, found[0]) for each in found[1:])


def test_without_a_model_the_cached_one_is_used(models: Path) -> None:
    """`BaseOptions()` and `create_from_model_path(None)` use the full model of the cache."""
    full = numbers(
        make(mp.tasks.BaseOptions(str(models / "pose_landmark_full.tflite"))).detect(image(PERSON))
    )
    with vision.PoseLandmarker.create_from_model_path(None) as landmarker:
        assert np.array_equal(numbers(landmarker.detect(image(PERSON))), full)
    assert np.array_equal(numbers(make().detect(image(PERSON))), full)


def test_a_detector_is_refused_as_landmark_model(models: Path) -> None:
    """A .tflite file of another model is a RuntimeError that says what is wrong."""
    with pytest.raises(RuntimeError, match=r"pose_detection\.tflite: it has 2 outputs.*is it a pose model\?"):
        vision.PoseLandmarker.create_from_model_path(str(models / "pose_detection.tflite"))


def test_a_damaged_bundle(models: Path, tmp_path: Path) -> None:
    """A truncated bundle, or one with a damaged model, is a RuntimeError."""
    whole = tmp_path / "whole.task"
    with zipfile.ZipFile(whole, "w") as bundle:
        bundle.write(models / "pose_detection.tflite", "pose_detector.tflite")
        bundle.writestr("pose_landmarks_detector.tflite", b"\0\0\0\0TFL3" + b"\7" * 400)
    short = tmp_path / "short.task"
    short.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(RuntimeError, match=r"Unable to open zip archive\. .*short\.task"):
        vision.PoseLandmarker.create_from_model_path(str(short))
    text = tmp_path / "text.task"
    text.write_text("no model", "utf-8")
    with pytest.raises(RuntimeError, match=r"text\.task is neither a \.task bundle nor a \.tflite file"):
        vision.PoseLandmarker.create_from_model_path(str(text))
    with pytest.raises(
        RuntimeError, match=r"whole\.task: it cannot be run \(.*; fetch it again, or use another model"
    ):
        vision.PoseLandmarker.create_from_model_path(str(whole))


# --- pictures ---


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("GRAY8", np.zeros((9, 9), np.uint8)),
        ("GRAY16", np.zeros((9, 9), np.uint16)),
        ("SRGB48", np.zeros((9, 9, 3), np.uint16)),
        ("VEC32F1", np.zeros((9, 9), np.float32)),
    ],
)
def test_unusable_formats_are_refused(models: Path, name: str, data: np.ndarray) -> None:
    """Images that end MediaPipe's process, or in which it silently finds nobody, are a ValueError that says to
    convert.
    """
    picture = mp.Image(image_format=mp.ImageFormat[name], data=data)
    with make() as landmarker, pytest.raises(ValueError, match=f"Unsupported format: {name}; convert"):
        landmarker.detect(picture)


def test_a_non_image_is_refused(models: Path) -> None:
    """A bare array is a ValueError that says to wrap it; an image without pixels is a RuntimeError."""
    with make() as landmarker:
        with pytest.raises(ValueError, match=r"image must be an mp\.Image, got ndarray"):
            landmarker.detect(PERSON)
        with pytest.raises(RuntimeError, match="the image has no pixels"):
            landmarker.detect(image(np.zeros((0, 5, 3), np.uint8)))


@pytest.mark.parametrize("rotation_deg", [90, 180, 270, -90])
def test_rotated_images_give_the_same_landmarks(models: Path, rotation_deg: int) -> None:
    """Landmarks of a rotated image are in its own coordinates, those of the upright one in its own."""
    turned = np.ascontiguousarray(np.rot90(PERSON, rotation_deg // 90))
    options = vision.ImageProcessingOptions(rotation_degrees=rotation_deg)
    with make() as landmarker:
        upright = numbers(landmarker.detect(image(PERSON)))[0, 0, :, :2]
        found = numbers(landmarker.detect(image(turned), options))[0, 0, :, :2]
    x, y = upright.T
    expected = {90: (y, 1 - x), 180: (1 - x, 1 - y), 270: (1 - y, x)}[rotation_deg % 360]
    assert np.abs(found - np.stack(expected, axis=1)).max() < 0.02


# --- videos ---


def test_a_refused_time_changes_nothing(models: Path) -> None:
    """After a time that does not increase, the video continues as if the call had not been made."""
    runs = []
    for refused in (False, True):
        with make(running_mode=vision.RunningMode.VIDEO) as landmarker:
            found = []
            for k, frame in enumerate(FRAMES[:4]):
                found.append(numbers(landmarker.detect_for_video(image(frame), np.int64(k * 33))))
                if refused:
                    with pytest.raises(ValueError, match="monotonically increasing"):
                        landmarker.detect_for_video(image(FRAMES[7]), min(k * 33, 33))
            runs.append(found)
    assert all(np.array_equal(a, b) for a, b in zip(*runs, strict=True))


@pytest.mark.parametrize("time", [2**53, -(2**60)])
def test_timestamps_that_crash_mediapipe_are_refused(models: Path, time: int) -> None:
    """Times beyond 64 bits are a ValueError."""
    with (
        make(running_mode=vision.RunningMode.VIDEO) as landmarker,
        pytest.raises(ValueError, match="timestamp_ms must be"),
    ):
        landmarker.detect_for_video(image(PERSON), time)


@pytest.mark.parametrize("time", [33.5, "1", None])
def test_times_of_another_type(models: Path, time: Any) -> None:
    """A time that is not a whole number is a TypeError."""
    with (
        make(running_mode=vision.RunningMode.VIDEO) as landmarker,
        pytest.raises(TypeError, match="timestamp_ms must be an integer"),
    ):
        landmarker.detect_for_video(image(PERSON), time)


def test_checklist_39_closed(models: Path) -> None:
    """`close` may be called again; every other call says that the landmarker is closed."""
    answers = Answers()
    for mode, call in (
        (vision.RunningMode.IMAGE, lambda each: each.detect(image(PERSON))),
        (vision.RunningMode.VIDEO, lambda each: each.detect_for_video(image(PERSON), 1)),
        (vision.RunningMode.LIVE_STREAM, lambda each: each.detect_async(image(PERSON), 1)),
    ):
        callback = answers if mode is vision.RunningMode.LIVE_STREAM else None
        with make(running_mode=mode, result_callback=callback) as landmarker:
            landmarker.close()
            landmarker.close()
            with pytest.raises(ValueError, match=r"Task runner is currently not running\."):
                call(landmarker)
    assert answers.reported == []


# --- live streams ---


def test_checklist_38_one_in_flight_and_one_waiting() -> None:
    """With `drop_late_frames`, as in 1.x: during an inference only the newest frame waits, and answers are in order."""
    tracker, answers = SlowTracker(), Answers()
    images = [image(np.full((4, 4, 3), k, np.uint8)) for k in range(6)]
    with live(tracker, answers) as landmarker:
        landmarker.detect_async(images[0], 10)
        assert tracker.started.acquire(timeout=_WAIT_S)
        for k in range(1, 5):
            landmarker.detect_async(images[k], 10 + k)  # returns although the engine is busy
        assert len(tracker.frames) == 1
        tracker.go.release(2)
        assert answers.arrived.acquire(timeout=_WAIT_S) and answers.arrived.acquire(timeout=_WAIT_S)
        landmarker.detect_async(images[5], 20)
        tracker.go.release()
    assert answers.times == [10, 14, 20]
    assert [picture for _, picture, _ in answers.reported] == [images[0], images[4], images[5]]
    assert all(result == vision.PoseLandmarkerResult([], []) for result, *_ in answers.reported)
    assert len(answers.threads) == 1 and threading.get_ident() not in answers.threads


def test_checklist_38_every_frame_is_answered() -> None:
    """As in 0.10.14: sixty frames at once with a slow callback get sixty answers in order."""
    tracker, answers = SlowTracker(), Answers()
    tracker.go.release(60)
    with live(tracker, lambda *reported: (time.sleep(0.002), answers(*reported)), False) as landmarker:
        for k in range(60):
            landmarker.detect_async(image(PERSON), k * 33)
    assert answers.times == [k * 33 for k in range(60)]


def test_checklist_38_late_frames_are_refused() -> None:
    """A time that does not increase is a ValueError at once, and the stream continues."""
    tracker, answers = SlowTracker(), Answers()
    tracker.go.release(2)
    with live(tracker, answers) as landmarker:
        landmarker.detect_async(image(PERSON), 10)
        for time in (10, 3):
            with pytest.raises(ValueError, match="monotonically increasing"):
                landmarker.detect_async(image(PERSON), time)
        assert answers.arrived.acquire(timeout=_WAIT_S)
        landmarker.detect_async(image(PERSON), 11)
    assert answers.times == [10, 11]


def test_checklist_39_errors_do_not_end_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    """Errors of the callback or the engine are logged, and the next frames are answered."""
    tracker, answers = SlowTracker(), Answers()
    tracker.fail_on, answers.fail_on = {2}, {1}
    with caplog.at_level(logging.ERROR), live(tracker, answers) as landmarker:
        for time in (1, 2, 3):
            landmarker.detect_async(image(PERSON), time)
            assert tracker.started.acquire(timeout=_WAIT_S)
            tracker.go.release()
            if time != 2:
                assert answers.arrived.acquire(timeout=_WAIT_S)
    assert answers.times == [1, 3]
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [
        KeyError,
        RuntimeError,
    ]


def test_closing_waits_for_accepted_frames() -> None:
    """`close` returns after the answer to the waiting frame; a callback may close the landmarker itself."""
    tracker, times = SlowTracker(), []
    tracker.go.release(2)
    closers: list[vision.PoseLandmarker] = []

    def answer(_result: Any, _picture: mp.Image, timestamp_ms: int) -> None:
        times.append(timestamp_ms)
        closers[0].close()

    closers.append(live(tracker, answer))
    closers[0].detect_async(image(PERSON), 1)
    closers[0].close()
    assert times == [1]


def test_a_callback_may_submit_the_next_frame() -> None:
    """`detect_async` inside the callback does not block."""
    tracker, times, done = SlowTracker(), [], threading.Event()
    tracker.go.release(3)

    def answer(_result: Any, picture: mp.Image, timestamp_ms: int) -> None:
        times.append(timestamp_ms)
        if timestamp_ms < 3:
            landmarker.detect_async(picture, timestamp_ms + 1)
        else:
            done.set()

    with live(tracker, answer) as landmarker:
        landmarker.detect_async(image(PERSON), 1)
        assert done.wait(_WAIT_S)
    assert times == [1, 2, 3]


def test_a_forgotten_live_stream_ends() -> None:
    """A landmarker that is deleted without `close` ends its thread."""
    before = set(threading.enumerate())
    landmarker = live(SlowTracker(), Answers())
    (thread,) = set(threading.enumerate()) - before
    gone = weakref.ref(landmarker)
    del landmarker
    gc.collect()
    thread.join(timeout=_WAIT_S)
    assert gone() is None and not thread.is_alive()


def test_live_answers_are_those_of_a_video(models: Path) -> None:
    """With time for every frame, a live stream gives exactly the results of a video."""
    options = {"num_poses": 2, "output_segmentation_masks": True}
    frames = [image(frame) for frame in pictures(DATA, "pair")]
    with make(running_mode=vision.RunningMode.VIDEO, **options) as video:
        expected = [numbers(video.detect_for_video(frame, 33 * k)) for k, frame in enumerate(frames)]
    answers = Answers()
    with make(running_mode=vision.RunningMode.LIVE_STREAM, result_callback=answers, **options) as stream:
        for k, frame in enumerate(frames):
            stream.detect_async(frame, 33 * k)
            assert answers.arrived.acquire(timeout=_WAIT_S)
    assert answers.times == [0, 33, 66, 99]
    assert all(
        np.array_equal(numbers(result), each)
        for (result, *_), each in zip(answers.reported, expected, strict=True)
    )
    assert all(len(result.segmentation_masks) == 2 for result, *_ in answers.reported)


# --- threads ---


def test_checklist_40_threads(models: Path) -> None:
    """Two landmarkers in two threads, and two threads on one landmarker, give the results of sequential calls."""
    shared = make()
    expected = [numbers(shared.detect(image(frame))) for frame in (FRAMES[0], FRAMES[6])]
    found: list[list[np.ndarray]] = [[], []]

    def work(k: int) -> None:
        own = make()
        for _ in range(3):
            found[k] += [numbers(each.detect(image(FRAMES[6 * k]))) for each in (own, shared)]

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=_WAIT_S)
    for k in (0, 1):
        assert len(found[k]) == 6 and all(np.array_equal(each, expected[k]) for each in found[k])
