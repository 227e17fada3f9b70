"""The values that all parts of the program exchange: frames, poses, reps, counts and the events of a frame.

Everything is frozen; arrays are read-only float32 copies of the ones given.
Times are seconds since the stream began: presentation time of a file, monotonic clock of a camera.
"""

from fitness.types.arrays import DoubleArray, FloatArray, ImageArray, JsonDict, frozen_array
from fitness.types.count import Count, FrameResult
from fitness.types.events import (
    Event,
    OtherRep,
    PartialRep,
    Renamed,
    RepAmended,
    RepCounted,
    RepRejected,
    SetClosed,
)
from fitness.types.pose import Classification, Frame, Pose, Roi
from fitness.types.rep import RECORD_FIELDS, Rep, RepRecord, Side

__all__ = [
    "RECORD_FIELDS",
    "Classification",
    "Count",
    "DoubleArray",
    "Event",
    "FloatArray",
    "Frame",
    "FrameResult",
    "ImageArray",
    "JsonDict",
    "OtherRep",
    "PartialRep",
    "Pose",
    "Renamed",
    "Rep",
    "RepAmended",
    "RepCounted",
    "RepRecord",
    "RepRejected",
    "Roi",
    "SetClosed",
    "Side",
    "frozen_array",
]
