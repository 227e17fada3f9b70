"""`Image`; see `fitness.mediapipe_api.image`."""

from __future__ import annotations

from fitness.mediapipe_api.image import Image

__all__ = ["Image"]
