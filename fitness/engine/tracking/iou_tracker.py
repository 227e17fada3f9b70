"""Tracks people as MediaPipe's Tasks do (`pose_landmarker_graph.cc`): by the overlap of ROIs, without ids.

Landmarks are filtered only if `num_poses` is 1. The detector runs on each frame with fewer than `num_poses` ROIs.
ROIs of detections replace tracked ROIs that they overlap.
"""

from __future__ import annotations

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.relative_roi import RelativeRoi, Size, size_of
from fitness.engine.blazepose.roi import next_roi
from fitness.engine.blazepose.segmentation import image_mask
from fitness.engine.tracking.association import merge_rois
from fitness.engine.tracking.filtered_person import Person, pose_of
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.types import Pose, Roi


class IouTracker:
    """Follows up to `num_poses` people by their ROIs.

    Args:
        estimator: the networks and the options.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self._options = estimator.options
        self._rois: list[Roi] = []
        self._size: Size | None = None
        self._alone = Person(estimator.options) if estimator.options.num_poses == 1 else None

    def set_rois(self, rois: list[Roi]) -> None:
        """See `TrackingLoop`."""
        self._rois, self._size = list(rois), None

    def step(self, context: FrameContext) -> TrackedFrame:
        """See `TrackingLoop`."""
        count, detections = self._options.num_poses, None
        rois = self._known_rois(size_of(context.image))
        if len(rois) < count:
            detections = self._estimator.detect(context.image, context.rotation_deg)
            new = [roi for each in detections if (roi := self._estimator.roi_of(each)) is not None]
            known = [roi if isinstance(roi, Roi) else roi.in_pixels(size_of(context.image)) for roi in rois]
            rois = list(merge_rois((known, new), self._options.min_roi_overlap))
        found = [self._estimator.landmarks_in(context.image, roi) for roi in rois[:count]]
        seen = [each for each in found if each is not None]
        poses = tuple(self._pose(each, context) for each in seen)
        after = tuple(next_roi(each, self._options.upper_body) for each in seen)
        self._rois = [roi for roi in after if roi is not None]
        if not seen and self._alone is not None:
            self._alone.lose()
        return self._result(poses, after, detections)

    def _known_rois(self, size: Size) -> list[Roi | RelativeRoi]:
        """The ROIs from the last frame, for a frame of `size`."""
        before, self._size = self._size, size
        if before is None or before == size:
            return list(self._rois)
        return [RelativeRoi.of(roi, before) for roi in self._rois]

    def _pose(self, found: RoiLandmarks, context: FrameContext) -> Pose:
        if self._alone is not None:
            return self._alone.follow(found, context.t, context.t_filter, context.image)
        mask = image_mask(found, context.image.shape[1], context.image.shape[0])
        return pose_of(found, context.t, self._options, mask=mask)

    def _result(
        self, poses: tuple[Pose, ...], rois: tuple[Roi | None, ...], detections: list[Detection] | None
    ) -> TrackedFrame:
        subject = poses[0] if poses else None
        return TrackedFrame(poses, rois, subject, tuple(detections or ()), detections is not None)
