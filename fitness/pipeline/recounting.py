"""Counts a stored session again, with the exercises that it was counted with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fitness import __version__
from fitness.coach import CoachOptions, Plan
from fitness.errors import OptionError
from fitness.pipeline.exercise_switch import ExerciseSwitch, Step
from fitness.pipeline.loop import Counter
from fitness.recognition.exercises import ANY, AUTO, EXERCISES
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.session.store import BY_SET, PLAN, Workout
from fitness.types import Pose

_PROGRAM: Final = ("program", "exercise", "samples", "partials")
"""The stored settings that a new count changes; the others describe the recording or the workout."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An exercise to count.   t: stream time from which it is counted, seconds.   exercise: its name, or auto or any."""

    t: float
    exercise: str


def turns_of(workout: Workout, exercise: str | None, taught: Sequence[str]) -> tuple[Turn, ...]:
    """The exercises to count in a stored session, in order of time; at least one.

    Args:
        exercise: the user's choice for the whole session; None: those that it was counted with.
        taught: names of the user's taught exercises.

    Raises:
        OptionError: the session was counted as an exercise that no longer exists.
    """
    if exercise is not None:
        return (Turn(0.0, exercise),)
    found = [Turn(0.0, _choice(workout))]
    if _by_set(workout):
        found = _turns_of_sets(workout) or found
    for turn in found:
        if turn.exercise not in (AUTO, ANY, *EXERCISES, *taught):
            raise OptionError(
                f"session {workout.row.id} was counted as '{turn.exercise}', and there is no such exercise any more; "
                "choose one with --exercise, such as --exercise auto"
            )
    return tuple(found)


def counter_of(
    workout: Workout, turns: Sequence[Turn], counter_for: Callable[[str, Iterator[int] | None], Counter]
) -> Counter:
    """A fresh counter for a stored session, which holds back no frames if the session was live.

    Args:
        turns: from `turns_of`.   counter_for: makes a fresh recogniser for an exercise, as for `Workout`.
    """
    if len(turns) == 1 and workout.row.kind not in ("live", "page"):
        return counter_for(turns[0].exercise, None)
    return _InTurn(turns, counter_for)


def settings_after(workout: Workout, fresh: Mapping[str, object], exercise: str | None) -> dict[str, object]:
    """The settings to store after a new count. Plan, rest, latency and so on stay.

    Args:
        fresh: the settings of the new count.   exercise: as in `turns_of`.
    """
    stored: dict[str, object] = dict(workout.row.settings)
    stored = {name: value for name, value in stored.items() if name not in _PROGRAM}
    stored |= {name: fresh[name] for name in _PROGRAM if name in fresh} | {"program": __version__}
    stored["exercise"] = _choice(workout) if exercise is None else exercise
    if exercise is not None:
        stored[BY_SET] = False
    return stored


def _choice(workout: Workout) -> str:
    return str(workout.row.settings.get("exercise", AUTO))


def _by_set(workout: Workout) -> bool:
    """Whether the exercise changed with the sets. Old sessions do not state it, but their plan or sets show it."""
    settings: Mapping[str, Any] = workout.row.settings
    if BY_SET in settings:
        return bool(settings[BY_SET])
    return _plan(workout) is not None or _choice(workout) not in (AUTO, ANY)


def _plan(workout: Workout) -> Plan | None:
    """The plan with exercises that was followed; None without one."""
    try:
        plan = Plan.parse(str(workout.row.settings.get(PLAN, "")))
    except OptionError:  # no plan, or a target for any exercise
        return None
    return plan if plan.exercises else None


def _turns_of_sets(workout: Workout) -> list[Turn]:
    """The exercise of each set. It is counted until extra reps are no longer possible, or the middle of the rest.

    After the last set, the plan's next exercise is counted.
    """
    sets = sorted(workout.sets, key=lambda one: one.start_s)
    planned = () if (plan := _plan(workout)) is None else plan.sets[len(sets) :]
    ahead = [(one.exercise, one.start_s) for one in sets]
    ahead += [(one.exercise or _choice(workout), math.inf) for one in planned[:1]]
    found: list[Turn] = []
    end_s = 0.0
    for at, (name, start_s) in enumerate(ahead):
        exercise = ANY if name == UNKNOWN else name
        if not found:
            found.append(Turn(0.0, exercise))
        elif found[-1].exercise != exercise:
            found.append(Turn(min(end_s + CoachOptions().extra_s, (end_s + start_s) / 2), exercise))
        end_s = max(end_s, sets[at].end_s) if at < len(sets) else end_s
    return found


class _InTurn:
    """Counts one exercise after another in a live session."""

    def __init__(
        self, turns: Sequence[Turn], counter_for: Callable[[str, Iterator[int] | None], Counter]
    ) -> None:
        self._switch = ExerciseSwitch(counter_for, turns[0].exercise)
        self._ahead = list(turns[1:])

    def step(self, people: Sequence[Pose], t: float) -> Step:
        while self._ahead and t >= self._ahead[0].t:
            self._switch.use(self._ahead.pop(0).exercise, count_pending=True)
        return self._switch.step(people, t)
