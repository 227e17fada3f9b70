"""`ImageFormat` and `ImageFrame`; see `fitness.mediapipe_api.image`."""

from __future__ import annotations

from fitness.mediapipe_api.image import ImageFormat, ImageFrame

__all__ = ["ImageFormat", "ImageFrame"]
