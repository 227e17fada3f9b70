"""`mediapipe.python.solutions.drawing_styles`; the same as `solutions.drawing_styles`."""

from __future__ import annotations

from fitness.mediapipe_api.solutions.drawing_styles import *  # noqa: F403
