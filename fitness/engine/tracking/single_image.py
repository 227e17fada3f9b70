"""Finds all people in a single image."""

from __future__ import annotations

from typing import Final

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.roi import next_roi
from fitness.engine.blazepose.segmentation import image_mask
from fitness.engine.options import TrackerOptions
from fitness.engine.tracking.filtered_person import pose_of
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.engine.tracking.search import PersonSearch
from fitness.engine.tracking.tile_search import all_tiles

_VERY_SURE: Final = 0.99
"""Minimum pose flag of a person from a detection with a low score."""


def detect_all(estimator: PoseEstimator, context: FrameContext) -> TrackedFrame:
    """Find up to `num_poses` people in a single image, best first; no state is kept between images."""
    search = _as_mediapipe if estimator.options.still_search_score is None else _thoroughly
    detections, found = search(estimator, context)
    if not found and _searches_tiles(estimator.options):
        people = PersonSearch(estimator, thorough=True)
        small = people.in_tiles(context, all_tiles(context.image), estimator.options.num_poses)
        found = [observation.found for observation in small]
    height, width = context.image.shape[:2]
    options = estimator.options
    poses = tuple(pose_of(each, context.t, options, mask=image_mask(each, width, height)) for each in found)
    rois = tuple(next_roi(each, options.upper_body) for each in found)
    return TrackedFrame(poses, rois, poses[0] if poses else None, tuple(detections), detected=True)


def _searches_tiles(options: TrackerOptions) -> bool:
    """Whether small people are searched for; never in MediaPipe's profiles, which know no ids."""
    return options.search_tiles and options.association == "ids"


def _as_mediapipe(
    estimator: PoseEstimator, context: FrameContext
) -> tuple[list[Detection], list[RoiLandmarks]]:
    """Run the landmark model on the best detections, as MediaPipe does."""
    detections = estimator.detect(context.image, context.rotation_deg)
    found = [
        estimator.refined_landmarks_in(context.image, estimator.roi_of(each))
        for each in detections[: estimator.options.num_poses]
    ]
    return detections, [each for each in found if each is not None]


def _thoroughly(
    estimator: PoseEstimator, context: FrameContext
) -> tuple[list[Detection], list[RoiLandmarks]]:
    """Search again with the people found so far covered; if nobody is found, search with a lower score."""
    search, most = PersonSearch(estimator, thorough=True), estimator.options.num_poses
    detections, observations = search.beside(context, [], most, _best_first)
    new = observations
    while new and len(observations) < most:
        more, new = search.beside(context, observations, most - len(observations), _best_first)
        new = [observation for observation in new if observation.fresh]
        detections, observations = detections + more, observations + new
    if not observations:
        detections, faint = search.beside(context, [], most, _best_first, faint=True)
        observations = [observation for observation in faint if observation.found.score > _VERY_SURE]
    return detections, [observation.found for observation in observations]


def _best_first(roi: object, score: float) -> float:
    return -score
