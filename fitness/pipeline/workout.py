"""One live workout: the recogniser for the exercise that is up, the coach who leads, and the sets as they are to be kept.

The window, the page and the terminal all run a workout through this class, so all of them keep what the screen said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fitness.coach import Coach, CoachOptions, CoachState, SetLog
from fitness.pipeline.exercise_switch import ExerciseSwitch
from fitness.pipeline.loop import Counter
from fitness.recognition.exercises import ANY, AUTO
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.session.session import WorkoutSet
from fitness.types import Classification, Count, FrameResult, Pose


class Workout:
    """A counter for the pipeline that leads a workout. Use it from one thread at a time.

    Args:
        options: plan, rest and times.
        counter_for: makes a recogniser for an exercise, which has counted nothing yet; from the iterator it takes the
            ids of its reps.
        exercise: what to count where the plan names no exercise.
    """

    def __init__(
        self,
        options: CoachOptions,
        counter_for: Callable[[str, Iterator[int]], Counter],
        exercise: str = AUTO,
    ) -> None:
        self.coach = Coach(options)
        self._switch = ExerciseSwitch(counter_for, exercise)
        self._switch.use(self.coach.wanted)
        self._kept: object = None

    @property
    def exercise(self) -> str:
        """What is counted now."""
        return self._switch.exercise

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Count the next frame's people; part of the pipeline. `take` must be given its result before the next one."""
        return self._switch.step(people, t)

    def take(self, result: FrameResult) -> CoachState:
        """What the screen shows after a frame's result."""
        state = self.coach.step(result)
        self._switch.use(self.coach.wanted)
        return state

    def change(self, exercise: str, t: float) -> None:
        """Do another exercise from now on, in the same workout; "auto" and "any" for whichever comes.

        Reps that were not sure yet count in the set that this closes.
        """
        self.coach.finish(t)
        if exercise in (AUTO, ANY):
            self._switch.ask(exercise)
        self.coach.change(None if exercise in (AUTO, ANY) else exercise, t)
        self._switch.use(self.coach.wanted, count_pending=True)

    def skip(self, t: float) -> None:
        """Leave out the other sets of this exercise."""
        self.coach.finish(t)
        self.coach.skip(t)
        self._switch.use(self.coach.wanted, count_pending=True)

    def lead(self, options: CoachOptions) -> None:
        """Another plan or rest time from now on; the count goes on."""
        self.coach.lead(options)
        self._switch.use(self.coach.wanted)

    @property
    def sets(self) -> tuple[WorkoutSet, ...]:
        """The sets as the screen has them, the running one last."""
        return tuple(map(_kept, self.coach.sets))

    def news(self) -> tuple[WorkoutSet, ...] | None:
        """The sets, where reps, corrections or targets changed since the last call; else None."""
        mark = tuple((one.exercise, len(one.counted), one.corrected, one.target) for one in self.coach.sets)
        if mark == self._kept:
            return None
        self._kept = mark
        return self.sets


def _kept(one: SetLog) -> WorkoutSet:
    return WorkoutSet(
        set=one.number,
        exercise=one.exercise or UNKNOWN,
        counted=one.counted,
        reps=one.reps,
        start_s=one.start_s,
        end_s=one.end_s,
        target=one.target,
        weight_kg=one.weight_kg,
    )
