"""Running modes and image options of vision tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.vision.core import image_processing_options, vision_task_running_mode

__all__ = ["image_processing_options", "vision_task_running_mode"]
