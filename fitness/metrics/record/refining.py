"""Refines world landmarks with image landmarks, so that angles are more accurate.

The network's image landmarks are more accurate than its world landmarks. Its depth makes limbs that point towards the
camera too long or too short. So x and y are taken from the image. The depth is a compromise between the network's depth
and the usual length of each bone. `scripts/measure_angles.py` measures the gain; the table is in
`docs/explanation/counting.md`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray

BODY: Final = slice(11, 33)
"""Landmarks from the shoulders down."""

_LEGS: Final = (("HIP", "KNEE"), ("KNEE", "ANKLE"))
_ARMS: Final = (("SHOULDER", "ELBOW"), ("ELBOW", "WRIST"))
_LEG_DEPTH_M, _LEG_LENGTH_M = 0.2, 0.03
"""Standard errors of depth and bone length, which give their weights; tuned on the figure of `measure_angles.py`."""
_ARM_DEPTH_M, _ARM_LENGTH_M = 0.1, 0.03
"""The same for arms. Hands are less accurate in the image, so bones of an arm are only made shorter; otherwise folded
arms would get a false depth."""
_CARRIED: Final = {
    "ANKLE": ("HEEL", "FOOT_INDEX"),
    "WRIST": ("PINKY", "INDEX", "THUMB"),
}
_HALVINGS: Final = 16
"""Number of bisections of an interval below a metre: precision of about 0.01 mm."""


def refined(world: FloatArray | DoubleArray, image: FloatArray | DoubleArray) -> DoubleArray:
    """(N, 33, 3) metres: x and y from the image, depth from the network and the bone lengths.

    Pixels are converted to metres by the scale that fits the world landmarks best; without a valid scale, the world
    landmarks are returned unchanged.

    Args:
        world: (N, 33, 3) metres, of one person; a bone's usual length is the median over them and both sides.
        image: (N, 33, 3) pixels, as in Pose.
    """
    points, flat = np.array(world, np.float64), np.asarray(image, np.float64)[:, :, :2]
    in_space, in_image = points[:, BODY, :2], flat[:, BODY]
    size, across = _shared(in_image, in_image), _shared(in_space, in_image)
    some = size > 1e-9 * np.einsum("nij,nij->n", in_image, in_image)
    scale = np.divide(across, size, out=np.zeros(len(points)), where=some)
    good = np.isfinite(scale) & (scale > 0)
    hips = flat[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    placed = points.copy()
    placed[:, :, :2] = (flat - hips) * scale[:, None, None]
    for bones in (_LEGS, _ARMS):
        _give_depth(placed, points, bones, good)
    points[good] = placed[good]
    return points


def _give_depth(
    placed: DoubleArray, world: DoubleArray, bones: tuple[tuple[str, str], ...], good: np.ndarray
) -> None:
    """Set the depth of a limb's joints in `placed`, from the trunk outwards, on both sides."""
    if not good.any():
        return
    for near, far in bones:
        a, b = _both_sides(near), _both_sides(far)
        bone = world[:, b] - world[:, a]
        usual = float(np.median(np.linalg.norm(bone[good], axis=2)))
        way = bone[:, :, 2]
        across = placed[:, b, :2] - placed[:, a, :2]
        flat = np.linalg.norm(across, axis=2)
        if bones is _LEGS:
            depth = bone_depth(way, flat, usual, _LEG_DEPTH_M, _LEG_LENGTH_M)
        else:
            shorter = bone_depth(way, flat, usual, _ARM_DEPTH_M, _ARM_LENGTH_M)
            depth = np.where(np.hypot(way, flat) > usual, shorter, way)
        shift = placed[:, a, 2] + depth - placed[:, b, 2]
        for part in (far, *_CARRIED.get(far, ())):
            placed[:, _both_sides(part), 2] += shift


def _both_sides(part: str) -> list[int]:
    """The left and the right landmark of a part of the body."""
    return [Landmark[f"LEFT_{part}"], Landmark[f"RIGHT_{part}"]]


def bone_depth(
    way: DoubleArray, flat: DoubleArray, usual: float, depth_m: float, length_m: float
) -> DoubleArray:
    """(...) signed depth of bones, from the network's depth and the bone's usual length, weighted by their errors.

    Least squares: the depth z that minimises ((z - way) / depth_m)^2 + ((length - usual) / length_m)^2, with the sign of
    `way`, where length = sqrt(flat^2 + z^2).

    Args:
        way: (...) the network's depth between both ends, metres.   flat: (...) length in the image plane, metres.
        usual: length of the bone, metres.   depth_m, length_m: standard errors, metres.
    """
    size = np.abs(way)
    whole = np.sqrt(np.maximum(usual**2 - flat**2, 0.0))
    low, high = np.minimum(size, whole), np.maximum(size, whole)
    squared, stiffness = flat * flat, (depth_m / length_m) ** 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        length = np.maximum(np.sqrt(middle * middle + squared), 1e-9)
        # the slope, times depth_m squared
        rising = (middle - size) + (1 - usual / length) * middle * stiffness >= 0
        np.copyto(high, middle, where=rising)
        np.copyto(low, middle, where=~rising)
    found: DoubleArray = np.copysign((low + high) / 2, way)
    return found


def _shared(a: DoubleArray, b: DoubleArray) -> DoubleArray:
    """(N, L, 2), (N, L, 2) -> (N,) sum of the products of the landmarks' deviations from their means."""
    means = np.einsum("nij->nj", a) * np.einsum("nij->nj", b) / a.shape[1]
    shared: DoubleArray = np.einsum("nij,nij->n", a, b) - means.sum(axis=1)
    return shared
