"""The engine: frame -> poses. Use one `PoseTracker` per stream, or one for single images."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from fitness.engine.blazepose.estimator import PoseEstimator, check_rotation
from fitness.engine.blazepose.landmark_model import SEGMENTATION
from fitness.engine.options import (
    DEFAULT,
    MEDIAPIPE_LEGACY,
    MEDIAPIPE_TASKS,
    PROFILES,
    TrackerOptions,
    profile,
)
from fitness.engine.runtime.checked import load_checked
from fitness.engine.runtime.model import Model
from fitness.engine.runtime.weights import ModelFiles
from fitness.engine.tracking.iou_tracker import IouTracker
from fitness.engine.tracking.multi_person import MultiPersonTracker
from fitness.engine.tracking.result import FrameContext, TrackedFrame, TrackingLoop
from fitness.engine.tracking.single_image import detect_all
from fitness.engine.tracking.single_person import SinglePersonTracker
from fitness.errors import OptionError, StateError
from fitness.types import Frame, ImageArray, Pose, Roi

__all__ = [
    "DEFAULT", "MEDIAPIPE_LEGACY", "MEDIAPIPE_TASKS", "PROFILES", "PoseTracker", "TrackedFrame", "TrackerOptions",
    "profile", "unused_outputs",
]  # fmt: skip


class PoseTracker:
    """Tracks people through a stream of frames, or finds them in single images.

    Args:
        detector: the detector network.
        landmarks: the landmark network (lite, full or heavy).
        options: see `TrackerOptions`.

    A tracker belongs to one stream. Concurrent calls from two threads raise StateError; trackers that do not share
    networks are independent. After `close` every call but `close` raises StateError.
    """

    def __init__(self, detector: Model, landmarks: Model, options: TrackerOptions | None = None) -> None:
        self.options = options or TrackerOptions()
        self._estimator: PoseEstimator | None = PoseEstimator(detector, landmarks, self.options)
        self._busy = threading.Lock()
        self._t: float | None = None
        self._ticks = 0
        self._loop = self._start()

    @classmethod
    def load(
        cls,
        model: str = "full",
        options: TrackerOptions | None = None,
        *,
        runtime: str = "auto",
        threads: int = 1,
        model_file: str | os.PathLike[str] | None = None,
        detector_file: str | os.PathLike[str] | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
    ) -> PoseTracker:
        """Make a tracker and load its networks; missing weights are downloaded.

        model: "lite", "full" or "heavy".   model_file, detector_file: weight files to use instead.
        runtime, threads: as in `load_model`.   cache_dir: folder for downloaded weights, None for the user's cache.
        Raises OptionError for an unknown name, ModelError if the weights cannot be downloaded or used.
        """
        files = ModelFiles(None if cache_dir is None else Path(cache_dir))
        networks = [
            load_checked(
                files,
                name,
                files.ensure(name, explicit=None if explicit is None else Path(explicit)),
                runtime=runtime,
                threads=threads,
                drop_outputs=unused_outputs(name, options or TrackerOptions()),
            )
            for name, explicit in (("detector", detector_file), (model, model_file))
        ]
        return cls(networks[0], networks[1], replace(options or TrackerOptions(), model=model))

    def __enter__(self) -> PoseTracker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the networks. A second call does nothing."""
        self._estimator = None

    def reset(self) -> None:
        """Forget all tracks and the time, as in a new tracker."""
        with _Turn(self._busy):
            self._t, self._ticks = None, 0
            self._loop = self._start()

    def step(self, frame: Frame, rotation_deg: int = 0) -> Pose | None:
        """The subject's pose in the next frame of the stream, or None if the subject is not found; see `step_all`."""
        return self.step_all(frame, rotation_deg).subject

    def step_all(self, frame: Frame, rotation_deg: int = 0) -> TrackedFrame:
        """All people in the next frame of the stream.

        rotation_deg: 0, 90, 180 or 270, the clockwise rotation that makes the image upright. Landmarks, ROIs and masks
        are in coordinates of the image as given, before rotation.
        Raises StateError if the frame's time is not later than that of the previous frame; the tracker stays usable.
        """
        with _Turn(self._busy):
            estimator = self._open_estimator()
            check_rotation(rotation_deg)
            if self._t is not None and frame.t <= self._t:
                raise StateError(f"frame times must increase: {frame.t:.6f} s came after {self._t:.6f} s")
            self._t = frame.t
            self._ticks += 1
            if self.options.static:
                return detect_all(estimator, FrameContext(frame.image, frame.t, frame.t, rotation_deg))
            period = self.options.fixed_period_s
            t_filter = frame.t if period is None else self._ticks * period
            return self._loop.step(FrameContext(frame.image, frame.t, t_filter, rotation_deg))

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        """The poses of all people in the next frame of the stream, the subject first; see `step_all`."""
        found = self.step_all(frame)
        return tuple(sorted(found.poses, key=lambda pose: pose is not found.subject))

    def estimate(self, image: ImageArray, t: float = 0.0, rotation_deg: int = 0) -> Pose | None:
        """The subject's pose in a single image, (H, W, 3) uint8 RGB, or None; tracking state is neither used nor changed."""
        return self.estimate_all(image, t, rotation_deg).subject

    def estimate_all(self, image: ImageArray, t: float = 0.0, rotation_deg: int = 0) -> TrackedFrame:
        """Up to `num_poses` people in a single image, best first; ids are 0.

        Raises ValueError if the image is not (H, W, 3) uint8 RGB, or `t` not finite.
        """
        frame = Frame(image, t, 0)
        with _Turn(self._busy):
            return detect_all(
                self._open_estimator(), FrameContext(frame.image, t, t, check_rotation(rotation_deg))
            )

    def set_rois(self, *rois: Roi) -> None:
        """Use these ROIs on the next frame instead of those of the tracks; without arguments, forget the ROIs."""
        with _Turn(self._busy):
            self._loop.set_rois(list(rois))

    def choose(self, person_id: int) -> None:
        """Make the person with this id the subject, from the next frame on.

        Raises OptionError if no current or recently lost track has this id.
        """
        with _Turn(self._busy):
            if not (isinstance(self._loop, MultiPersonTracker) and self._loop.choose(person_id)):
                raise OptionError(f"person_id must be the id of a tracked person, got {person_id!r}")

    def _open_estimator(self) -> PoseEstimator:
        if self._estimator is None:
            raise StateError("this tracker is closed; make a new one")
        return self._estimator

    def _start(self) -> TrackingLoop:
        """A new tracking loop without tracks."""
        estimator = self._open_estimator()
        loops: dict[str, Callable[[PoseEstimator], TrackingLoop]] = {
            "ids": MultiPersonTracker,
            "overlap": IouTracker,
            "single": SinglePersonTracker,
        }
        return loops[self.options.association](estimator)


def unused_outputs(model: str, options: TrackerOptions) -> tuple[int, ...]:
    """Positions of network outputs that a tracker with these options never reads, so they need not be computed."""
    return () if model == "detector" or options.segmentation else (SEGMENTATION,)


class _Turn:
    """Holds a lock during a call, or raises StateError if another thread holds it."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise StateError("this tracker is in use by another thread; give each thread its own tracker")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
