"""The exercises that are known by name: which angle swings, which pose classes it passes, what a rep must look like.

Limits were measured on real clips; the table is in `docs/counting.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fitness.errors import OptionError


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    name: lower case with hyphens.
    joint: the joint whose angle falls and rises in a rep ("knee", "elbow"; both sides are averaged).
    limb: what the user calls the joints of `needs`.
    needs: landmarks (without side) that must be seen for the angle to mean anything.
    top_class, bottom_class: pose classes of the turning points.
    max_bottom_deg: the joint must bend to this or less at the bottom.
    usual_range_deg: how far the joint usually bends, for showing the phase before the person's own range is known.
    trunk_tilt_deg: least and greatest tilt of the trunk from upright at the bottom.
    """

    name: str
    joint: str
    limb: str
    needs: tuple[str, ...]
    top_class: str
    bottom_class: str
    max_bottom_deg: float
    usual_range_deg: float
    trunk_tilt_deg: tuple[float, float]


OTHER: Final = "other"
"""The pose class of everything that is no exercise; its samples are what a pose is rejected by."""

SQUAT: Final = Exercise(
    name="squat",
    joint="knee",
    limb="legs",
    needs=("hip", "knee", "ankle"),
    top_class="squat_up",
    bottom_class="squat_down",
    max_bottom_deg=115.0,
    usual_range_deg=95.0,
    trunk_tilt_deg=(0.0, 60.0),
)
PUSH_UP: Final = Exercise(
    name="push-up",
    joint="elbow",
    limb="arms",
    needs=("shoulder", "elbow", "wrist"),
    top_class="push-up_up",
    bottom_class="push-up_down",
    max_bottom_deg=135.0,
    usual_range_deg=75.0,
    trunk_tilt_deg=(50.0, 125.0),
)
EXERCISES: Final = {exercise.name: exercise for exercise in (SQUAT, PUSH_UP)}
AUTO: Final = "auto"


def exercises_named(name: str, taught: tuple[str, ...] = ()) -> tuple[Exercise, ...]:
    """The exercises to look for: all for "auto", else the one named. OptionError for an unknown name.

    taught: further names that the user could have meant, for the error.
    """
    if name == AUTO:
        return tuple(EXERCISES.values())
    if name not in EXERCISES:
        raise OptionError(f"exercise must be one of {', '.join((AUTO, *EXERCISES, *taught))}; got '{name}'")
    return (EXERCISES[name],)
