"""`mediapipe.python`, another way to pictures and solutions."""

from __future__ import annotations

from fitness.mediapipe_api.image import Image, ImageFormat
from fitness.mediapipe_api.python import solutions

__all__ = ["Image", "ImageFormat", "solutions"]
