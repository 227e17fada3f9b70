"""Counts reps that the trajectory model recognises by their whole movement.

In "auto" the model counts all exercises. If the user names an exercise, reps of its counter of joint angles count, too.
Where a counter saw the same rep, its times are used: it follows the angle at the full rate of the stream.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fitness.recognition.claim import Claim
from fitness.recognition.exercises import AUTO, EXERCISES
from fitness.recognition.trajectory import DecoderOptions, SwingName, TrajectoryCounter, TrajectoryModel
from fitness.recognition.trajectory.gate import TrajectoryGate
from fitness.recognition.unknown_names import UnknownNames
from fitness.types import DoubleArray, Pose

NAMED: Final = DecoderOptions(start=1.0, bonus=1.0, least_mean=-10.0, sure=1.0, doubt_s=0.0)
"""Costs if the exercise is named: reps then count more readily, and doubtful sets, too (docs/research/trajectories.md)."""

_KEPT: Final = 10
"""Number of candidates of the counters that are remembered."""


class WholeReps:
    """Finds reps of one person by the trajectory model.

    counter: finds and names them.   gate: holds candidates of the counters until the model has judged them.
    names: names unknown repetitions. Both are None outside "auto".

    Args:
        exercise: the named exercise, or "auto".   model: recognises swings.
    """

    def __init__(self, exercise: str, model: TrajectoryModel) -> None:
        auto = exercise == AUTO
        self.counter = TrajectoryCounter(model) if auto else TrajectoryCounter(model, NAMED, (exercise,))
        self.gate = TrajectoryGate(self.counter) if auto else None
        self.names = UnknownNames(self.counter) if auto else None
        self._auto = auto
        self._measured: deque[Claim] = deque(maxlen=_KEPT)
        self._end = -math.inf

    def note(self, claims: Iterable[Claim]) -> None:
        """Add the candidates of the counters of joint angles."""
        self._measured.extend(one for one in claims if one.priority and one.swing.accepted)

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.   embedding: (76,) of the pose, if known."""
        reps = self._timed(rep for rep in self.counter.step(pose, t, embedding) if self._may_count(rep))
        self._end = max([self._end, *(rep.t_end for rep in reps)])
        return reps

    @property
    def pending(self) -> list[SwingName]:
        """The reps that would be decided if no further frame came."""
        return self._timed(rep for rep in self.counter.pending if self._may_count(rep))

    def _may_count(self, rep: SwingName) -> bool:
        """Whether a rep of the model counts."""
        # named exercises with a counter for each side: the model cannot tell how the sides alternate, so it adds no reps
        exercise = EXERCISES.get(rep.exercise)
        return exercise is not None and (self._auto or exercise.sides != "each")

    def _timed(self, reps: Iterable[SwingName]) -> list[SwingName]:
        """Reps in time order, with the times of the counter's candidates for the same movements, if there are any.

        A candidate that began before the last rep ended spans two reps; its times are of no use.
        """
        timed, end = [], self._end
        for rep in reps:
            for one in self._measured:
                swing = one.swing
                same = rep.t_start <= swing.t_turn <= rep.t_end and swing.t_start <= rep.t_turn <= swing.t_end
                if same and one.exercise.name == rep.exercise and swing.t_start >= end:
                    rep = replace(rep, t_start=swing.t_start, t_turn=swing.t_turn, t_end=swing.t_end)
                    break
            end = max(end, rep.t_end)
            timed.append(rep)
        return timed
