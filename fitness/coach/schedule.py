"""Where in its plan a workout is: which set runs, which comes next, and which exercise the program must look for."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.coach.plan import Plan, PlannedSet, remaining
from fitness.coach.state import Dot


class Schedule:
    """The sets of a plan, one after the other; without a plan there is never a current one.

    Args:
        plan: what is to be done, or None.
    """

    def __init__(self, plan: Plan | None) -> None:
        self._sets = self._planned = () if plan is None else plan.sets
        self._at = 0
        self._chosen: str | None = None
        self._unnamed: str | None = None
        """What is done in the sets that name no exercise."""

    @property
    def planned(self) -> bool:
        """Whether there is a plan at all."""
        return bool(self._sets)

    @property
    def over(self) -> bool:
        """Whether every planned set is done."""
        return self.planned and self._at >= len(self._sets)

    @property
    def current(self) -> PlannedSet | None:
        """The planned set that runs or comes next; None without a plan, after it, and in an exercise that is not in it."""
        return None if self._chosen is not None or self._at >= len(self._sets) else self._sets[self._at]

    @property
    def following(self) -> PlannedSet | None:
        """The planned set after the current one."""
        at = self._at if self._chosen is not None else self._at + 1
        return self._sets[at] if at < len(self._sets) else None

    @property
    def wanted(self) -> str | None:
        """The exercise to look for, or None for whichever the user asked for at the start."""
        if self._chosen is not None:
            return self._chosen
        shown = self._sets[-1] if self.over else self.current
        return None if shown is None else shown.exercise or self._unnamed

    @property
    def remaining(self) -> str:
        """What is left of the plan, in words."""
        return remaining(self._sets[self._at :])

    def advance(self) -> None:
        """The running set is over. After an exercise that is not in the plan the plan goes on where it was."""
        if self._chosen is None:
            self._at = min(self._at + 1, len(self._sets))
        elif self.planned and not self.over:
            self._chosen = None

    def skip(self) -> None:
        """Leave out the other sets of this exercise."""
        if self._chosen is not None and self.planned:
            self._chosen = None
        elif (current := self.current) is not None:
            while self._at < len(self._sets) and self._sets[self._at].item == current.item:
                self._at += 1

    def choose(self, exercise: str | None) -> None:
        """Do `exercise` now, or with None whichever comes.

        Its planned sets are brought forward; one that is not in the plan is done without a target. A plan that names no
        exercise begins anew with it.
        """
        if self.planned and all(one.exercise is None for one in self._planned):
            self._sets = (*self._sets[: self._at], *self._planned)
            self._unnamed = exercise
            return
        ahead = self._sets[self._at :]
        brought = tuple(one for one in ahead if one.exercise == exercise)
        self._chosen = None if brought else exercise
        if brought:
            others = tuple(one for one in ahead if one.exercise != exercise)
            self._sets = (*self._sets[: self._at], *brought, *others)

    def continued(self, plan: Plan | None, done: Sequence[str | None], running: str | None) -> Schedule:
        """The schedule of another plan in the same workout.

        Its sets that are done count as done, and exercises that the old plan has left behind are left behind. After the
        end of the old plan the new one begins from its first set.

        Args:
            done: exercise of each finished set of the plan.   running: exercise of the running set, or None; it stays up.
        """
        other = Schedule(plan)
        ahead = list(other._sets)
        ticked = []
        for exercise in () if self.over else done:
            match = next((one for one in ahead if one.exercise in (exercise, None)), None)
            if match is not None:
                ahead.remove(match)
                ticked.append(match)
        up = next((at for at, one in enumerate(ahead) if one.exercise == self.wanted), 0)
        passed = set() if self.over else {one.exercise for one in self._sets[: self._at]} - {self.wanted}
        ahead = [one for at, one in enumerate(ahead) if at >= up or one.exercise not in passed]
        if (
            now := next((one for one in ahead if running is not None and one.exercise == running), None)
        ) is not None:
            ahead.remove(now)
            ahead.insert(0, now)
        other._sets, other._at = (*ticked, *ahead), len(ticked)
        if other.wanted is None:
            if other.planned:
                other._unnamed = self.wanted
            else:
                other._chosen = self.wanted
        return other

    def restart(self) -> None:
        """From the first set again."""
        self._sets, self._at, self._chosen = self._planned, 0, None

    def dots(self, shown: PlannedSet | None, running: bool) -> tuple[Dot, ...]:
        """One for each planned set of the exercise of `shown`.

        Args:
            shown: the planned set on the screen.   running: it is not done yet.
        """
        if shown is None:
            return ()
        done = shown.set - running
        return tuple(
            "done" if number <= done else "now" if number == done + 1 else "todo"
            for number in range(1, shown.sets + 1)
        )
