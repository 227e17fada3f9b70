"""The landmark model: image and ROI -> 33 landmarks and 2 auxiliary points, in the image and in metres.

Network: 256x256 RGB in [0, 1]; outputs by index: 39 landmarks, pose flag, segmentation, heatmaps, 39 world landmarks.
Steps and constants are those of MediaPipe's `pose_landmark_by_roi_cpu.pbtxt` and
`tensors_to_pose_landmarks_and_segmentation.pbtxt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.engine.blazepose.crop import Border, Cropper
from fitness.engine.blazepose.geometry import turn
from fitness.engine.blazepose.heatmap import refine, sigmoid
from fitness.engine.blazepose.low_light import LowLight
from fitness.engine.blazepose.relative_roi import RelativeRoi, size_of
from fitness.engine.blazepose.soft_refinement import refine_soft
from fitness.engine.runtime.model import Model, in_place
from fitness.errors import StateError
from fitness.types import DoubleArray, FloatArray, ImageArray, Roi

INPUT_SIZE: Final = 256
SEGMENTATION: Final = 2
"""Position of the mask among the outputs; the model may be loaded without it."""
_LEVEL: Final = np.float32(1) / np.float32(255)
_BODY: Final = slice(0, 33)
_LIMBS: Final = slice(11, 33)
_AUXILIARY: Final = slice(33, 35)
_USED_ROWS: Final = 35  # of 39; the meaning of the last four is undocumented


@dataclass(frozen=True, slots=True, eq=False)
class RoiLandmarks:
    """The output of the landmark model for one ROI.

    image: (33, 3) pixels of the image, z in the scale of x.   auxiliary: (2, 3) the same for the two points that
    define the next ROI.   world: (33, 3) metres.   visibility, presence: (33,) 0..1.
    score: the pose flag, 0..1.   mask: (M, M) float32 0..1 over the ROI, or None if not requested.
    certainty: 0..1, mean heatmap peak of the landmarks from the shoulders down; 0 if not requested.
    """

    image: DoubleArray
    auxiliary: DoubleArray
    world: DoubleArray
    visibility: FloatArray
    presence: FloatArray
    score: float
    roi: Roi
    mask: FloatArray | None = None
    certainty: float = 0.0


class LandmarkModel:
    """Runs the landmark network on ROIs; not thread-safe.

    Args:
        model: the network (lite, full or heavy); it may lack the output `SEGMENTATION` if no mask will be requested.
        refine_window: side of the heatmap window in cells, odd; 7 in MediaPipe's graphs, 9 in its legacy Python
            package (which fails to pass the option on). 0 leaves the landmarks unrefined.
        refine_soft: use the refinement without jumps of `soft_refinement` instead.
        pad_roi: crop a ROI that is square in pixels; see `RelativeRoi.corners`.
        low_light: brightens dark crops; None: they stay as they are.
    """

    def __init__(
        self,
        model: Model,
        refine_window: int = 7,
        refine_soft: bool = False,
        pad_roi: bool = True,
        low_light: LowLight | None = None,
    ) -> None:
        self._model = in_place(model, (1, INPUT_SIZE, INPUT_SIZE, 3))
        self._crops = Cropper(INPUT_SIZE, Border.REPLICATE, low_light=low_light)
        self._refine_window = refine_window
        self._refine_softly = refine_soft
        self._pad_roi = pad_roi

    def run(
        self,
        image: ImageArray,
        roi: Roi | RelativeRoi,
        with_mask: bool = False,
        with_certainty: bool = False,
    ) -> RoiLandmarks:
        """Landmarks of the person in `roi` of `image` (H, W, 3) uint8 RGB, whatever the score.

        roi: in pixels of `image`, or relative to the size of any frame.

        Raises StateError if a mask is requested and the model was loaded without it.
        """
        size = size_of(image)
        relative = RelativeRoi.of(roi, size) if isinstance(roi, Roi) else roi
        pixels = self._crops.crop_square(image, relative.corners(size, self._pad_roi))
        np.multiply(pixels, _LEVEL, out=self._model.input_view()[0], dtype=np.float32)
        flat, flag, segmentation, heatmap, flat_world = self._model.run_in_place()
        if with_mask and not segmentation.size:
            raise StateError("the landmark model was loaded without its mask; ask for segmentation first")
        rows = flat.reshape(-1, 5)[:_USED_ROWS]
        points = rows[:, :3] / np.float32(INPUT_SIZE)
        if self._refine_softly:
            points = refine_soft(points, heatmap[0])
        elif self._refine_window:
            points = refine(points, heatmap[0], self._refine_window)
        in_image = relative.project(points, size, self._pad_roi).astype(np.float64)
        world = turn(flat_world.reshape(-1, 3)[_BODY].astype(np.float64), float(roi.rotation))
        seen = sigmoid(rows[_BODY, 3:])
        return RoiLandmarks(
            image=in_image[_BODY],
            auxiliary=in_image[_AUXILIARY],
            world=world,
            visibility=seen[:, 0],
            presence=seen[:, 1],
            score=float(flag.ravel()[0]),
            roi=roi if isinstance(roi, Roi) else roi.in_pixels(size),
            mask=sigmoid(segmentation[0, :, :, 0]) if with_mask else None,
            certainty=_certainty(heatmap[0]) if with_certainty else 0.0,
        )


def _certainty(heatmap: FloatArray) -> float:
    """Mean peak probability of heatmaps (h, w, N) of logits, over the landmarks of trunk and limbs."""
    peaks = heatmap[:, :, _LIMBS].reshape(-1, _LIMBS.stop - _LIMBS.start).max(axis=0)
    return float(sigmoid(peaks).mean())
