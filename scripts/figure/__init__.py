"""The rendered figure.

Input: a motion (`Motion` of `Reps`, `Idle`, ...), a person (`Body`), a camera (`Camera`) and surroundings (`Scene`).
Output: a `Clip` with its `frames` and the exact truth about them: reps, joint angles, and the 33 landmarks in metres and
pixels.
"""

from __future__ import annotations

from scripts.figure.body import PRESETS, Body
from scripts.figure.camera import Camera
from scripts.figure.clip import Actor, Clip
from scripts.figure.exercises import EXERCISES, Exercise
from scripts.figure.motion import Activity, Motion, Part, Truth
from scripts.figure.parts import Hold, Idle, PickUp, Reps, Sit, Wave
from scripts.figure.scene import Scene
from scripts.figure.tracks import TrueRep
from scripts.figure.walking import Walk

__all__ = [
    "EXERCISES", "PRESETS", "Activity", "Actor", "Body", "Camera", "Clip", "Exercise", "Hold", "Idle", "Motion",
    "Part", "PickUp", "Reps", "Scene", "Sit", "TrueRep", "Truth", "Walk", "Wave",
]  # fmt: skip
