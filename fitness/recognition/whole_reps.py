"""Reps that are named by their whole movement, beside those that counters of joint angles find.

In "auto" all exercises are looked for. Squats and push-ups have a counter there. Of those the trajectory model adds only
swings that the counter refused for nothing but the votes of single poses: jumps with the arms behind the body are such.
Where an exercise is named, its counter and the model add up, as somebody who names it wants its reps counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from fitness.recognition.exercises import AUTO, EXERCISES
from fitness.recognition.rep_builder import Claim
from fitness.recognition.trajectory import DecoderOptions, SwingName, TrajectoryCounter, TrajectoryModel
from fitness.recognition.trajectory.gate import TrajectoryGate
from fitness.recognition.unknown_names import UnknownNames
from fitness.types import DoubleArray, Pose

NAMED: Final = DecoderOptions(start=1.0, bonus=1.0)
"""Costs of reps where the exercise is named: they are counted more readily (docs/research/trajectories.md)."""

_VOTES: Final = frozenset({"exercise", "bottom", "distance", "tilt"})
"""Why a swing is refused of which no single pose looks like the exercise: votes, distance, or tilt at the bottom."""

_SAT: Final = frozenset({"seated", "bottom"})
"""Why a squat's counter refuses sitting down: on a seat, single poses look less like the bottom of a squat, too."""

_KEPT: Final = 10
"""Swings of the counters that are remembered."""


class WholeReps:
    """The reps of one person that the trajectory model finds and that may count.

    counter: finds and names them.   gate: lets reps of counters pass that look like their exercise; None outside "auto".
    names: finds names for repetitions without one; None outside "auto".

    Args:
        exercise: the one that is looked for, or "auto".   model: names swings.
        counted: the names of the exercises that have a counter of joint angles.
    """

    def __init__(self, exercise: str, model: TrajectoryModel, counted: Iterable[str]) -> None:
        auto = exercise == AUTO
        self.counter = TrajectoryCounter(model) if auto else TrajectoryCounter(model, NAMED, (exercise,))
        self.gate = TrajectoryGate(self.counter) if auto else None
        self.names = UnknownNames(self.counter) if auto else None
        self._auto = auto
        self._counted = frozenset(counted)
        self._seats: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        self._outvoted: deque[Claim] = deque(maxlen=_KEPT)

    def note(self, claims: Iterable[Claim]) -> None:
        """Take in the swings that counters of joint angles found, whether they count or not."""
        for claim in claims:
            swing = claim.swing
            if "seated" in swing.failed and _SAT.issuperset(swing.failed):
                self._seats.append((swing.t_start, swing.t_end))
            if swing.failed and _VOTES.issuperset(swing.failed):
                self._outvoted.append(claim)

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """The next frame, at `t` seconds -> the reps that are decided.   embedding: (76,) of the pose, if it is known."""
        return [rep for rep in self.counter.step(pose, t, embedding) if self._may_count(rep)]

    @property
    def pending(self) -> list[SwingName]:
        """The reps that would be decided if nothing else came."""
        return [rep for rep in self.counter.pending if self._may_count(rep)]

    def _may_count(self, rep: SwingName) -> bool:
        if rep.exercise not in EXERCISES or self._sat_down(rep):
            return False
        if self._auto and rep.exercise in self._counted:
            return any(
                one.exercise.name == rep.exercise and rep.t_start <= one.swing.t_turn <= rep.t_end
                for one in self._outvoted
            )
        # where each side is counted for itself, the counters do it alone: the model cannot tell how the sides take turns
        return self._auto or EXERCISES[rep.exercise].sides != "each"

    def _sat_down(self, rep: SwingName) -> bool:
        """Whether somebody sat down during the movement, as a squat's counter saw it: that is no rep of anything."""
        return any(start < rep.t_end and end > rep.t_start for start, end in self._seats)
