"""Landmarks as the messages of MediaPipe's `landmark.proto`, in plain Python; see `fitness.mediapipe_api.messages`."""

from __future__ import annotations

from fitness.mediapipe_api.messages import FloatField, Message, RepeatedField

__all__ = [
    "Landmark", "LandmarkList", "LandmarkListCollection", "NormalizedLandmark", "NormalizedLandmarkList",
    "NormalizedLandmarkListCollection",
]  # fmt: skip


class NormalizedLandmark(Message):
    """x, y: over the picture's width and height.   z: in the scale of x.   visibility, presence: 0..1."""

    __slots__ = ()
    x = FloatField(1)
    y = FloatField(2)
    z = FloatField(3)
    visibility = FloatField(4)
    presence = FloatField(5)


class NormalizedLandmarkList(Message):
    """landmark: those of one person."""

    __slots__ = ()
    landmark = RepeatedField(1, NormalizedLandmark)


class NormalizedLandmarkListCollection(Message):
    """landmark_list: one for each person."""

    __slots__ = ()
    landmark_list = RepeatedField(1, NormalizedLandmarkList)


class Landmark(Message):
    """x, y, z: metres, origin mid-hip.   visibility, presence: 0..1."""

    __slots__ = ()
    x = FloatField(1)
    y = FloatField(2)
    z = FloatField(3)
    visibility = FloatField(4)
    presence = FloatField(5)


class LandmarkList(Message):
    """landmark: those of one person."""

    __slots__ = ()
    landmark = RepeatedField(1, Landmark)


class LandmarkListCollection(Message):
    """landmark_list: one for each person."""

    __slots__ = ()
    landmark_list = RepeatedField(1, LandmarkList)
