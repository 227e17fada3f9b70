"""How far the camera looks down: told by how somebody stands before it.

World landmarks are turned as the camera is, so who stands before a camera that looks down leans towards it, and who squats
there bows. A body that stands straight is upright; its lean towards the camera or away from it is the camera's. Lean to
the side is left alone: pictures are upright, and people do lean.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray

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
"""The lean that the landmark model shows of people before a level camera: of 31 recordings the median was -7, and of a
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


class CameraPitch:
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

    def see(self, t: float, lean_deg: float) -> None:
        """Take in the next pose: seconds, and what `standing_lean_deg` says of it."""
        last, self._t = self._t, t
        if math.isnan(lean_deg) or last is None or t <= last:
            return
        dt = min(t - last, _GAP_S)
        self._stood_s += dt
        self._lean_deg += (lean_deg - self._lean_deg) * max(dt / self._stood_s, 1 - math.exp(-dt / _TIME_S))

    def level(self, world: FloatArray) -> FloatArray:
        """The landmarks (33, 3) as a camera that looks straight ahead would show them; the same array where it does."""
        pitch = self.pitch_deg
        return levelled(world[None], np.array([pitch]))[0].astype(world.dtype) if pitch else world


def levelled(points: FloatArray | DoubleArray, pitch_deg: DoubleArray) -> DoubleArray:
    """Poses (N, 33, 3), each turned about the camera's x axis by how far it looks down, (N,) degrees."""
    pitch = np.radians(pitch_deg)[:, None]
    cos, sin = np.cos(pitch), np.sin(pitch)
    x, y, z = np.moveaxis(np.asarray(points, np.float64), -1, 0)
    return np.stack([x, y * cos + z * sin, z * cos - y * sin], axis=-1)


def pitches_deg(t: DoubleArray, world: FloatArray, visibility: FloatArray) -> DoubleArray:
    """How far the camera looks down at each pose of a stream, as far as the poses up to there tell: (N,) degrees.

    t: (N,) seconds.   world: (N, 33, 3) metres.   visibility: (N, 33).
    """
    leveller, found = CameraPitch(), []
    leans = standing_lean_deg(world, visibility, angles(world))
    for time, lean in zip(t.tolist(), leans.tolist(), strict=True):
        leveller.see(time, lean)
        found.append(leveller.pitch_deg)
    return np.array(found)


def standing_lean_deg(world: FloatArray, visibility: FloatArray, angles_deg: DoubleArray) -> DoubleArray:
    """By how much bodies that stand straight, arms down, lean away from the camera, below 0 towards it: (N,), else NaN.

    world: (N, 33, 3) metres.   visibility: (N, 33).   angles_deg: (N, 13), their `embedding.angles`.
    """
    seen = visibility[:, _SEEN].max(axis=2).min(axis=1) >= _SEEN_LEAST
    shoulders, wrists, hips, ankles = np.moveaxis(world[:, _PAIRS].astype(np.float64).mean(axis=2), 1, 0)
    aside, up, away = (shoulders - ankles).T * np.array([[1], [-1], [1]])
    lean = np.degrees(np.arctan2(away, up))
    stands = seen & (angles_deg >= _STRAIGHT_DEG).all(axis=1) & (np.abs(aside) <= up * _SIDEWAYS)
    stands &= (lean >= _LEANS_DEG[0]) & (lean <= _LEANS_DEG[1]) & _arms_hang(shoulders, wrists, hips)
    return np.where(stands, lean, np.nan)


def _arms_hang(shoulders: DoubleArray, wrists: DoubleArray, hips: DoubleArray) -> NDArray[np.bool_]:
    """Whether the wrists lie beside the lower half of the trunk or below it; not so in a push-up, or hanging from a bar."""
    trunk = hips - shoulders
    along: NDArray[np.bool_] = ((wrists - shoulders) * trunk).sum(axis=1) >= (trunk * trunk).sum(axis=1) / 2
    return along
