"""`mp.tasks.vision.drawing_styles`, as far as poses go; see `fitness.mediapipe_api.styles`."""

from __future__ import annotations

from fitness.mediapipe_api.styles import get_default_pose_landmarks_style

__all__ = ["get_default_pose_landmarks_style"]
