"""The message of MediaPipe's `location_data.proto`: where something is, as a box and key points."""

from __future__ import annotations

from fitness.mediapipe_api.protobuf_messages import file_classes

DESCRIPTOR, _classes = file_classes("location_data", __name__)
LocationData = _classes["LocationData"]
