"""The two networks at work on one picture: where people are, and the landmarks of one of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.engine.detector import Detection, PoseDetector
from fitness.engine.geometry import wrap_angle
from fitness.engine.landmarks import LandmarkModel, RoiLandmarks, mirrored_back
from fitness.engine.options import TrackerOptions
from fitness.engine.roi import next_roi, roi_from_detection
from fitness.engine.runtime import Model
from fitness.errors import OptionError
from fitness.types import FloatArray, ImageArray, Roi

ROTATIONS: Final = (0, 90, 180, 270)


class Finder:
    """Detector and landmark model under one set of options.

    Args:
        detector, landmarks: the networks.
        options: see `TrackerOptions`.
    """

    def __init__(self, detector: Model, landmarks: Model, options: TrackerOptions) -> None:
        self.options = options
        self._detector = PoseDetector(detector, options.min_detection_score, options.max_overlap)
        self._landmarks = LandmarkModel(landmarks, options.refine_window)

    def detect(self, image: ImageArray, rotation_deg: int = 0) -> list[Detection]:
        """Everybody the detector sees, best first, in pixels of `image` (H, W, 3).

        rotation_deg: 0, 90, 180 or 270, how far `image` must be turned clockwise to be upright.
        """
        if rotation_deg == 0:
            return self._detector.detect(image)
        upright = np.ascontiguousarray(np.rot90(image, -(rotation_deg // 90)))
        return [_turned_back(each, rotation_deg, image) for each in self._detector.detect(upright)]

    def place(self, detection: Detection) -> Roi | None:
        """The ROI of a detection."""
        return roi_from_detection(detection, self.options.upper_body)

    def look(self, image: ImageArray, roi: Roi | None) -> RoiLandmarks | None:
        """The landmarks in the ROI if the model is sure enough that somebody is there."""
        if roi is None:
            return None
        found = self._landmarks.run(image, roi, with_mask=self.options.segmentation)
        return found if found.score > self.options.min_pose_score else None

    def study(self, image: ImageArray, roi: Roi | None) -> RoiLandmarks | None:
        """The same for a picture of its own: again on the ROI that the landmarks give, and mirrored, as asked for."""
        found = self.look(image, roi)
        for _ in range(self.options.still_passes - 1):
            if found is None:
                return None
            again = self.look(image, next_roi(found, found.auxiliary, self.options.upper_body))
            if again is None:
                break
            found = again
        if found is not None and self.options.still_mirror:
            return self._averaged(image, found)
        return found

    def _averaged(self, image: ImageArray, found: RoiLandmarks) -> RoiLandmarks:
        """The mean with what the model says about the mirrored picture."""
        width = image.shape[1]
        flipped = np.ascontiguousarray(image[:, ::-1])
        roi = Roi(width - 1 - found.roi.x, found.roi.y, found.roi.size, wrap_angle(-found.roi.rotation))
        other = self.look(flipped, roi)
        return found if other is None else mirrored_back(found, other, width)


def check_rotation(rotation_deg: int) -> int:
    """The rotation itself; OptionError unless it is one of `ROTATIONS`."""
    if rotation_deg not in ROTATIONS:
        raise OptionError(f"rotation_deg must be one of 0, 90, 180, 270, got {rotation_deg!r}")
    return rotation_deg


def _turned_back(detection: Detection, rotation_deg: int, image: ImageArray) -> Detection:
    """A detection in the upright picture -> in the picture as it came."""
    corners = _points_back(detection.box.reshape(2, 2), rotation_deg, image)
    box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
    return Detection(box, _points_back(detection.keypoints, rotation_deg, image), detection.score)


def _points_back(points: FloatArray, rotation_deg: int, image: ImageArray) -> FloatArray:
    """(N, 2) pixels of the picture turned clockwise by `rotation_deg` -> of `image` (H, W, 3) as it came."""
    height, width = image.shape[:2]
    x, y = points[:, 0], points[:, 1]
    if rotation_deg == 90:
        return np.stack([y, height - 1 - x], axis=1)
    if rotation_deg == 180:
        return np.stack([width - 1 - x, height - 1 - y], axis=1)
    return np.stack([width - 1 - y, x], axis=1)
