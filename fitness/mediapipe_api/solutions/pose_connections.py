"""The lines between landmarks, as frozen sets of (start, end)."""

from __future__ import annotations

from fitness.mediapipe_api.topology import POSE_CONNECTIONS, UPPER_BODY_POSE_CONNECTIONS

__all__ = ["POSE_CONNECTIONS", "UPPER_BODY_POSE_CONNECTIONS"]
