"""Counts reps of unknown exercises: any repeated motion, or, in "auto", only motion that is likely to be exercise.

Walking, waving, sitting down and reaching for things repeat, too. So "auto" counts a rep only if both sides of some joint
swing together, which excludes walking and waving, and if the legs are visible, which excludes people at a desk. Three such
reps in a row are needed. The choice "any" counts every repetition.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES
from fitness.recognition.repetition import PeriodicityCounter, PeriodicityOptions, PeriodicRep
from fitness.recognition.unknown_options import UnknownExerciseOptions
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Pose

UNKNOWN: Final = "unknown-exercise"
"""The exercise name of reps whose exercise is not known."""

_JOINTS: Final = ("elbow", "shoulder", "hip", "knee")
_LEFT: Final = [ANGLE_NAMES.index(f"left_{joint}") for joint in _JOINTS]
_RIGHT: Final = [ANGLE_NAMES.index(f"right_{joint}") for joint in _JOINTS]
_LEGS: Final = np.array([Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE, Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE])
_AUTO_EVERY: Final = 3
"""In "auto" the motion is analysed five times per second, at every third sample. Its reps wait for others anyway."""
_EDGE: Final = 0.05
"""Share of the angles that is cut off at each end of their range."""
_LATER_S: Final = 20.0
"""While a known exercise is being done, frames wait for their analysis, at most this long, seconds: it uses a window of 15 s
and turning points that are 4 s old."""
_CATCH_UP: Final = 4
"""Number of frames that are analysed in each frame afterwards. At this rate none waits after 7 s, and only repetitions that
begin later than `quiet_s`, 8 s, may count."""
_MEMORY_S: Final = 45.0
"""How long poses are remembered, seconds."""
_LEAST_POSES: Final = 4
"""Minimum number of poses in a rep."""


class UnknownExerciseCounter:
    """Finds repetitions of one person in poses in time order. Decided ones are returned one by one.

    pending: repetitions that are not decided yet.

    Args:
        options: when repetitions are exercise; None to count all repetitions.
    """

    def __init__(self, options: UnknownExerciseOptions | None = None) -> None:
        self._options = options
        self._counter = PeriodicityCounter(PeriodicityOptions(every=1 if options is None else _AUTO_EVERY))
        self._poses: deque[tuple[float, Sequence[float], float]] = deque()
        self._row: list[PeriodicRep] = []
        self._confirmed = False
        self._ready: deque[PeriodicRep] = deque()
        self._known_t = -np.inf
        self._undecided: tuple[PeriodicRep, ...] | None = None
        self._later: deque[tuple[Pose | None, Sequence[float] | None, float]] = deque()
        self.pending: tuple[PeriodicRep, ...] = ()

    def exclude(self, t: float) -> None:
        """Exclude repetitions at `t` seconds, because a known exercise is being done. Call it before `step`."""
        self._known_t = t
        self._end_row()
        self._ready.clear()
        self.pending = ()

    def step(self, pose: Pose | None, angles_deg: Sequence[float] | None, t: float) -> PeriodicRep | None:
        """Add the frame at `t` seconds; return a repetition that is decided, or None. `pending` is updated.

        Args:
            angles_deg: the 13 joint angles of the pose, in the order of `ANGLE_NAMES`.
        """
        self._later.append((pose, angles_deg, t))
        if t == self._known_t:  # nothing counts now, so the analysis may wait
            while self._later[0][2] < t - _LATER_S:
                self._later.popleft()
            return None
        for _ in range(min(_CATCH_UP, len(self._later))):
            self._analyse(*self._later.popleft())
        return self._ready.popleft() if self._ready else None

    def _analyse(self, pose: Pose | None, angles_deg: Sequence[float] | None, t: float) -> None:
        """Add the frame at `t` seconds to the motion that is analysed."""
        state = self._counter.step(t, None if pose is None else pose.world)
        if pose is not None and angles_deg is not None:
            self._remember(pose, angles_deg)
        for rep in state.new:
            self._take(rep)
        if state.pending_reps is not self._undecided or state.new or self._ready:
            self._undecided = state.pending_reps
            self._update_pending(state.pending_reps)

    def _remember(self, pose: Pose, angles_deg: Sequence[float]) -> None:
        legs = np.add.reduce(pose.visibility[_LEGS]) / len(_LEGS)
        self._poses.append((pose.t, angles_deg, float(legs)))
        while self._poses[0][0] < pose.t - _MEMORY_S:
            self._poses.popleft()

    def _take(self, rep: PeriodicRep) -> None:
        """Add a decided repetition: it counts, waits until there are enough in a row, or ends the row."""
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

    def _update_pending(self, pending: tuple[PeriodicRep, ...]) -> None:
        """Set `pending` to the undecided repetitions that would count if they were decided now."""
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
        """Whether a repetition meets `options`."""
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
    """(N, J) -> (J,) difference of the 95th and the 5th percentile."""
    low, high = np.quantile(angles, (_EDGE, 1 - _EDGE), axis=0)
    width: DoubleArray = high - low
    return width


def _correlation(a: DoubleArray, b: DoubleArray) -> DoubleArray:
    """(N, J), (N, J) -> (J,) correlation of the columns, -1..1; 0 if one is constant."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    size = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    value: DoubleArray = (a * b).sum(axis=0) / np.where(size > 0, size, 1.0)
    return value
