"""The whole engine compared with MediaPipe's results: pictures, video with MediaPipe's ROIs, and free-running video.

The legacy answers are those of 0.10.14, the Tasks answers those of 1.2.2.

Limits are those of the parity checklist. Pixels are those of the image, metres those of world landmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.engine.blazepose.crop import mask_to_image
from fitness.engine.blazepose.detector import PoseDetector
from fitness.engine.blazepose.landmark_model import LandmarkModel
from fitness.engine.blazepose.roi import roi_from_detection
from fitness.engine.runtime.loader import load_model
from fitness.engine.runtime.model import Model
from fitness.engine.tracking.tracker import MEDIAPIPE_LEGACY, MEDIAPIPE_TASKS, PoseTracker, TrackerOptions
from fitness.types import Frame, Pose, Roi
from tests.support.strategies import locked

pytestmark = pytest.mark.corpus

_CLIPS = ("pushup_mat_side45_m14", "squat_jeans_side_headcut_m1")
_PERIOD_S = 0.033333
_DETECTOR = "pose_detection.tflite"


@pytest.fixture(scope="module")
def network(models: Path) -> Callable[[str], Model]:
    """Loads each network once; `network("full")` is a landmark model."""

    @cache
    def load(name: str) -> Model:
        return load_model(models / (_DETECTOR if name == "detector" else f"pose_landmark_{name}.tflite"))

    return load


@pytest.fixture(scope="module")
def tracker(network: Callable[[str], Model]) -> Callable[..., PoseTracker]:
    def make(name: str, options: TrackerOptions = MEDIAPIPE_LEGACY) -> PoseTracker:
        return PoseTracker(network("detector"), network(name), options)

    return make


def _image(path: Path) -> np.ndarray:
    return locked(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))


def _roi(values: np.ndarray, image: np.ndarray) -> Roi:
    """MediaPipe's ROI (centre, width, height normalised, rotation) in pixels of the image."""
    height, width = image.shape[:2]
    x, y, w, _, rotation = (float(v) for v in values)
    return Roi(x * width, y * height, w * width, rotation)


def _pixel_errors(pose: Pose, landmarks: np.ndarray, image: np.ndarray) -> np.ndarray:
    """(33,) distances in pixels."""
    height, width = image.shape[:2]
    return np.linalg.norm(pose.image[:, :2] - landmarks[:, :2] * (width, height), axis=1)


def _check(errors: dict[str, np.ndarray]) -> None:
    """Checklist 43 and 46, with the measured means as a second limit. `errors` as from `_compared`."""
    print({key: (float(each.mean()), float(each.max())) for key, each in errors.items()})
    pixels, metres, scores = errors["pixels"], errors["metres"], errors["scores"]
    assert pixels.mean() <= 0.1
    assert (pixels <= 0.5).mean() >= 0.99
    assert (metres <= 0.002).mean() >= 0.99
    assert metres.mean() <= 2e-4
    assert (scores <= 0.005).mean() >= 0.99
    assert scores.mean() <= 5e-4


def _check_pictures(errors: dict[str, np.ndarray]) -> None:
    """The limits of photographs in the legacy profile, which every landmark keeps."""
    _check(errors)
    assert errors["pixels"].max() <= 0.5 and errors["pixels"].mean() <= 0.01
    assert errors["depth"].max() <= 1.0
    assert errors["metres"].max() <= 0.002
    assert errors["scores"].max() <= 0.005


def _compared(poses: Sequence[tuple[Pose, np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Of (pose, MediaPipe's landmarks, world, image): distances in pixels and metres, differences of depth in pixels and
    of visibility (and presence, where there is one).
    """
    found: dict[str, list[np.ndarray]] = {"pixels": [], "depth": [], "metres": [], "scores": []}
    for pose, landmarks, world, image in poses:
        found["pixels"].append(_pixel_errors(pose, landmarks, image))
        found["depth"].append(np.abs(pose.image[:, 2] - landmarks[:, 2] * image.shape[1]))
        found["metres"].append(np.abs(pose.world - world[:, :3]).max(axis=1))
        ours = np.stack([pose.visibility, pose.presence], axis=1)[:, : landmarks.shape[1] - 3]
        found["scores"].append(np.abs(ours - landmarks[:, 3:]).max(axis=1))
    return {key: np.concatenate(each) for key, each in found.items()}


_SAMPLE = 3
"""The short form uses every third image, and all with several people."""
_SHORT_OR_ALL = [
    pytest.param(_SAMPLE, id="sample"),
    pytest.param(1, id="all", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("every", _SHORT_OR_ALL)
@pytest.mark.parametrize("name", ["lite", "full", "heavy"])
def test_checklist_43_46_static_pictures_legacy(
    name: str, every: int, shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """On 141 photographs the same people are found; landmarks, depth, world and visibility agree with MediaPipe's."""
    golden = np.load(shared / "parity" / f"legacy_static_{name}.npz")
    engine = tracker(name)
    poses = []
    for k in range(0, len(golden["names"]), every):
        image = _image(shared / "parity" / "stills" / str(golden["names"][k]))
        pose = engine.estimate(image)
        assert (pose is not None) == golden["found"][k], golden["names"][k]
        if pose is not None:
            poses.append((pose, golden["landmarks"][k], golden["world"][k], image))
    assert len(poses) >= 100 / every
    _check_pictures(_compared(poses))


@pytest.mark.parametrize("every", _SHORT_OR_ALL)
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("name", ["lite", "full", "heavy"])
def test_checklist_43_46_static_pictures_tasks(
    name: str, count: int, every: int, shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """The same for Tasks, for one and up to four people in the same order, also with presence. MediaPipe 1.2.2
    rounds differently from 0.10.14, so single landmarks may take another step of the refinement.
    """
    golden = np.load(shared / "parity" / f"tasks_image_{name}_n{count}.npz")
    engine = tracker(name, replace(MEDIAPIPE_TASKS, num_poses=count))
    crowds = np.flatnonzero(golden["count"] > 1).tolist()
    poses = []
    for k in sorted({*range(0, len(golden["names"]), every), *crowds}):
        image = _image(shared / "parity" / "stills" / str(golden["names"][k]))
        found = engine.estimate_all(image).poses
        assert len(found) == golden["count"][k], golden["names"][k]
        poses += [
            (pose, golden["landmarks"][k, i], golden["world"][k, i], image) for i, pose in enumerate(found)
        ]
    assert len(poses) >= 100 / every
    errors = _compared(poses)
    _check(errors)
    assert errors["pixels"].max() <= 10 and errors["metres"].max() <= 0.03


def test_detector_places_the_roi_of_mediapipe(shared: Path, network: Callable[[str], Model]) -> None:
    """The ROI of the best detection equals MediaPipe's, except for the rounding of normalised coordinates."""
    golden = np.load(shared / "parity" / "legacy_static_full.npz")
    detector = PoseDetector(network("detector"))
    pixels, radians = [], []
    for k in np.flatnonzero(golden["found"]):
        image = _image(shared / "parity" / "stills" / str(golden["names"][k]))
        found, expected = (
            roi_from_detection(detector.detect(image)[0]),
            _roi(golden["roi_from_detection"][k], image),
        )
        assert found is not None
        pixels.append(
            max(abs(found.x - expected.x), abs(found.y - expected.y), abs(found.size - expected.size))
        )
        radians.append(abs(found.rotation - expected.rotation))
    assert max(pixels) <= 1e-3
    assert max(radians) <= 1e-6


def test_checklist_17_refining_with_the_other_window_is_noticed(
    shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """A window of 7 instead of 9 cells moves a limb of a real person by more than a pixel."""
    golden = np.load(shared / "parity" / "legacy_static_full.npz")
    ours = tracker("full", replace(MEDIAPIPE_LEGACY, refine_window=7))
    theirs = tracker("full")
    moved = 0.0
    for k in np.flatnonzero(golden["found"])[:8]:
        image = _image(shared / "parity" / "stills" / str(golden["names"][k]))
        seven, nine = ours.estimate(image), theirs.estimate(image)
        assert seven is not None and nine is not None
        moved = max(moved, float(np.abs(seven.image[11:, :2] - nine.image[11:, :2]).max()))
    assert moved > 1.0


def test_checklist_46_masks(shared: Path, network: Callable[[str], Model]) -> None:
    """Segmentation masks, projected to the image, differ from MediaPipe's by at most 0.001 on average."""
    golden = np.load(shared / "parity" / "legacy_static_full_mask.npz")
    detector, model = PoseDetector(network("detector")), LandmarkModel(network("full"), refine_window=9)
    found = np.flatnonzero(golden["found"])
    assert len(found)
    for i, k in enumerate(found):
        image = _image(shared / "parity" / "stills" / str(golden["names"][k]))
        roi = roi_from_detection(detector.detect(image)[0])
        assert roi is not None
        mask = model.run(image, roi, with_mask=True).mask
        assert mask is not None
        ours = mask_to_image(mask, roi, image.shape[1], image.shape[0])
        theirs = golden[f"mask_{i}"].astype(np.float64) / 65535
        assert ours.shape == theirs.shape and ours.dtype == np.float32
        assert ours.min() >= 0.0 and ours.max() <= 1.0
        assert np.abs(ours - theirs).mean() <= 1e-3, golden["names"][k]


def _frames(shared: Path, clip: str) -> Iterator[tuple[int, Frame]]:
    """The frames of a sequence, 33,333 us apart."""
    for k, path in enumerate(sorted((shared / "parity" / "sequences" / clip).glob("*.png"))):
        yield k, Frame(_image(path), k * _PERIOD_S, k)


def _video_case(shared: Path, clip: str, kind: str) -> tuple[np.lib.npyio.NpzFile, TrackerOptions]:
    golden = np.load(shared / "parity" / f"legacy_video_full_{clip}_{kind}.npz")
    return golden, replace(MEDIAPIPE_LEGACY, smooth=kind == "smooth")


@pytest.mark.parametrize("kind", ["raw", "smooth"])
@pytest.mark.parametrize("clip", _CLIPS)
def test_checklist_44_video_with_the_roi_of_mediapipe(
    clip: str, kind: str, shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """Given the ROI that MediaPipe used for each frame, landmarks and the next ROI are MediaPipe's.

    Filters run through the blank frames 20-22, so what is kept over a loss is checked too.
    """
    golden, options = _video_case(shared, clip, kind)
    engine = tracker("full", options)
    poses, next_roi = [], []
    for k, frame in _frames(shared, clip):
        used = (
            golden["roi_from_landmarks"][k - 1]
            if k and golden["found"][k - 1]
            else golden["roi_from_detection"][k]
        )
        engine.set_rois(*([] if np.isnan(used).any() else [_roi(used, frame.image)]))
        everybody = engine.step_all(frame)
        pose = everybody.subject
        assert (pose is not None) == golden["found"][k], k
        if pose is None:
            continue
        poses.append((pose, golden["landmarks"][k], golden["world"][k], frame.image))
        (found,), expected = everybody.next_rois, _roi(golden["roi_from_landmarks"][k], frame.image)
        assert found is not None
        turned = abs(found.rotation - expected.rotation) * expected.size / 2
        next_roi.append(
            max(abs(found.x - expected.x), abs(found.y - expected.y), abs(found.size - expected.size), turned)
        )
    assert len(poses) == golden["found"].sum() == 42
    assert max(next_roi) <= 0.1
    _check(_compared(poses))


@pytest.mark.parametrize("kind", ["raw", "smooth"])
@pytest.mark.parametrize("clip", _CLIPS)
def test_checklist_45_free_running_video(
    clip: str, kind: str, shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """Without MediaPipe's ROIs, the engine finds the person on the same frames and stays within 0.05 px on average."""
    golden, options = _video_case(shared, clip, kind)
    engine = tracker("full", options)
    pixels = []
    for k, frame in _frames(shared, clip):
        pose = engine.step(frame)
        assert (pose is not None) == golden["found"][k], k
        if pose is not None:
            pixels.append(_pixel_errors(pose, golden["landmarks"][k], frame.image))
    assert np.concatenate(pixels).mean() <= 0.05


def test_checklist_22_three_calls_give_the_same_bits(
    shared: Path, tracker: Callable[..., PoseTracker]
) -> None:
    """The same image gives the same result three times, with real networks too."""
    image = _image(next(iter(sorted((shared / "parity" / "sequences" / _CLIPS[0]).glob("*.png")))))
    engine = tracker("lite", replace(MEDIAPIPE_LEGACY, static=True))
    first, *others = (engine.step(Frame(image, k * _PERIOD_S, k)) for k in range(3))
    assert first is not None
    for pose in others:
        assert pose is not None
        assert np.array_equal(pose.image, first.image) and np.array_equal(pose.world, first.world)
