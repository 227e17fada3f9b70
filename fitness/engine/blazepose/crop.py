"""Crops a ROI as input for a network, and maps the network's mask back to the image.

The arithmetic is that of OpenCV 3.4 and 4.x (source positions rounded to 1/32 pixel, 15-bit weights), which MediaPipe
uses. OpenCV 5 interpolates differently. So the positions are computed here, and only the look-up is done by `cv2.remap`
with fixed-point maps, which gives the same result in every version.
"""

from __future__ import annotations

import functools
from enum import Enum

import cv2
import numpy as np

from fitness.engine.blazepose.geometry import corners
from fitness.engine.blazepose.low_light import LowLight
from fitness.engine.blazepose.warp_map import LIMIT, SUBPIXELS, MapMaker, exact_map
from fitness.types import DoubleArray, FloatArray, ImageArray, Roi


class Border(Enum):
    """How pixels outside the image are filled."""

    BLACK = cv2.BORDER_CONSTANT
    REPLICATE = cv2.BORDER_REPLICATE


class Cropper:
    """Makes crops of one size for one network, reusing its memory; not thread-safe.

    Args:
        size: side of the crop, pixels.
        border: how pixels outside the image are filled.
        low_light: brightens dark crops; None: they stay as they are.
    """

    def __init__(self, size: int, border: Border, *, low_light: LowLight | None = None) -> None:
        self._size = size
        self._border = border.value
        self._low_light = low_light
        self._maps = MapMaker(size, clamp=border is Border.REPLICATE)
        self._pixels: ImageArray = np.empty((size, size, 3), np.uint8)

    def crop(self, image: ImageArray, roi: Roi) -> ImageArray:
        """As the function `crop`; the next call overwrites the result."""
        return self.crop_square(image, corners(roi))

    def crop_square(self, image: ImageArray, source: FloatArray) -> ImageArray:
        """As `crop`, for corners (4, 2) in pixels, in the order of `geometry.corners`."""
        if self._low_light is not None:
            image, source = self._low_light.lit(image, source, self._size)
        whole, fraction = self._maps.make(output_to_source(source, self._size, self._size))
        return cv2.remap(  # type: ignore[return-value]
            image, whole, fraction, cv2.INTER_LINEAR, dst=self._pixels, borderMode=self._border
        )


def crop(image: ImageArray, roi: Roi, size: int, border: Border) -> ImageArray:
    """The ROI of `image` (H, W, 3), rotated upright and resampled to (size, size, 3) uint8, bilinear.

    Pixel *indices* are mapped corner to corner, without half-pixel centres.
    """
    return Cropper(size, border).crop(image, roi)


def crop_rectangle(
    image: ImageArray, source: FloatArray, size: tuple[int, int], border: Border
) -> ImageArray:
    """As `crop`, for corners (4, 2) in the order of `geometry.corners` and an output of (width, height)."""
    width, height = size
    whole, fraction = exact_map(output_to_source(source, width, height), width, height)
    return cv2.remap(image, whole, fraction, cv2.INTER_LINEAR, borderMode=border.value)  # type: ignore[return-value]


def output_to_source(source: FloatArray, width: int, height: int) -> DoubleArray:
    """(3, 3) matrix from positions in a crop of `width` x `height` pixels to positions in the image, pixels.

    source: (4, 2) corners of the ROI in the image, in the order of `geometry.corners`.
    """
    return inverse(np.asarray(cv2.getPerspectiveTransform(source, _target(width, height)), np.float64))


@functools.lru_cache(maxsize=8)
def _target(width: int, height: int) -> FloatArray:
    """(4, 2) corners of a crop, in the order of `geometry.corners`."""
    target = np.array([[0, height], [0, 0], [width, 0], [width, height]], dtype=np.float32)
    target.setflags(write=False)
    return target


def inverse(matrix: DoubleArray) -> DoubleArray:
    """Inverse of a 3x3 matrix by cofactors, in OpenCV's order of operations; all zero for a singular matrix."""
    (a, b, c), (d, e, f), (g, h, k) = matrix.tolist()
    det = a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g)
    if not det:
        return np.zeros((3, 3))
    adjugate = [
        [e * k - f * h, c * h - b * k, b * f - c * e],
        [f * g - d * k, a * k - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ]
    found: DoubleArray = np.array(adjugate, dtype=np.float64) * (1.0 / det)
    return found


def mask_to_image(mask: FloatArray, roi: Roi, width: int, height: int) -> FloatArray:
    """A mask (M, M) float32 over the ROI -> (height, width) float32 over the image, 0 outside the ROI.

    Rounding is that of OpenCV 4's affine warp of float images: 1/1024 for the terms, 1/32 for positions.
    """
    side = mask.shape[0]
    cos, sin = np.cos(roi.rotation) / roi.size, np.sin(roi.rotation) / roi.size
    a = np.array(
        [
            [side * cos, side * sin, side * (0.5 - roi.x * cos - roi.y * sin)],
            [-side * sin, side * cos, side * (0.5 + roi.x * sin - roi.y * cos)],
        ],
        dtype=np.float32,
    ).astype(np.float64)
    i, j = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)[:, None]
    limit = float(2**30)
    terms = [
        np.clip(np.rint((a[k, 1] * j + a[k, 2]) * 1024) + 16 + np.rint(a[k, 0] * i * 1024), -limit, limit)
        for k in (0, 1)
    ]
    position = (np.stack(terms, axis=-1).astype(np.int64) >> 5).clip(-LIMIT, LIMIT).astype(np.int32)
    fraction = ((position[..., 1] & 31) * SUBPIXELS + (position[..., 0] & 31)).astype(np.uint16)
    whole = (position >> 5).astype(np.int16)
    return cv2.remap(  # type: ignore[return-value]
        mask, whole, fraction, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
