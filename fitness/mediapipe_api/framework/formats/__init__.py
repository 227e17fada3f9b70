"""The messages in which landmarks come: `landmark_pb2`."""

from __future__ import annotations

from fitness.mediapipe_api.framework.formats import landmark_pb2

__all__ = ["landmark_pb2"]
