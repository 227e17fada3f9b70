"""Tasks, as in `from mediapipe.tasks import python`."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python import components, core, vision
from fitness.mediapipe_api.tasks.python.core.base_options import BaseOptions

__all__ = ["BaseOptions", "components", "core", "vision"]
