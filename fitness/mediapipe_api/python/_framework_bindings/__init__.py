"""`mediapipe.python._framework_bindings`: images and timestamps, as public programs import them."""

from __future__ import annotations

from fitness.mediapipe_api.python._framework_bindings import image, image_frame, timestamp

__all__ = ["image", "image_frame", "timestamp"]
