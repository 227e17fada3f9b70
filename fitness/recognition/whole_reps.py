"""Adds reps that the trajectory model recognises by their whole movement to those that counters of joint angles find.

In "auto" the model looks for all exercises. Squats and push-ups have counters there, so the model adds only those of their
swings that the counter refused because of the votes for single poses, such as jumps with the arms behind the body. If the
user names an exercise, reps of its counter and of the model both count.
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

NAMED: Final = DecoderOptions(start=1.0, bonus=1.0, least_mean=-10.0)
"""Costs if the exercise is named: reps then count more readily, and doubtful sets, too (docs/research/trajectories.md)."""

_VOTES: Final = frozenset({"exercise", "bottom", "distance", "tilt"})
"""Criteria that judge single poses: votes, distance, and tilt at the bottom."""

_SAT: Final = frozenset({"seated", "bottom"})
"""Criteria that sitting down fails in the squat's counter; poses on a seat get fewer votes for its bottom, too."""

_KEPT: Final = 10
"""Number of candidates of the counters that are remembered."""


class WholeReps:
    """Finds reps of one person by the trajectory model.

    counter: finds and names them.   gate: holds reps of the counters until the model confirms them; None outside "auto".
    names: names unknown repetitions; None outside "auto".

    Args:
        exercise: the named exercise, or "auto".   model: recognises swings.
        counted: names of the exercises that have a counter of joint angles.
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
        """Add the candidates of the counters of joint angles, accepted or not."""
        for claim in claims:
            swing = claim.swing
            if "seated" in swing.failed and _SAT.issuperset(swing.failed):
                self._seats.append((swing.t_start, swing.t_end))
            if swing.failed and _VOTES.issuperset(swing.failed):
                self._outvoted.append(claim)

    def step(self, pose: Pose | None, t: float, embedding: DoubleArray | None = None) -> list[SwingName]:
        """Add the frame at `t` seconds; return the reps that are decided.   embedding: (76,) of the pose, if known."""
        return [rep for rep in self.counter.step(pose, t, embedding) if self._may_count(rep)]

    @property
    def pending(self) -> list[SwingName]:
        """The reps that would be decided if no further frame came."""
        return [rep for rep in self.counter.pending if self._may_count(rep)]

    def _may_count(self, rep: SwingName) -> bool:
        """Whether a rep of the model counts beside those of the counters."""
        if rep.exercise not in EXERCISES or self._sat_down(rep):
            return False
        if self._auto and rep.exercise in self._counted:
            return any(
                one.exercise.name == rep.exercise and rep.t_start <= one.swing.t_turn <= rep.t_end
                for one in self._outvoted
            )
        # exercises with a counter for each side: the model cannot tell how the sides alternate, so it adds no reps
        return self._auto or EXERCISES[rep.exercise].sides != "each"

    def _sat_down(self, rep: SwingName) -> bool:
        """Whether the squat's counter saw the person sit down during the movement. That is not a rep of any exercise."""
        return any(start < rep.t_end and end > rep.t_start for start, end in self._seats)
