"""`Image` and `ImageFormat`, where newer versions have them; see `fitness.mediapipe_api.image`."""

from __future__ import annotations

from fitness.mediapipe_api.image import Image, ImageFormat

__all__ = ["Image", "ImageFormat"]
