"""A swing that would have been a rep but could not be judged -> what the user can do about it."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.metrics.form.measures import view_of
from fitness.metrics.record import SIDES, Motion
from fitness.metrics.record.motion import SEEN
from fitness.recognition.exercises import Exercise
from fitness.recognition.rep_candidate import RepCandidate
from fitness.skeleton import Landmark

PARTS: Final = {
    "ankle": "feet", "knee": "knees", "hip": "hips", "wrist": "hands", "elbow": "elbows", "shoulder": "shoulders",
}  # fmt: skip
"""Landmark (without side) -> what the user calls it."""

HINTED: Final = (("quality",), ("distance",), ("seated",))
"""`RepCandidate.failed` of the swings for which there is a hint."""


def hint(exercise: Exercise, swing: RepCandidate, motion: Motion) -> str | None:
    """What to do, for a swing that fails by one thing alone that the user can change; else None.

    Args:
        motion: poses of the swing.
    """
    if swing.failed == ("quality",):
        unseen = unseen_parts(exercise, motion)
        return f"Not counted: step back, {unseen} not visible" if unseen else "Not counted: not seen clearly"
    if swing.failed == ("distance",):
        if len(motion) and view_of(motion) == "side":
            return f"Not counted: like no {exercise.name} that I know; teach it"
        return "Not counted: turn sideways to the camera"
    if swing.failed == ("seated",):
        return f"Not counted: that looks like sitting down; choose {exercise.name} if it is not"
    return None


def unseen_parts(exercise: Exercise, motion: Motion) -> str:
    """What of the needed joints is not seen on the side that is seen better: "feet", "hands and elbows", or ""."""
    if not len(motion):
        return ""
    seen = {
        side: {
            part: float(np.median(motion.visibility[:, Landmark[f"{side}_{part}".upper()]]))
            for part in exercise.needs
        }
        for side in SIDES
    }
    better = max(seen.values(), key=lambda parts: sum(parts.values()))
    hidden = [PARTS.get(part, part) for part, visibility in reversed(better.items()) if visibility < SEEN]
    return " and ".join(hidden) if len(hidden) < len(better) else exercise.limb
