"""The messages of MediaPipe's `rect.proto`: centre, sides, rotation in radians; normalised or in pixels."""

from __future__ import annotations

from fitness.mediapipe_api.protobuf_messages import file_classes

DESCRIPTOR, _classes = file_classes("rect", __name__)
Rect = _classes["Rect"]
NormalizedRect = _classes["NormalizedRect"]
