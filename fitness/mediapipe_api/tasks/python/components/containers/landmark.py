"""The landmark classes of Tasks."""

from __future__ import annotations

from fitness.mediapipe_api.landmarks import Landmark, NormalizedLandmark

__all__ = ["Landmark", "NormalizedLandmark"]
