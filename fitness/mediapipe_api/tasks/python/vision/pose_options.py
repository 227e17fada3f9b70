"""Options of the pose landmarker, and the engine's options that follow from them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from fitness.engine.options import MEDIAPIPE_TASKS, TrackerOptions
from fitness.engine.runtime.model import Model
from fitness.mediapipe_api.arguments import checked_confidence, checked_switch, checked_whole
from fitness.mediapipe_api.failures import ArgumentError, OptionsError
from fitness.mediapipe_api.image import Image
from fitness.mediapipe_api.networks import cached_networks, networks_from_bytes, networks_from_file
from fitness.mediapipe_api.tasks.python.core.base_options import BaseOptions
from fitness.mediapipe_api.tasks.python.vision.core.vision_task_running_mode import VisionTaskRunningMode
from fitness.mediapipe_api.tasks.python.vision.pose_result import PoseLandmarkerResult

ResultCallback: TypeAlias = Callable[[PoseLandmarkerResult, Image, int], object]


@dataclass
class PoseLandmarkerOptions:
    """Options of a pose landmarker. Values are checked when it is created.

    base_options: which model.   running_mode: single images, a video or a live stream.
    num_poses: how many people at most, 1 or more.
    min_pose_detection_confidence: least score of the person detector, 0..1.
    min_pose_presence_confidence: the landmark model's score must be greater, 0..1.
    min_tracking_confidence: overlap (IoU) of two regions of interest above which they are one person, 0..1.
    output_segmentation_masks: make a mask for each person.
    result_callback: (result, image, timestamp_ms), called for each frame of a live stream; in that mode only.
    """

    base_options: BaseOptions
    running_mode: VisionTaskRunningMode = VisionTaskRunningMode.IMAGE
    num_poses: int = 1
    min_pose_detection_confidence: float = 0.5
    min_pose_presence_confidence: float = 0.5
    min_tracking_confidence: float = 0.5
    output_segmentation_masks: bool = False
    result_callback: ResultCallback | None = None


def check_callback(options: PoseLandmarkerOptions) -> None:
    """ArgumentError (a ValueError) unless there is a callback in live-stream mode and only there."""
    if not isinstance(options.running_mode, VisionTaskRunningMode):
        raise TypeError(f"running_mode must be a RunningMode, got {options.running_mode!r}")
    if options.running_mode is not VisionTaskRunningMode.LIVE_STREAM:
        if options.result_callback is not None:
            raise ArgumentError(
                "The vision task is in image or video mode, a user-defined result callback should not be provided."
            )
    elif options.result_callback is None:
        raise ArgumentError(
            "The vision task is in live stream mode, a user-defined result callback must be provided."
        )
    elif not callable(options.result_callback):
        raise TypeError(f"result_callback must be callable, got {options.result_callback!r}")


def tracker_options(options: PoseLandmarkerOptions) -> TrackerOptions:
    """The engine's options. OptionsError (a ValueError and RuntimeError) or TypeError for a wrong value."""
    num_poses = checked_whole("num_poses", options.num_poses)
    if num_poses < 1:
        raise OptionsError(f"num_poses should be greater than or equal to 1, got {num_poses}")
    detection, presence, tracking = (
        checked_confidence(name, getattr(options, name))
        for name in (
            "min_pose_detection_confidence",
            "min_pose_presence_confidence",
            "min_tracking_confidence",
        )
    )
    return replace(
        MEDIAPIPE_TASKS,
        static=options.running_mode is VisionTaskRunningMode.IMAGE,
        num_poses=num_poses,
        segmentation=checked_switch("output_segmentation_masks", options.output_segmentation_masks),
        min_detection_score=detection,
        min_pose_score=presence,
        min_roi_overlap=tracking,
    )


def networks(base: BaseOptions, *, with_mask: bool) -> tuple[Model, Model]:
    """Detector and landmark model.

    Raises OptionsError for the GPU, MissingFileError (a FileNotFoundError and RuntimeError), ModelFileError
    (a RuntimeError).
    """
    if base.delegate is not None and base.delegate == BaseOptions.Delegate.GPU:
        raise OptionsError("the GPU delegate is not available, this engine computes on the CPU; leave it out")
    if base.model_asset_buffer is not None:
        if not isinstance(base.model_asset_buffer, bytes | bytearray | memoryview):
            raise TypeError(f"expected bytes, {type(base.model_asset_buffer).__name__} found")
        _check_given(len(base.model_asset_buffer), "model_asset_buffer")
        return networks_from_bytes(bytes(base.model_asset_buffer), with_mask=with_mask)
    if base.model_asset_path is not None:
        _check_given(len(os.fspath(base.model_asset_path)), "model_asset_path")
        return networks_from_file(base.model_asset_path, with_mask=with_mask)
    return cached_networks(with_mask=with_mask)


def _check_given(length: int, name: str) -> None:
    if not length:
        raise OptionsError(
            f"ExternalFile must specify at least one of 'file_content', 'file_name': {name} is empty; "
            "leave it out for the model that comes with the program"
        )
