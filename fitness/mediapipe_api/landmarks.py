"""Landmarks of Tasks: plain objects with named numbers."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass
class Landmark:
    """A point in metres.

    x, y, z: metres from between the hips, y down, z negative towards the camera.
    visibility, presence: 0..1, that it is not hidden, that it is in the image.   name: None.
    """

    x: float | None = None
    y: float | None = None
    z: float | None = None
    visibility: float | None = None
    presence: float | None = None
    name: str | None = None

    def to_pb2(self) -> Any:
        """The same as a message `mediapipe.Landmark`. MissingPackageError without protobuf."""
        return _message("Landmark", self)

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> Landmark:
        """From a message; what is unset there is 0 here."""
        return cls(pb2_obj.x, pb2_obj.y, pb2_obj.z, pb2_obj.visibility, pb2_obj.presence)


@dataclass
class NormalizedLandmark:
    """A point in the image.

    x, y: fractions of the image's width and height; not clipped.   z: in the scale of x, negative towards the camera.
    visibility, presence: 0..1, that it is not hidden, that it is in the image.   name: None.
    """

    x: float | None = None
    y: float | None = None
    z: float | None = None
    visibility: float | None = None
    presence: float | None = None
    name: str | None = None

    def to_pb2(self) -> Any:
        """The same as a message `mediapipe.NormalizedLandmark`. MissingPackageError without protobuf."""
        return _message("NormalizedLandmark", self)

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> NormalizedLandmark:
        """From a message; what is unset there is 0 here."""
        return cls(pb2_obj.x, pb2_obj.y, pb2_obj.z, pb2_obj.visibility, pb2_obj.presence)


def _message(name: str, landmark: Landmark | NormalizedLandmark) -> Any:
    messages = importlib.import_module("fitness.mediapipe_api.framework.formats.landmark_pb2")
    return getattr(messages, name)(
        x=landmark.x, y=landmark.y, z=landmark.z, visibility=landmark.visibility, presence=landmark.presence
    )
