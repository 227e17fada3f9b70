"""Describes a swing by the numbers that the model takes.

The pose is sampled at six phases of the swing and at two times before it. Each sample is a yaw-normalised embedding. The
other numbers are the range of the joints, the travel of hips, ankles, wrists and shoulders in the image, durations, and the
visibility of the joints. Numbers of joints that are not visible get no weight, so guessed landmarks decide nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, mirror
from fitness.recognition.embedding import DIMENSIONS, VECTORS, embed
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import CORNERS, JOINTS, SIGNALS, TRUNK, BodySample
from fitness.skeleton import MIRROR
from fitness.types import DoubleArray, FloatArray

PHASES: Final = 6
MODEL_JOINTS: Final = (*JOINTS, TRUNK)
"""The joints that have a model each."""

BEFORE_S: Final = (0.6, 1.5)
"""Seconds before the start of a swing at which the pose is sampled, too; it distinguishes a push-up from a burpee."""
_BEFORE_MARGIN_S: Final = 0.25
"""Maximum distance of a sample from these times, seconds."""
POSE_NUMBERS: Final = (PHASES + len(BEFORE_S)) * DIMENSIONS
"""Number of embedding columns, which come first in a description."""

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
_MOVING: Final = (_HIPS, _ANKLES, _WRISTS, _SHOULDERS)


class Description(NamedTuple):
    """values: (N, F) numbers of N swings.   weights: (N, F) 0..1, 0 for numbers of joints that are not visible."""

    values: FloatArray
    weights: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SwingData:
    """Samples of N proposed swings, before they are described.

    world: (N, 8, 33, 3) metres, image: (N, 8, 33, 2) pixels; at the phases of each swing and the times before it.
    known: (N, 2) 1 if there was a pose at the times before, else 0.
    visibility: (N, 33), score: (N,); means over the swing, 0..1.
    numbers: (N, 6) fall and lowest angle divided by 180 degrees, `from_turn`, and seconds down, up and paused.
    sided: (N,) whether the signal is of one side; such bodies are mirrored so that it is the left side.
    """

    world: FloatArray
    image: FloatArray
    known: FloatArray
    visibility: FloatArray
    score: DoubleArray
    numbers: DoubleArray
    sided: np.ndarray


def joint_of(proposal: Proposal) -> str:
    """The joint of a swing's signal, or "trunk"."""
    return SIGNALS[proposal.signal][0]


def gather(proposals: Sequence[Proposal], times: Sequence[float], samples: Sequence[BodySample]) -> SwingData:
    """Sample the poses of swings.   times, samples: those of the `ProposalFinder` that found them."""
    world, image, known, visibility, score = [], [], [], [], []
    for one in proposals:
        start = min(one.t_start, *one.phase_times_s)
        before = [start - s for s in BEFORE_S]
        sampled = [_between(times, samples, t) for t in (*one.phase_times_s, *before)]
        bodies = np.array([body for body, _ in sampled], np.float32)
        flat = np.array([points for _, points in sampled], np.float32)
        inside = samples[_index(times, start - 1e-6) : _index(times, one.t_end + 1e-6)]
        seen = np.mean([sample.visibility for sample in inside], axis=0)
        if SIGNALS[one.signal][1] == "right":
            bodies, seen = mirror(bodies), seen[_MIRROR]
        world.append(bodies)
        image.append(flat)
        known.append([_near(times, t) for t in before])
        visibility.append(seen)
        score.append(float(np.mean([sample.score for sample in inside])))
    numbers = [
        (one.fall_deg / 180, one.lowest_deg / 180, one.from_turn, one.down_s, one.up_s, one.pause_s)
        for one in proposals
    ]
    return SwingData(
        np.array(world, np.float32),
        np.array(image, np.float32),
        np.array(known, np.float32),
        np.array(visibility, np.float32),
        np.array(score),
        np.array(numbers, np.float64),
        np.array([SIGNALS[one.signal][1] != "both" for one in proposals]),
    )


def _index(times: Sequence[float], t: float) -> int:
    return bisect_left(times, t)


def _near(times: Sequence[float], t: float) -> bool:
    at = _index(times, t)
    return any(abs(times[i] - t) < _BEFORE_MARGIN_S for i in (at - 1, at) if 0 <= i < len(times))


def _between(
    times: Sequence[float], samples: Sequence[BodySample], t: float
) -> tuple[FloatArray, FloatArray]:
    """World and image landmarks at `t` seconds, interpolated between samples."""
    after = min(max(_index(times, t), 1), len(times) - 1)
    a, b = samples[after - 1], samples[after]
    share = np.float32(min(max((t - a.t) / (b.t - a.t), 0.0), 1.0))
    return a.world + share * (b.world - a.world), a.image + share * (b.image - a.image)


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
    of_vectors, of_angles = _pose_weights(seen)
    once = np.concatenate([of_vectors, of_angles], axis=1)
    pose_weights = [once] * PHASES + [once * swings.known[:, [k]] for k in range(len(BEFORE_S))]
    ranges, range_weights = _ranges(poses, of_angles)
    moved, moved_weights = _moved(swings, world, seen)
    rest = _rest(swings, seen)
    values = np.concatenate([poses.reshape(len(poses), -1), ranges, moved, rest], axis=1)
    weights = np.concatenate([*pose_weights, range_weights, moved_weights, np.ones_like(rest)], axis=1)
    return Description(values.astype(np.float32), weights.astype(np.float32))


def _soft(visibility: FloatArray) -> FloatArray:
    """Weight 0..1 of each visibility, of the same shape."""
    weight: FloatArray = 1 / (1 + np.exp(-(visibility - _SEEN_AT) / _SEEN_WIDTH))
    return weight


def _better(seen: FloatArray, pair: list[int]) -> FloatArray:
    """(N, 33) visibility -> (N,) that of the better side of a pair of landmarks."""
    better: FloatArray = seen[:, pair].max(axis=1)
    return better


def _pose_weights(seen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(N, 33) visibility -> weights of the vectors and of the angles of an embedding."""
    trunk = np.minimum(_better(seen, _SHOULDERS), _better(seen, _HIPS))
    limbs = np.minimum(seen[:, _FROM], seen[:, _TO])
    vectors = np.repeat(_soft(np.concatenate([trunk[:, None], limbs], axis=1)), 3, axis=1)
    angles = np.stack([seen[:, list(landmarks)].min(axis=1) for landmarks in _ANGLE_LANDMARKS], axis=1)
    return vectors, _soft(angles)


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


def _moved(swings: SwingData, world: FloatArray, seen: FloatArray) -> tuple[DoubleArray, FloatArray]:
    """Travel of parts of the body in the image, in trunk lengths: hands on a bar stay in place, feet that jump do not.

    Where the trunk has no length in the image, there are landmarks in metres only: the travel is unknown and gets no weight.
    """
    image = swings.image
    shoulders, hips = world[:, :, _SHOULDERS].mean(axis=2), world[:, :, _HIPS].mean(axis=2)
    flat = np.linalg.norm((shoulders - hips)[..., :2], axis=-1).max(axis=1)
    length = np.linalg.norm(shoulders - hips, axis=-1).mean(axis=1)
    middle = {id(pair): image[:, :, pair].mean(axis=2) for pair in _MOVING}
    trunk_px = np.linalg.norm(middle[id(_SHOULDERS)] - middle[id(_HIPS)], axis=-1).max(axis=1)
    placed = (trunk_px > 0).astype(np.float32)
    unit = np.clip(flat / (length + 1e-3), 0.25, 1) / (trunk_px + 1e-3)
    values, weights = [], []
    trunk = placed * _soft(np.minimum(_better(seen, _HIPS), _better(seen, _SHOULDERS)))
    legs = placed * _soft(np.minimum(_better(seen, _ANKLES), _better(seen, _HIPS)))
    arms = placed * _soft(np.minimum(_better(seen, _WRISTS), _better(seen, _SHOULDERS)))
    for pair, weight in zip(_MOVING, (trunk, legs, arms, trunk), strict=True):
        way = (middle[id(pair)][:, :PHASES] - middle[id(pair)][:, :1]) * unit[:, None, None]
        values += [np.abs(way[..., 0]).max(axis=1), way[:, 3, 1], np.abs(way[..., 1]).max(axis=1)]
        weights += [weight] * 3
    hip = middle[id(_HIPS)]
    before = (hip[:, PHASES:] - hip[:, :1]) * unit[:, None, None]
    values += [*np.abs(before[..., 0]).T, *before[..., 1].T]
    weights += [trunk * known for known in (*swings.known.T, *swings.known.T)]
    return np.clip(np.stack(values, axis=1), -_LIMIT, _LIMIT), np.stack(weights, axis=1)


def _rest(swings: SwingData, seen: FloatArray) -> DoubleArray:
    """Size and durations of each swing, and visibility of the body."""
    fall, lowest, from_turn, down, up, pause = swings.numbers.T
    pairs = (_SHOULDERS, _ELBOWS, _WRISTS, _HIPS, _KNEES, _ANKLES)
    return np.stack(
        [
            fall,
            from_turn,
            lowest,
            np.log(np.clip(down, 0.05, 8)),
            np.log(np.clip(up, 0.03, 6)),
            np.log(pause + 0.05),
            swings.sided.astype(np.float64),
            *(_better(seen, pair) for pair in pairs),
            seen[:, _NOSE],
            swings.score,
        ],
        axis=1,
    )


def qualities(proposals: Sequence[Proposal], swings: SwingData) -> list[float]:
    """For each swing, visibility of its joint times pose score, 0..1."""
    found = []
    for one, seen, score, sided in zip(proposals, swings.visibility, swings.score, swings.sided, strict=True):
        joint = joint_of(one)
        left, right = (
            float(seen[list(corner)].mean())
            for corner in (((11, 23), (12, 24)) if joint == TRUNK else CORNERS[joint])
        )
        found.append((left if sided else max(left, right)) * float(score))
    return found
