"""The rendered mannequin.

In: what is done (`Motion` of `Reps`, `Idle`, ...), by whom (`Body`), seen from where (`Camera`), in which
surroundings (`Scene`). Out: a `Clip` with its pictures (`frames`) and the exact truth about them: reps, joint angles,
and the 33 landmarks in metres and pixels.
"""

from __future__ import annotations

from fitness.media.mannequin.body import PRESETS, Body
from fitness.media.mannequin.camera import Camera
from fitness.media.mannequin.clip import Actor, Clip
from fitness.media.mannequin.exercises import EXERCISES, Exercise
from fitness.media.mannequin.motion import Activity, Motion, Part, Truth
from fitness.media.mannequin.parts import Hold, Idle, PickUp, Reps, Sit, Wave
from fitness.media.mannequin.scene import Scene
from fitness.media.mannequin.tracks import TrueRep
from fitness.media.mannequin.walking import Walk

__all__ = [
    "EXERCISES", "PRESETS", "Activity", "Actor", "Body", "Camera", "Clip", "Exercise", "Hold", "Idle", "Motion",
    "Part", "PickUp", "Reps", "Scene", "Sit", "TrueRep", "Truth", "Walk", "Wave",
]  # fmt: skip
