"""`mediapipe.python.solutions`, another way to `mp.solutions`."""

from __future__ import annotations

from fitness.mediapipe_api.python.solutions import drawing_styles, drawing_utils, pose, pose_connections

__all__ = ["drawing_styles", "drawing_utils", "pose", "pose_connections"]
