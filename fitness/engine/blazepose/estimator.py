"""Runs the two networks on one image: detections of people, and the landmarks of one person."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from fitness.engine.blazepose.detector import Detection, PoseDetector
from fitness.engine.blazepose.geometry import wrap_angle
from fitness.engine.blazepose.landmark_model import LandmarkModel, RoiLandmarks
from fitness.engine.blazepose.low_light import LowLight
from fitness.engine.blazepose.relative_roi import RelativeRoi
from fitness.engine.blazepose.roi import next_roi, roi_from_detection
from fitness.engine.options import TrackerOptions
from fitness.engine.runtime.model import Model
from fitness.errors import OptionError
from fitness.types import ImageArray, Roi

ROTATIONS: Final = (0, 90, 180, 270)
_HOPELESS: Final = 0.1
"""Pose flag below which the landmarks are too unreliable to give the next ROI."""


class PoseEstimator:
    """Detector and landmark model under one set of options.

    Args:
        detector, landmarks: the networks.
        options: see `TrackerOptions`.
    """

    def __init__(self, detector: Model, landmarks: Model, options: TrackerOptions) -> None:
        self.options = options
        self.low_light = LowLight() if options.low_light else None
        self._detector = PoseDetector(
            detector, options.min_detection_score, options.max_overlap, self.low_light
        )
        faint = (
            options.min_detection_score if options.still_search_score is None else options.still_search_score
        )
        self._faint = PoseDetector(
            detector, min(faint, options.min_detection_score), options.max_overlap, self.low_light
        )
        self._landmarks = LandmarkModel(
            landmarks, options.refine_window, options.refine_soft, options.pad_roi, self.low_light
        )

    def detect(
        self, image: ImageArray, rotation_deg: int = 0, *, faint: bool = False, region: Roi | None = None
    ) -> list[Detection]:
        """Detections of people, best first, in pixels of `image` (H, W, 3) uint8 RGB.

        rotation_deg: 0, 90, 180 or 270, the clockwise rotation that makes `image` upright.
        faint: accept scores down to `still_search_score`.   region: search only in this square.
        """
        detector = self._faint if faint else self._detector
        if region is not None:
            return detector.detect(image, replace(region, rotation=wrap_angle(-math.radians(rotation_deg))))
        if rotation_deg == 0:
            return detector.detect(image)
        height, width = image.shape[:2]
        turn = wrap_angle(-math.radians(rotation_deg))
        return detector.detect(image, Roi(width / 2, height / 2, max(width, height), turn))

    def roi_of(self, detection: Detection) -> Roi | None:
        """The ROI of a detection."""
        return roi_from_detection(detection, self.options.upper_body)

    def landmarks_in(
        self, image: ImageArray, roi: Roi | RelativeRoi | None, *, with_certainty: bool = False
    ) -> RoiLandmarks | None:
        """The landmarks in the ROI, or None if the pose flag is not above `min_pose_score`.

        with_certainty: measure `RoiLandmarks.certainty` too.
        """
        if roi is None:
            return None
        found = self._landmarks.run(image, roi, self.options.segmentation, with_certainty)
        return found if found.score > self.options.min_pose_score else None

    def refined_landmarks_in(self, image: ImageArray, roi: Roi | None) -> RoiLandmarks | None:
        """The landmarks in a single image.

        The model runs `still_passes` times, each time on the ROI from the previous landmarks. The pass with the
        clearest heatmaps is kept: this corrects a bad ROI from the detector and keeps a good one.
        """
        best: RoiLandmarks | None = None
        options = self.options
        for _ in range(options.still_passes):
            if roi is None:
                break
            found = self._landmarks.run(
                image, roi, options.segmentation, with_certainty=options.still_passes > 1
            )
            if found.score > options.min_pose_score and (best is None or found.certainty > best.certainty):
                best = found
            if found.score < _HOPELESS:
                break
            roi = next_roi(found, options.upper_body)
        return best


def check_rotation(rotation_deg: int) -> int:
    """Return the rotation; raise OptionError unless it is one of `ROTATIONS`."""
    if rotation_deg not in ROTATIONS:
        raise OptionError(f"rotation_deg must be one of 0, 90, 180, 270, got {rotation_deg!r}")
    return rotation_deg
