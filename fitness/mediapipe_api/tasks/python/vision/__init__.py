"""`mp.tasks.vision`: the pose landmarker, its options and results, and drawing. Other tasks are not available."""

from __future__ import annotations

from typing import NoReturn

from fitness.mediapipe_api.missing import TASKS, not_here
from fitness.mediapipe_api.tasks.python.vision import core, drawing_styles, drawing_utils, pose_landmarker
from fitness.mediapipe_api.tasks.python.vision.core.image_processing_options import ImageProcessingOptions
from fitness.mediapipe_api.tasks.python.vision.core.vision_task_running_mode import (
    VisionTaskRunningMode as RunningMode,
)
from fitness.mediapipe_api.tasks.python.vision.pose_landmarker import (
    PoseLandmarker,
    PoseLandmarkerOptions,
    PoseLandmarkerResult,
    PoseLandmarksConnections,
)
from fitness.mediapipe_api.topology import PoseLandmark

__all__ = [
    "ImageProcessingOptions", "PoseLandmark", "PoseLandmarker", "PoseLandmarkerOptions", "PoseLandmarkerResult",
    "PoseLandmarksConnections", "RunningMode", "core", "drawing_styles", "drawing_utils", "pose_landmarker",
]  # fmt: skip


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(not_here("mp.tasks.vision", name, TASKS))
