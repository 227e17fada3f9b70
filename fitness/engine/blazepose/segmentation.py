"""Segmentation masks: mapped from the ROI to the image, and smoothed over time.

Source of the smoothing formula: MediaPipe's `segmentation_smoothing_calculator.cc`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.engine.blazepose.crop import mask_to_image
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.types import FloatArray

_UNCERTAINTY: Final = (5.68842, -0.748699, -57.8051, 291.309, -624.717)
"""1 - min(1, x (c0 + x (c1 + ...))) of x = (p - 0.5)^2 approximates 1 - (1 - H(p))^2, H the binary entropy in bits."""


def image_mask(found: RoiLandmarks, width: int, height: int) -> FloatArray | None:
    """(height, width) float32 probability, 0..1, that a pixel belongs to the person; 0 outside the ROI.

    None if there is no mask.
    """
    return None if found.mask is None else mask_to_image(found.mask, found.roi, width, height)


def smooth_mask(new: FloatArray, old: FloatArray, ratio: float) -> FloatArray:
    """Blend the mask `new` (H, W) with `old` where it is uncertain: by `ratio` at 0.5, not at all at 0 or 1."""
    x = np.square(new - np.float32(0.5))
    decided = np.full_like(x, np.float32(_UNCERTAINTY[-1]))
    for constant in reversed(_UNCERTAINTY[:-1]):
        decided *= x
        decided += np.float32(constant)
    decided *= x
    uncertain = 1 - np.minimum(decided, np.float32(1))
    return np.asarray(new + (old - new) * (uncertain * np.float32(ratio)), dtype=np.float32)


class MaskSmoother:
    """Keeps one person's last mask and blends the next one with it.

    Args:
        ratio: weight of the old mask where the new one is uncertain, 0..1; 0 turns smoothing off.
    """

    def __init__(self, ratio: float) -> None:
        self._ratio = ratio
        self._last: FloatArray | None = None

    def reset(self) -> None:
        """Forget the last mask."""
        self._last = None

    def apply(self, mask: FloatArray) -> FloatArray:
        """The smoothed (H, W) mask; a mask whose size differs from the last one is returned unchanged."""
        if self._ratio == 0:
            return mask
        if self._last is not None and self._last.shape == mask.shape:
            mask = smooth_mask(mask, self._last, self._ratio)
        self._last = mask
        return mask
