"""`mediapipe.python.solutions.pose`; the same as `solutions.pose`."""

from __future__ import annotations

from fitness.mediapipe_api.solutions.pose import *  # noqa: F403
