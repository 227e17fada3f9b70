"""The sets of a workout, with their reps and the user's corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from fitness.coach.plan import PlannedSet
from fitness.coach.records import Correction, SetLog, SetSummary
from fitness.types import Rep


class SetBook:
    """The finished sets and the current one.

    done: finished sets.   running: the current set, which may be empty.   corrections: made by the user.
    """

    def __init__(self) -> None:
        self.done: list[SetLog] = []
        self.running = SetLog(1)
        self.corrections: list[Correction] = []
        self._summaries: list[tuple[SetLog, SetSummary]] = []

    @property
    def done_summaries(self) -> tuple[SetSummary, ...]:
        """The finished sets for the screen; recomputed only for a changed set."""
        known = self._summaries
        self._summaries = [
            known[at] if at < len(known) and known[at][0] is one else (one, one.summary())
            for at, one in enumerate(self.done)
        ]
        return tuple(summary for _, summary in self._summaries)

    @property
    def sets(self) -> tuple[SetLog, ...]:
        """All sets with a rep or a correction, the running one last."""
        return (*self.done, *((self.running,) if self.running.begun else ()))

    @property
    def total(self) -> int:
        """Reps of the workout, with corrections."""
        return sum(one.reps for one in self.sets)

    def adopt(self, rep: Rep) -> bool:
        """Set the id of a rep that was added while pending; False if no set has it."""
        self._change(lambda one: one.adopted(rep))
        return any(one is rep for a_set in self.sets for one in a_set.counted)

    def take(self, rep: Rep, planned: PlannedSet | None) -> SetLog:
        """Add a rep to the current set, planned or not; returns the new state of the set."""
        self.running = replace(self.running, exercise=rep.exercise, counted=(*self.running.counted, rep))
        self.aim(planned)
        return self.running

    def aim(self, planned: PlannedSet | None) -> None:
        """Assign the current set, if it has begun, to a planned set or to none."""
        if self.running.begun:
            target, weight_kg = (None, None) if planned is None else (planned.amount, planned.weight_kg)
            self.running = replace(self.running, target=target, weight_kg=weight_kg)

    def take_extra(self, rep: Rep) -> SetLog:
        """Add a rep to the last finished set; returns the new state of the set."""
        self.done[-1] = replace(self.done[-1], counted=(*self.done[-1].counted, rep))
        return self.done[-1]

    def amend(self, better: Rep) -> None:
        """Replace a rep by its amended version."""
        self._change(lambda one: one.amended(better))

    def rename(self, ids: Collection[int], exercise: str) -> None:
        """Change the exercise of reps and of their set."""
        self._change(lambda one: one.renamed(ids, exercise))

    def _change(self, change: Callable[[SetLog], SetLog]) -> None:
        self.running = change(self.running)
        self.done = [change(one) for one in self.done]

    def close(self) -> SetLog:
        """End the current set and begin an empty one."""
        self.done.append(self.running)
        self.running = SetLog(len(self.done) + 1)
        return self.done[-1]

    def correct(self, delta: int, t: float, exercise: str | None, *, last: bool) -> bool:
        """Add `delta` reps by hand at `t` seconds.

        Args:
            exercise: of the set, if it has no rep.   last: add to the last finished set.

        Returns False, and does nothing, if the count would fall below 0.
        """
        one = self.done[-1] if last else self.running
        if len(one.counted) + one.corrected + delta < 0 or delta == 0:
            return False
        exercise = one.exercise or exercise
        self.corrections.append(Correction(t, exercise, one.number, delta))
        began = one.t if one.begun else t
        corrected = replace(one, exercise=exercise, corrected=one.corrected + delta, t=began)
        if last:
            self.done[-1] = corrected
        else:
            self.running = corrected
        return True

    def empty_running(self, t: float) -> None:
        """Remove all reps of the current set by a correction."""
        self.running = self._emptied(self.running, t)

    def empty_done(self, t: float) -> None:
        """Remove all reps of each finished set by a correction."""
        self.done = [self._emptied(one, t) if one.reps else one for one in self.done]

    def _emptied(self, one: SetLog, t: float) -> SetLog:
        self.corrections.append(Correction(t, one.exercise, one.number, -one.reps))
        return replace(one, corrected=one.corrected - one.reps)
