"""Tracks with a wrong ROI, as after a cut: the detector contradicts it, and the track starts again under the same id."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.tracking.multi_person import MultiPersonTracker
from fitness.engine.tracking.result import TrackedFrame
from fitness.engine.tracking.roi_agreement import agrees, contradicts
from fitness.types import ImageArray, Roi
from tests.support.staged import BLUE, CERTAINTY, HEIGHT, RED, Figure, Stage, StagedEstimator, standing

X = 300.0
UPSIDE_DOWN = Roi(X, HEIGHT / 2, 200, math.pi)
OUTSIDE = Roi(X, -8, 600, math.pi / 2)


class CutEstimator(StagedEstimator):
    """In a ROI that is turned by 90 degrees or more, a body is found whose next ROI is the same one again."""

    wrong_certainty = 0.45
    right_certainty = CERTAINTY
    lying_certainty = wrong_certainty
    """In a ROI that is turned by less than 150 degrees."""
    handstand = False
    hidden: tuple[int, int, int] | None = None
    """Colour of a figure that the detector misses."""
    also: Detection | None = None
    """A further detection on every frame."""

    def detect(
        self, image: ImageArray, rotation_deg: int = 0, *, faint: bool = False, region: Roi | None = None
    ) -> list[Detection]:
        figures = self.figures
        self.figures = [figure for figure in figures if figure.colour != self.hidden]
        found = super().detect(image, rotation_deg, faint=faint, region=region)
        self.figures = figures
        if not self.handstand:
            return found if self.also is None else [*found, self.also]
        return [replace(each, keypoints=2 * each.keypoints[0] - each.keypoints) for each in found]

    def landmarks_in(
        self, image: ImageArray, roi: Roi | None, *, with_certainty: bool = False
    ) -> RoiLandmarks | None:
        if roi is None or abs(roi.rotation) < 1.5:
            found = super().landmarks_in(image, roi, with_certainty=with_certainty)
            return found and replace(found, certainty=self.right_certainty if with_certainty else 0.0)
        found = super().landmarks_in(image, Roi(X, HEIGHT / 2, 200, 0.0))
        assert found is not None
        hips, top = found.auxiliary
        size, (sine, cosine) = roi.size / 200, (math.sin(roi.rotation), math.cos(roi.rotation))
        turn = size * np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
        there = np.array([roi.x, roi.y, 0.0])
        certainty = self.lying_certainty if abs(roi.rotation) < 2.6 else self.wrong_certainty
        return replace(
            found,
            image=there + (found.image - hips) @ turn.T,
            auxiliary=np.stack([there, there + turn @ (top - hips)]),
            roi=roi,
            certainty=certainty if with_certainty else 0.0,
        )


def cut_stage(*others: Figure, **settings: object) -> tuple[Stage, CutEstimator]:
    """A person at `X`, and others; `settings` are attributes of the estimator."""
    stage = Stage(Figure(standing(X), RED), *others, num_poses=2)
    estimator = CutEstimator(stage.estimator.options, stage.estimator.figures)
    for name, value in settings.items():
        setattr(estimator, name, value)
    stage.estimator, stage.loop = estimator, MultiPersonTracker(estimator)  # type: ignore[arg-type]
    return stage, estimator


def begun(stage: Stage, *rois: Roi, seconds: float = 1.5) -> list[TrackedFrame]:
    """The frames of a stream whose tracks begin in these ROIs."""
    stage.loop.set_rois(list(rois))
    return stage.run(seconds)


def turned(frame: TrackedFrame) -> bool:
    """Whether the ROI of the first person is turned."""
    roi = frame.next_rois[0]
    return roi is not None and abs(roi.rotation) > 1.5


@pytest.mark.parametrize("roi", [UPSIDE_DOWN, OUTSIDE], ids=["upside down", "outside the image"])
def test_a_contradicted_track_starts_again_with_the_same_id(roi: Roi) -> None:
    """Within 0.3 s; the landmarks are those of the detection at once, without smoothing across the jump."""
    stage, estimator = cut_stage()
    frames = begun(stage, roi)
    wrong = [turned(frame) for frame in frames]
    first = wrong.index(False)
    assert 1 <= first <= 5 and not any(wrong[first:])
    assert {pose.id for frame in frames for pose in frame.poses} == {1}
    figure = estimator.figures[0].landmarks(0.0)
    assert figure is not None
    for frame in frames[first:]:
        assert np.allclose(frame.poses[0].image, figure, atol=1e-3)


@pytest.mark.parametrize("handstand", [True, False], ids=["detection agrees", "no detection"])
def test_a_person_who_is_upside_down_is_left_alone(handstand: bool) -> None:
    """In a handstand the detection agrees with the ROI, or there is none; both are no reason to begin again."""
    stage, _ = cut_stage(handstand=handstand, hidden=None if handstand else RED)
    frames = begun(stage, UPSIDE_DOWN)
    assert all(turned(frame) and [pose.id for pose in frame.poses] == [1] for frame in frames)


def test_a_person_at_the_edge_is_not_moved_to_a_neighbour() -> None:
    """The hips are outside the image, and a detection agrees: the clearer person nearby is somebody else."""
    hips, top = np.array([X, OUTSIDE.y + 5]), np.array([X + 235, OUTSIDE.y + 25])
    also = Detection(np.zeros(4), np.stack([hips, top, hips, top]), 0.8)
    stage, _ = cut_stage(also=also)
    frames = begun(stage, OUTSIDE)
    assert all(turned(frame) for frame in frames)


@pytest.mark.parametrize("certainty", [0.59, 0.40])
def test_a_contradiction_without_clearer_landmarks_changes_nothing(certainty: float) -> None:
    """The detector errs too: the landmarks in its ROI must be clearer by 0.15."""
    stage, _ = cut_stage(right_certainty=certainty)
    assert all(turned(frame) for frame in begun(stage, UPSIDE_DOWN))


def test_a_track_does_not_take_the_detection_of_another_person() -> None:
    """The detector sees only the neighbour, who is tracked: the upside-down track does not begin again there."""
    neighbour = Figure(standing(X + 60), BLUE, depth=0.9)
    stage, _ = cut_stage(neighbour, hidden=RED)
    frames = begun(stage, UPSIDE_DOWN, Roi(X + 60, HEIGHT / 2, 220, 0.0))
    assert all(turned(frame) and len(frame.poses) == 2 for frame in frames[2:])


@pytest.mark.parametrize(("certainty", "starts_again"), [(CERTAINTY, False), (0.45, True)])
def test_a_detection_across_a_clear_neighbour_is_not_taken(certainty: float, starts_again: bool) -> None:
    """The detector errs in the rotation of a neighbour: only if that track is doubtful, too, it may be somebody else."""
    lying = Roi(X + 60, HEIGHT / 2, 200, 1.7)
    stage, _ = cut_stage(Figure(standing(X + 60), BLUE), hidden=RED, lying_certainty=certainty)
    frames = begun(stage, UPSIDE_DOWN, lying, seconds=0.6)
    assert turned(frames[-1]) is not starts_again


def test_only_doubtful_landmarks_cost_detector_passes() -> None:
    """Five seconds: as many passes as for the search alone while the landmarks are clear, and four per second if not."""
    stage, estimator = cut_stage()
    stage.run(5)
    assert estimator.detections <= 11
    stage, estimator = cut_stage(right_certainty=0.6)
    stage.run(5)
    assert 20 <= estimator.detections <= 11 + 20


def test_a_detection_agrees_contradicts_or_does_neither() -> None:
    """By the distance in body sizes (0.4 of the ROI's side), the rotation, and the image of 640 x 360 pixels."""
    tracked, size = Roi(300, 180, 250, 0.0), (640, 360)
    for x, degrees, expected in (
        (340, 80, (True, False)),
        (340, 100, (False, False)),
        (340, 125, (False, True)),
        (340, -125, (False, True)),
        (360, 0, (False, False)),
        (420, 180, (False, False)),
    ):
        detected = Roi(x, 180, 250, math.radians(degrees))
        assert (agrees(tracked, detected), contradicts(tracked, detected, size)) == expected, (x, degrees)
    outside = replace(tracked, y=-5)
    assert contradicts(outside, Roi(300, 60, 250, 0.0), size)
    assert not contradicts(outside, Roi(300, 180, 250, 0.0), size)
