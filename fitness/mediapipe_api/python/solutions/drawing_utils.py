"""`mediapipe.python.solutions.drawing_utils`; the same as `solutions.drawing_utils`."""

from __future__ import annotations

from fitness.mediapipe_api.solutions.drawing_utils import *  # noqa: F403
