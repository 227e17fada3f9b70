"""Describes a swing by the numbers that the model takes.

The pose is sampled at six phases of the swing, at two times before it, and at one after it. Each sample is a yaw-normalised
embedding. The other numbers are the range of the joints, the travel of hips, ankles, wrists and shoulders in the image,
durations, and the visibility of the joints. Numbers of joints that are not visible get no weight, so guessed landmarks
decide nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, mirror
from fitness.recognition.embedding import DIMENSIONS, VECTORS, embed
from fitness.recognition.trajectory.swing_data import AROUND, BEFORE_S, SwingData
from fitness.skeleton import MIRROR
from fitness.types import DoubleArray, FloatArray

PHASES: Final = 6
POSE_NUMBERS: Final = (PHASES + AROUND) * DIMENSIONS
"""Number of embedding columns, which come first in a description."""
RETURN_NUMBERS: Final = 8 + len(ANGLE_NAMES)
"""Number of columns that compare the body after the swing with its start, which come last: the way of four parts of the
body, across and down, and the change of each angle."""

_ANGLES: Final = len(ANGLE_NAMES)
_SEEN_AT, _SEEN_WIDTH = 0.35, 0.08
"""Visibility at which a joint has half the weight, and the width of the change."""
_LIMIT: Final = 2.0
"""Travel is clipped to this many trunk lengths."""
_MIRROR: Final = np.array(MIRROR)
_FROM: Final = np.array([a for a, _ in VECTORS])
_TO: Final = np.array([b for _, b in VECTORS])
_SHOULDERS, _ELBOWS, _WRISTS, _HIPS, _KNEES, _ANKLES = (
    [11, 12], [13, 14], [15, 16], [23, 24], [25, 26], [27, 28],
)  # fmt: skip
_NOSE: Final = 0
_ANGLE_LANDMARKS: Final = (
    *((11 + i, 13 + i, 15 + i) for i in (0, 1)),
    *((13 + i, 11 + i, 23 + i) for i in (0, 1)),
    *((11 + i, 23 + i, 25 + i) for i in (0, 1)),
    *((23 + i, 25 + i, 27 + i) for i in (0, 1)),
    (11, 12, 23, 24),
    (23, 25), (24, 26), (25, 27), (26, 28),
)  # fmt: skip
"""Landmarks that must be visible for each of `ANGLE_NAMES`."""
_ANGLE_ARRAY: Final = np.array([(*one, *one)[:4] for one in _ANGLE_LANDMARKS])
"""(13, 4) the same, some of them twice."""
_PAIRS: Final = np.array((_SHOULDERS, _ELBOWS, _WRISTS, _HIPS, _KNEES, _ANKLES)).T
_MOVING: Final = np.array((_HIPS, _ANKLES, _WRISTS, _SHOULDERS)).T
"""(2, P) left and right landmarks of pairs."""


class Description(NamedTuple):
    """values: (N, F) numbers of N swings.   weights: (N, F) 0..1, 0 for numbers of joints that are not visible."""

    values: FloatArray
    weights: FloatArray


def describe_both(swings: SwingData) -> tuple[Description, Description]:
    """Describe swings as they are, and mirrored; faster than calling `describe` twice."""
    count = len(swings.world)
    both = SwingData(
        np.concatenate([swings.world, mirror(swings.world.reshape(-1, 33, 3)).reshape(swings.world.shape)]),
        np.concatenate([swings.image] * 2),
        np.concatenate([swings.known] * 2),
        np.concatenate([swings.visibility, swings.visibility[:, _MIRROR]]),
        np.concatenate([swings.score] * 2),
        np.concatenate([swings.numbers] * 2),
        np.concatenate([swings.sided] * 2),
    )
    values, weights = describe(both)
    return Description(values[:count], weights[:count]), Description(values[count:], weights[count:])


def describe(swings: SwingData, mirrored: bool = False) -> Description:
    """Describe swings.   mirrored: with left and right exchanged."""
    world, seen = swings.world, swings.visibility
    if mirrored:
        world = mirror(world.reshape(-1, 33, 3)).reshape(world.shape)
        seen = seen[:, _MIRROR]
    poses = embed(world.reshape(-1, 33, 3)).reshape(len(world), world.shape[1], -1)
    better = _better(seen)
    of_vectors, of_angles = _pose_weights(seen, better)
    once = np.concatenate([of_vectors, of_angles], axis=1)
    pose_weights = [once] * PHASES + [once * swings.known[:, [k]] for k in range(AROUND)]
    ranges, range_weights = _ranges(poses, of_angles)
    (moved, back), (moved_weights, back_weights) = _moved(swings, world, better)
    rest = _rest(swings, seen, better)
    changed = np.abs(poses[:, -1, -_ANGLES:] - poses[:, 0, -_ANGLES:])
    values = np.concatenate([poses.reshape(len(poses), -1), ranges, moved, rest, back, changed], axis=1)
    weights = np.concatenate(
        [
            *pose_weights,
            range_weights,
            moved_weights,
            np.ones_like(rest),
            back_weights,
            of_angles * swings.known[:, -1:],
        ],
        axis=1,
    )
    return Description(values.astype(np.float32), weights.astype(np.float32))


def _soft(visibility: FloatArray) -> FloatArray:
    """Weight 0..1 of each visibility, of the same shape."""
    weight: FloatArray = 1 / (1 + np.exp(-(visibility - _SEEN_AT) / _SEEN_WIDTH))
    return weight


def _better(seen: FloatArray) -> FloatArray:
    """(N, 33) visibility -> (6, N) that of the better side of each of `_PAIRS`."""
    better: FloatArray = np.maximum(seen.take(_PAIRS[0], axis=1), seen.take(_PAIRS[1], axis=1)).T
    return better


def _pose_weights(seen: FloatArray, better: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(N, 33) visibility, `_better` of it -> weights of the vectors and of the angles of an embedding."""
    shoulders, _, _, hips, _, _ = better
    trunk = np.minimum(shoulders, hips)
    limbs = np.minimum(seen.take(_FROM, axis=1), seen.take(_TO, axis=1))
    vectors = np.repeat(_soft(np.concatenate([trunk[:, None], limbs], axis=1)), 3, axis=1)
    return vectors, _soft(np.minimum.reduce(seen.take(_ANGLE_ARRAY, axis=1), axis=2))


def _ranges(poses: DoubleArray, weights: FloatArray) -> tuple[DoubleArray, FloatArray]:
    """Range of each angle, its change up to the turning point, and the difference of the sides there."""
    angles = poses[:, :PHASES, -_ANGLES:]
    left, right = slice(0, 8, 2), slice(1, 8, 2)
    values = [
        angles.max(axis=1) - angles.min(axis=1),
        angles[:, 3] - angles[:, 0],
        np.abs(angles[:, 3, left] - angles[:, 3, right]),
    ]
    both = np.minimum(weights[:, left], weights[:, right])
    return np.concatenate(values, axis=1), np.concatenate([weights, weights, both], axis=1)


def _moved(
    swings: SwingData, world: FloatArray, better: FloatArray
) -> tuple[tuple[DoubleArray, DoubleArray], tuple[FloatArray, FloatArray]]:
    """Travel of parts of the body in the image, in trunk lengths: hands on a bar stay in place, feet that jump do not.

    The values during and before the swing, those after it, and the weights of both.
    Where the trunk has no length in the image, there are landmarks in metres only: the travel is unknown and gets no weight.
    """
    trunks = _middles(world, _SHOULDERS) - _middles(world, _HIPS)
    flat, length = _length(trunks[..., :2]).max(axis=1), _length(trunks).mean(axis=1)
    left, right = _MOVING
    middles = (swings.image.take(left, axis=2) + swings.image.take(right, axis=2)) / 2
    hips, _, _, shoulders = np.moveaxis(middles, 2, 0)
    trunk_px = _length(shoulders - hips).max(axis=1)
    placed = (trunk_px > 0).astype(np.float32)
    unit = (np.clip(flat / (length + 1e-3), 0.25, 1) / (trunk_px + 1e-3))[:, None, None]
    seen_shoulders, _, seen_wrists, seen_hips, _, seen_ankles = better
    pairs = (seen_hips, seen_shoulders), (seen_ankles, seen_hips), (seen_wrists, seen_shoulders)
    trunk, legs, arms = (placed * _soft(np.minimum(one, other)) for one, other in pairs)
    way = (middles[:, :PHASES] - middles[:, :1]) * unit[..., None]
    most = np.maximum.reduce(np.abs(way), axis=1)
    moved = np.stack([most[..., 0], way[:, 3, :, 1], most[..., 1]], axis=2).reshape(len(way), -1)
    before = (hips[:, PHASES : PHASES + len(BEFORE_S)] - hips[:, :1]) * unit
    values = np.concatenate([moved, np.abs(before[..., 0]), before[..., 1]], axis=1)
    known = [trunk * one for one in swings.known.T[: len(BEFORE_S)]]
    weights = [*([trunk] * 3), *([legs] * 3), *([arms] * 3), *([trunk] * 3), *known, *known]
    after = (middles[:, -1] - middles[:, 0]) * unit
    back: DoubleArray = np.stack([np.abs(after[..., 0]), after[..., 1]], axis=2).reshape(len(after), -1)
    back_weights = [one * swings.known[:, -1] for one in (trunk, legs, arms, trunk) for _ in range(2)]
    clipped = (np.clip(one, -_LIMIT, _LIMIT) for one in (values, back))
    return (next(clipped), next(clipped)), (np.stack(weights, axis=1), np.stack(back_weights, axis=1))


def _middles(points: FloatArray, pair: list[int]) -> FloatArray:
    """(N, P, 33, 3) -> (N, P, 3) the point halfway between two landmarks."""
    left, right = pair
    middle: FloatArray = (points[:, :, left] + points[:, :, right]) / np.float32(2)
    return middle


def _length(vectors: FloatArray) -> FloatArray:
    """(..., D) -> (...) their lengths."""
    length: FloatArray = np.sqrt(np.add.reduce(vectors * vectors, axis=-1))
    return length


def _rest(swings: SwingData, seen: FloatArray, better: FloatArray) -> DoubleArray:
    """Size and durations of each swing, and visibility of the body."""
    fall, lowest, from_turn, down, up, pause = swings.numbers.T
    return np.stack(
        [
            fall,
            from_turn,
            lowest,
            np.log(np.clip(down, 0.05, 8)),
            np.log(np.clip(up, 0.03, 6)),
            np.log(pause + 0.05),
            swings.sided.astype(np.float64),
            *better,
            seen[:, _NOSE],
            swings.score,
        ],
        axis=1,
    )
