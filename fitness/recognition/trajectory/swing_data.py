"""Swings with the poses that describe them: at phases of the swing, before it and after it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.metrics.body import mirror
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import CORNERS, JOINTS, SIGNALS, TRUNK, BodySample
from fitness.skeleton import MIRROR
from fitness.types import DoubleArray, FloatArray

MODEL_JOINTS: Final = (*JOINTS, TRUNK)
"""The joints that have a model each."""

BEFORE_S: Final = (0.6, 1.5)
"""Seconds before the start of a swing at which the pose is sampled, too; it distinguishes a push-up from a burpee."""
AFTER_S: Final = 0.4
"""Seconds after the end of a swing at which the pose is sampled, too: a rep goes back to its start, getting up continues."""
AROUND: Final = len(BEFORE_S) + 1
"""Number of times before and after a swing."""
_MARGIN_S: Final = 0.25
"""Maximum distance of a sample from these times, seconds."""
_NOW_S: Final = 0.03
"""A pose is not known this long after the last sample, seconds."""
_MIRROR: Final = np.array(MIRROR)


@dataclass(frozen=True, slots=True, eq=False)
class SwingData:
    """Samples of N proposed swings, before they are described.

    world: (N, 9, 33, 3) metres, image: (N, 9, 33, 2) pixels; at the phases of each swing, the times before it, and after it.
    known: (N, 3) 1 if there was a pose at the times before and after, else 0.
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
        around = [*(start - s for s in BEFORE_S), one.t_end + AFTER_S]
        bodies, flat = _between(times, samples, (*one.phase_times_s, *around))
        inside = samples[_index(times, start - 1e-6) : _index(times, one.t_end + 1e-6)]
        seen = np.add.reduce([sample.visibility for sample in inside]) / np.float32(len(inside))
        if SIGNALS[one.signal][1] == "right":
            bodies, seen = mirror(bodies), seen[_MIRROR]
        world.append(bodies)
        image.append(flat)
        known.append([_near(times, t) for t in around])
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
    if t > times[-1] + _NOW_S:
        return False
    at = _index(times, t)
    return any(abs(times[i] - t) < _MARGIN_S for i in (at - 1, at) if 0 <= i < len(times))


def _between(
    times: Sequence[float], samples: Sequence[BodySample], at: Sequence[float]
) -> tuple[FloatArray, FloatArray]:
    """World and image landmarks at the P times `at`, seconds, interpolated between samples: (P, 33, 3), (P, 33, 2)."""
    after = [min(max(_index(times, t), 1), len(times) - 1) for t in at]
    ends = [(samples[one - 1], samples[one]) for one in after]
    shares = [min(max((t - a.t) / (b.t - a.t), 0.0), 1.0) for t, (a, b) in zip(at, ends, strict=True)]
    share = np.array(shares, np.float32)[:, None, None]
    world, later_world = (np.array([pair[k].world for pair in ends]) for k in (0, 1))
    image, later_image = (np.array([pair[k].image for pair in ends]) for k in (0, 1))
    return world + share * (later_world - world), image + share * (later_image - image)


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
