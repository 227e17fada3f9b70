"""The tracking loop with mock networks: when each network runs, its ROI, smoothing, and the state after a loss."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given

from fitness.engine.blazepose.geometry import turn
from fitness.engine.blazepose.roi import roi_from_auxiliary
from fitness.engine.blazepose.smoothing import LowPassFilter, OneEuroFilter, OneEuroOptions
from fitness.engine.tracking.tracker import MEDIAPIPE_LEGACY, MEDIAPIPE_TASKS, PoseTracker, TrackerOptions
from fitness.errors import OptionError, StateError
from fitness.types import Frame, Pose, Roi
from tests.support.strategies import examples, increasing_times, seeds
from tests.support.tracker_networks import (
    IMAGE,
    Networks,
    Seen,
    landmark_numbers,
    raw_landmarks,
    seen,
    track_all,
)

_DETECTED = Roi(100.0, 120.0, 150.0, 0.0)


NOBODY = seen(0, flag=0.1)


def _probability(logits: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


LEGACY = MEDIAPIPE_LEGACY
# Ours with MediaPipe's filters, refinement and single look at pictures, so that one reference serves both.
OURS = TrackerOptions(
    image_filter=LEGACY.image_filter, world_filter=LEGACY.world_filter, roi_filter=LEGACY.roi_filter,
    refine_soft=False, still_passes=1, still_search_score=None, search_tiles=False,
)  # fmt: skip


def test_checklist_10_no_person_gives_none_and_runs_no_landmark_model() -> None:
    """Without a detection there is no ROI, so the second network does not run, and the result is None."""
    networks = Networks([], detectable=False)
    tracker = PoseTracker(networks.detector, networks.landmarks, OURS)
    assert tracker.step(Frame(IMAGE, 0.0, 0)) is None
    assert tracker.step(Frame(IMAGE, 0.1, 1)) is None
    assert tracker.estimate(IMAGE) is None
    assert networks.calls == "DDD"


@pytest.mark.parametrize("options", [OURS, LEGACY, MEDIAPIPE_TASKS], ids=["ours", "legacy", "tasks"])
@pytest.mark.parametrize(("flag", "found"), [(0.5, False), (0.5001, True), (0.4999, False)])
def test_checklist_14_a_flag_at_the_threshold_is_absent(
    flag: float, found: bool, options: TrackerOptions
) -> None:
    """The pose flag must be strictly greater than the threshold."""
    _, (pose,) = track_all([seen(1, flag)], replace(options, detect_again=False))
    assert (pose is not None) == found


def test_checklist_17_profiles_differ_in_the_refinement_window() -> None:
    """MediaPipe's legacy Python package refines with 9 cells, its graphs with 7."""
    assert LEGACY.refine_window == 9
    assert MEDIAPIPE_TASKS.refine_window == 7


def test_checklist_21_the_detector_runs_only_where_it_is_needed() -> None:
    """Legacy: on the first frame and on the frame after a failure, not on the failing one, never while tracking."""
    answers = [seen(1), seen(2), seen(3), NOBODY, seen(4), seen(5)]
    calls, found = track_all(answers, LEGACY)
    assert calls == "DL L L L DL L"
    assert [pose is not None for pose in found] == [True, True, True, False, True, True]


def test_with_detect_again_no_frame_is_lost() -> None:
    """Native tracker: the ROI is empty, so the whole image is searched on the same frame."""
    answers = [seen(1), seen(2), NOBODY, seen(3), seen(4)]
    calls, found = track_all(answers, OURS, frames=4)
    assert calls == "DL L LDL L"
    assert all(pose is not None for pose in found)
    assert (
        found[2] is not None
        and found[2].roi is not None
        and astuple(found[2].roi) == landmark_numbers(_DETECTED)
    )
    # The person found there may be another one: the filters start again.
    assert found[2].image == pytest.approx(raw_landmarks(answers[3], found[2].roi)[0], abs=1e-3)
    assert found[2].world == pytest.approx(answers[3].world, abs=1e-6)


def test_with_detect_again_a_person_who_left_is_lost() -> None:
    """When the second search fails too there is no pose, and the next frame begins with the detector."""
    calls, found = track_all([seen(1), NOBODY, NOBODY, seen(2)], OURS, frames=3)
    assert calls == "DL LDL DL"
    assert [pose is not None for pose in found] == [True, False, True]


def test_a_failing_flag_after_a_detection_is_not_searched_again() -> None:
    """If the detector already ran on a frame, it does not run again on the same frame."""
    calls, found = track_all([NOBODY, seen(1)], OURS)
    assert calls == "DL DL"
    assert found[0] is None


def test_checklist_22_static_mode_detects_on_every_frame_and_remembers_nothing() -> None:
    """Three identical frames give bit-identical results, each found by the detector."""
    calls, found = track_all([seen(1)] * 3, replace(LEGACY, static=True))
    assert calls == "DL DL DL"
    first = found[0]
    for pose in found:
        assert pose is not None and first is not None
        for name in ("world", "image", "visibility", "presence"):
            assert np.array_equal(getattr(pose, name), getattr(first, name))
        assert pose.roi is not None and astuple(pose.roi) == landmark_numbers(_DETECTED)


def test_checklist_33_nothing_is_smoothed_in_static_mode() -> None:
    """In static mode each frame gives the output of the network, independent of earlier frames."""
    answers = [seen(k) for k in range(3)]
    _, found = track_all(answers, replace(OURS, static=True))
    for answer, pose in zip(answers, found, strict=True):
        assert pose is not None
        assert pose.image == pytest.approx(raw_landmarks(answer, _DETECTED)[0], abs=1e-3)
        assert pose.world == pytest.approx(answer.world, abs=1e-6)
        assert pose.visibility == pytest.approx(_probability(answer.visibility), abs=1e-6)


@pytest.mark.parametrize("count", [1, 2])
def test_checklist_33_tasks_smooth_one_person_only(count: int) -> None:
    """With `num_poses` 1, landmarks are filtered; with 2, they are not."""
    answers = [seen(k) for k in range(4)]
    _, found = track_all(answers, replace(MEDIAPIPE_TASKS, num_poses=count))
    for answer, pose in zip(answers[1:], found[1:], strict=True):
        assert pose is not None and pose.roi is not None
        moved = np.abs(pose.image - raw_landmarks(answer, pose.roi)[0]).max()
        world = turn(answer.world.astype(np.float32).astype(np.float64), pose.roi.rotation)
        blended = np.abs(pose.visibility - _probability(answer.visibility)).max()
        assert pose.presence == pytest.approx(_probability(answer.presence), abs=1e-6)
        if count == 1:
            assert moved > 0.1 and np.abs(pose.world - world).max() > 0.01 and blended > 0.01
        else:
            assert moved < 1e-3 and np.abs(pose.world - world).max() < 1e-5 and blended < 1e-6


def test_the_landmark_model_sees_the_detected_roi() -> None:
    """The first ROI is that of the best detection; a pose has its ROI and time."""
    _, (pose,) = track_all([seen(1)], OURS, [7.25])
    assert pose is not None and pose.roi is not None
    assert astuple(pose.roi) == landmark_numbers(_DETECTED)
    assert pose.t == 7.25
    assert pose.score == pytest.approx(0.9)


@pytest.mark.parametrize("options", [OURS, LEGACY], ids=["ours", "legacy"])
@pytest.mark.parametrize("smooth", [True, False])
def test_checklist_23_next_roi_comes_from_smoothed_auxiliary_landmarks(
    options: TrackerOptions, smooth: bool
) -> None:
    """The auxiliary landmarks are always filtered (0.01 / 10 / 1, over twice their raw distance), with any `smooth`."""
    answers = [seen(k) for k in range(6)]
    _, found = track_all(answers, replace(options, smooth=smooth))
    roi_filter = OneEuroFilter(OneEuroOptions(0.01, 10.0, 1.0))
    moved = []
    for k, (answer, pose, after) in enumerate(zip(answers, found, found[1:], strict=False)):
        assert pose is not None and pose.roi is not None and after is not None and after.roi is not None
        raw = raw_landmarks(answer, pose.roi)[1]
        scale = 1 / (2 * float(np.hypot(*(raw[1] - raw[0])[:2])))
        expected = roi_from_auxiliary(roi_filter.apply(raw, _time(options, k), scale))
        assert expected is not None
        assert astuple(after.roi) == landmark_numbers(expected)
        unfiltered = roi_from_auxiliary(raw)
        assert unfiltered is not None
        moved.append(abs(unfiltered.x - after.roi.x))
    assert max(moved) > 0.1  # so raw points would have been noticed


def _time(options: TrackerOptions, k: int) -> float:
    """The time that filters see at frame k of a 30 Hz stream."""
    return (k + 1) * options.fixed_period_s if options.fixed_period_s else k / 30


@pytest.mark.parametrize(
    ("options", "radii"),
    [(OURS, 2.0), (LEGACY, 2.0), (MEDIAPIPE_TASKS, 2.5)],
    ids=["ours", "legacy", "tasks"],
)
def test_checklist_30_31_filters_have_mediapipes_settings(options: TrackerOptions, radii: float) -> None:
    """Image 0.05 / 80 / 1 in pixels over 2 d (Tasks 2.5 d), z too; world 0.1 / 40 / 1 unscaled; visibility 0.1;
    presence never.
    """
    answers = [seen(k) for k in range(6)]
    _, found = track_all(answers, options)
    unset = options.zero_is_unset
    image_filter = OneEuroFilter(OneEuroOptions(0.05, 80.0), zero_is_unset=unset)
    world_filter = OneEuroFilter(OneEuroOptions(0.1, 40.0), zero_is_unset=unset)
    visibility = LowPassFilter(0.1)  # at 30 Hz ours is the same
    for k, (answer, pose) in enumerate(zip(answers, found, strict=True)):
        assert pose is not None and pose.roi is not None
        t = _time(options, k)
        raw, auxiliary = raw_landmarks(answer, pose.roi)
        scale = 1 / (radii * float(np.hypot(*(auxiliary[1] - auxiliary[0])[:2])))
        world = turn(answer.world.astype(np.float32).astype(np.float64), pose.roi.rotation)
        assert pose.image == pytest.approx(image_filter.apply(raw, t, scale), abs=2e-3)
        assert pose.world == pytest.approx(world_filter.apply(world, t), abs=1e-5)
        seen_now = visibility.apply(_probability(answer.visibility), t)
        assert pose.visibility == pytest.approx(seen_now, abs=1e-5)
        assert pose.presence == pytest.approx(_probability(answer.presence), abs=1e-6)
    assert found[-1] is not None
    assert np.abs(found[-1].image - raw).max() > 0.1
    assert np.abs(found[-1].world - world).max() > 0.01


def test_without_smoothing_network_output_is_returned() -> None:
    """`smooth=False` gives raw landmarks of a smoothed ROI."""
    answers = [seen(k) for k in range(4)]
    _, found = track_all(answers, replace(OURS, smooth=False))
    for answer, pose in zip(answers, found, strict=True):
        assert pose is not None and pose.roi is not None
        assert pose.image == pytest.approx(raw_landmarks(answer, pose.roi)[0], abs=1e-3)
        assert pose.visibility == pytest.approx(_probability(answer.visibility), abs=1e-6)


def _lost_and_found(options: TrackerOptions) -> tuple[list[Seen], list[Pose | None]]:
    answers = [seen(1), seen(2), seen(3), NOBODY, seen(4), seen(5)]
    _, found = track_all(answers, replace(options, detect_again=False))
    assert found[3] is None
    return answers, found


@pytest.mark.parametrize("options", [LEGACY, MEDIAPIPE_TASKS], ids=["legacy", "tasks"])
def test_checklist_32_mediapipe_keeps_world_and_visibility_filters_after_a_loss(
    options: TrackerOptions,
) -> None:
    """Image and ROI restart (first output equals raw); world and visibility continue, two periods later."""
    answers, found = _lost_and_found(options)
    world_filter = OneEuroFilter(options.world_filter, zero_is_unset=options.zero_is_unset)
    visibility = LowPassFilter(0.1)
    for k, (answer, pose) in enumerate(zip(answers, found, strict=True)):
        if pose is None or pose.roi is None:
            continue
        world = turn(answer.world.astype(np.float32).astype(np.float64), pose.roi.rotation)
        t = _time(options, k)
        assert pose.world == pytest.approx(world_filter.apply(world, t), abs=1e-5)
        seen_now = visibility.apply(_probability(answer.visibility), t)
        assert pose.visibility == pytest.approx(seen_now, abs=1e-5)
        if k == 4:
            assert pose.image == pytest.approx(raw_landmarks(answer, pose.roi)[0], abs=1e-3)
            assert np.abs(pose.world - world).max() > 0.01


def test_after_a_loss_all_native_filters_restart() -> None:
    """Native tracker: the first pose after a loss is exactly the output of the network; the next one is filtered as a
    second frame.
    """
    answers, found = _lost_and_found(OURS)
    _, fresh = track_all(answers[4:], OURS)
    for pose, new in zip(found[4:], fresh, strict=True):
        assert pose is not None and new is not None
        # Times differ by a constant only.
        assert pose.image == pytest.approx(new.image, abs=1e-3)
        assert pose.world == pytest.approx(new.world, abs=1e-5)
        assert pose.visibility == pytest.approx(new.visibility, abs=1e-5)


def test_checklist_35_legacy_time_is_33333_us_a_call() -> None:
    """With a fixed period the times of the frames do not matter; without one they do."""
    answers = [seen(k) for k in range(5)]
    slow, fast = [0.0, 0.5, 0.9, 4.0, 4.1], [0.0, 0.001, 0.002, 0.1, 0.2]
    for options, equal in ((LEGACY, True), (OURS, False)):
        there, here = track_all(answers, options, slow)[1][-1], track_all(answers, options, fast)[1][-1]
        assert there is not None and here is not None
        assert np.array_equal(there.image, here.image) == equal
    assert LEGACY.fixed_period_s == 0.033333


def test_frames_that_were_lost_count_in_the_fixed_period() -> None:
    """The legacy clock runs on while nobody is found."""
    answers = [seen(1), NOBODY, seen(2)]
    _, found = track_all(answers, LEGACY)
    world_filter = OneEuroFilter(LEGACY.world_filter)
    world_filter.apply(answers[0].world, 0.033333)
    expected = world_filter.apply(answers[2].world, 3 * 0.033333)
    assert found[2] is not None and found[2].world == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("options", [OURS, LEGACY, replace(OURS, static=True)])
@pytest.mark.parametrize("second", [1.0, 0.5])
def test_time_must_increase(options: TrackerOptions, second: float) -> None:
    """A frame that is not later than the one before is refused, in every mode; the tracker stays usable."""
    networks = Networks([seen(1), seen(2)])
    tracker = PoseTracker(networks.detector, networks.landmarks, options)
    tracker.step(Frame(IMAGE, 1.0, 0))
    with pytest.raises(StateError, match="frame times must increase"):
        tracker.step(Frame(IMAGE, second, 1))
    assert tracker.step(Frame(IMAGE, 1.1, 2)) is not None


def test_a_first_time_of_zero_is_a_time() -> None:
    """A file begins at 0 s; that is not "no time yet"."""
    networks = Networks([seen(1), seen(2)])
    tracker = PoseTracker(networks.detector, networks.landmarks)
    tracker.step(Frame(IMAGE, 0.0, 0))
    with pytest.raises(StateError):
        tracker.step(Frame(IMAGE, 0.0, 1))


@given(increasing_times(least=3, most=12), seeds())
@examples(8)
def test_a_reset_tracker_equals_a_new_one(times: list[float], seed: int) -> None:
    """After `reset` the same frames give bit-identical poses, ROI and calls, and time may start again."""
    answers = [seen(seed + k, 0.2 if (seed + k) % 4 == 0 else 0.9) for k in range(len(times))]
    for options in (replace(OURS, detect_again=False), LEGACY):
        networks = Networks([seen(k) for k in range(3)] + answers)
        tracker = PoseTracker(networks.detector, networks.landmarks, options)
        for k in range(3):
            tracker.step(Frame(IMAGE, times[-1] + k, k))
        tracker.reset()
        networks.calls = ""
        again = []
        for k, t in enumerate(times):
            again.append(tracker.step(Frame(IMAGE, t, k)))
            networks.calls += " "
        calls, fresh = track_all(answers, options, times)
        assert networks.calls.strip() == calls
        for pose, new in zip(again, fresh, strict=True):
            assert (pose is None) == (new is None)
            if pose is not None and new is not None:
                assert pose.roi == new.roi
                for name in ("world", "image", "visibility", "presence"):
                    assert np.array_equal(getattr(pose, name), getattr(new, name))


def test_a_single_image_does_not_disturb_the_stream() -> None:
    """`estimate` between two frames changes nothing about the second."""
    networks = Networks([seen(1), seen(5), seen(2)])
    tracker = PoseTracker(networks.detector, networks.landmarks, LEGACY)
    tracker.step(Frame(IMAGE, 0.0, 0))
    alone = tracker.estimate(IMAGE)
    after = tracker.step(Frame(IMAGE, 0.1, 1))
    _, (_, undisturbed) = track_all([seen(1), seen(2)], LEGACY)
    assert networks.calls == "DLDLL"
    assert alone is not None and alone.image == pytest.approx(raw_landmarks(seen(5), _DETECTED)[0], abs=1e-3)
    assert after is not None and undisturbed is not None
    assert np.array_equal(after.image, undisturbed.image) and after.roi == undisturbed.roi


def test_auxiliary_landmarks_in_one_place_lose_the_roi_only() -> None:
    """A ROI without size is dropped: the pose is returned, and the detector runs on the next frame."""
    collapsed = seen(2)
    collapsed.points[34] = collapsed.points[33]
    calls, found = track_all([seen(1), collapsed, seen(3)], OURS)
    assert calls == "DL L DL"
    assert all(pose is not None and np.isfinite(pose.image).all() for pose in found)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("min_detection_score", -0.1, "min_detection_score must be between 0 and 1, got -0.1"),
        ("min_pose_score", 1.1, "min_pose_score must be between 0 and 1, got 1.1"),
        ("max_overlap", float("nan"), "max_overlap must be between 0 and 1, got nan"),
        ("refine_window", 8, "refine_window must be 0 or an odd number, got 8"),
        ("refine_window", -1, "refine_window must be 0 or an odd number, got -1"),
        ("fixed_period_s", 0.0, "fixed_period_s must be greater than 0, or None, got 0.0"),
    ],
)
def test_options_out_of_range_are_refused(option: str, value: float, message: str) -> None:
    """The error for a wrong option has its name, the allowed values and the given value."""
    with pytest.raises(OptionError, match=message):
        TrackerOptions(**{option: value})  # type: ignore[arg-type]
