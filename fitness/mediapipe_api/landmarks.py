"""Landmarks as Tasks give them: plain objects with named numbers."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.mediapipe_api.framework.formats import landmark_pb2


@dataclass
class Landmark:
    """A point in the room.

    x, y, z: metres, origin mid-hip, y down, z negative towards the camera.
    visibility, presence: 0..1, that it is not hidden, that it is in the picture.   name: None.
    """

    x: float | None = None
    y: float | None = None
    z: float | None = None
    visibility: float | None = None
    presence: float | None = None
    name: str | None = None

    def to_pb2(self) -> landmark_pb2.Landmark:
        """The same as a message."""
        return landmark_pb2.Landmark(
            x=self.x, y=self.y, z=self.z, visibility=self.visibility, presence=self.presence
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: landmark_pb2.Landmark) -> Landmark:
        """From a message; what is unset there is 0 here."""
        return cls(pb2_obj.x, pb2_obj.y, pb2_obj.z, pb2_obj.visibility, pb2_obj.presence)


@dataclass
class NormalizedLandmark:
    """A point in the picture.

    x, y: over the picture's width and height; not clipped.   z: in the scale of x, negative towards the camera.
    visibility, presence: 0..1, that it is not hidden, that it is in the picture.   name: None.
    """

    x: float | None = None
    y: float | None = None
    z: float | None = None
    visibility: float | None = None
    presence: float | None = None
    name: str | None = None

    def to_pb2(self) -> landmark_pb2.NormalizedLandmark:
        """The same as a message."""
        return landmark_pb2.NormalizedLandmark(
            x=self.x, y=self.y, z=self.z, visibility=self.visibility, presence=self.presence
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: landmark_pb2.NormalizedLandmark) -> NormalizedLandmark:
        """From a message; what is unset there is 0 here."""
        return cls(pb2_obj.x, pb2_obj.y, pb2_obj.z, pb2_obj.visibility, pb2_obj.presence)
