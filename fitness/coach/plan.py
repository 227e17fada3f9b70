"""A workout plan: exercises with sets, reps or seconds, rests and weights, from a line of text or a TOML file.

The plan states which exercise to count, what comes next, and when a set ends.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from fitness.errors import OptionError
from fitness.recognition.exercises import is_held
from fitness.recognition.exercises.names import plain_name

MAX_SETS: Final = 100
MAX_AMOUNT: Final = 10_000
MAX_REST_S: Final = 3600.0
MAX_ITEMS: Final = 50
MAX_WEIGHT_KG: Final = 4095.0
"""Generous limits that catch typing errors; the weight limit is that of FIT files."""

_AMOUNT: Final = r"(?:(?P<sets>\d{1,5})\s*[x×*]\s*)?(?P<amount>\d{1,5})\s*(?P<unit>s|sec|seconds)?"
_TARGET: Final = re.compile(rf"\s*{_AMOUNT}\s*", re.ASCII | re.IGNORECASE)
_ITEM: Final = re.compile(
    rf"\s*(?P<name>[a-z](?:[a-z \-]|(?<=[a-z0-9\-])[0-9])*?)\s*(?:\b{_AMOUNT})?"
    r"(?:\s*@\s*(?P<weight>\d{1,4}(?:\.\d{1,3})?)\s*(?:kg)?)?"
    r"(?:\s*\brest\s*(?P<rest>\d{1,4}(?:\.\d{1,3})?)\s*s?)?\s*",
    re.ASCII | re.IGNORECASE,
)
_FORM: Final = "write it as in 'squat 3x8 rest 60, plank 3x45s'"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One exercise of a plan.

    exercise: its name, or None for any.   sets: number of sets.
    amount: reps of each set; seconds for a held exercise.
    rest_s: seconds of rest after each of its sets, or None for the workout's default.
    weight_kg: kilograms, or None.

    Raises:
        OptionError: a number is out of its bounds.
    """

    exercise: str | None
    sets: int
    amount: int
    rest_s: float | None = None
    weight_kg: float | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.sets <= MAX_SETS and 1 <= self.amount <= MAX_AMOUNT):
            raise OptionError(
                f"target must be 1 to {MAX_SETS} sets of 1 to {MAX_AMOUNT} reps, got {self.sets}x{self.amount}"
            )
        for name, value, most in (
            ("rest", self.rest_s, MAX_REST_S),
            ("weight", self.weight_kg, MAX_WEIGHT_KG),
        ):
            if value is not None and not (math.isfinite(value) and 0 <= value <= most):
                raise OptionError(f"{name} must be 0 to {most:.0f}, got {value}")

    @property
    def held(self) -> bool:
        """Whether `amount` is in seconds."""
        return is_held(self.exercise)

    def __str__(self) -> str:
        parts = [] if self.exercise is None else [self.exercise]
        parts.append(f"{self.sets}x{self.amount}{'s' * self.held}")
        if self.weight_kg is not None:
            parts.append(f"@ {self.weight_kg:g}kg")
        if self.rest_s is not None:
            parts.append(f"rest {self.rest_s:g}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set of a plan.   item: number of its exercise in the plan, 0-based.   set: 1-based, of `sets`.

    exercise, amount, rest_s, weight_kg: as in `PlanItem`.
    """

    item: int
    exercise: str | None
    set: int
    sets: int
    amount: int
    rest_s: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Exercises in the order they are done.

    items: at least one.   name: for people, or "".

    Raises:
        OptionError: there is none, or more than 50.
    """

    items: tuple[PlanItem, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.items) <= MAX_ITEMS:
            raise OptionError(f"plan must have 1 to {MAX_ITEMS} exercises, got {len(self.items)}; {_FORM}")

    @classmethod
    def parse(cls, text: str, named: Callable[[str], str] | None = None) -> Plan:
        """ "squat 3x8 rest 60, plank 3x45s" -> a plan.

        Args:
            named: converts the typed name of an exercise to its exact name; raises OptionError for an unknown one. By
                default, lower case with hyphens.

        Raises:
            OptionError: the text is not a plan; the message shows the wrong part.
        """
        return cls(tuple(_item(part, named or plain_name) for part in text.split(",")))

    @classmethod
    def target(cls, text: str) -> Plan:
        """ "3x12" -> three sets of twelve reps of any exercise, "12" -> one set. OptionError for any other text."""
        match = _TARGET.fullmatch(text)
        if match is None or match["unit"]:
            raise OptionError(f"option target must be SETSxREPS such as 3x12, or REPS, got '{text}'")
        return cls((PlanItem(None, int(match["sets"] or 1), int(match["amount"])),))

    @classmethod
    def repeating(cls, sets: Iterable[tuple[str, int, float | None]]) -> Plan | None:
        """The plan of a finished workout, to repeat it; None if it had no set.

        Args:
            sets: exercise, reps (or seconds), and weight in kilograms of each set, in their order.

        Sets of one exercise in a row become one item with the reps of the best of them.
        """
        items = []
        for (exercise, weight), group in groupby(
            (one for one in sets if one[1] > 0), key=lambda one: (one[0], one[2])
        ):
            amounts = [amount for _, amount, _ in group]
            items.append(PlanItem(exercise, len(amounts), max(amounts), weight_kg=weight))
        return cls(tuple(items[:MAX_ITEMS])) if items else None

    def with_exercise(self, exercise: str | None) -> Plan:
        """The same plan, with `exercise` for items that name none."""
        items = tuple(replace(one, exercise=one.exercise or exercise) for one in self.items)
        return replace(self, items=items)

    def with_rest(self, rest_s: float) -> Plan:
        """The same plan, with `rest_s` seconds of rest for items that state none."""
        items = tuple(replace(one, rest_s=rest_s if one.rest_s is None else one.rest_s) for one in self.items)
        return replace(self, items=items)

    @property
    def sets(self) -> tuple[PlannedSet, ...]:
        """Every set, in order."""
        return tuple(
            PlannedSet(at, one.exercise, number, one.sets, one.amount, one.rest_s, one.weight_kg)
            for at, one in enumerate(self.items)
            for number in range(1, one.sets + 1)
        )

    @property
    def exercises(self) -> tuple[str, ...]:
        """The names of its exercises, each once."""
        return tuple(dict.fromkeys(one.exercise for one in self.items if one.exercise is not None))

    def __str__(self) -> str:
        return ", ".join(map(str, self.items))


def _item(part: str, named: Callable[[str], str]) -> PlanItem:
    match = _ITEM.fullmatch(part)
    if match is None or match["amount"] is None:
        raise OptionError(f"plan: '{part.strip()[:60]}' is not an exercise with sets and reps; {_FORM}")
    return item_of(
        named(match["name"]),
        int(match["sets"] or 1),
        int(match["amount"]),
        in_seconds=bool(match["unit"]),
        rest_s=float(match["rest"]) if match["rest"] else None,
        weight_kg=float(match["weight"]) if match["weight"] else None,
    )


def item_of(
    exercise: str,
    sets: int,
    amount: int,
    *,
    in_seconds: bool,
    rest_s: float | None = None,
    weight_kg: float | None = None,
) -> PlanItem:
    """A checked item. OptionError if it has seconds for an exercise that is counted in reps."""
    if in_seconds and not is_held(exercise):
        raise OptionError(
            f"plan: {exercise} is counted in reps, so write {exercise} {sets}x{amount} without the s"
        )
    return PlanItem(exercise, sets, amount, rest_s, weight_kg)


def remaining(sets: Sequence[PlannedSet]) -> str:
    """The remaining part of a plan as text, "squat 2x8, push-up 3x10"; "" if nothing remains."""
    groups = [list(group) for _, group in groupby(sets, key=lambda one: one.item)]
    return ", ".join(
        str(PlanItem(group[0].exercise, len(group), group[0].amount, weight_kg=group[0].weight_kg))
        for group in groups
    )
