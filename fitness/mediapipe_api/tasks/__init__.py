"""`mp.tasks`: the pose landmarker with its options and results."""

from __future__ import annotations

from fitness.mediapipe_api.tasks import python
from fitness.mediapipe_api.tasks.python import BaseOptions, components, core, vision

__all__ = ["BaseOptions", "components", "core", "python", "vision"]
