"""The exercises that are known by name, one TOML file each.

Squats and push-ups have pose samples, and limits that were measured on real clips; "auto" looks for them alone. The others
are described by their motion: they are counted when their name is given, and what else moves alike is counted with them.
The tables are in `docs/explanation/counting.md`.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

from fitness.errors import OptionError
from fitness.recognition.exercises.description import OTHER, STANDING, Exercise, Posture
from fitness.recognition.exercises.reading import read_exercises

__all__ = [
    "ANY", "AUTO", "BY_MOTION", "EXERCISES", "HELD", "OTHER", "PUSH_UP", "SQUAT", "STANDING", "Exercise", "Posture",
    "exercises_named", "is_held", "read_exercises",
]  # fmt: skip

EXERCISES: Final = read_exercises(Path(__file__).parent)
SQUAT: Final = EXERCISES["squat"]
PUSH_UP: Final = EXERCISES["push-up"]
BY_MOTION: Final = tuple(
    exercise for exercise in EXERCISES.values() if not exercise.has_samples and not exercise.hold
)
"""Repeated, and without pose samples."""
HELD: Final = tuple(exercise for exercise in EXERCISES.values() if exercise.hold)
"""Held: their seconds are counted."""
AUTO: Final = "auto"
ANY: Final = "any"
"""Whatever repeats, without knowing what it is."""


def is_held(name: str | None) -> bool:
    """Whether seconds are counted of this exercise."""
    return name in EXERCISES and bool(EXERCISES[name].hold)


def exercises_named(name: str, taught: tuple[str, ...] = ()) -> tuple[Exercise, ...]:
    """The exercises to look for: those with samples for "auto", none for "any", else the one named.

    OptionError for an unknown name.

    taught: further names that the user could have meant, for the error.
    """
    if name == AUTO:
        return tuple(exercise for exercise in EXERCISES.values() if exercise.has_samples)
    if name == ANY:
        return ()
    if name not in EXERCISES:
        known = (AUTO, ANY, *EXERCISES, *taught)
        close = difflib.get_close_matches(name.lower().replace("_", "-"), known, n=1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        raise OptionError(f"exercise must be one of {', '.join(known)}; got '{name}'{meant}")
    return (EXERCISES[name],)
