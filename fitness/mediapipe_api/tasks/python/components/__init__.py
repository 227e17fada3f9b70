"""Parts of the options and results of Tasks."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.components import containers, processors

__all__ = ["containers", "processors"]
