"""What other programs call our exercises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OtherName:
    """One exercise in the words of others.

    bodyweight, weighted: name in workout-log apps without and with a weight.   category: body part, as FitNotes groups.
    fit_category, fit_subtype: FIT profile's exercise_category and its exercise name; 65534 is "unknown".
    """

    bodyweight: str
    weighted: str
    category: str
    fit_category: int
    fit_subtype: int


_FIT_UNKNOWN: Final = 65534

# FIT profile: exercise_category squat 28, push_up 22; squat_exercise_name squat 61; push_up_exercise_name push_up 77.
_NAMES: Final[Mapping[str, OtherName]] = {
    "squat": OtherName("Squat (Bodyweight)", "Squat (Weighted)", "Legs", 28, 61),
    "push-up": OtherName("Push Up", "Push Up (Weighted)", "Chest", 22, 77),
}


def other_name(exercise: str) -> OtherName:
    """The names of an exercise; one that is not in the table keeps its own name, in title case."""
    if exercise in _NAMES:
        return _NAMES[exercise]
    plain = exercise.replace("-", " ").replace("_", " ").title()
    return OtherName(plain, f"{plain} (Weighted)", "Other", _FIT_UNKNOWN, _FIT_UNKNOWN)


def app_name(exercise: str, weight_kg: float | None) -> str:
    """The name in a workout-log app."""
    name = other_name(exercise)
    return name.weighted if weight_kg else name.bodyweight
