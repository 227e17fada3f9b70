"""`mp.solutions.pose`: one person in images or in a stream, as in MediaPipe's legacy Python package."""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from fitness.engine.options import LEGACY_PERIOD_S, MEDIAPIPE_LEGACY, TrackerOptions
from fitness.engine.tracking.tracker import PoseTracker
from fitness.mediapipe_api.arguments import checked_confidence, checked_switch, checked_whole
from fitness.mediapipe_api.failures import ArgumentError, OptionsError, PictureError, UsageError
from fitness.mediapipe_api.networks import OF_COMPLEXITY, cached_networks
from fitness.mediapipe_api.python.solution_base import ExtraSettings, SolutionBase
from fitness.mediapipe_api.topology import POSE_CONNECTIONS, UPPER_BODY_POSE_CONNECTIONS, PoseLandmark
from fitness.types import FloatArray, Frame, ImageArray
from fitness.types import Pose as EnginePose

__all__ = ["POSE_CONNECTIONS", "UPPER_BODY_POSE_CONNECTIONS", "Pose", "PoseLandmark", "SolutionOutputs"]

_CHANNELS: Final = 3


@dataclass
class SolutionOutputs:
    """What was found in one image; all None when nobody was found.

    pose_landmarks: a NormalizedLandmarkList; `.landmark` holds 33 (25 for the upper body). x and y are fractions of the
        image's size, not clipped; z has the scale of x; visibility is 0..1.
    pose_world_landmarks: a LandmarkList of as many, in metres from between the hips; y down, z negative towards the camera.
    segmentation_mask: (H, W) float32, 0..1 that a pixel belongs to the person, read-only; None unless asked for.
    """

    _fields: ClassVar[tuple[str, ...]] = ("pose_landmarks", "pose_world_landmarks", "segmentation_mask")

    pose_landmarks: Any = None
    pose_world_landmarks: Any = None
    segmentation_mask: FloatArray | None = None


class Pose(SolutionBase):
    """Finds one person in images, or follows one through a stream.

    Args:
        static_image_mode: every image is on its own: no tracking, no smoothing.
        model_complexity: 0 lite, 1 full, 2 heavy; from the cache, fetched if they are not there.
        smooth_landmarks: filter landmarks over time (never in static mode).
        enable_segmentation: make masks.
        smooth_segmentation: no effect, as in MediaPipe's Python package, where the setting is lost on the way.
        min_detection_confidence: least score of the person detector, 0..1.
        min_tracking_confidence: the landmark model's score must be greater, 0..1; below it the person counts as lost.
        extra_settings: ignored; new versions of MediaPipe have it.
        upper_body_only: the first 25 landmarks, with the region of interest around the shoulders (MediaPipe 0.8.1-0.8.3).

    Frames of a stream count as 33,333 us apart, whatever the time, as in MediaPipe. Calls from several threads wait for
    each other; objects do not share anything.
    Raises OptionsError (a ValueError) for a number out of range, TypeError for a value of another type, ModelFileError
    (a RuntimeError) when the weights cannot be had, MissingPackageError (an ImportError) without protobuf.
    """

    def __init__(
        self,
        static_image_mode: bool = False,
        model_complexity: int = 1,
        smooth_landmarks: bool = True,
        enable_segmentation: bool = False,
        smooth_segmentation: bool = True,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
        extra_settings: ExtraSettings | None = None,
        *,
        upper_body_only: bool = False,
    ) -> None:
        del extra_settings
        self._messages = importlib.import_module("fitness.mediapipe_api.pose_messages")
        checked_switch("smooth_segmentation", smooth_segmentation)
        options = replace(
            MEDIAPIPE_LEGACY,
            static=bool(static_image_mode),
            smooth=checked_switch("smooth_landmarks", smooth_landmarks),
            segmentation=checked_switch("enable_segmentation", enable_segmentation),
            upper_body=checked_switch("upper_body_only", upper_body_only),
            min_detection_score=checked_confidence("min_detection_confidence", min_detection_confidence),
            min_pose_score=checked_confidence("min_tracking_confidence", min_tracking_confidence),
            fixed_period_s=None,  # the clock is kept here: it counts refused images and continues after `reset`
        )
        self._tracker: PoseTracker | None = _tracker(model_complexity, options)
        self._lock = threading.Lock()
        self._calls = 0

    def process(self, image: NDArray[Any]) -> SolutionOutputs:
        """The person in an image, or in the next frame of the stream.

        image: (H, W, 3) uint8, RGB.
        Raises ArgumentError (a ValueError) for another number of channels, TypeError for another type of numbers,
        PictureError (a RuntimeError) for an image without pixels, UsageError (a ValueError) after `close`.
        """
        with self._lock:
            self._calls += 1
            if self._tracker is None:
                raise UsageError("_graph is None in SolutionBase: this Pose is closed, make a new one")
            pixels = _checked(image)
            frame = Frame(pixels, self._calls * LEGACY_PERIOD_S, self._calls - 1)
            pose = self._tracker.step(frame)
        return SolutionOutputs() if pose is None else self._outputs(pose, pixels)

    def reset(self) -> None:
        """Forget the person; the next image is treated as the first one. After `close`, this does nothing."""
        with self._lock:
            if self._tracker is not None:
                self._tracker.reset()

    def close(self) -> None:
        """Release the networks. A second call raises UsageError (a ValueError)."""
        with self._lock:
            if self._tracker is None:
                raise UsageError("Closing SolutionBase._graph which is already None: this Pose is closed")
            self._tracker.close()
            self._tracker = None

    def _outputs(self, pose: EnginePose, pixels: ImageArray) -> SolutionOutputs:
        height, width = pixels.shape[:2]
        normalised = self._messages.normalised_message(pose, width, height)
        return SolutionOutputs(normalised, self._messages.world_message(pose), pose.mask)

    def __enter__(self) -> Pose:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _tracker(model_complexity: int, options: TrackerOptions) -> PoseTracker:
    complexity = checked_whole("model_complexity", model_complexity)
    if complexity not in range(len(OF_COMPLEXITY)):
        raise OptionsError(f"model_complexity must be 0, 1 or 2, got {model_complexity}")
    return PoseTracker(*cached_networks(OF_COMPLEXITY[complexity], with_mask=options.segmentation), options)


def _checked(image: NDArray[Any]) -> ImageArray:
    if not isinstance(image, np.ndarray) or image.ndim != 3 or image.shape[2] != _CHANNELS:
        raise ArgumentError("Input image must contain three channel rgb data.")
    pixels = np.ascontiguousarray(image.astype(np.uint8, casting="safe", copy=False))
    if not pixels.size:
        raise PictureError("ROI width and height must be > 0: the image has no pixels")
    return pixels
