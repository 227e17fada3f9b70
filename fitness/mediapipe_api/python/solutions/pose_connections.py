"""`mediapipe.python.solutions.pose_connections`; the same as `solutions.pose_connections`."""

from __future__ import annotations

from fitness.mediapipe_api.solutions.pose_connections import *  # noqa: F403
