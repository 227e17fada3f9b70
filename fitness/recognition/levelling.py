"""How far the camera looks down: told by how somebody stands before it.

World landmarks are turned as the camera is, so who stands before a camera that looks down leans towards it, and who squats
there bows. A body that stands straight is upright; its lean towards the camera or away from it is the camera's. Lean to
the side is left alone: pictures are upright, and people do lean.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from fitness.recognition.embedding import ANGLE_NAMES
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, Pose

_STRAIGHT_DEG: Final = np.array(
    [{"knee": 140.0, "hip": 150.0}.get(name.rpartition("_")[2], 0.0) for name in ANGLE_NAMES]
)
"""Least angles of a standing body; knees of people who stand straight are measured less straight than hips."""
_PAIRS: Final = np.array(
    [
        [Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT")]
        for part in ("SHOULDER", "WRIST", "HIP", "ANKLE")
    ]
)
_SEEN: Final = _PAIRS[[0, 2, 3]]
_SEEN_LEAST: Final = 0.5
"""Least visibility of shoulder, hip and ankle, on the better side."""
_SIDEWAYS: Final = 0.4
"""Greatest lean to the side, as a share of the height."""
_LEANS_DEG: Final = (-45.0, 25.0)
"""Leans beyond are no stand: push-ups seen from the front or from behind are straight, too."""
_USUAL_DEG: Final = -7.0
"""The lean that the landmark model shows of people before a level camera: of 33 recordings the median was -7, and of a
rendered figure from five sides -1 to -11."""
_DOUBT_DEG: Final = (5.0, 10.0)
"""Nothing is done about less than the first, and all about more than the second: leans of one recording differ from those
of another by as much."""
_TIME_S: Final = 1.0
"""Time constant of the mean lean, seconds of standing."""
_LEAST_S: Final = 0.2
"""So long somebody must have stood."""
_GAP_S: Final = 0.2
"""More time than this between two frames does not count as standing."""


class Leveller:
    """Follows how far the camera looks down, from the poses of one person in order of time."""

    def __init__(self) -> None:
        self._t: float | None = None
        self._stood_s = 0.0
        self._lean_deg = 0.0

    @property
    def pitch_deg(self) -> float:
        """By how much poses are turned: above 0 where the camera looks down, 0 while nobody has stood before it."""
        if self._stood_s < _LEAST_S:
            return 0.0
        pitch = _USUAL_DEG - self._lean_deg
        low, high = _DOUBT_DEG
        share = min(1.0, max(0.0, (abs(pitch) - low) / (high - low)))
        return pitch * share * share * (3 - 2 * share)

    def see(self, pose: Pose, angles_deg: DoubleArray) -> None:
        """Take in the next pose, with its `embedding.angles` (13,)."""
        last, self._t = self._t, pose.t
        lean = standing_lean_deg(pose, angles_deg)
        if lean is None or last is None or pose.t <= last:
            return
        dt = min(pose.t - last, _GAP_S)
        self._stood_s += dt
        self._lean_deg += (lean - self._lean_deg) * max(dt / self._stood_s, 1 - math.exp(-dt / _TIME_S))

    def level(self, world: FloatArray) -> FloatArray:
        """The landmarks (33, 3) as a camera that looks straight ahead would show them: turned about its x axis."""
        pitch = math.radians(self.pitch_deg)
        if not pitch:
            return world
        cos, sin = math.cos(pitch), math.sin(pitch)
        turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]], dtype=world.dtype)
        levelled: FloatArray = world @ turn
        return levelled


def standing_lean_deg(pose: Pose, angles_deg: DoubleArray) -> float | None:
    """By how much a body that stands straight, arms down, leans away from the camera, below 0 towards it; else None."""
    if (angles_deg < _STRAIGHT_DEG).any() or pose.visibility[_SEEN].max(axis=1).min() < _SEEN_LEAST:
        return None
    shoulders, wrists, hips, ankles = pose.world.astype(np.float64)[_PAIRS].mean(axis=1)
    aside, down, away = (shoulders - ankles).tolist()
    if down >= 0 or abs(aside) > -down * _SIDEWAYS or not _arms_hang(shoulders, wrists, hips):
        return None
    lean = math.degrees(math.atan2(away, -down))
    return lean if _LEANS_DEG[0] <= lean <= _LEANS_DEG[1] else None


def _arms_hang(shoulders: DoubleArray, wrists: DoubleArray, hips: DoubleArray) -> bool:
    """Whether the wrists lie beside the lower half of the trunk or below it; not so in a push-up, or hanging from a bar."""
    trunk = hips - shoulders
    return float((wrists - shoulders) @ trunk) >= float(trunk @ trunk) / 2
