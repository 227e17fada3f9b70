"""Walking from one place to another: footprints first, then the feet, the body and the arms over time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.paths import standing
from scripts.figure.posture import SLOT, ease, placed, through
from scripts.figure.tracks import TrueRep

_STEP_M: Final = 0.66
"""Length of a step at 1.75 m; ordinary walking is 0.6 to 0.8 m."""
_SWING: Final = 0.72
"""Share of a step's time in which the swinging foot is in the air; the rest both feet stand."""


_ROLL: Final = (
    # steps after the swing begins, degrees that the heel is raised
    (-0.5, 0.0), (0.0, 32.0), (0.12, 40.0), (0.45, 4.0), (0.66, -14.0), (0.74, -13.0), (0.92, 0.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Walk:
    """Walking in a straight line; the figure faces the way it goes, and stands upright at both ends.

    start, end: (x, z) metres from the figure's origin.   speed_m_s: on the way, 0.3 to 2.0.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    speed_m_s: float = 1.1

    def __post_init__(self) -> None:
        if math.dist(self.start, self.end) < 0.1:
            raise OptionError(
                f"option end must be at least 0.1 m from start, got {self.start} and {self.end}"
            )
        if not 0.3 <= self.speed_m_s <= 2.0:
            raise OptionError(f"option speed_m_s must be 0.3 to 2.0, got {self.speed_m_s}")

    def bind(self, anatomy: Anatomy) -> WalkTrack:
        """Bind the walk to a body with this anatomy."""
        way = math.dist(self.start, self.end)
        count = max(round(way / (_STEP_M * anatomy.scale)), 1)
        step_s = way / count / self.speed_m_s
        yaw = math.degrees(math.atan2(self.end[0] - self.start[0], self.end[1] - self.start[1]))
        return WalkTrack(anatomy, standing(anatomy), self.start, yaw, way / count, count, step_s)


@dataclass(frozen=True, slots=True, eq=False)
class WalkTrack:
    """A bound walk: `count` steps of length_m and step_s seconds, and a last one that brings the feet together."""

    anatomy: Anatomy
    row: DoubleArray
    start: tuple[float, float]
    yaw_deg: float
    length_m: float
    count: int
    step_s: float
    name: str = "walking"
    stations: tuple[str, str] = ("standing", "standing")
    gear: tuple[str, ...] = ()
    reps: tuple[TrueRep, ...] = ()

    @property
    def duration_s(self) -> float:
        return (self.count + 1) * self.step_s

    def _footprints(self, foot: int) -> tuple[list[float], list[float]]:
        """Where (metres ahead) the foot stands before its first swing and after each, and when (steps) swings begin.

        foot 0 swings in steps 0, 2, ...; foot 1 in steps 1, 3, ...; after the last step both stand together.
        """
        places, begins = [0.0], []
        for step in range(foot, self.count + 1, 2):
            begins.append(float(step))
            places.append(min(step + 1, self.count) * self.length_m)
        return places, begins

    def rows(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, D) postures."""
        beat = np.asarray(times, dtype=np.float64) / self.step_s
        out = np.repeat(self.row[None], len(beat), axis=0)
        s = self.anatomy.scale
        flow = ease(beat / 1.4) * ease((self.count + 1 - beat) / 1.4)
        ahead = {}
        for foot, side in enumerate("lr"):
            place, swing = self._foot(foot, beat)
            ahead[side] = place
            out[:, SLOT[f"foot_z_{side}"]] += place
            out[:, SLOT[f"foot_y_{side}"]] += 0.075 * s * np.sin(np.pi * swing) ** 2
            pitch = self._pitch(foot, beat)
            out[:, SLOT[f"foot_pitch_{side}"]] += pitch
            heel_dips = np.maximum(np.sin(np.radians(-pitch)), 0.0)
            out[:, SLOT[f"foot_y_{side}"]] += heel_dips * (float(self.anatomy.ball[2]) + 0.06 * s)
        middle = self._middle(beat + 0.12 * flow)
        gap = (ahead["l"] - ahead["r"]) / (2.0 * self.length_m)
        out[:, SLOT["root_z"]] += middle
        out[:, SLOT["root_y"]] -= s * (0.024 * flow + 0.052 * np.minimum(np.abs(gap) * 2, 1.0) ** 2)
        out[:, SLOT["root_hold"]] = 1.0
        out[:, SLOT["give"]] = ease(beat / 0.3) * ease((self.count + 1 - beat) / 0.3)
        for side, sign in (("l", 1.0), ("r", -1.0)):
            out[:, SLOT[f"foot_hold_{side}"]] = 0.0
            lead = ahead[side] - middle
            out[:, SLOT[f"hip_flex_{side}"]] = np.degrees(np.arctan2(lead, 0.8 * s))
            out[:, SLOT[f"arm_plane_{side}"]] = (
                self.row[SLOT[f"arm_plane_{side}"]] * (1.0 - flow) + 8.0 * flow
            )
            out[:, SLOT[f"arm_lift_{side}"]] += flow * (-sign * 42.0 * gap - 3.0)
            out[:, SLOT[f"elbow_{side}"]] += flow * (8.0 - sign * 14.0 * gap)
        out[:, SLOT["spine_turn"]] -= 9.0 * gap * flow
        return placed(out, self.start[0], self.start[1], self.yaw_deg)

    def _foot(self, foot: int, beat: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """Metres ahead (N,), and how far the present swing has come (N,), 0..1 (0 or 1 while the foot stands)."""
        places, begins = self._footprints(foot)
        place, swing = np.full(len(beat), places[0]), np.zeros(len(beat))
        for begin, a, b in zip(begins, places[:-1], places[1:], strict=True):
            share = np.clip((beat - begin) / _SWING, 0.0, 1.0)
            place = np.where(beat >= begin, a + (b - a) * ease(share), place)
            swing = np.where(beat >= begin, share, swing)
        return place, swing

    def _pitch(self, foot: int, beat: DoubleArray) -> DoubleArray:
        """Degrees (N,) that the heel is raised: it leaves the floor before the toes and lands before them."""
        knots, pitch = [-1.0], [0.0]
        for begin in self._footprints(foot)[1]:
            first = begin < 0.5
            for at, degrees in _ROLL[1:] if first else _ROLL:
                knots.append(begin + at)
                pitch.append(0.4 * degrees if first else degrees)
        return through(beat, np.array(knots), np.array(pitch)[:, None])[:, 0]

    def _middle(self, beat: DoubleArray) -> DoubleArray:
        """Metres ahead of the body (N,): steady on the way, eased at both ends."""
        total, steps = self.count * self.length_m, self.count + 1.0
        ramp = min(1.0, steps / 2)
        cruise = steps - ramp
        t = np.clip(beat, 0.0, steps)
        rising = np.where(t < ramp, t * t / (2 * ramp), t - ramp / 2)
        left = steps - t
        rising = np.where(left < ramp, cruise - left * left / (2 * ramp), rising)
        return np.asarray(rising / cruise * total)
