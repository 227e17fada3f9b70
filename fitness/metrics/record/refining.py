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

_BONES: Final = (
    ("HIP", "KNEE", ()),
    ("KNEE", "ANKLE", ("HEEL", "FOOT_INDEX")),
    ("SHOULDER", "ELBOW", ()),
    ("ELBOW", "WRIST", ("PINKY", "INDEX", "THUMB")),
)
"""Bones of legs and arms, from the trunk outwards: near end, far end, and parts that move with the far end in depth."""
_DEPTH_M, _LENGTH_M = np.repeat([0.2, 0.2, 0.1, 0.1], 2), 0.03
"""Standard errors of depth, for each bone on both sides, and of bone length; they give their weights. Tuned on the figure
of `measure_angles.py`."""
_LEGS: Final = np.repeat([True, True, False, False], 2)
"""Hands are less accurate in the image, so bones of an arm are only made shorter; otherwise folded arms would get a false
depth."""
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
    if good.any():
        _give_depth(placed, points, good)
    points[good] = placed[good]
    return points


def _give_depth(placed: DoubleArray, world: DoubleArray, good: np.ndarray) -> None:
    """Set the depth of the joints of all limbs in `placed`, from the trunk outwards, on both sides."""
    bone = world[:, _FAR] - world[:, _NEAR]
    lengths = np.sqrt(np.add.reduce(bone * bone, axis=2))[good].reshape(-1, len(_BONES), 2)
    usual = np.median(lengths.transpose(1, 0, 2).reshape(len(_BONES), -1), axis=1).repeat(2)
    way = bone[:, :, 2]
    across = placed[:, _FAR, :2] - placed[:, _NEAR, :2]
    flat = np.sqrt(np.add.reduce(across * across, axis=2))
    depth = bone_depth(way, flat, usual, _DEPTH_M, _LENGTH_M)
    depth = np.where(_LEGS | (np.hypot(way, flat) > usual), depth, way)
    for at, (_, _, carried) in enumerate(_BONES):
        one = slice(2 * at, 2 * at + 2)
        shift = placed[:, _NEAR[one], 2] + depth[:, one] - placed[:, _FAR[one], 2]
        placed[:, _FAR[one], 2] += shift
        for part in carried:
            placed[:, _both_sides(part), 2] += shift


def _both_sides(part: str) -> list[int]:
    """The left and the right landmark of a part of the body."""
    return [Landmark[f"LEFT_{part}"], Landmark[f"RIGHT_{part}"]]


_NEAR: Final = np.array([_both_sides(near) for near, _, _ in _BONES]).ravel()
_FAR: Final = np.array([_both_sides(far) for _, far, _ in _BONES]).ravel()


def bone_depth(
    way: DoubleArray,
    flat: DoubleArray,
    usual: float | DoubleArray,
    depth_m: float | DoubleArray,
    length_m: float,
) -> DoubleArray:
    """(...) signed depth of bones, from the network's depth and the bone's usual length, weighted by their errors.

    Least squares: the depth z that minimises ((z - way) / depth_m)^2 + ((length - usual) / length_m)^2, with the sign of
    `way`, where length = sqrt(flat^2 + z^2).

    Args:
        way: (...) the network's depth between both ends, metres.   flat: (...) length in the image plane, metres.
        usual: length of the bones, metres.   depth_m, length_m: standard errors, metres.
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
