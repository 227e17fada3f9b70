"""What is known after one frame, and the loop that finds it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fitness.engine.blazepose.detector import Detection
from fitness.types import ImageArray, Pose, Roi


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFrame:
    """Everybody in one frame.

    poses: by id where there are ids, else in the order of the ROIs.
    next_rois: for each pose, where that person will be looked for on the next frame; None for nowhere.
    subject: the pose that is counted, one of `poses`, or None when that person is not seen.
    detections: what the detector found, best first.   detected: whether it ran on this frame.
    """

    poses: tuple[Pose, ...] = ()
    next_rois: tuple[Roi | None, ...] = ()
    subject: Pose | None = None
    detections: tuple[Detection, ...] = ()
    detected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FrameContext:
    """One frame as a loop gets it.

    image: (H, W, 3) uint8 RGB.   t: seconds.   t_filter: seconds as the filters shall see them.
    rotation_deg: how far the image must be turned clockwise to be upright.
    """

    image: ImageArray
    t: float
    t_filter: float
    rotation_deg: int = 0


class TrackingLoop(Protocol):
    """A way of following people; holds everything that is remembered between frames."""

    def step(self, context: FrameContext) -> TrackedFrame:
        """Everybody in the next frame."""
        ...

    def look_at(self, rois: list[Roi]) -> None:
        """Look in these ROIs on the next frame, and nowhere else; an empty list forgets where anybody was."""
        ...
