"""Tracks one person as MediaPipe's legacy graph does (`pose_landmark_cpu.pbtxt`).

The detector runs if there is no ROI from the last frame. Then come the landmark model, the filters and the next ROI.
"""

from __future__ import annotations

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.estimator import PoseEstimator
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.relative_roi import RelativeRoi, Size, size_of
from fitness.engine.tracking.filtered_person import Person
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.types import Roi


class SinglePersonTracker:
    """Follows one person.

    Args:
        estimator: the networks and the options.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self._options = estimator.options
        self.person = Person(estimator.options)
        self._size: Size | None = None

    def set_rois(self, rois: list[Roi]) -> None:
        """See `TrackingLoop`."""
        self.person.roi, self._size = rois[0] if rois else None, None

    def step(self, context: FrameContext) -> TrackedFrame:
        """See `TrackingLoop`."""
        found, detections = self._find(context)
        if found is None:
            self.person.lose()
            return TrackedFrame(detections=tuple(detections or ()), detected=detections is not None)
        pose = self.person.follow(found, context.t, context.t_filter, context.image)
        return TrackedFrame(
            (pose,), (self.person.roi,), pose, tuple(detections or ()), detections is not None
        )

    def _find(self, context: FrameContext) -> tuple[RoiLandmarks | None, list[Detection] | None]:
        """Landmarks in the last frame's ROI, or at the best detection if there is no ROI or nobody is in it.

        Also returns the detections, or None if the detector did not run.
        """
        roi: Roi | RelativeRoi | None = self.person.roi
        before, self._size = self._size, size_of(context.image)
        if self.person.roi is not None and before not in (None, self._size):
            roi = RelativeRoi.of(self.person.roi, before)
        if roi is not None:
            found = self._estimator.landmarks_in(context.image, roi)
            if found is not None or not self._options.detect_again:
                return found, None
            self.person.lose()
        detections = self._estimator.detect(context.image, context.rotation_deg)
        roi = self._estimator.roi_of(detections[0]) if detections else None
        return self._estimator.landmarks_in(context.image, roi), detections
