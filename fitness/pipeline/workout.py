"""Runs one live workout: the recogniser of the current exercise, the coach, and the sets to store.

The window, the page and the terminal all use this class, so all of them store what the screen showed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fitness.coach import Coach, CoachOptions, CoachState, SetLog
from fitness.pipeline.exercise_switch import ExerciseSwitch
from fitness.pipeline.loop import Counter
from fitness.recognition.exercises import ANY, AUTO
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.session.session import WorkoutSet
from fitness.session.store import BY_SET, PLAN, REST_S
from fitness.types import Classification, Count, FrameResult, Pose


class Workout:
    """A counter for the pipeline that leads a workout. Use it from one thread at a time.

    Args:
        options: plan, rest and times.
        counter_for: makes a fresh recogniser for an exercise; it takes the ids of its reps from the iterator.
        exercise: the exercise if the plan names none.
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
        self._changed = False

    @property
    def exercise(self) -> str:
        """The exercise that is counted now."""
        return self._switch.exercise

    def step(self, people: Sequence[Pose], t: float) -> tuple[Pose | None, Classification | None, Count]:
        """Count the people in the next frame. Call `take` with the result before the next frame."""
        return self._switch.step(people, t)

    def take(self, result: FrameResult) -> CoachState:
        """The state of the screen after a frame's result."""
        state = self.coach.step(result)
        self._switch.use(self.coach.wanted)
        return state

    def change(self, exercise: str, t: float) -> None:
        """Switch to another exercise in the same workout; also "auto" and "any".

        Pending reps count in the set that this closes.
        """
        self._changed = True
        self.coach.finish(t)
        if exercise in (AUTO, ANY):
            self._switch.set_default(exercise)
        self.coach.change(None if exercise in (AUTO, ANY) else exercise, t)
        self._switch.use(self.coach.wanted, count_pending=True)

    def skip(self, t: float) -> None:
        """Skip the remaining sets of this exercise."""
        self.coach.finish(t)
        self.coach.skip(t)
        self._switch.use(self.coach.wanted, count_pending=True)

    def lead(self, options: CoachOptions) -> None:
        """Change the plan or the rest time; the count continues."""
        self.coach.lead(options)
        self._switch.use(self.coach.wanted)

    @property
    def sets(self) -> tuple[WorkoutSet, ...]:
        """The sets as shown on the screen, the current one last."""
        return tuple(map(_kept, self.coach.sets))

    @property
    def settings(self) -> dict[str, object]:
        """The settings to store with the session, as JSON values.

        rest_s: seconds of rest, unless the plan states others.   plan: its text.   by_set: as `BY_SET`.
        """
        options = self.coach.options
        plan = options.plan
        found: dict[str, object] = {REST_S: options.rest_s}
        if plan is not None:
            found[PLAN] = str(plan)
        if self._changed or (plan is not None and plan.exercises):
            found[BY_SET] = True
        return found

    def news(self) -> tuple[WorkoutSet, ...] | None:
        """The sets if reps, corrections or targets changed since the last call, else None."""
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
