"""Several people: ids, crossing, occlusion, re-identification, the subject, and how often the networks run."""

from __future__ import annotations

import gc
import os
import threading
import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.runtime.loader import load_model
from fitness.engine.tracking.multi_person import MultiPersonTracker
from fitness.engine.tracking.result import TrackedFrame
from fitness.engine.tracking.track import body_size
from fitness.engine.tracking.tracker import PoseTracker, TrackerOptions
from fitness.errors import OptionError, StateError
from fitness.types import Frame, ImageArray, Roi
from scripts.benchmarks.company import company_clips, score_company
from tests.support.staged import (
    BLUE,
    GREEN,
    RED,
    Figure,
    Stage,
    StagedEstimator,
    standing,
    there_from_to,
    walking,
)


def ids_of(stage: Stage, frames: list[TrackedFrame], figure: int) -> set[int]:
    """All ids that a figure has had."""
    return {who[figure] for who in map(stage.who, frames) if figure in who}


def test_two_people_have_two_ids_that_stay() -> None:
    """Ids begin at 1, nobody is seen twice, poses come in the order of ids."""
    stage = Stage(Figure(standing(180), RED), Figure(standing(460), BLUE), num_poses=4)
    frames = stage.run(3)
    assert all(len(frame.poses) == 2 for frame in frames)
    assert ids_of(stage, frames, 0) | ids_of(stage, frames, 1) == {1, 2}
    assert len(ids_of(stage, frames, 0)) == 1
    assert all([pose.id for pose in frame.poses] == [1, 2] for frame in frames)
    assert all(len(frame.next_rois) == 2 for frame in frames)


@pytest.mark.parametrize("colours", [(RED, BLUE), (RED, RED)], ids=["different clothes", "the same clothes"])
def test_people_who_cross_keep_their_ids(colours: tuple[tuple[int, int, int], ...]) -> None:
    """One passes behind the other; both have the ids afterwards that they had before."""
    near = Figure(walking(120, 100), colours[0], depth=0.9)
    far = Figure(walking(540, -110), colours[1], depth=1.15)
    stage = Stage(near, far, num_poses=2)
    frames = stage.run(4.2)
    assert [len(ids_of(stage, frames, k)) for k in (0, 1)] == [1, 1]
    assert {pose.id for frame in frames for pose in frame.poses} == {1, 2}
    assert sum(0 in stage.who(frame) for frame in frames) == len(frames)
    assert sum(1 in stage.who(frame) for frame in frames) >= len(frames) - 15  # a second behind the other
    assert 1 in stage.who(frames[-1])


def test_a_returning_person_gets_the_same_id() -> None:
    """After three seconds of absence a person gets the old id; a person in other colours gets a new one."""
    stage = Stage(
        Figure(standing(160), RED),
        Figure(there_from_to(450, (0, 2), (5, 8)), BLUE),
        Figure(there_from_to(450, (10, 12)), GREEN),
        num_poses=3,
    )
    frames = stage.run(12)
    assert ids_of(stage, frames, 0) == {1}
    assert ids_of(stage, frames, 1) == {2}
    assert ids_of(stage, frames, 2) == {3}


def test_an_id_is_not_reused_after_the_memory_has_ended() -> None:
    """After `remember_s` even the same person gets a new id."""
    stage = Stage(
        Figure(standing(160), RED),
        Figure(there_from_to(450, (0, 1), (4, 6)), BLUE),
        num_poses=2,
        remember_s=1.0,
    )
    assert ids_of(stage, stage.run(6), 1) == {2, 3}


def test_no_more_people_than_requested_are_tracked() -> None:
    """With `num_poses` 2, two of three people are reported."""
    figures = [Figure(standing(x), c) for x, c in ((110, RED), (320, GREEN), (530, BLUE))]
    stage = Stage(*figures, num_poses=2)
    assert all(len(frame.poses) == 2 for frame in stage.run(2))


@pytest.mark.parametrize(("every_s", "most"), [(0.5, 11), (1.0, 6), (0.0, 76)])
def test_the_detector_interval_is_respected(every_s: float, most: int) -> None:
    """One person, `num_poses` 2, five seconds: the detector runs once at the start and then at the interval."""
    stage = Stage(Figure(standing(300), RED), num_poses=2, detect_every_s=every_s)
    frames = stage.run(5)
    assert most - 3 <= sum(frame.detected for frame in frames) <= most
    assert stage.estimator.detections >= sum(frame.detected for frame in frames)


def test_a_single_person_costs_one_landmark_pass_per_frame() -> None:
    """The landmark model runs once a frame, and the detector twice a second."""
    stage = Stage(Figure(standing(300), RED), rate_hz=30.0)
    frames = stage.run(5)
    assert stage.estimator.looks == len(frames)
    assert stage.estimator.detections <= 11


def test_without_people_the_detector_runs_on_every_frame() -> None:
    """So people are found immediately, in the order of a new tracker."""
    stage = Stage(Figure(there_from_to(300, (1, 9)), RED))
    frames = stage.run(2)
    assert [bool(frame.poses) for frame in frames] == [k >= 15 for k in range(30)]
    assert all(frame.detected for frame in frames[:16])
    assert frames[15].subject is not None and frames[15].subject.id == 1


def test_the_largest_or_the_most_central_person_is_the_subject() -> None:
    """By the option `subject`; the chosen person stays the subject."""
    figures = (Figure(standing(150), RED, depth=0.8), Figure(standing(330), BLUE, depth=1.2))
    for subject, expected in (("largest", 0), ("central", 1)):
        for count in (1, 2):
            stage = Stage(*figures, subject=subject, num_poses=count)
            for frame in stage.run(1):
                assert frame.subject is not None
                assert stage.who(frame)[expected] == frame.subject.id


def test_a_subject_can_be_chosen_by_id() -> None:
    """It is the subject from the next frame on; an unknown id is refused."""
    stage = Stage(Figure(standing(150), RED, depth=0.8), Figure(standing(450), BLUE), num_poses=2)
    stage.run(1)
    other = stage.who(stage.step())[1]
    assert stage.loop.choose(other)
    assert all(frame.subject is not None and frame.subject.id == other for frame in stage.run(1))
    assert not stage.loop.choose(77)
    assert not stage.loop.choose(0)


@pytest.mark.parametrize("depth", [0.75, 1.3], ids=["in front", "behind"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_bystander_never_becomes_the_subject(depth: float, count: int) -> None:
    """A bystander passes in front of or behind the subject: the subject is the same person before and after."""
    subject, other = Figure(standing(320), RED), Figure(walking(-80, 190), BLUE, depth=depth)
    stage = Stage(subject, other, num_poses=count)
    frames = stage.run(5)
    counted = [frame.subject for frame in frames if frame.subject is not None]
    assert {pose.id for pose in counted} == {1}
    for frame in frames:
        if frame.subject is not None:
            assert abs(frame.subject.image[[23, 24], 0].mean() - 320) < 20
    assert len(counted) >= len(frames) - 20
    if count == 1:
        assert all(len(frame.poses) <= 1 for frame in frames)


@pytest.mark.parametrize("speed", [260, 420, 700])
@pytest.mark.parametrize("colour", [BLUE, RED], ids=["other clothes", "the same clothes"])
def test_a_bystander_missed_by_the_detector_does_not_take_the_id(
    speed: float, colour: tuple[int, int, int]
) -> None:
    """Between two searches a bystander passes quickly, close in front of the person who exercises."""
    subject, other = Figure(standing(320), RED), Figure(walking(-160 - 2 * speed, speed), colour, depth=0.8)
    stage = Stage(subject, other, num_poses=2, detect_every_s=1.0, rate_hz=30.0)
    frames = stage.run(7)
    assert stage.who(frames[-1]) == {0: 1}
    away = [frame for frame in frames if stage.who(frame).get(0) != 1]
    assert len(away) <= 20


def test_a_new_subject_is_chosen_after_a_long_absence() -> None:
    """For `hold_s` there is no subject, although another person is there; then that one becomes the subject."""
    leaves = Figure(there_from_to(200, (0, 2)), RED, depth=0.8)
    stays = Figure(standing(450), BLUE)
    stage = Stage(leaves, stays, num_poses=2, hold_s=1.5)
    frames = stage.run(5)
    subjects = [None if frame.subject is None else frame.subject.id for frame in frames]
    first, second = subjects[0], subjects[-1]
    assert first is not None and second is not None and first != second
    assert subjects[:30] == [first] * 30
    assert subjects[30:52] == [None] * 22
    assert subjects[54:] == [second] * len(subjects[54:])


def test_each_person_has_their_own_filters() -> None:
    """With other people in the frame, a person's landmarks are the same bit for bit."""

    def path(t: float) -> float:
        return 160 + 6 * float(np.sin(7 * t))

    alone = Stage(Figure(path, RED), num_poses=2).run(2)
    stage = Stage(Figure(path, RED), Figure(standing(480), BLUE, depth=1.1), num_poses=2)
    for one, both in zip(alone, stage.run(2), strict=True):
        (mine,) = (pose for pose in both.poses if pose.image[0, 0] < 320)
        assert np.array_equal(mine.image, one.poses[0].image)
        assert np.array_equal(mine.world, one.poses[0].world)


class _StuckEstimator(StagedEstimator):
    """In a ROI that is too small or upside down, all landmarks are near the hips, and the next ROI is like this one."""

    def landmarks_in(
        self, image: ImageArray, roi: Roi | None, *, with_certainty: bool = False
    ) -> RoiLandmarks | None:
        found = super().landmarks_in(image, roi, with_certainty=with_certainty)
        if found is None or roi is None:
            return found
        hips, top = found.auxiliary
        share = body_size(roi) / np.hypot(*(top - hips)[:2])
        upside_down = abs(roi.rotation) > 2.0
        if share > 0.75 and not upside_down:
            return found
        auxiliary = np.stack([hips, hips + (top - hips) * (-1.0 if upside_down else share)])
        return replace(found, image=hips + (found.image - hips) * 0.4, auxiliary=auxiliary)


@pytest.mark.parametrize(
    "roi", [Roi(300, 180, 80, 0.0), Roi(300, 180, 200, 3.0)], ids=["part", "upside down"]
)
def test_a_person_with_a_wrong_roi_is_found_again(roi: Roi) -> None:
    """The landmark model cannot leave a wrong ROI: the detector gives the body back, under the same id."""
    stage = Stage(Figure(standing(300), RED), num_poses=2)
    estimator = _StuckEstimator(stage.estimator.options, stage.estimator.figures)
    stage.estimator, stage.loop = estimator, MultiPersonTracker(estimator)  # type: ignore[arg-type]
    whole = np.ptp(stage.run(3)[-1].poses[0].image[:, 1])
    stuck = estimator.landmarks_in(estimator.picture(), roi)
    assert stuck is not None and np.ptp(stuck.image[:, 1]) < 0.6 * whole
    stage.loop.set_rois([roi])
    frames = stage.run(3)
    assert np.ptp(frames[-1].poses[0].image[:, 1]) == pytest.approx(whole, rel=0.05)
    assert {pose.id for frame in frames for pose in frame.poses} == {1}


def test_the_roi_can_be_set_by_the_caller() -> None:
    """`set_rois` replaces the ROIs of the next frame; the detector does not run."""
    stage = Stage(Figure(standing(160), RED), Figure(standing(480), BLUE), num_poses=2)
    both = stage.step()
    stage.loop.set_rois([roi for roi in both.next_rois if roi is not None and roi.x > 320])
    result = stage.step()
    assert len(result.poses) == 1 and not result.detected
    assert result.poses[0].image[0, 0] > 320


def test_memory_does_not_grow_while_people_come_and_go() -> None:
    """After four minutes, as much is remembered as after two."""

    def comes_and_goes(t: float) -> float | None:
        return 100 + 60 * (t % 9) if t % 9 < 7 else None

    stage = Stage(Figure(standing(320), RED), Figure(comes_and_goes, BLUE), rate_hz=2.0, num_poses=3)
    stage.run(120)
    tracemalloc.start()
    try:
        stage.run(30)
        before = tracemalloc.get_traced_memory()[0]
        stage.run(90)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50_000


def _resident_bytes() -> int:
    """Current memory of this process; its peak would hide memory that was returned."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        pytest.skip("this system does not tell a process what it holds")
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("minute", "minutes"), [pytest.param(90, 4), pytest.param(1800, 10, marks=pytest.mark.slow)]
)
def test_memory_does_not_grow_after_the_first_minute(minute: int, minutes: int, models: Path) -> None:
    """Two people with masks, real networks: less than 5 MB more than after the first minute.

    The long form is 18,000 frames; the short one has minutes of 90.
    """
    tracker = PoseTracker(
        load_model(models / "pose_detection.tflite"),
        load_model(models / "pose_landmark_lite.tflite"),
        TrackerOptions(num_poses=2, segmentation=True),
    )
    pictures = [frame.image for frame in company_clips()["crossing"].clip.frames()]
    held = []
    for k in range(minute * minutes):
        tracker.step_all(Frame(pictures[k % len(pictures)], k / 30, k))
        if (k + 1) % minute == 0:
            gc.collect()
            held.append(_resident_bytes())
    grown = [round((each - held[0]) / 1e6, 2) for each in held]
    print("MB more than after the first minute:", grown)
    assert max(grown) < 5.0, grown


# --- the tracker itself ---


@dataclass
class Blocking:
    """A network that waits, so that a test can call the tracker meanwhile."""

    inside: threading.Event
    leave: threading.Event
    input_shape: tuple[int, ...] = (1, 224, 224, 3)
    output_shapes: tuple[tuple[int, ...], ...] = ()

    def run(self, tensor: np.ndarray) -> tuple[np.ndarray, ...]:
        self.inside.set()
        assert self.leave.wait(300)
        return np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), -100, np.float32)


def _frame(t: float) -> Frame:
    return Frame(np.zeros((60, 80, 3), np.uint8), t, 0)


def test_checklist_40_a_tracker_busy_in_another_thread_refuses_calls() -> None:
    """The second thread gets an error that says what to do; the first gets its result."""
    network = Blocking(threading.Event(), threading.Event())
    tracker = PoseTracker(network, network, TrackerOptions(still_search_score=None))
    results: list[object] = []
    worker = threading.Thread(target=lambda: results.append(tracker.step_all(_frame(0.0))))
    worker.start()
    assert network.inside.wait(300)
    for call in (lambda: tracker.step(_frame(1.0)), lambda: tracker.estimate(_frame(0).image), tracker.reset):
        with pytest.raises(StateError, match="in use by another thread"):
            call()
    network.leave.set()
    worker.join()
    assert len(results) == 1
    assert tracker.step(_frame(1.0)) is None


def test_checklist_39_a_closed_tracker_raises_a_clear_error() -> None:
    """`close` may be called twice; the with statement closes; after that every call is refused."""
    network = Blocking(threading.Event(), threading.Event())
    network.leave.set()
    with PoseTracker(network, network) as tracker:
        tracker.step(_frame(0.0))
    tracker.close()
    for call in (lambda: tracker.step(_frame(1.0)), lambda: tracker.estimate(_frame(0).image), tracker.reset):
        with pytest.raises(StateError, match="closed"):
            call()


def test_an_unknown_person_cannot_be_chosen() -> None:
    """The error names the id; a tracker without ids has nobody to choose."""
    network = Blocking(threading.Event(), threading.Event())
    for options in (TrackerOptions(), TrackerOptions(association="overlap")):
        with pytest.raises(OptionError, match="person_id must be the id of a tracked person, got 3"):
            PoseTracker(network, network, options).choose(3)


# --- with the real networks ---

_QUICK = (("crossing, same clothes", 30.0), ("passing behind", 15.0))
_SLOW = (*((name, 15.0) for name in company_clips()), ("four people", 30.0))


@pytest.mark.parametrize(
    ("name", "rate"),
    [*_QUICK, *(pytest.param(*case, marks=pytest.mark.slow) for case in _SLOW if case not in _QUICK)],
)
def test_rendered_people_keep_their_ids(name: str, rate: float, models: Path) -> None:
    """No id changes, there are no extra poses, and each person who is visible for a second is found."""
    tracker = PoseTracker(
        load_model(models / "pose_detection.tflite"),
        load_model(models / "pose_landmark_full.tflite"),
        TrackerOptions(num_poses=4),
    )
    company = company_clips(rate)[name]
    score = score_company(company, lambda frame: tracker.step_all(frame).poses)
    assert (score.ids, score.switches, score.extra) == (company.figures, 0, 0), score
    assert score.longest_gap_s <= 1 and score.tracked >= 0.9 and score.least_tracked >= 0.7, score


def test_a_trunk_outside_the_image_is_not_followed() -> None:
    """Landmarks that drifted out of the image would place the next ROI there. The detector finds the person again."""
    stage = Stage(Figure(standing(300), RED), num_poses=2)
    plain, drift = stage.estimator.landmarks_in, np.array([0.0, -2000.0, 0.0])

    def drifting(image: ImageArray, roi: Roi, *, with_certainty: bool = False) -> RoiLandmarks | None:
        """As the landmark model on a wrong ROI: it finds somebody there, and so on each frame after that."""
        outside = roi.y < -500
        if not (outside or 1.0 <= stage.estimator.t < 1.1):
            return plain(image, roi, with_certainty=with_certainty)
        found = plain(image, replace(roi, y=roi.y + 2000) if outside else roi, with_certainty=with_certainty)
        return found and replace(
            found, image=found.image + drift, auxiliary=found.auxiliary + drift, roi=replace(roi, y=-1000)
        )

    stage.estimator.landmarks_in = drifting  # type: ignore[method-assign]
    stage.loop = MultiPersonTracker(stage.estimator)  # type: ignore[arg-type]
    frames = stage.run(4)
    lost = [number for number, frame in enumerate(frames) if 0 not in stage.who(frame)]
    assert lost
    assert len(lost) <= 8
    assert ids_of(stage, frames, 0) == {1}
