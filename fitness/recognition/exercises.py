"""The exercises that are known by name: which angle swings, which pose classes it passes, what a rep must look like.

Squats and push-ups have pose samples, and limits that were measured on real clips; "auto" looks for them alone. The others
are described by their motion: they are counted when their name is given, and what else moves alike is counted with them.
The tables are in `docs/counting.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from fitness.errors import OptionError


@dataclass(frozen=True, slots=True)
class Posture:
    """What else must be so for a swing to be a rep.

    angle: a joint ("shoulder", "elbow", "hip", "knee"; the mean of both sides), or "trunk" for its tilt from upright.
    at: "turn", the turning point; "ends", where the swing begins and where it is counted; or "start", where it begins,
        and at the count it must be on its way back to there.
    least, most: degrees.
    """

    angle: str
    at: Literal["turn", "ends", "start"]
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    name: lower case with hyphens.
    joint: the joint whose angle swings in a rep ("knee", "elbow", "shoulder", "hip"), or "trunk" for its tilt from upright.
    limb: what the user calls the joints of `needs`.
    needs: landmarks (without side) that must be seen for the angle to mean anything.
    max_bottom_deg: the angle must fall to this or less at the turning point (of the supplement where it `opens`).
    usual_range_deg: how far the joint usually swings, for showing the phase before the person's own range is known.
    trunk_tilt_deg: least and greatest tilt of the trunk from upright at the turning point.
    top_class, bottom_class: pose classes of the turning points, or "" where there are no samples.
    opens: the angle grows on the way to the turning point, so its supplement (180 degrees less it) is what falls and rises.
    sides: "both" are averaged, or "each" side is counted for itself.
    postures: further limits.
    reversal_deg: least swing back, where it is less than the counter's; 0 for the counter's.
    """

    name: str
    joint: str
    limb: str
    needs: tuple[str, ...]
    max_bottom_deg: float
    usual_range_deg: float
    trunk_tilt_deg: tuple[float, float]
    top_class: str = ""
    bottom_class: str = ""
    opens: bool = False
    sides: Literal["both", "each"] = "both"
    postures: tuple[Posture, ...] = ()
    reversal_deg: float = 0.0

    @property
    def has_samples(self) -> bool:
        """Whether pose samples say what it looks like; without them only its motion does."""
        return bool(self.top_class)


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
_ARM: Final = ("shoulder", "elbow", "wrist")
_RAISED: Final = ("hip", "shoulder", "elbow")
_BENT: Final = ("shoulder", "hip", "knee")


def _motion(
    name: str,
    joint: str,
    needs: tuple[str, ...],
    max_bottom_deg: float,
    usual_range_deg: float,
    trunk_tilt_deg: tuple[float, float],
    *postures: Posture,
    **more: Any,
) -> Exercise:
    """An exercise that is described by its motion alone."""
    limb = "legs" if "ankle" in needs else "trunk and legs" if needs == _BENT else "arms"
    limits = (max_bottom_deg, usual_range_deg, trunk_tilt_deg)
    return Exercise(name, joint, limb, needs, *limits, postures=postures, **more)


_LYING: Final = Posture("trunk", "ends", 60.0, 120.0)
"""Without it getting down to the floor and up again would be reps."""

BY_MOTION: Final = (
    _motion("pull-up", "elbow", _ARM, 110.0, 90.0, (0.0, 50.0), Posture("shoulder", "start", 70.0, 180.0)),
    _motion(
        "sit-up", "hip", _BENT, 115.0, 60.0, (0.0, 80.0), Posture("trunk", "start", 50.0, 140.0),
        reversal_deg=20.0,
    ),
    _motion("lunge", "knee", SQUAT.needs, 130.0, 70.0, (0.0, 50.0)),
    _motion("jumping-jack", "shoulder", _RAISED, 80.0, 130.0, (0.0, 35.0), opens=True),
    _motion("biceps-curl", "elbow", _ARM, 95.0, 110.0, (0.0, 40.0), Posture("shoulder", "turn", 0.0, 85.0)),
    _motion(
        "overhead-press", "elbow", _ARM, 55.0, 100.0, (0.0, 40.0), Posture("shoulder", "turn", 110.0, 180.0),
        opens=True,
    ),
    _motion("front-raise", "shoulder", _RAISED, 125.0, 75.0, (0.0, 40.0), opens=True),
    _motion("lateral-raise", "shoulder", _RAISED, 125.0, 75.0, (0.0, 40.0), opens=True),
    _motion("bench-press", "elbow", _ARM, 125.0, 80.0, (50.0, 130.0), _LYING),
    _motion("deadlift", "hip", _BENT, 135.0, 80.0, (25.0, 120.0)),
    _motion("burpee", "trunk", _BENT, 130.0, 85.0, (45.0, 125.0)),
    _motion("mountain-climber", "hip", _BENT, 125.0, 80.0, (35.0, 130.0), _LYING, sides="each"),
)  # fmt: skip
EXERCISES: Final = {exercise.name: exercise for exercise in (SQUAT, PUSH_UP, *BY_MOTION)}
AUTO: Final = "auto"


def exercises_named(name: str, taught: tuple[str, ...] = ()) -> tuple[Exercise, ...]:
    """The exercises to look for: those with samples for "auto", else the one named. OptionError for an unknown name.

    taught: further names that the user could have meant, for the error.
    """
    if name == AUTO:
        return tuple(exercise for exercise in EXERCISES.values() if exercise.has_samples)
    if name not in EXERCISES:
        raise OptionError(f"exercise must be one of {', '.join((AUTO, *EXERCISES, *taught))}; got '{name}'")
    return (EXERCISES[name],)
