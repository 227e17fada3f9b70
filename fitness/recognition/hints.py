"""Hints for the user about candidate reps that could not be judged."""

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
"""Landmark name without side -> the word in hints."""

HINTED: Final = (("quality",), ("distance",))
"""Values of `RepCandidate.failed` for which there is a hint."""


def hint(exercise: Exercise, swing: RepCandidate, motion: Motion) -> str | None:
    """The hint for a candidate that fails one criterion alone, which the user can change; else None.

    Args:
        motion: the poses of the candidate.
    """
    if swing.failed == ("quality",):
        unseen = unseen_parts(exercise, motion)
        return (
            f"Not counted: step back, {unseen} not visible" if unseen else "Not counted: not clearly visible"
        )
    if swing.failed == ("distance",):
        if len(motion) and view_of(motion) == "side":
            return f"Not counted: too different from a known {exercise.name}; teach it"
        return "Not counted: turn sideways to the camera"
    return None


def unseen_parts(exercise: Exercise, motion: Motion) -> str:
    """The needed joints that are not visible on the better side, in words: "feet", "hands and elbows", or ""."""
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
