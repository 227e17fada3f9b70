"""Values of one frame: the frame itself, the poses in it, and the pose classes of one person."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fitness.skeleton import LANDMARK_COUNT
from fitness.types.arrays import FloatArray, ImageArray, frozen_array
from fitness.types.read_only import ReadOnlyDict


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image of a stream.

    image: (H, W, 3) uint8, RGB, upright: the rotation stored in a file is already applied. Read-only, not copied.
    t: seconds since the stream began.   index: 0-based number of the frame in the stream.
    """

    image: ImageArray
    t: float
    index: int

    def __post_init__(self) -> None:
        image = self.image
        if not isinstance(image, np.ndarray):
            raise ValueError(f"image must be an array, (H, W, 3) uint8 RGB, got {type(image).__name__}")
        if image.ndim != 3 or image.shape[2] != 3 or not image.size or image.dtype != np.uint8:
            raise ValueError(f"image must be (H, W, 3) uint8 RGB, got {image.shape} {image.dtype}")
        if not math.isfinite(self.t):
            raise ValueError(f"t must be a finite number of seconds, got {self.t}")


@dataclass(frozen=True, slots=True)
class Roi:
    """A square region of interest in pixels of the image.

    x, y: centre, pixels.   size: side, pixels.   rotation: radians, in [-pi, pi), clockwise on screen.
    """

    x: float
    y: float
    size: float
    rotation: float


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """One person in one frame.

    world: (33, 3) metres, origin between the hips, x right and y down in the image, z negative towards the camera.
    image: (33, 3) pixels of the frame; z in the scale of x. Not clipped to the frame.
    visibility: (33,) 0..1, probability that the landmark is inside the frame and not hidden.
    presence: (33,) 0..1, probability that the landmark is inside the frame.
    score: 0..1, probability that a person is in the ROI.
    t: seconds, as in Frame.   roi: the input region of the landmark model, or None if unknown (in a replay).
    id: of the person, 1 or more, the same from frame to frame; 0 if people have no ids.
    mask: (H, W) 0..1, probability that a pixel of the frame belongs to the person, or None if not requested.
    upper_body: only the first 25 landmarks are valid; the legs have visibility and presence 0.
    model: name of the landmark model, "" if unknown. The models differ in the visibility of hidden joints.
    """

    world: FloatArray
    image: FloatArray
    visibility: FloatArray
    presence: FloatArray
    score: float
    t: float
    roi: Roi | None = None
    id: int = 0
    mask: FloatArray | None = None
    upper_body: bool = False
    model: str = ""

    def __post_init__(self) -> None:
        for name, shape in (
            ("world", (LANDMARK_COUNT, 3)),
            ("image", (LANDMARK_COUNT, 3)),
            ("visibility", (LANDMARK_COUNT,)),
            ("presence", (LANDMARK_COUNT,)),
        ):
            object.__setattr__(self, name, frozen_array(getattr(self, name), shape, name))
        if self.mask is not None:
            if self.mask.ndim != 2:
                raise ValueError(f"mask must have shape (H, W), got {self.mask.shape}")
            object.__setattr__(self, "mask", frozen_array(self.mask, self.mask.shape, "mask"))

    def normalised(self, width: int, height: int) -> FloatArray:
        """(33, 3) `image` divided by the size of a frame of `width` x `height` pixels; z by the width, as x."""
        return np.asarray(self.image / np.array([width, height, width], np.float32), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Classification:
    """The pose classes of one person in one frame, smoothed over time.

    scores: pose class ("squat_down", ..., "other") -> 0..1; they add up to 1.
    distance: mean distance to the nearest samples in the embedding (no unit); a large distance means that the pose is
        unlike all samples.
    """

    scores: Mapping[str, float]
    distance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", ReadOnlyDict(self.scores))
