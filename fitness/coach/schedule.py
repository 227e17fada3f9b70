"""The position in a plan: the current set, the next one, and the exercise to count."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.coach.plan import Plan, PlannedSet, remaining
from fitness.coach.state import Dot


class Schedule:
    """The sets of a plan, one after the other; without a plan there is no current set.

    Args:
        plan: the plan, or None.
    """

    def __init__(self, plan: Plan | None) -> None:
        self._sets = self._planned = () if plan is None else plan.sets
        self._at = 0
        self._chosen: str | None = None
        self._unnamed: str | None = None
        """Set the exercise for sets that name none."""

    @property
    def planned(self) -> bool:
        """Whether there is a plan at all."""
        return bool(self._sets)

    @property
    def over(self) -> bool:
        """Whether all planned sets are done."""
        return self.planned and self._at >= len(self._sets)

    @property
    def current(self) -> PlannedSet | None:
        """The current or next planned set; None without a plan, after its end, and in an exercise outside the plan."""
        return None if self._chosen is not None or self._at >= len(self._sets) else self._sets[self._at]

    @property
    def following(self) -> PlannedSet | None:
        """The planned set after the current one."""
        at = self._at if self._chosen is not None else self._at + 1
        return self._sets[at] if at < len(self._sets) else None

    @property
    def wanted(self) -> str | None:
        """The exercise to count, or None for the one that the user chose at the start."""
        if self._chosen is not None:
            return self._chosen
        shown = self._sets[-1] if self.over else self.current
        return None if shown is None else shown.exercise or self._unnamed

    @property
    def remaining(self) -> str:
        """The remaining part of the plan, as text."""
        return remaining(self._sets[self._at :])

    def advance(self) -> None:
        """End the current set. After an exercise outside the plan, the plan continues where it was."""
        if self._chosen is None:
            self._at = min(self._at + 1, len(self._sets))
        elif self.planned and not self.over:
            self._chosen = None

    def skip(self) -> None:
        """Skip the remaining sets of this exercise."""
        if self._chosen is not None and self.planned:
            self._chosen = None
        elif (current := self.current) is not None:
            while self._at < len(self._sets) and self._sets[self._at].item == current.item:
                self._at += 1

    def choose(self, exercise: str | None) -> None:
        """Switch to `exercise` now, or to any with None.

        Its planned sets are brought forward. An exercise outside the plan has no target. A plan without names starts
        again with this exercise.
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

        Finished sets count for the new plan, and exercises that the old plan has passed stay passed. After the end of the
        old plan, the new one begins with its first set.

        Args:
            done: exercise of each finished set of the plan.   running: that of the current set, or None; it stays current.
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
        """Start again from the first set."""
        self._sets, self._at, self._chosen = self._planned, 0, None

    def dots(self, shown: PlannedSet | None, running: bool) -> tuple[Dot, ...]:
        """The state of each planned set of the exercise of `shown`, for the dots on the screen.

        Args:
            shown: the planned set on the screen.   running: whether it is still in progress.
        """
        if shown is None:
            return ()
        done = shown.set - running
        return tuple(
            "done" if number <= done else "now" if number == done + 1 else "todo"
            for number in range(1, shown.sets + 1)
        )
