"""Everybody in a picture of its own."""

from __future__ import annotations

from typing import Final

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.roi import next_roi
from fitness.engine.blazepose.segmentation import image_mask
from fitness.engine.tracking.filtered_person import pose_of
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.engine.tracking.search import PersonSearch

_VERY_SURE: Final = 0.99
"""Pose flag of a person whom the detector saw only faintly."""


def detect_all(finder: PoseEstimator, moment: FrameContext) -> TrackedFrame:
    """The people in a picture, best first, up to `num_poses`; nothing before or after it matters."""
    search = _as_mediapipe if finder.options.still_search_score is None else _thoroughly
    detections, found = search(finder, moment)
    height, width = moment.image.shape[:2]
    options = finder.options
    poses = tuple(pose_of(each, moment.t, options, mask=image_mask(each, width, height)) for each in found)
    rois = tuple(next_roi(each, options.upper_body) for each in found)
    return TrackedFrame(poses, rois, poses[0] if poses else None, tuple(detections), detected=True)


def _as_mediapipe(finder: PoseEstimator, moment: FrameContext) -> tuple[list[Detection], list[RoiLandmarks]]:
    """The landmarks at the best detections."""
    detections = finder.detect(moment.image, moment.rotation_deg)
    found = [
        finder.study(moment.image, finder.place(each)) for each in detections[: finder.options.num_poses]
    ]
    return detections, [each for each in found if each is not None]


def _thoroughly(finder: PoseEstimator, moment: FrameContext) -> tuple[list[Detection], list[RoiLandmarks]]:
    """Search again with those found painted over, and less strictly when nobody is found."""
    looker, most = PersonSearch(finder, thorough=True), finder.options.num_poses
    detections, sights = looker.beside(moment, [], most, _best_first)
    new = sights
    while new and len(sights) < most:
        more, new = looker.beside(moment, sights, most - len(sights), _best_first)
        new = [sight for sight in new if sight.fresh]
        detections, sights = detections + more, sights + new
    if not sights:
        detections, faint = looker.beside(moment, [], most, _best_first, faint=True)
        sights = [sight for sight in faint if sight.found.score > _VERY_SURE]
    return detections, [sight.found for sight in sights]


def _best_first(roi: object, score: float) -> float:
    return -score
