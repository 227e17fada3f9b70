"""The messages of MediaPipe's `landmark.proto`.

NormalizedLandmark: x, y are fractions of the image's width and height, z has the scale of x, visibility and presence are
0..1. Landmark: x, y, z are metres from between the hips. The lists hold one person's, the collections several people's.
"""

from __future__ import annotations

from fitness.mediapipe_api.protobuf_messages import file_classes

DESCRIPTOR, _classes = file_classes("landmark", __name__)
Landmark = _classes["Landmark"]
LandmarkList = _classes["LandmarkList"]
LandmarkListCollection = _classes["LandmarkListCollection"]
NormalizedLandmark = _classes["NormalizedLandmark"]
NormalizedLandmarkList = _classes["NormalizedLandmarkList"]
NormalizedLandmarkListCollection = _classes["NormalizedLandmarkListCollection"]
