"""Pixels in and out of a ROI: the crop that feeds a model, the mask that comes back.

The arithmetic is that of OpenCV 3.4 and 4.x (source positions rounded to 1/32 pixel, 15-bit weights), which is what
MediaPipe computes. OpenCV 5 interpolates differently, so the positions are computed here and only the look-up
is left to `cv2.remap` with fixed-point maps, which gives the same result in every version.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np

from fitness.engine.geometry import corners
from fitness.types import DoubleArray, FloatArray, ImageArray, Roi

_SUBPIXELS = 32
_LIMIT = 32767 * _SUBPIXELS


class Border(Enum):
    """What lies outside the image."""

    BLACK = cv2.BORDER_CONSTANT
    REPLICATE = cv2.BORDER_REPLICATE


def crop(image: ImageArray, roi: Roi, size: int, border: Border) -> ImageArray:
    """The ROI of `image` (H, W, 3), turned upright and resampled to (size, size, 3) uint8, bilinear.

    The image's pixel *indices* are mapped, corner to corner: there are no half-pixel centres.
    """
    return crop_rectangle(image, corners(roi), (size, size), border)


def crop_rectangle(
    image: ImageArray, source: FloatArray, size: tuple[int, int], border: Border
) -> ImageArray:
    """As `crop`, for corners (4, 2) in the order of `geometry.corners` and an output of (width, height)."""
    width, height = size
    target = np.array([[0, height], [0, 0], [width, 0], [width, height]], dtype=np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, target), dtype=np.float64)
    whole, fraction = _fixed_point_map(_inverse(matrix), width, height)
    return cv2.remap(image, whole, fraction, cv2.INTER_LINEAR, borderMode=border.value)  # type: ignore[return-value]


def _inverse(matrix: DoubleArray) -> DoubleArray:
    """Inverse of a 3x3 matrix by cofactors, in the order of operations of OpenCV."""
    m = matrix
    det = (
        m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1])
        - m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
        + m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0])
    )
    adjugate = [
        [
            m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1],
            m[0, 2] * m[2, 1] - m[0, 1] * m[2, 2],
            m[0, 1] * m[1, 2] - m[0, 2] * m[1, 1],
        ],
        [
            m[1, 2] * m[2, 0] - m[1, 0] * m[2, 2],
            m[0, 0] * m[2, 2] - m[0, 2] * m[2, 0],
            m[0, 2] * m[1, 0] - m[0, 0] * m[1, 2],
        ],
        [
            m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0],
            m[0, 1] * m[2, 0] - m[0, 0] * m[2, 1],
            m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0],
        ],
    ]
    inverse: DoubleArray = np.array(adjugate, dtype=np.float64) * (1.0 / det)
    return inverse


def _fixed_point_map(
    inverse: DoubleArray, width: int, height: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int16]], np.ndarray[tuple[int, ...], np.dtype[np.uint16]]]:
    """Where each output pixel comes from: whole pixels (h, w, 2) int16 and sub-pixel index (h, w) uint16."""
    i = np.arange(width, dtype=np.float64)
    j = np.arange(height, dtype=np.float64)[:, None]
    scale = _SUBPIXELS / (inverse[2, 0] * i + (inverse[2, 1] * j + inverse[2, 2]))
    x = np.rint((inverse[0, 0] * i + (inverse[0, 1] * j + inverse[0, 2])) * scale)
    y = np.rint((inverse[1, 0] * i + (inverse[1, 1] * j + inverse[1, 2])) * scale)
    position = np.stack([x, y], axis=-1).clip(-_LIMIT, _LIMIT).astype(np.int32)
    fraction = ((position[..., 1] & 31) * _SUBPIXELS + (position[..., 0] & 31)).astype(np.uint16)
    return (position >> 5).astype(np.int16), fraction


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
    position = (np.stack(terms, axis=-1).astype(np.int64) >> 5).clip(-_LIMIT, _LIMIT).astype(np.int32)
    fraction = ((position[..., 1] & 31) * _SUBPIXELS + (position[..., 0] & 31)).astype(np.uint16)
    whole = (position >> 5).astype(np.int16)
    return cv2.remap(  # type: ignore[return-value]
        mask, whole, fraction, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
