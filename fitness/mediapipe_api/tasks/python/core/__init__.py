"""Options of all Tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.core import base_options

__all__ = ["base_options"]
