"""The built-in exercises, one TOML file each.

Squats and push-ups have pose samples, and limits that were measured on recordings. The others are described by their motion
alone. If the user names one of these, any similar movement of the same joints is counted, too. The tables are in
docs/explanation/counting.md.
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
"""Exercises that are counted in reps and have no pose samples."""
HELD: Final = tuple(exercise for exercise in EXERCISES.values() if exercise.hold)
"""Exercises that are held; their seconds are counted."""
AUTO: Final = "auto"
"""The choice of all exercises."""
ANY: Final = "any"
"""The choice of any repeated motion, without a name."""


def is_held(name: str | None) -> bool:
    """Whether the exercise is held, so that its seconds are counted."""
    return name in EXERCISES and bool(EXERCISES[name].hold)


def exercises_named(name: str, taught: tuple[str, ...] = ()) -> tuple[Exercise, ...]:
    """The exercises that have counters of joint angles: those with samples for "auto", none for "any", else the named one.

    Args:
        taught: names of taught exercises, for the error message.

    Raises:
        OptionError: the name is unknown.
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
