"""Finds the turning points in a clip whose number of reps (N) is known.

The embeddings of the clip are projected on their first principal components. In each projection, and in both directions,
the peaks are ranked by prominence. The projection in which the Nth peak stands out most from the next one is used.
If it stands out in none, the clip is refused, because samples taken at guessed turning points would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.plural import some
from fitness.recognition.embedding import embed
from fitness.recognition.samples import PoseSamples
from fitness.recognition.visibility import comparable
from fitness.teach.reps import unclear
from fitness.types import DoubleArray, Pose

_COMPONENTS: Final = 4
_SMOOTHING_S: Final = 0.12
_LEAST_GAP: Final = 1.3
_LEAST_SHARE: Final = 0.35
"""Least prominence of a peak, as a share of the signal's range."""
_NEAR: Final = 0.15
"""Frames whose signal is this close to a turning point are its samples; a share of the signal's range."""
_PER_TURN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class TurningPoints:
    """The turning points of a clip.

    t: (T,) seconds of the frames with a person.   signal: (T,) 0 at the upper turning points to 1 at the lower ones.
    peaks: indices of the lower turning points.   valleys: indices of the upper ones, before, between and after the peaks.
    gap: prominence of the smallest peak divided by that of the next candidate; large means clear.
    """

    t: DoubleArray
    signal: DoubleArray
    peaks: tuple[int, ...]
    valleys: tuple[int, ...]
    gap: float


def turning_points(poses: list[Pose], reps: int) -> TurningPoints:
    """Find the `reps` lower turning points of a clip; `poses` are in order of time.

    The clip is assumed to begin at or near the upper turning point.

    Raises:
        OptionError: reps is below 1, too few frames show a person, or the motion does not repeat `reps` times.
    """
    if reps < 1:
        raise OptionError(f"the number of reps must be at least 1, got {reps}")
    _check_seen(poses, reps)
    t = np.array([pose.t for pose in poses])
    found = [one for signal in _signals(t, poses) if (one := _ranked(t, signal, reps)) is not None]
    best = max(found, key=lambda one: one.gap, default=None)
    if best is None or best.gap < _LEAST_GAP:
        raise unclear(reps)
    return best


def _check_seen(poses: Sequence[Pose], reps: int) -> None:
    """OptionError if nobody was found in a clip of `reps` reps, or in too few frames."""
    if not poses:
        raise OptionError("nobody was found in this clip; the whole person must be seen")
    if len(poses) < max(4 * reps, 8):
        raise OptionError(
            f"a person was found in {some(len(poses), 'frame')} only; too few for {some(reps, 'rep')}"
        )


def clip_samples(name: str, source: str, poses: list[Pose], found: TurningPoints) -> PoseSamples:
    """Samples of a few frames around each turning point, upper and lower; sources are `source#turn@seconds`."""
    rows: list[tuple[str, str, Pose]] = []
    for label, turns, height in ((f"{name}_down", found.peaks, 1.0), (f"{name}_up", found.valleys, -1.0)):
        for number, turn in enumerate(turns, 1):
            near = _around(found.signal * height, turn)
            rows += [(label, f"{source}#{number}@{poses[i].t:.2f}", poses[i]) for i in near]
    world = np.stack([pose.world for _, _, pose in rows])
    return PoseSamples(world, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def usable(found: Iterable[Pose | None]) -> list[Pose]:
    """The poses that can be embedded, in order, with comparable visibility."""
    good = []
    for pose in found:
        if pose is None:
            continue
        try:
            embed(pose.world[None])
        except ValueError:
            continue
        good.append(comparable(pose))
    return good


def _signals(t: DoubleArray, poses: list[Pose]) -> list[DoubleArray]:
    """Smoothed projections on the first principal components, each in both directions."""
    rows = embed(np.stack([pose.world for pose in poses]))
    centred = rows - rows.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    kernel = np.exp(-0.5 * ((t[:, None] - t[None]) / _SMOOTHING_S) ** 2)
    smooth = (kernel @ (centred @ components[:_COMPONENTS].T)) / kernel.sum(axis=1, keepdims=True)
    return [sign * column for column in smooth.T for sign in (1.0, -1.0)]


def _ranked(t: DoubleArray, signal: DoubleArray, reps: int) -> TurningPoints | None:
    """The peaks of one signal, scored by how clearly `reps` of them stand out; None if they do not."""
    low, high = np.percentile(signal, [2, 98])
    if high <= low:
        return None
    level = (signal - low) / (high - low)
    if level[: max(3, len(level) // 50)].mean() > 0.5:  # the clip begins at the upper turning point
        return None
    tops = [i for i in range(1, len(level) - 1) if level[i - 1] < level[i] >= level[i + 1]]
    ranks = sorted(((_prominence(level, i), i) for i in tops), reverse=True)
    if len(ranks) < reps or ranks[reps - 1][0] < _LEAST_SHARE:
        return None
    following = ranks[reps][0] if len(ranks) > reps else 0.0
    peaks = tuple(sorted(i for _, i in ranks[:reps]))
    edges = (0, *peaks, len(level))
    valleys = tuple(a + int(np.argmin(level[a:b])) for a, b in pairwise(edges) if b > a)
    strength = float(min(level[list(peaks)]) - max(level[list(valleys)]))
    gap = ranks[reps - 1][0] / max(following, 0.1)
    return TurningPoints(t, level, peaks, valleys, gap * max(strength, 0.0) ** 0.5)


def _prominence(level: DoubleArray, peak: int) -> float:
    """Prominence: the smaller fall of the signal on either side before it rises above the peak or the clip ends."""
    falls = []
    for side in (level[:peak][::-1], level[peak + 1 :]):
        higher = np.flatnonzero(side > level[peak])
        reach = side[: higher[0]] if len(higher) else side
        falls.append(float(level[peak] - reach.min()) if len(reach) else 0.0)
    return min(falls)


def _around(height: DoubleArray, turn: int) -> list[int]:
    """Up to `_PER_TURN` frames, spread evenly over those near a turning point."""
    first = last = turn
    while first > 0 and height[first - 1] > height[turn] - _NEAR:
        first -= 1
    while last < len(height) - 1 and height[last + 1] > height[turn] - _NEAR:
        last += 1
    count = min(_PER_TURN, last - first + 1)
    return sorted({int(i) for i in np.linspace(first, last, count).round()} | {turn})[: _PER_TURN + 1]
