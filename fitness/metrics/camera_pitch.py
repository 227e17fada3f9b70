"""Estimates the camera pitch from how a person stands, and levels world landmarks by it.

World landmarks are in the camera's frame of reference. In front of a camera that looks down, a standing person seems to
lean towards it. A body that stands straight is upright, so its lean towards or away from the camera is the camera's
pitch. Lean to the side is not corrected: images are upright, and people do lean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray

_STRAIGHT_DEG: Final = tuple(
    (column, {"knee": 140.0, "hip": 150.0}[joint])
    for column, name in enumerate(ANGLE_NAMES)
    if (joint := name.rpartition("_")[2]) in ("knee", "hip")
)
"""Columns of `ANGLE_NAMES` and minimum joint angles of a standing body, degrees; straight knees measure less straight than
straight hips."""
_PAIRS: Final = np.array(
    [
        Landmark[f"{side}_{part}"]
        for side in ("LEFT", "RIGHT")
        for part in ("SHOULDER", "WRIST", "HIP", "ANKLE")
    ]
)
"""The landmarks of the left side, then those of the right side."""
_SEEN: Final = (0, 2, 3)
"""Shoulder, hip and ankle in `_PAIRS`."""
_SEEN_LEAST: Final = 0.5
"""Minimum visibility of shoulder, hip and ankle, on the better side."""
_SIDEWAYS: Final = 0.4
"""Maximum lean to the side, as a fraction of the height."""
_LEANS_DEG: Final = (-45.0, 25.0)
"""Range of leans that count as standing: push-ups seen from the front or from behind are straight, too."""
_USUAL_DEG: Final = -7.0
"""The lean that the landmark model shows of people before a level camera: of 31 recordings the median was -7, and of a
rendered figure from five sides -1 to -11."""
_DOUBT_DEG: Final = (5.0, 10.0)
"""A pitch below the first value is not corrected; one above the second is corrected fully. Leans differ by as much
between recordings."""
_TIME_S: Final = 1.0
"""Time constant of the mean lean, seconds of standing."""
_LEAST_S: Final = 0.2
"""Minimum standing time before the pitch is corrected, seconds."""
_GAP_S: Final = 0.2
"""Gaps between frames longer than this do not count as standing time, seconds."""


class CameraPitch:
    """Estimates the camera pitch from the poses of one person in time order."""

    def __init__(self) -> None:
        self._t: float | None = None
        self._stood_s = 0.0
        self._lean_deg = 0.0

    @property
    def pitch_deg(self) -> float:
        """Camera pitch in degrees, positive if the camera looks down; 0 until a person has stood in front of it."""
        if self._stood_s < _LEAST_S:
            return 0.0
        pitch = _USUAL_DEG - self._lean_deg
        low, high = _DOUBT_DEG
        share = min(1.0, max(0.0, (abs(pitch) - low) / (high - low)))
        return pitch * share * share * (3 - 2 * share)

    def add(self, t: float, lean_deg: float) -> None:
        """Add the next pose.   t: seconds.   lean_deg: its `standing_lean_deg`."""
        last, self._t = self._t, t
        if math.isnan(lean_deg) or last is None or t <= last:
            return
        dt = min(t - last, _GAP_S)
        self._stood_s += dt
        self._lean_deg += (lean_deg - self._lean_deg) * max(dt / self._stood_s, 1 - math.exp(-dt / _TIME_S))

    def level(self, world: FloatArray) -> FloatArray:
        """World landmarks (33, 3) as seen by a level camera; the same array if the pitch is 0."""
        pitch = self.pitch_deg
        return levelled(world[None], np.array([pitch]))[0].astype(world.dtype) if pitch else world


def levelled(points: FloatArray | DoubleArray, pitch_deg: DoubleArray) -> DoubleArray:
    """Rotate each pose of (N, 33, 3) about the camera's x axis by its pitch, (N,) degrees."""
    pitch = np.radians(pitch_deg)[:, None]
    cos, sin = np.cos(pitch), np.sin(pitch)
    x, y, z = np.moveaxis(np.asarray(points, np.float64), -1, 0)
    return np.stack([x, y * cos + z * sin, z * cos - y * sin], axis=-1)


def pitches_deg(t: DoubleArray, world: FloatArray, visibility: FloatArray) -> DoubleArray:
    """The camera pitch at each pose of a stream, estimated from the poses up to it: (N,) degrees.

    t: (N,) seconds.   world: (N, 33, 3) metres.   visibility: (N, 33).
    """
    pitch, found = CameraPitch(), []
    for time, body, seen, angles_deg in zip(
        t.tolist(), world, visibility, angles(world).tolist(), strict=True
    ):
        pitch.add(time, standing_lean_deg(body, seen, angles_deg))
        found.append(pitch.pitch_deg)
    return np.array(found)


def standing_lean_deg(world: FloatArray, visibility: FloatArray, angles_deg: Sequence[float]) -> float:
    """The lean in degrees of a body that stands straight with arms down; NaN for other poses.

    Positive values lean away from the camera, negative ones towards it.

    world: (33, 3) metres.   visibility: (33,).   angles_deg: the 13 angles of the pose, see `body.angles`.
    """
    # Plain numbers: NumPy would take five times as long for so few.
    if not all(angles_deg[column] >= least for column, least in _STRAIGHT_DEG):
        return math.nan
    seen = visibility.take(_PAIRS).tolist()
    if not all(max(seen[at], seen[at + 4]) >= _SEEN_LEAST for at in _SEEN):
        return math.nan
    points = world.take(_PAIRS, axis=0).tolist()
    shoulder, wrist, hip, ankle = (_middle(points[at], points[at + 4]) for at in range(4))
    aside, up, away = shoulder[0] - ankle[0], ankle[1] - shoulder[1], shoulder[2] - ankle[2]
    lean = math.degrees(math.atan2(away, up))
    stands = abs(aside) <= up * _SIDEWAYS and _LEANS_DEG[0] <= lean <= _LEANS_DEG[1]
    return lean if stands and _arms_hang(shoulder, wrist, hip) else math.nan


def _middle(one: list[float], other: list[float]) -> list[float]:
    return [(a + b) / 2 for a, b in zip(one, other, strict=True)]


def _arms_hang(shoulder: list[float], wrist: list[float], hip: list[float]) -> bool:
    """Whether the wrists are beside or below the lower half of the trunk, unlike in a push-up or a dead hang."""
    trunk = [a - b for a, b in zip(hip, shoulder, strict=True)]
    along = sum((a - b) * c for a, b, c in zip(wrist, shoulder, trunk, strict=True))
    return along >= sum(one * one for one in trunk) / 2
