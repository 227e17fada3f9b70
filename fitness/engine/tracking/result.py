"""The result of one frame, and the interface of the trackers that make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fitness.engine.blazepose.detector import Detection
from fitness.types import ImageArray, Pose, Roi


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFrame:
    """The people in one frame.

    poses: sorted by id if there are ids, else in the order of the ROIs.
    next_rois: for each pose, that person's ROI on the next frame, or None.
    subject: the pose that is counted, one of `poses`, or None if that person was not found.
    detections: detections on this frame, best first.   detected: whether the detector ran on this frame.
    """

    poses: tuple[Pose, ...] = ()
    next_rois: tuple[Roi | None, ...] = ()
    subject: Pose | None = None
    detections: tuple[Detection, ...] = ()
    detected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FrameContext:
    """One frame as input of a tracking loop.

    image: (H, W, 3) uint8 RGB.   t: time of the frame, seconds.   t_filter: time used by the filters, seconds.
    rotation_deg: clockwise rotation that makes the image upright.
    """

    image: ImageArray
    t: float
    t_filter: float
    rotation_deg: int = 0


class TrackingLoop(Protocol):
    """A tracking method; it holds all state between frames."""

    def step(self, context: FrameContext) -> TrackedFrame:
        """The people in the next frame."""
        ...

    def set_rois(self, rois: list[Roi]) -> None:
        """Use only these ROIs on the next frame; an empty list forgets all ROIs."""
        ...
