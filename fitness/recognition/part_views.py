"""Finds reps of which a bystander hid a part: what is seen of them is the same as that part of another rep.

A person who does a set stays at one place. A pose at that place, of that size, and in the middle of the same movement is of
that person, whatever id the tracker gave it. Distances are shares of the amplitude of the other rep: the root of the mean
squared way of the joints from start to turning point, in pixels of the frame.

The limits were chosen on the composed crossings of 14 clips (`scripts/bench crossings`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, Pose, Rep

BoolArray: TypeAlias = NDArray[np.bool_]

_JOINTS: Final = [
    *range(Landmark.LEFT_SHOULDER, Landmark.RIGHT_WRIST + 1),
    *range(Landmark.LEFT_HIP, Landmark.RIGHT_ANKLE + 1),
]
_MEMORY_S: Final = 30.0
"""How long poses are remembered, seconds."""
_SAME: Final = 0.35
"""Maximum distance of a pose from that of the other rep at the same moment of the movement."""
_OTHER: Final = 0.5
"""Distance from which the person is seen doing something else."""
_CONTRADICTION: Final = 0.15
"""Maximum share of the frames of the way there or back in which the person is clearly seen doing something else."""
_OTHERWISE: Final = 0.25
"""The same with the frames in which a bystander may have disturbed the landmarks."""
_LEAP: Final = 2.0
_WALK_PER_S: Final = 1.5
"""A pose is of another person than before if the joints moved faster than this factor times the greatest speed of the rep,
and faster than a quick walk: this factor times the extent of the body per second."""
_WAY: Final = 0.5
"""Minimum part of the way to or from the turning point that is seen without interruption."""
_AROUND: Final = 0.75
"""Time before and after the turning point that belongs to a rep, as a share of its duration."""
_APART: Final = 0.6
"""Minimum time between two turning points, as a share of the duration of a rep."""
_NEAR_S: Final = 0.1
"""Maximum time between two frames that show the same moment, seconds."""
_LEAST_FRAMES: Final = 3
"""Minimum number of frames of what is seen, or hidden, without interruption."""
_MOMENT_S: Final = 0.2
"""Time out of view from which a rep may be hidden, seconds: three frames of 15 fps."""
_LONGEST_S: Final = 8.0
"""Maximum time for which a bystander is followed instead, seconds."""


class Views:
    """The joints of all people in the last frames. Takes frames in time order."""

    def __init__(self) -> None:
        self.t = -math.inf
        """Seconds, of the last frame."""
        self._frames: deque[tuple[float, tuple[FloatArray, ...]]] = deque()

    def add(self, people: Collection[Pose], t: float) -> None:
        """Remember the poses at `t` seconds."""
        self.t = t
        self._frames.append((t, tuple(pose.image for pose in people)))
        while self._frames[0][0] < t - _MEMORY_S:
            self._frames.popleft()

    def between(self, start_s: float, end_s: float) -> tuple[DoubleArray, DoubleArray]:
        """Times (T,) and joints (T, P, 12, 2), in pixels, of the frames of some seconds; not a number where nobody is."""
        frames = [frame for frame in self._frames if start_s <= frame[0] <= end_s]
        most = max((len(people) for _, people in frames), default=0)
        joints = np.full((len(frames), max(most, 1), len(_JOINTS), 2), np.nan)
        for number, (_, people) in enumerate(frames):
            for person, image in enumerate(people):
                joints[number, person] = image[_JOINTS, :2]
        return np.array([t for t, _ in frames]), joints

    def interrupted(self, start_s: float, end_s: float) -> bool:
        """Whether the first person was out of view for a moment between two times, or may be another one than before."""
        t, joints = self.between(start_s, end_s)
        gaps = np.diff(t)
        extents = np.ptp(joints[1:, 0], axis=1).max(axis=1)
        steps = _distances(joints[1:, 0], joints[:-1, 0])
        return bool(((gaps > _MOMENT_S) | (steps > gaps * extents)).any())


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """One rep as it was seen.

    rep: the rep.   t: (T,) seconds.   joints: (T, 12, 2) pixels.   depth: (T,) 1 at the turning point, 0 at the start.
    amplitude: pixels, see the module.
    speed: the greatest that a person may have, pixels per second.
    """

    rep: Rep
    t: DoubleArray
    joints: DoubleArray
    depth: DoubleArray
    amplitude: float
    speed: float

    @classmethod
    def of(cls, rep: Rep, t: DoubleArray, joints: DoubleArray) -> Movement | None:
        """The movement of a rep; None if it was not seen.   t, joints: the person, as in the attributes."""
        around = _AROUND * rep.span
        kept = (t >= rep.t_peak - around) & (t <= rep.t_peak + around)
        t, joints = t[kept], joints[kept]
        inside = (t >= rep.t_start) & (t <= rep.t_end)
        if inside.sum() < 2 * _LEAST_FRAMES:
            return None
        turn = joints[np.argmin(abs(t - rep.t_peak))]
        far = _distances(joints, turn)
        amplitude = float(far[inside].max())
        if not amplitude > 0:
            return None
        steps = _distances(joints[1:], joints[:-1]) / np.diff(t)
        speed = _LEAP * float(steps[inside[1:] & inside[:-1]].max())
        speed = max(speed, _WALK_PER_S * float(np.ptp(joints[inside], axis=(0, 1)).max()))
        same = _part_of(_smooth(joints, t, speed), inside)
        return cls(rep, t[same], joints[same], 1 - far[same] / amplitude, amplitude, speed)

    def nearest(self, t: DoubleArray) -> tuple[DoubleArray, DoubleArray, BoolArray]:
        """Joints, depth, and whether they are known, at times (N,) seconds."""
        after = np.clip(np.searchsorted(self.t, t), 1, len(self.t) - 1)
        at = np.where(t - self.t[after - 1] < self.t[after] - t, after - 1, after)
        return self.joints[at], self.depth[at], abs(self.t[at] - t) <= _NEAR_S

    def distance(self, joints: DoubleArray) -> DoubleArray:
        """Distance of poses (N, 12, 2) from the nearest one of the movement: (N,)."""
        return np.asarray(_distances(joints[:, None], self.joints).min(axis=1) / self.amplitude)


def taken_over(
    movements: Sequence[Movement], people: Views, own: Views, start_s: float, end_s: float
) -> list[float]:
    """The times at which the track of a person was lost, or followed a bystander who hid the person, seconds.

    The person was at the place of the movements before and after; at least one way there or back was a leap.

    Args:
        people, own: the views of everybody and of the person.
    """
    t, _ = people.between(start_s, end_s)
    own_t, joints = own.between(start_s, end_s)
    if len(own_t) < 2 * _LEAST_FRAMES:
        return []
    joints = _at(t, own_t, joints[:, 0])
    away = ~(np.min([each.distance(joints) for each in movements], axis=0) <= _OTHER)
    smooth = _smooth(joints, t, max(each.speed for each in movements))
    found: list[float] = []
    edges = np.flatnonzero(np.diff(away.astype(np.int8))) + 1
    for first, last in pairwise(edges):
        gone = away[first] and last - first >= _LEAST_FRAMES and t[last] - t[first] <= _LONGEST_S
        if gone and not smooth[first - 1 : last].all():
            found += t[first:last].tolist()
    return found


class PartlyHidden:
    """Finds the reps between two times of which a part was hidden.

    Args:
        people, own: the views of everybody and of the person.
        hidden: times at which a bystander hid the person or may have disturbed the landmarks, seconds.
        counted: the reps that are counted already.
    """

    def __init__(self, people: Views, own: Views, hidden: Iterable[float], counted: Collection[Rep]) -> None:
        self._people, self._own = people, own
        self._hidden = np.array(sorted(hidden))
        self._counted = counted

    def found(self, movements: Iterable[Movement], start_s: float, end_s: float) -> list[tuple[float, Rep]]:
        """Partly hidden reps in time order: the turning point of each, seconds, and the rep that it is like."""
        found = [each for movement in movements for each in self._like(movement, start_s, end_s)]
        kept: list[tuple[float, Rep]] = []
        for _, t_turn, rep in sorted(found, key=lambda each: each[0], reverse=True):
            if all(abs(t_turn - other) >= _APART * rep.span for other, _ in kept):
                kept.append((t_turn, rep))
        return sorted(kept, key=lambda each: each[0])

    def _like(self, movement: Movement, start_s: float, end_s: float) -> Iterator[tuple[float, float, Rep]]:
        """How much is seen, turning point and rep, for each time at which a rep like `movement` may turn."""
        rep, around = movement.rep, _AROUND * movement.rep.span
        t, joints = self._people.between(start_s - around, end_s + around)
        own_t, own = self._own.between(start_s - around, end_s + around)
        if not len(t) or not len(self._hidden):
            return
        own = _at(t, own_t, own[:, 0])
        first, last = t[0] + rep.t_peak - rep.t_start, t[-1] - (rep.t_end - rep.t_peak)
        for t_turn in t[(t >= max(start_s, first)) & (t <= min(end_s, last))].tolist():
            if self._is_free(t_turn, rep):
                near = abs(t - t_turn) <= around
                worth = self._worth(movement, t_turn, t[near], joints[near], own[near])
                if worth > 0:
                    yield worth, t_turn, rep

    def _is_free(self, t_turn: float, rep: Rep) -> bool:
        """Whether a rep like `rep` that turns there is none of the counted ones, and partly hidden."""
        apart = _APART * rep.span
        if any(
            abs(each.t_peak - t_turn) < apart or each.t_start < t_turn < each.t_end for each in self._counted
        ):
            return False
        return bool((abs(self._hidden - t_turn) <= _AROUND * rep.span).any())

    def _worth(
        self, movement: Movement, t_turn: float, t: DoubleArray, joints: DoubleArray, own: DoubleArray
    ) -> float:
        """How much of a rep that turns at `t_turn` is seen, in frames less their mean distance; 0 if it is not enough.

        t, joints: everybody around that time, as `Views.between`.   own: (T, 12, 2) the person.
        """
        there, depth, known = movement.nearest(t - t_turn + movement.rep.t_peak)
        far = _distances(joints, there[:, None]) / movement.amplitude
        far = np.where(np.isfinite(far), far, np.inf).min(axis=1)
        same = known & (far < _SAME)
        if same.sum() < _LEAST_FRAMES or not any(
            _way(same & half, depth) >= _WAY for half in (t <= t_turn, t >= t_turn)
        ):
            return 0.0
        unlike = known & ~same & (_distances(own, there) / movement.amplitude > _OTHER)
        unlike &= _part_of(_smooth(own, t, movement.speed), same)
        clear = unlike & ~np.isin(t, self._hidden)
        for half in (known & (t <= t_turn), known & (t >= t_turn)):
            frames = half.sum()
            if clear[half].sum() > _CONTRADICTION * frames or unlike[half].sum() > _OTHERWISE * frames:
                return 0.0
        return float(same.sum() - far[same].mean())


def _distances(joints: DoubleArray, others: DoubleArray) -> DoubleArray:
    """Root of the mean squared distance of joints (..., 12, 2) from others, pixels: (...)."""
    distances: DoubleArray = np.sqrt(((joints - others) ** 2).sum(axis=-1).mean(axis=-1))
    return distances


def _smooth(joints: DoubleArray, t: DoubleArray, speed: float) -> BoolArray:
    """Whether the steps between poses (T, 12, 2) at `t` seconds are those of one person: (T - 1,).

    speed: the greatest of one person, pixels per second.
    """
    steps = _distances(joints[1:], joints[:-1]) / np.diff(t)
    return np.asarray(np.nan_to_num(steps, nan=np.inf) <= speed)


def _part_of(smooth: BoolArray, chosen: BoolArray) -> BoolArray:
    """The frames (T,) that smooth steps (T - 1,) connect with chosen frames (T,)."""
    parts = np.concatenate([[0], np.cumsum(~smooth)])
    return np.isin(parts, parts[chosen])


def _way(seen: BoolArray, depth: DoubleArray) -> float:
    """The longest part of the way that is seen without interruption; the way is 1.   seen, depth: (T,)."""
    longest = 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first >= _LEAST_FRAMES:
            longest = max(longest, float(np.ptp(depth[first:last])))
    return longest


def _at(t: DoubleArray, own_t: DoubleArray, own: DoubleArray) -> DoubleArray:
    """The rows of `own` (M, 12, 2) at the times `t` (T,); not a number where there is none."""
    rows = np.full((len(t), *own.shape[1:]), np.nan)
    _, here, there = np.intersect1d(t, own_t, return_indices=True)
    rows[here] = own[there]
    return rows
