"""The messages of MediaPipe's `detection.proto`: what `drawing_utils.draw_detection` draws."""

from __future__ import annotations

from fitness.mediapipe_api.protobuf_messages import file_classes

DESCRIPTOR, _classes = file_classes("detection", __name__)
Detection = _classes["Detection"]
DetectionList = _classes["DetectionList"]
