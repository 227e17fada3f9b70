"""Reps of an exercise that nobody described: whatever repeats, and, for "auto", whether it looks like exercise at all.

Gait, waving, sitting down and reaching for something repeat too. So "auto" asks of every rep that both sides of some
joint swing together, as arms and legs do in most exercises and do not in walking or waving, and that the legs are seen,
as they are not of somebody at a desk; and of three such reps in a row. The choice "any" counts every repetition.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES
from fitness.options import bounded, check_options
from fitness.recognition.repetition import PeriodicityCounter, PeriodicityOptions, PeriodicRep
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Pose

UNKNOWN: Final = "unknown-exercise"
"""What reps are called whose exercise is not known."""

_JOINTS: Final = ("elbow", "shoulder", "hip", "knee")
_LEFT: Final = [ANGLE_NAMES.index(f"left_{joint}") for joint in _JOINTS]
_RIGHT: Final = [ANGLE_NAMES.index(f"right_{joint}") for joint in _JOINTS]
_LEGS: Final = np.array([Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE, Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE])
_AUTO_EVERY: Final = 3
"""In "auto" the motion is analysed five times a second: its reps wait for others in a row anyway."""
_EDGE: Final = 0.05
_MEMORY_S: Final = 45.0
_LEAST_POSES: Final = 4


@dataclass(frozen=True, slots=True)
class UnknownExerciseOptions:
    """range_deg: least range of a joint's angle, on both sides, from its 5th to its 95th percentile.
    together: least correlation of its left and right angle over the rep.
    legs_seen: least mean visibility of knees and ankles over the rep.
    run: so many such reps in a row are exercise.   gap_s: a pause that ends the row.
    quiet_s: nothing counts that began so soon after a known exercise was done.
    """

    range_deg: float = bounded(25.0, low=0)
    together: float = bounded(0.6, low=0, high=1)
    legs_seen: float = bounded(0.5, low=0, high=1)
    run: int = bounded(3, low=1, whole=True)
    gap_s: float = bounded(8.0, low=0)
    quiet_s: float = bounded(8.0, low=0)

    def __post_init__(self) -> None:
        check_options(self)


class UnknownExerciseCounter:
    """Feeds on poses in order of time; gives decided reps one by one, and those that are not decided yet.

    Args:
        options: the test for exercise; None to count everything that repeats.
    """

    def __init__(self, options: UnknownExerciseOptions | None = None) -> None:
        self._options = options
        self._counter = PeriodicityCounter(PeriodicityOptions(every=1 if options is None else _AUTO_EVERY))
        self._poses: deque[tuple[float, DoubleArray, float]] = deque()
        self._row: list[PeriodicRep] = []
        self._confirmed = False
        self._ready: deque[PeriodicRep] = deque()
        self._known_t = -np.inf
        self._undecided: tuple[PeriodicRep, ...] | None = None
        self.pending: tuple[PeriodicRep, ...] = ()

    def known(self, t: float) -> None:
        """At `t` seconds a known exercise is being done: what repeats then is that."""
        self._known_t = t
        self._end_row()
        self._ready.clear()
        self.pending = ()

    def step(self, pose: Pose | None, angles_deg: DoubleArray | None, t: float) -> PeriodicRep | None:
        """The next frame, at `t` seconds -> a rep that is decided, or None. `pending` is replaced.

        angles_deg: (13,) of the pose, in the order of `embedding.ANGLE_NAMES`.
        """
        state = self._counter.step(t, None if pose is None else pose.world)
        if pose is not None and angles_deg is not None:
            self._remember(pose, angles_deg)
        for rep in state.new:
            self._take(rep)
        if state.pending_reps is not self._undecided or state.new or self._ready:
            self._undecided = state.pending_reps
            self._look_ahead(state.pending_reps)
        return self._ready.popleft() if self._ready else None

    def _remember(self, pose: Pose, angles_deg: DoubleArray) -> None:
        legs = np.add.reduce(pose.visibility[_LEGS]) / len(_LEGS)
        self._poses.append((pose.t, angles_deg, float(legs)))
        while self._poses[0][0] < pose.t - _MEMORY_S:
            self._poses.popleft()

    def _take(self, rep: PeriodicRep) -> None:
        """A rep that is decided: it counts, or waits until there are enough in a row, or ends the row."""
        if self._options is None:
            self._ready.append(rep)
            return
        if self._row and rep.t_start - self._row[-1].t_end > self._options.gap_s:
            self._end_row()
        if not self._is_exercise(rep):
            self._end_row()
            return
        self._row.append(rep)
        if self._confirmed:
            self._ready.append(rep)
            del self._row[:-1]
        elif len(self._row) >= self._options.run:
            self._confirmed = True
            self._ready.extend(self._row)

    def _end_row(self) -> None:
        self._row, self._confirmed = [], False

    def _look_ahead(self, pending: tuple[PeriodicRep, ...]) -> None:
        """Which undecided reps are shown: those that would count if they were decided now."""
        if self._options is None:
            self.pending = (*self._ready, *pending)[1 if self._ready else 0 :]
            return
        row = [] if self._confirmed else list(self._row)
        for rep in pending:
            if not self._is_exercise(rep):
                break
            row.append(rep)
        enough = self._confirmed or len(row) >= self._options.run
        self.pending = (*list(self._ready)[1:], *row) if enough else ()

    def _is_exercise(self, rep: PeriodicRep) -> bool:
        options = self._options
        assert options is not None
        if rep.t_start < self._known_t + options.quiet_s:
            return False
        seen = [(angles, legs) for t, angles, legs in self._poses if rep.t_start <= t <= rep.t_end]
        if len(seen) < _LEAST_POSES or np.mean([legs for _, legs in seen]) < options.legs_seen:
            return False
        angles = np.array([angles for angles, _ in seen])
        left, right = angles[:, _LEFT], angles[:, _RIGHT]
        least = np.minimum(_range(left), _range(right))
        return bool(((least >= options.range_deg) & (_correlation(left, right) >= options.together)).any())


def _range(angles: DoubleArray) -> DoubleArray:
    """(N, J) -> (J,) from the 5th to the 95th percentile."""
    low, high = np.quantile(angles, (_EDGE, 1 - _EDGE), axis=0)
    width: DoubleArray = high - low
    return width


def _correlation(a: DoubleArray, b: DoubleArray) -> DoubleArray:
    """(N, J), (N, J) -> (J,) -1..1; 0 where one does not move."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    size = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    value: DoubleArray = (a * b).sum(axis=0) / np.where(size > 0, size, 1.0)
    return value
