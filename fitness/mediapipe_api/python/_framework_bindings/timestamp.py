"""`Timestamp`; see `fitness.mediapipe_api.timestamp`."""

from __future__ import annotations

from fitness.mediapipe_api.timestamp import Timestamp

__all__ = ["Timestamp"]
