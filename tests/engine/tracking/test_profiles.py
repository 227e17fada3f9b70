"""Differences of MediaPipe's Tasks, with mock networks; rotated frames, the upper body, masks and threads with the real
ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.roi import roi_from_auxiliary
from fitness.engine.options import LEGACY_PERIOD_S
from fitness.engine.runtime.loader import load_model
from fitness.engine.tracking.iou_tracker import IouTracker
from fitness.engine.tracking.result import FrameContext
from fitness.engine.tracking.tracker import (
    MEDIAPIPE_LEGACY,
    MEDIAPIPE_TASKS,
    PoseTracker,
    TrackerOptions,
    profile,
)
from fitness.errors import OptionError
from fitness.skeleton import UPPER_BODY_COUNT
from fitness.types import Frame, ImageArray, Pose, Roi
from scripts.figure import Actor, Camera, Clip, Motion, Reps, Scene
from tests.support.tracker_networks import IMAGE, Networks, landmark_numbers, raw_landmarks, seen, track_all

BESIDE = Actor(Motion(Reps("lateral-raise", 2, seconds=1.6)), x_m=1.3, z_m=-0.2)


def rendered(*others: Actor, width: int = 320, height: int = 360) -> Clip:
    """A figure that squats, at 10 fps."""
    motion, scene = Motion(Reps("squat", 1, seconds=1.6)), Scene(background="plain", noise=0.0)
    camera = Camera(yaw_deg=10, distance_m=3.6, target_m=(0.65, 0.9, 0.0)) if others else Camera(yaw_deg=40)
    return Clip(motion, None, camera, scene, 10, width, height, fit=not others, others=others, supersample=1)


@pytest.fixture
def tracker(models: Path) -> Callable[[TrackerOptions], PoseTracker]:
    """Makes trackers with separate networks."""

    def make(options: TrackerOptions) -> PoseTracker:
        return PoseTracker(
            load_model(models / "pose_detection.tflite"),
            load_model(models / "pose_landmark_lite.tflite"),
            options,
        )

    return make


# --- MediaPipe's Tasks, with scripted networks ---


def test_checklist_24_the_next_roi_of_tasks_comes_from_raw_auxiliary_landmarks() -> None:
    """The auxiliary landmarks are not filtered before the ROI of the next frame is computed from them."""
    answers = [seen(k) for k in range(5)]
    _, found = track_all(answers, MEDIAPIPE_TASKS)
    for answer, pose, after in zip(answers, found, found[1:], strict=False):
        assert pose is not None and pose.roi is not None and after is not None and after.roi is not None
        expected = roi_from_auxiliary(raw_landmarks(answer, pose.roi)[1])
        assert expected is not None and astuple(after.roi) == landmark_numbers(expected)


@pytest.mark.parametrize("count", [1, 2])
def test_checklist_26_tasks_skip_the_detector_only_when_enough_people_are_tracked(count: int) -> None:
    """With one person in the frame: the detector runs once if `num_poses` is 1, and on every frame if it is 2."""
    calls, _ = track_all([seen(k) for k in range(4)], replace(MEDIAPIPE_TASKS, num_poses=count))
    assert calls == ("DL L L L" if count == 1 else "DL DL DL DL")


class Scripted(PoseEstimator):
    """Networks with given detections; each ROI holds a person, whose landmarks are at the ROI."""

    def __init__(self, options: TrackerOptions) -> None:
        networks = Networks([])
        super().__init__(networks.detector, networks.landmarks, options)
        self.seen: list[tuple[float, float]] = []
        self.looks: list[float] = []

    def detect(self, image: ImageArray, rotation_deg: int = 0, *, faint: bool = False) -> list[Detection]:
        box = np.zeros(4)
        return [
            Detection(box, np.array([(x, 100.0), (x, 60.0), (x, 80.0), (x, 60.0)]), score)
            for x, score in self.seen
        ]

    def landmarks_in(self, image: ImageArray, roi: Roi | None) -> RoiLandmarks | None:
        assert roi is not None
        self.looks.append(round(roi.x))
        ones, points = np.ones(33, np.float32), np.tile([roi.x, roi.y, 0.0], (33, 1))
        auxiliary = np.array([[roi.x, 100.0, 0.0], [roi.x, 60.0, 0.0]])
        return RoiLandmarks(points, auxiliary, points, ones, ones, 0.9, roi)


def test_checklist_25_tasks_clip_to_num_poses_after_association() -> None:
    """A detection replaces the ROIs that it overlaps and becomes the last one; ROIs beyond `num_poses` are dropped."""
    estimator = Scripted(replace(MEDIAPIPE_TASKS, num_poses=3))
    loop, image = IouTracker(estimator), np.zeros((200, 900, 3), np.uint8)
    for k, (seen_now, looked_at) in enumerate(
        [
            ([(100.0, 0.9), (400.0, 0.8)], [100, 400]),
            ([(410.0, 0.9), (700.0, 0.8), (850.0, 0.7)], [100, 410, 700]),  # 410 for 400; 850 is one too many
            ([(0.0, 0.9)], [100, 410, 700]),  # three are followed: the detector is not asked
        ]
    ):
        estimator.seen, estimator.looks = seen_now, []
        loop.step(FrameContext(image, k / 30, k / 30))
        assert estimator.looks == looked_at


def test_checklist_25_min_tracking_confidence_is_an_overlap() -> None:
    """Of two ROIs with an IoU of 0.6, one stays with a limit of 0.5, and both stay with 0.7."""
    for limit, count in ((0.5, 1), (0.7, 2)):
        estimator = Scripted(replace(MEDIAPIPE_TASKS, num_poses=2, min_roi_overlap=limit))
        estimator.seen = [(100.0, 0.9), (125.0, 0.8)]  # 100 px wide
        frame = IouTracker(estimator).step(FrameContext(np.zeros((200, 900, 3), np.uint8), 0.0, 0.0))
        assert len(frame.poses) == count


@pytest.mark.parametrize("flag", [0.9, 0.1])
def test_checklist_27_lists_are_of_one_length(flag: float) -> None:
    """As many ROIs and masks as poses, even if people are lost."""
    networks = Networks([seen(1), seen(2, flag), seen(3)])
    options = replace(MEDIAPIPE_TASKS, num_poses=2, segmentation=True)
    tracker = PoseTracker(networks.detector, networks.landmarks, options)
    for k in range(3):
        frame = tracker.step_all(Frame(IMAGE, k / 30, k))
        assert len(frame.next_rois) == len(frame.poses) == (0 if k == 1 and flag < 0.5 else 1)
        assert all(pose.mask is not None and pose.mask.shape == (200, 200) for pose in frame.poses)


def test_profiles_have_names() -> None:
    """Profiles are found by name; an unknown name is refused with a list of names; the legacy clock is MediaPipe's."""
    assert profile("mediapipe-legacy") == MEDIAPIPE_LEGACY and profile("mediapipe-tasks") == MEDIAPIPE_TASKS
    assert profile("default") == TrackerOptions()
    assert MEDIAPIPE_LEGACY.fixed_period_s == LEGACY_PERIOD_S
    with pytest.raises(OptionError, match="profile must be one of default, mediapipe-legacy"):
        profile("mediapipe")


# --- with the real networks ---


def _error(pose: Pose, truth: np.ndarray) -> float:
    """Mean distance of the joints from shoulder to ankle, as a share of the body's height in the image."""
    joints = slice(11, 29)
    return float(
        np.linalg.norm(pose.image[joints, :2] - truth[joints, :2], axis=1).mean() / np.ptp(truth[:, 1])
    )


def _turned(image: np.ndarray, rotation_deg: int) -> np.ndarray:
    """The image of a camera, which must be turned clockwise by `rotation_deg` to be upright."""
    return np.ascontiguousarray(np.rot90(image, rotation_deg // 90))


def _turned_back(points: np.ndarray, rotation_deg: int, width: int, height: int) -> np.ndarray:
    """Points (N, 2) of the turned image in pixels of the upright one, which is width x height."""
    x, y = points[:, 0], points[:, 1]
    back = {
        0: (x, y),
        90: (width - y, x),
        180: (width - x, height - y),
        270: (y, height - x),
    }
    return np.stack(back[rotation_deg], axis=1)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_rotated_frames_give_the_same_person(
    rotation_deg: int, tracker: Callable[[TrackerOptions], PoseTracker]
) -> None:
    """Stills and streams: landmarks lie on the turned figure, with the head where its head is."""
    clip = rendered()
    frames = [clip.picture(t) for t in (0.2, 0.3, 0.4)]
    still, stream = tracker(TrackerOptions()), tracker(TrackerOptions())
    upright = tracker(TrackerOptions()).estimate(frames[-1])
    assert upright is not None
    pose = still.estimate(_turned(frames[-1], rotation_deg), 0.0, rotation_deg)
    last = None
    for k, frame in enumerate(frames):
        last = stream.step(Frame(_turned(frame, rotation_deg), 0.1 * k, k), rotation_deg)
    for found in (pose, last):
        assert found is not None
        points = _turned_back(found.image[:, :2], rotation_deg, clip.width, clip.height)
        off = np.linalg.norm(points - upright.image[:, :2], axis=1).mean()
        assert off <= 0.03 * np.ptp(upright.image[:, 1])
        direction = np.array({0: (0, 1), 90: (1, 0), 180: (0, -1), 270: (-1, 0)}[rotation_deg])
        trunk = found.image[[23, 24], :2].mean(axis=0) - found.image[[11, 12], :2].mean(axis=0)
        assert trunk @ direction > 0.9 * np.linalg.norm(trunk)


def test_a_rotation_that_is_no_quarter_turn_is_refused(
    tracker: Callable[[TrackerOptions], PoseTracker],
) -> None:
    """The error lists the allowed rotations, and the tracker stays usable."""
    engine = tracker(TrackerOptions())
    with pytest.raises(OptionError, match="rotation_deg must be one of 0, 90, 180, 270, got 45"):
        engine.step(Frame(IMAGE, 0.0, 0), 45)
    assert engine.step(Frame(IMAGE, 0.1, 1)) is None


def test_the_upper_body_has_25_landmarks(tracker: Callable[[TrackerOptions], PoseTracker]) -> None:
    """Framed from the waist up: the arms are found, and the legs have no visibility."""
    clip = rendered()
    whole = clip.picture(0.0)
    truth = clip.image(0.0)
    cut = int(truth[[23, 24], 1].mean()) + 8
    image = np.ascontiguousarray(whole[:cut])
    pose = tracker(TrackerOptions(upper_body=True)).estimate(image)
    assert pose is not None and pose.upper_body
    assert not pose.visibility[UPPER_BODY_COUNT:].any() and not pose.presence[UPPER_BODY_COUNT:].any()
    arms = slice(11, 17)
    off = np.linalg.norm(pose.image[arms, :2] - truth[arms, :2], axis=1).mean()
    assert off <= 0.12 * np.linalg.norm(truth[11, :2] - truth[24, :2])


def test_masks_cover_their_own_person(tracker: Callable[[TrackerOptions], PoseTracker]) -> None:
    """Two people, a float32 mask each, of the image's size, 0..1: nearly all of their own trunk, little of the other's."""
    clip = rendered(BESIDE, width=400, height=300)
    engine = tracker(TrackerOptions(num_poses=2, segmentation=True))
    poses = engine.estimate_all(clip.picture(0.0)).poses
    assert len(poses) == 2
    for pose in poses:
        assert pose.mask is not None and pose.mask.shape == (300, 400) and pose.mask.dtype == np.float32
        assert pose.mask.min() >= 0 and pose.mask.max() <= 1
        own, other = sorted((0, 1), key=lambda k: _error(pose, clip.image(0.0, k)))

        def covered(k: int, mask: np.ndarray = pose.mask) -> float:
            body = clip.image(0.0, k)[[11, 12, 23, 24, 25, 26], :2].astype(int)
            return float(mask[body[:, 1].clip(0, 299), body[:, 0].clip(0, 399)].mean())

        assert covered(own) > 0.8 and covered(other) < 0.2


def test_checklist_40_trackers_in_two_threads_are_independent(
    tracker: Callable[[TrackerOptions], PoseTracker],
) -> None:
    """Two streams at the same time give the results of each alone, bit for bit."""
    clips = {"left": rendered(), "right": rendered(width=240, height=320)}
    frames = {name: list(clip.frames())[:6] for name, clip in clips.items()}

    def run(name: str, into: dict[str, list[Pose | None]]) -> None:
        engine = tracker(TrackerOptions())
        into[name] = [engine.step(frame) for frame in frames[name]]

    alone: dict[str, list[Pose | None]] = {}
    together: dict[str, list[Pose | None]] = {}
    for name in clips:
        run(name, alone)
    threads = [threading.Thread(target=run, args=(name, together)) for name in clips]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in clips:
        for one, both in zip(alone[name], together[name], strict=True):
            assert one is not None and both is not None
            assert np.array_equal(one.image, both.image) and np.array_equal(one.world, both.world)
