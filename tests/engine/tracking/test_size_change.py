"""A stream whose frame size changes continues: the ROI keeps its place in the frame, without a new search."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.engine.options import MEDIAPIPE_LEGACY, MEDIAPIPE_TASKS, TrackerOptions
from fitness.engine.tracking.tracker import PoseTracker
from fitness.types import Frame, Pose
from tests.support.tracker_networks import Networks, seen

PROFILES = {"native": TrackerOptions(), "legacy": MEDIAPIPE_LEGACY, "tasks": MEDIAPIPE_TASKS}


def _stream(options: TrackerOptions, sizes: list[tuple[int, int]]) -> tuple[str, list[Pose]]:
    """The networks' calls and the subject's poses in frames of these heights and widths."""
    networks = Networks([seen(k) for k in range(len(sizes))])
    tracker = PoseTracker(networks.detector, networks.landmarks, options)
    poses = [tracker.step(Frame(np.zeros((*size, 3), np.uint8), k / 30, k)) for k, size in enumerate(sizes)]
    assert None not in poses
    return networks.calls, [pose for pose in poses if pose is not None]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("after", [(400, 400), (100, 100), (400, 200)], ids=str)
def test_the_roi_keeps_its_place_in_the_frame(name: str, after: tuple[int, int]) -> None:
    """Twice the size, half, or padded below: the ROI's centre moves with the frame, and the detector ran once."""
    _, before = _stream(PROFILES[name], [(200, 200)] * 4)
    calls, poses = _stream(PROFILES[name], [(200, 200)] * 3 + [after])
    assert calls.count("D") == 1
    roi, expected = poses[3].roi, before[3].roi
    assert roi is not None and expected is not None
    across, down = after[1] / 200, after[0] / 200
    assert (roi.x, roi.y) == pytest.approx((expected.x * across, expected.y * down), rel=1e-5)
    assert roi.size == pytest.approx(expected.size * max(across, down), rel=1e-5)


def test_native_filters_continue_in_new_pixels() -> None:
    """Landmarks after the change are twice those of an unchanged stream: nothing jumps, and ids stay."""
    _, before = _stream(TrackerOptions(), [(200, 200)] * 6)
    _, poses = _stream(TrackerOptions(), [(200, 200)] * 3 + [(400, 400)] * 3)
    for pose, same in zip(poses[3:], before[3:], strict=True):
        assert pose.id == same.id == 1
        assert pose.image == pytest.approx(2 * same.image, abs=0.02)
        assert pose.world == pytest.approx(same.world, abs=1e-6)


def test_mediapipe_filters_stay_in_old_pixels() -> None:
    """MediaPipe filters in pixels and keeps the old ones: landmarks lag behind for some frames, as they do there."""
    _, before = _stream(MEDIAPIPE_LEGACY, [(200, 200)] * 4)
    _, poses = _stream(MEDIAPIPE_LEGACY, [(200, 200)] * 3 + [(400, 400)])
    assert np.abs(poses[3].image - 2 * before[3].image).max() > 1


def test_a_roi_set_by_the_caller_is_in_pixels_of_the_next_frame() -> None:
    """`set_rois` is in pixels of the next frame, for every size of the last one."""
    for options in PROFILES.values():
        networks = Networks([seen(k) for k in range(3)])
        tracker = PoseTracker(networks.detector, networks.landmarks, options)
        for k in range(2):
            first = tracker.step(Frame(np.zeros((200, 200, 3), np.uint8), k / 30, k))
        assert first is not None and first.roi is not None
        tracker.set_rois(first.roi)
        pose = tracker.step(Frame(np.zeros((400, 400, 3), np.uint8), 2 / 30, 2))
        assert pose is not None and pose.roi is not None
        assert (pose.roi.x, pose.roi.size) == pytest.approx((first.roi.x, first.roi.size))
