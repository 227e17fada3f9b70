"""The engine's loop for one person: frame -> pose.

Reads like MediaPipe's `pose_landmark_cpu.pbtxt`: is there a ROI from the last frame? If not, detect; run the landmark
model; smooth; place the next ROI. Everything that belongs to the tracked person is one `_Track`, replaced whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from fitness.engine.detector import Detection, PoseDetector
from fitness.engine.landmarks import LandmarkModel, RoiLandmarks
from fitness.engine.roi import EXPANSION, roi_from_auxiliary, roi_from_detection
from fitness.engine.runtime import Model
from fitness.engine.smoothing import MIN_OBJECT_SCALE, LowPassFilter, OneEuroFilter, OneEuroOptions
from fitness.errors import OptionError, StateError
from fitness.types import DoubleArray, FloatArray, Frame, ImageArray, Pose, Roi

_LEGACY_PERIOD_S: Final = 0.033333
_VISIBILITY_ALPHA: Final = 0.1
_TUNED_PERIOD_S: Final = 1 / 30


@dataclass(frozen=True, slots=True)
class TrackerOptions:
    """How the engine looks for and follows a person. The defaults are ours; see `MEDIAPIPE_LEGACY` for the peer's.

    static: every frame is a picture of its own: detect each time, no tracking, no smoothing.
    smooth: filter landmarks, world landmarks and visibility over time (never when static).
    min_detection_score: least score of the detector, 0..1.
    min_pose_score: the landmark model's pose flag must be greater, 0..1; below it the person counts as lost.
    max_overlap: IoU above which two detections are merged.
    refine_window: side of the heatmap window, odd, or 0 for no refinement.
    image_filter, roi_filter, world_filter: One-Euro settings (image and ROI: pixels over the body's size; world: metres).
    detect_again: when the person is lost, run the detector on the same frame rather than on the next one.
    restart_filters: all filters start afresh after the person was lost (MediaPipe keeps those of world landmarks
        and visibility).
    fixed_period_s: pretend that frames come at this interval, whatever their times. None: real times.
    """

    static: bool = False
    smooth: bool = True
    min_detection_score: float = 0.5
    min_pose_score: float = 0.5
    max_overlap: float = 0.3
    refine_window: int = 7
    image_filter: OneEuroOptions = field(default=OneEuroOptions(0.05, 80.0))
    roi_filter: OneEuroOptions = field(default=OneEuroOptions(0.01, 10.0))
    world_filter: OneEuroOptions = field(default=OneEuroOptions(0.1, 40.0))
    detect_again: bool = True
    restart_filters: bool = True
    fixed_period_s: float | None = None

    def __post_init__(self) -> None:
        for name in ("min_detection_score", "min_pose_score", "max_overlap"):
            if not 0 <= getattr(self, name) <= 1:
                raise OptionError(f"{name} must be between 0 and 1, got {getattr(self, name)}")
        if self.refine_window < 0 or (self.refine_window and self.refine_window % 2 == 0):
            raise OptionError(f"refine_window must be 0 or an odd number, got {self.refine_window}")
        if self.fixed_period_s is not None and not self.fixed_period_s > 0:
            raise OptionError(f"fixed_period_s must be greater than 0, got {self.fixed_period_s}")


MEDIAPIPE_LEGACY: Final = TrackerOptions(
    refine_window=9, detect_again=False, restart_filters=False, fixed_period_s=_LEGACY_PERIOD_S
)
"""MediaPipe's legacy Python `solutions.pose.Pose` as it really behaves."""


class _Filters:
    """The filters of one person's signals."""

    def __init__(self, options: TrackerOptions) -> None:
        self.image = OneEuroFilter(options.image_filter)
        self.roi = OneEuroFilter(options.roi_filter)
        self.world = OneEuroFilter(options.world_filter)
        period = None if options.fixed_period_s else _TUNED_PERIOD_S
        self.visibility = LowPassFilter(_VISIBILITY_ALPHA, period)

    def lose_person(self) -> None:
        """What MediaPipe does when a person is lost: only the filters of the picture start afresh."""
        self.image.reset()
        self.roi.reset()


@dataclass(slots=True)
class _Track:
    """One person being followed."""

    roi: Roi | None
    filters: _Filters


class PoseTracker:
    """Follows one person through a stream of frames, or finds one in single pictures.

    Args:
        detector: the detector network.
        landmarks: the landmark network (lite, full or heavy).
        options: see `TrackerOptions`.

    One tracker belongs to one stream and one thread at a time.
    """

    def __init__(self, detector: Model, landmarks: Model, options: TrackerOptions | None = None) -> None:
        self.options = options or TrackerOptions()
        self._detector = PoseDetector(detector, self.options.min_detection_score, self.options.max_overlap)
        self._landmarks = LandmarkModel(landmarks, self.options.refine_window)
        self.reset()

    def reset(self) -> None:
        """Forget the person and the time: the tracker is as new."""
        self._track = _Track(None, _Filters(self.options))
        self._t: float | None = None
        self._ticks = 0

    def step(self, frame: Frame) -> Pose | None:
        """The person in the next frame of the stream, or None when nobody is found.

        Raises StateError if the frame's time is not later than that of the frame before.
        """
        if self._t is not None and frame.t <= self._t:
            raise StateError(f"frame times must increase: {frame.t:.6f} s came after {self._t:.6f} s")
        self._t = frame.t
        self._ticks += 1
        if self.options.static:
            return self.estimate(frame.image, frame.t)
        found = self._find(frame.image)
        if found is None:
            self._lose()
            return None
        return self._follow(found, frame.t)

    def estimate(self, image: ImageArray, t: float = 0.0) -> Pose | None:
        """The person in a picture of its own, (H, W, 3) uint8 RGB; nothing before or after it matters."""
        found = self._look(image, self._detect(image))
        return None if found is None else _pose(found, found.image, found.world, found.visibility, t)

    def _find(self, image: ImageArray) -> RoiLandmarks | None:
        """Look where the person was; if there is no such place (or nobody in it), look everywhere."""
        if self._track.roi is not None:
            found = self._look(image, self._track.roi)
            if found is not None or not self.options.detect_again:
                return found
            self._lose()
        return self._look(image, self._detect(image))

    def _detect(self, image: ImageArray) -> Roi | None:
        detections: list[Detection] = self._detector.detect(image)
        return roi_from_detection(detections[0]) if detections else None

    def _look(self, image: ImageArray, roi: Roi | None) -> RoiLandmarks | None:
        """The landmarks in the ROI if the model is sure enough that somebody is there."""
        if roi is None:
            return None
        found = self._landmarks.run(image, roi)
        return found if found.score > self.options.min_pose_score else None

    def _lose(self) -> None:
        if self.options.restart_filters:
            self._track = _Track(None, _Filters(self.options))
        else:
            self._track.roi = None
            self._track.filters.lose_person()

    def _follow(self, found: RoiLandmarks, t: float) -> Pose:
        """Smooth the landmarks and place the ROI of the next frame."""
        period = self.options.fixed_period_s
        t_filter = t if period is None else self._ticks * period
        filters = self._track.filters
        scale = _object_scale(found.auxiliary)
        auxiliary = found.auxiliary
        if scale is not None:
            auxiliary = filters.roi.apply(auxiliary, t_filter, scale)
        self._track.roi = roi_from_auxiliary(auxiliary)
        if not self.options.smooth:
            return _pose(found, found.image, found.world, found.visibility, t)
        image = found.image if scale is None else filters.image.apply(found.image, t_filter, scale)
        return _pose(
            found,
            image,
            filters.world.apply(found.world, t_filter),
            filters.visibility.apply(found.visibility, t_filter),
            t,
        )


def _object_scale(auxiliary: DoubleArray) -> float | None:
    """One over the side of the ROI before expansion, 1/pixels; None when it is too small to mean anything."""
    roi = roi_from_auxiliary(auxiliary)
    size = 0.0 if roi is None else roi.size / EXPANSION
    return 1.0 / size if size >= MIN_OBJECT_SCALE else None


def _pose(
    found: RoiLandmarks, image: DoubleArray, world: DoubleArray, visibility: FloatArray, t: float
) -> Pose:
    return Pose(
        world=np.asarray(world, dtype=np.float32),
        image=np.asarray(image, dtype=np.float32),
        visibility=visibility,
        presence=found.presence,
        score=found.score,
        t=t,
        roi=found.roi,
    )
