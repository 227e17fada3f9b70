"""`mediapipe.python`, another way to images and solutions."""

from __future__ import annotations

from fitness.mediapipe_api.image import Image, ImageFormat, ImageFrame
from fitness.mediapipe_api.python import _framework_bindings, solution_base, solutions
from fitness.mediapipe_api.timestamp import Timestamp

__all__ = [
    "Image",
    "ImageFormat",
    "ImageFrame",
    "Timestamp",
    "_framework_bindings",
    "solution_base",
    "solutions",
]
