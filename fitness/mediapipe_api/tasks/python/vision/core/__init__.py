"""Running modes, image options and images of vision tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.vision.core import (
    base_vision_task_api,
    image,
    image_processing_options,
    vision_task_running_mode,
)

__all__ = ["base_vision_task_api", "image", "image_processing_options", "vision_task_running_mode"]
