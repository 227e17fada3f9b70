"""`PoseLandmarker`: finds people in images, in a video or in a live stream, with the interface of MediaPipe's Tasks."""

from __future__ import annotations

import threading
import weakref
from os import PathLike
from types import TracebackType
from typing import Final, cast

import numpy as np

from fitness.engine.tracking.live_stream import LiveStream, OnResult
from fitness.engine.tracking.result import TrackedFrame
from fitness.engine.tracking.tracker import PoseTracker
from fitness.mediapipe_api.arguments import checked_whole
from fitness.mediapipe_api.failures import ArgumentError, PictureError, UsageError
from fitness.mediapipe_api.image import Image, ImageFormat
from fitness.mediapipe_api.tasks.python.core.base_options import BaseOptions
from fitness.mediapipe_api.tasks.python.vision.core.base_vision_task_api import BaseVisionTaskApi
from fitness.mediapipe_api.tasks.python.vision.core.image_processing_options import ImageProcessingOptions
from fitness.mediapipe_api.tasks.python.vision.core.vision_task_running_mode import VisionTaskRunningMode
from fitness.mediapipe_api.tasks.python.vision.pose_options import (
    PoseLandmarkerOptions,
    ResultCallback,
    check_callback,
    networks,
    tracker_options,
)
from fitness.mediapipe_api.tasks.python.vision.pose_result import (
    PoseLandmarkerResult,
    PoseLandmarksConnections,
    result_of,
)
from fitness.mediapipe_api.topology import PoseLandmark
from fitness.types import Frame, ImageArray

__all__ = [
    "PoseLandmark", "PoseLandmarker", "PoseLandmarkerOptions", "PoseLandmarkerResult", "PoseLandmarksConnections",
]  # fmt: skip

_MS_PER_S: Final = 1000
_LARGEST_MS: Final = 2**52
_WORDS: Final = {
    VisionTaskRunningMode.IMAGE: "image",
    VisionTaskRunningMode.VIDEO: "video",
    VisionTaskRunningMode.LIVE_STREAM: "live stream",
}


class PoseLandmarker(BaseVisionTaskApi):
    """Finds people; made by `create_from_options` or `create_from_model_path`.

    Args:
        tracker: the engine, not shared with other objects.
        running_mode: decides which of the three `detect` methods may be called.
        result_callback: for a live stream.

        drop_late_frames: in a live stream, keep only the newest waiting frame.

    Calls from several threads wait for each other; landmarkers share nothing. The callback of a live stream runs on a
    thread of the landmarker; its exceptions are logged, and the stream continues.
    """

    def __init__(
        self,
        tracker: PoseTracker,
        running_mode: VisionTaskRunningMode = VisionTaskRunningMode.IMAGE,
        result_callback: ResultCallback | None = None,
        drop_late_frames: bool = False,
    ) -> None:
        self._tracker: PoseTracker | None = tracker
        self._mode = running_mode
        self._lock = threading.Lock()
        self._timestamp_ms: int | None = None
        self._frames = 0
        self._live: LiveStream | None = None
        if result_callback is not None:
            waiting = 1 if drop_late_frames else None
            self._live = LiveStream(tracker, _delivery(result_callback), max_waiting=waiting)
            weakref.finalize(self, self._live.close).atexit = False

    @classmethod
    def create_from_model_path(cls, model_path: str | PathLike[str] | None) -> PoseLandmarker:
        """A landmarker for images with a `.task` bundle or `.tflite` file; None for the cached "full" model.

        Raises MissingFileError (a FileNotFoundError and RuntimeError), ModelFileError (a RuntimeError).
        """
        return cls.create_from_options(PoseLandmarkerOptions(BaseOptions(model_asset_path=model_path)))

    @classmethod
    def create_from_options(
        cls, options: PoseLandmarkerOptions, *, drop_late_frames: bool = False
    ) -> PoseLandmarker:
        """A landmarker with these options.

        drop_late_frames: in a live stream, keep only the newest waiting frame, as MediaPipe 1.x does. If False, every
            frame gets a result, as in 0.10.14; waiting frames take memory.

        Raises ArgumentError (a ValueError) for a callback in the wrong mode or missing, OptionsError (a ValueError and
        RuntimeError) for a value out of range, TypeError for one of another type, MissingFileError, ModelFileError.
        """
        check_callback(options)
        wanted = tracker_options(options)
        tracker = PoseTracker(*networks(options.base_options, with_mask=wanted.segmentation), wanted)
        return cls(tracker, options.running_mode, options.result_callback, drop_late_frames)

    def detect(
        self, image: Image, image_processing_options: ImageProcessingOptions | None = None
    ) -> PoseLandmarkerResult:
        """Find everyone in a single image.

        Raises UsageError (a ValueError) in another mode or after `close`, ArgumentError (a ValueError) for an image
        that is not SRGB or SRGBA or for wrong processing options.
        """
        rotation_deg, pixels = self._checked(VisionTaskRunningMode.IMAGE, image, image_processing_options)
        with self._lock:
            found = self._open().estimate_all(pixels, rotation_deg=rotation_deg)
        return result_of(found, image.width, image.height)

    def detect_for_video(
        self, image: Image, timestamp_ms: int, image_processing_options: ImageProcessingOptions | None = None
    ) -> PoseLandmarkerResult:
        """Find everyone in the next frame of a video.

        timestamp_ms: milliseconds, later than that of the frame before.
        Raises as `detect`, and UsageError (a ValueError) for time that does not increase; the next frame may follow.
        """
        rotation_deg, pixels = self._checked(VisionTaskRunningMode.VIDEO, image, image_processing_options)
        with self._lock:
            tracker = self._open()
            found = tracker.step_all(self._frame(pixels, timestamp_ms), rotation_deg)
        return result_of(found, image.width, image.height)

    def detect_async(
        self, image: Image, timestamp_ms: int, image_processing_options: ImageProcessingOptions | None = None
    ) -> None:
        """Pass the next frame of a live stream; returns at once. The result goes to the callback.

        timestamp_ms and errors: as in `detect_for_video`.
        """
        rotation_deg, pixels = self._checked(
            VisionTaskRunningMode.LIVE_STREAM, image, image_processing_options
        )
        with self._lock:
            self._open()
            assert self._live is not None
            frame = self._frame(pixels, timestamp_ms)
            self._live.submit(frame, rotation_deg=rotation_deg, note=(image, self._timestamp_ms))

    def close(self) -> None:
        """Finish the accepted frames and release the networks. A second call does nothing."""
        with self._lock:
            tracker, self._tracker = self._tracker, None
            live, self._live = self._live, None
        if live is not None:
            live.close()  # without the lock: a callback may be waiting for it
        elif tracker is not None:
            tracker.close()

    def __enter__(self) -> PoseLandmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _checked(
        self, mode: VisionTaskRunningMode, image: Image, options: ImageProcessingOptions | None
    ) -> tuple[int, ImageArray]:
        """(rotation in degrees, pixels (H, W, 3)) of a call that belongs to `mode`."""
        rotation_deg = _rotation(options)
        if self._mode is not mode:
            raise UsageError(
                f"Task is not initialized with the {_WORDS[mode]} mode. Current running mode:{self._mode.name}"
            )
        return rotation_deg, _pixels(image)

    def _open(self) -> PoseTracker:
        if self._tracker is None:
            raise UsageError(
                "Task runner is currently not running. This landmarker is closed, make a new one."
            )
        return self._tracker

    def _frame(self, pixels: ImageArray, timestamp_ms: int) -> Frame:
        """The next frame; from then on time must be later."""
        time_ms = checked_whole("timestamp_ms", timestamp_ms)
        if abs(time_ms) > _LARGEST_MS:
            raise ArgumentError(f"timestamp_ms must be at most 2**52 in size, got {time_ms}")
        if self._timestamp_ms is not None and time_ms <= self._timestamp_ms:
            raise UsageError("Input timestamp must be monotonically increasing.")
        self._timestamp_ms = time_ms
        self._frames += 1
        return Frame(pixels, time_ms / _MS_PER_S, self._frames - 1)


def _delivery(result_callback: ResultCallback) -> OnResult:
    """The handler of a live stream's results. It holds no reference to the landmarker, so an unclosed one can be freed."""

    def deliver(found: TrackedFrame, frame: Frame, note: object) -> None:
        image, timestamp_ms = cast("tuple[Image, int]", note)
        result_callback(result_of(found, image.width, image.height), image, timestamp_ms)

    return deliver


def _rotation(options: ImageProcessingOptions | None) -> int:
    """The clockwise rotation that makes the image upright: 0, 90, 180 or 270 degrees."""
    if options is None:
        return 0
    rotation_deg = checked_whole("rotation_degrees", options.rotation_degrees)
    if rotation_deg % 90:
        raise ArgumentError("Expected rotation to be a multiple of 90°.")
    if options.region_of_interest is not None:
        raise ArgumentError("This task doesn't support region-of-interest.")
    return rotation_deg % 360


def _pixels(image: Image) -> ImageArray:
    """(H, W, 3) uint8 RGB."""
    if not isinstance(image, Image):
        raise ArgumentError(
            f"Please provide 'image_format' with 'data': image must be an mp.Image, got {type(image).__name__}"
        )
    if image.image_format not in (ImageFormat.SRGB, ImageFormat.SRGBA):
        raise ArgumentError(f"Unsupported format: {image.image_format.name}; convert the image to SRGB")
    if not image.width or not image.height:
        raise PictureError("ROI width and height must be > 0: the image has no pixels")
    return np.ascontiguousarray(image.numpy_view()[:, :, :3])
