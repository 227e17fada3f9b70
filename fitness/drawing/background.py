"""Blurs the background behind people, or replaces it by a colour or another image."""

from __future__ import annotations

import cv2
import numpy as np

from fitness.drawing.paint import Colour
from fitness.errors import OptionError
from fitness.types import FloatArray, ImageArray


def blur_background(image: ImageArray, mask: FloatArray, strength: float = 0.03) -> ImageArray:
    """Blur everything outside the mask.

    Args:
        image: (H, W, 3) uint8 RGB; it is not changed.
        mask: (H, W), 0..1: how surely a pixel belongs to a person (`Pose.mask`; for several people, their maximum).
        strength: standard deviation of the blur as a share of the image's shorter side, above 0 and at most 1.

    Raises OptionError if the mask does not fit the image, or strength is out of its range.
    """
    _check(image, mask)
    if not 0 < strength <= 1:
        raise OptionError(f"option strength must be above 0 and at most 1, got {strength}")
    height, width = image.shape[:2]
    sigma = strength * min(height, width)
    # A strong blur is computed on a reduced image: the result is the same, and it is much faster.
    shrink = max(1, int(sigma / 2))
    small = (max(1, width // shrink), max(1, height // shrink))
    blurred = cv2.GaussianBlur(cv2.resize(image, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / shrink)
    return _mixed(image, np.asarray(cv2.resize(blurred, (width, height)), np.uint8), mask)


def hide_background(
    image: ImageArray, mask: FloatArray, background: Colour | ImageArray = (0, 0, 0)
) -> ImageArray:
    """Replace everything outside the mask.

    Args:
        image, mask: as in `blur_background`.
        background: an RGB colour, or another image of the same size, (H, W, 3) uint8 RGB.

    Raises OptionError if the mask or the other image does not fit the image.
    """
    _check(image, mask)
    if not isinstance(background, np.ndarray):
        background = np.full_like(image, background)
    elif background.shape != image.shape or background.dtype != np.uint8:
        raise OptionError(
            f"option background must be {image.shape} uint8 like the image, got {background.shape} {background.dtype}"
        )
    return _mixed(image, background, mask)


def _check(image: ImageArray, mask: FloatArray) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise OptionError(f"option image must be (H, W, 3) uint8 RGB, got {image.shape} {image.dtype}")
    if mask.shape != image.shape[:2]:
        raise OptionError(f"option mask must have the image's shape {image.shape[:2]}, got {mask.shape}")


def _mixed(front: ImageArray, back: ImageArray, mask: FloatArray) -> ImageArray:
    """Blend: `front` where the mask is 1, `back` where it is 0, a mix in between."""
    share = np.clip(mask, 0, 1).astype(np.float32)[:, :, None]
    return np.rint(front * share + back * (1 - share)).astype(np.uint8)
