"""`mp.tasks`: the pose landmarker and what goes with it."""

from __future__ import annotations

from fitness.mediapipe_api.tasks import python
from fitness.mediapipe_api.tasks.python import BaseOptions, components, core, vision

__all__ = ["BaseOptions", "components", "core", "python", "vision"]
