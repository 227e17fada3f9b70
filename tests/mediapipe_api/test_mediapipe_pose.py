"""`solutions.pose`: arguments, accepted and refused images, state, threads (checklist 10, 20, 22, 34-36, 39, 40)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fitness.mediapipe_api as mp
from fitness.engine.options import MEDIAPIPE_LEGACY
from fitness.errors import FitnessError
from fitness.mediapipe_api.solutions import pose as pose_module
from tests.support.mediapipe_runs import pictures, sequence

DATA = Path(__file__).parents[1] / "data" / "mediapipe"
FRAMES = sequence(DATA, "frame")
PERSON = FRAMES[0]

pytestmark = pytest.mark.usefixtures("models")


def numbers(results: Any) -> np.ndarray:
    """(2, n, 4) x, y, z, visibility of image and world landmarks."""
    lists = (results.pose_landmarks.landmark, results.pose_world_landmarks.landmark)
    return np.array([[(p.x, p.y, p.z, p.visibility) for p in each] for each in lists])


def lite(**options: Any) -> mp.solutions.pose.Pose:
    return mp.solutions.pose.Pose(model_complexity=0, **options)


def run(pose: mp.solutions.pose.Pose, frames: list[np.ndarray]) -> list[Any]:
    """The numbers of each frame; None if nobody is found."""
    results = [pose.process(frame) for frame in frames]
    return [None if each.pose_landmarks is None else numbers(each) for each in results]


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The options that the engine gets from the `Pose` objects of a test, with the model's name."""
    reported: list[Any] = []

    class Recorder:
        def __init__(self, model: object, _mask: object, options: object) -> None:
            reported.append((model, options))

    monkeypatch.setattr(pose_module, "cached_networks", lambda name, *, with_mask: (name, with_mask))
    monkeypatch.setattr(pose_module, "PoseTracker", Recorder)
    return reported


def test_defaults_are_the_legacy_profile(options: list[Any]) -> None:
    """Without arguments: the full model and `mediapipe-legacy`; `Pose` sets the clock."""
    mp.solutions.pose.Pose()
    ((model, reported),) = options
    assert model == "full"
    for name in MEDIAPIPE_LEGACY.__slots__:
        if name != "fixed_period_s":
            assert getattr(reported, name) == getattr(MEDIAPIPE_LEGACY, name), name


def test_checklist_36_arguments_in_their_order(options: list[Any]) -> None:
    """Seven positional arguments in the order of 0.8.7 and later; each reaches its option of the engine."""
    mp.solutions.pose.Pose(True, 2, False, True, False, 0.3, 0.7)
    mp.solutions.pose.Pose(upper_body_only=True)
    (model, reported), (_, upper) = options
    assert model == "heavy"
    assert (reported.static, reported.smooth, reported.segmentation) == (True, False, True)
    assert (reported.min_detection_score, reported.min_pose_score, reported.upper_body) == (0.3, 0.7, False)
    assert upper.upper_body and not upper.static


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"model_complexity": 3}, "model_complexity must be 0, 1 or 2, got 3"),
        ({"model_complexity": -1}, "model_complexity must be 0, 1 or 2, got -1"),
        ({"min_detection_confidence": 50}, "min_detection_confidence.* in the range \\[0.0, 1.0\\], got 50"),
        ({"min_tracking_confidence": float("nan")}, "min_tracking_confidence.* got nan"),
    ],
)
def test_values_that_crash_mediapipe_are_refused(arguments: dict[str, Any], text: str) -> None:
    """Values that end MediaPipe's process or make it find nobody are a ValueError that names the argument."""
    with pytest.raises(ValueError, match=text) as caught:
        mp.solutions.pose.Pose(**arguments)
    assert isinstance(caught.value, FitnessError)


@pytest.mark.parametrize("image", [None, [[1]], np.zeros((4, 4), np.uint8), "person.png"])
def test_a_non_image_is_refused(image: Any) -> None:
    """None, lists and grey images are refused with MediaPipe's text."""
    with (
        lite() as pose,
        pytest.raises(ValueError, match=r"^Input image must contain three channel rgb data\.$"),
    ):
        pose.process(image)


def test_checklist_22_static_pictures_forget() -> None:
    """In static mode, the same image gives exactly the same result, whatever came between."""
    with lite(static_image_mode=True) as pose:
        first = numbers(pose.process(PERSON))
        pose.process(FRAMES[5])
        assert np.array_equal(numbers(pose.process(PERSON)), first)


def test_a_reset_object_equals_a_new_one() -> None:
    """After `reset`, a stream gives exactly the results of a new object."""
    with lite() as pose:
        first = run(pose, FRAMES[:3])
        pose.reset()
        again = run(pose, FRAMES[:3])
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], first[2])


def test_checklist_10_no_person_gives_none() -> None:
    """On a frame without a person all three results are None, and on the next frame the person is found again."""
    with lite(enable_segmentation=True) as pose:
        pose.process(PERSON)
        results = pose.process(FRAMES[4])
        assert (results.pose_landmarks, results.pose_world_landmarks, results.segmentation_mask) == (
            None,
            None,
            None,
        )
        assert pose.process(FRAMES[5]).pose_landmarks is not None


def test_checklist_20_mask() -> None:
    """The mask is float32 of the image's size in 0..1, read-only, high on the person and 0 in the corner."""
    with lite(enable_segmentation=True, static_image_mode=True) as pose:
        results = pose.process(PERSON)
    mask = results.segmentation_mask
    assert mask.dtype == np.float32 and mask.shape == PERSON.shape[:2]
    assert not mask.flags.writeable and mask.min() >= 0 and mask.max() <= 1
    hip = results.pose_landmarks.landmark[mp.solutions.pose.PoseLandmark.LEFT_HIP]
    assert mask[int(hip.y * mask.shape[0]), int(hip.x * mask.shape[1])] > 0.9 and mask[0, 0] == 0


def test_checklist_34_masks_are_never_smoothed() -> None:
    """`smooth_segmentation` changes nothing, as in MediaPipe's Python package."""
    masks = []
    for smooth in (True, False):
        with lite(enable_segmentation=True, smooth_segmentation=smooth) as pose:
            masks.append([pose.process(frame).segmentation_mask for frame in FRAMES[:3]])
    assert all(np.array_equal(a, b) for a, b in zip(*masks, strict=True))


def test_input_images_are_not_changed() -> None:
    """Read-only images are accepted; a view with gaps gives the same as its copy; images are never changed."""
    wide = np.repeat(PERSON, 2, axis=1)
    before = wide.copy()
    with lite(static_image_mode=True) as pose:
        assert np.array_equal(numbers(pose.process(wide[:, ::2])), numbers(pose.process(PERSON)))
    assert np.array_equal(wide, before) and not PERSON.flags.writeable


def test_results_can_be_changed() -> None:
    """Landmarks belong to the caller: changing them does not change the next result."""
    with lite(static_image_mode=True) as pose:
        results = pose.process(PERSON)
        kept = numbers(results)
        results.pose_landmarks.landmark[0].x = 7
        results.pose_landmarks = None
        results.note = "mine"
        assert results._fields == ("pose_landmarks", "pose_world_landmarks", "segmentation_mask")
        assert np.array_equal(numbers(pose.process(PERSON)), kept)


def test_the_upper_body_model_has_25_landmarks() -> None:
    """`upper_body_only` gives 25 landmarks in both lists, equal to the first 25 of the whole body."""
    with lite(static_image_mode=True, upper_body_only=True) as upper, lite(static_image_mode=True) as whole:
        ours, theirs = numbers(upper.process(PERSON)), numbers(whole.process(PERSON))
    assert ours.shape == (2, 25, 4)
    shoulders = [mp.solutions.pose.PoseLandmark.LEFT_SHOULDER, mp.solutions.pose.PoseLandmark.RIGHT_SHOULDER]
    assert np.abs(ours[0, shoulders, :2] - theirs[0, shoulders, :2]).max() < 0.03
    assert max(max(edge) for edge in mp.solutions.pose.UPPER_BODY_POSE_CONNECTIONS) == 24


def test_checklist_39_closed() -> None:
    """After `close`, a second `close` and `process` raise an error, and `reset` does nothing."""
    with lite() as pose:
        pose.process(PERSON)
    for call in (pose.close, lambda: pose.process(PERSON)):
        with pytest.raises(ValueError, match="this Pose is closed"):
            call()
    assert pose.reset() is None


def test_checklist_40_two_objects_in_two_threads() -> None:
    """Streams in two threads at once give exactly the results of sequential streams."""
    streams = [FRAMES, FRAMES[::-1]]
    alone = []
    for frames in streams:
        with lite() as pose:
            alone.append(run(pose, frames))
    together: list[list[Any]] = [[], []]

    def work(k: int) -> None:
        with lite() as pose:
            together[k] = run(pose, streams[k])

    _run_threads(lambda: work(0), lambda: work(1))
    for ours, theirs in zip(together, alone, strict=True):
        assert len(ours) == len(theirs) == 9
        assert all(
            (a is None) == (b is None) and (a is None or np.array_equal(a, b))
            for a, b in zip(ours, theirs, strict=True)
        )


def test_checklist_40_one_object_in_two_threads() -> None:
    """Calls from two threads wait for each other, and every image gets the right result."""
    with lite(static_image_mode=True) as pose:
        expected = [numbers(pose.process(frame)) for frame in (FRAMES[0], FRAMES[6])]
        found: list[list[Any]] = [[], []]

        def work(k: int) -> None:
            found[k] = [numbers(pose.process(FRAMES[6 * k])) for _ in range(4)]

        _run_threads(lambda: work(0), lambda: work(1))
    for k in (0, 1):
        assert len(found[k]) == 4 and all(np.array_equal(each, expected[k]) for each in found[k])


def _run_threads(*works: Any) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
        assert not thread.is_alive()


def test_the_images_of_the_fixture_show_one_person() -> None:
    """Frame 4 of the sequence is black, the others show the figure."""
    assert not FRAMES[4].any() and all(frame.any() for k, frame in enumerate(FRAMES) if k != 4)
    assert len(pictures(DATA, "frame")) == 8
