"""Movements of joint angles there and back, and the motions of a body that are made of them.

Only angles are given; the body then stands on whichever joint is lowest, and that joint does not slip. So no posture
has to be solved for its balance, and any of them can be drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import Anatomy
from scripts.figure.kinematics import solve
from scripts.figure.posture import SLOT, ease, mirrored, posture

Random: TypeAlias = np.random.Generator
Values: TypeAlias = dict[str, float]


@dataclass(frozen=True, slots=True)
class Move:
    """A movement there and back.

    top, turn: postures at the start and at the turning point.   seconds: of a rep.
    alternate: every second rep is the mirror image.   hanging: the hands stay where they are, not the feet.
    between: postures that are passed on the way to the turning point, and on the way back unless `back` is given.
    held: landmarks that stay where they are, such as the foot on a box; where empty, the lowest joint does.
    """

    top: DoubleArray
    turn: DoubleArray
    seconds: tuple[float, float] = (1.2, 3.5)
    alternate: bool = False
    hanging: bool = False
    between: tuple[DoubleArray, ...] = ()
    back: tuple[DoubleArray, ...] | None = None
    held: tuple[int, ...] = ()


_FREE: Final = {"foot_plant": 0.0, "foot_hold": 0.0, "root_hold": 1.0, "root_y": 1.0}


def row(*parts: Values) -> DoubleArray:
    values: Values = dict(_FREE)
    for part in parts:
        values |= part
    return posture(**values)


def standing(rng: Random, pitch: float | None = None, knee: float | None = None) -> Values:
    """Legs and trunk of a standing person, leaning `pitch` degrees forward."""
    pitch = rng.normal(2, 4) if pitch is None else pitch
    knee = rng.uniform(2, 20) if knee is None else knee
    return {
        "root_pitch": pitch, "hip_flex": pitch + knee / 2, "knee": knee, "ankle": 0.0,
        "hip_out": rng.uniform(2, 14), "head_flex": rng.uniform(-15, 10),
    }  # fmt: skip


def seated(rng: Random, pitch: float | None = None) -> Values:
    pitch = rng.uniform(-25, 10) if pitch is None else pitch
    return {
        "root_pitch": pitch, "hip_flex": 88.0 + pitch + rng.uniform(-12, 10),
        "knee": rng.uniform(60, 105), "hip_out": rng.uniform(4, 25),
    }  # fmt: skip


def lying(rng: Random, pitch: float = -88.0) -> Values:
    bent = rng.uniform(20, 70)
    return {"root_pitch": pitch, "hip_flex": bent, "knee": bent + rng.uniform(-10, 50), "hip_out": 6.0}


def upright(rng: Random) -> Values:
    """Standing, seated or kneeling."""
    kind = rng.random()
    if kind < 0.6:
        return standing(rng)
    if kind < 0.9:
        return seated(rng)
    return {"root_pitch": 2.0, "hip_flex": 4.0, "knee": 92.0}


def arm(lift: float, plane: float, elbow: float, turn: float = 0.0) -> Values:
    return {"arm_lift": lift, "arm_plane": plane, "elbow": elbow, "arm_turn": turn}


def left(values: Values) -> Values:
    """The same angles for the left arm or leg alone."""
    return {f"{name}_l": value for name, value in values.items()}


def right(values: Values) -> Values:
    return {f"{name}_r": value for name, value in values.items()}


def airborne(height_m: float) -> Values:
    """The lowest joint is this far above the floor, metres."""
    return {"root_y": _FREE["root_y"] + height_m}


def arms_only(rng: Random, body: Values, first: Values, last: Values, **options: object) -> Move:
    """Arms that move on a body that does not; both arms, one, or one after the other."""
    top, turn = row(body, first), row(body, first, last)
    kind = rng.random()
    alternate = kind > 0.85
    if kind > 0.6:
        turn = row(body, first, {f"{name}_l": value for name, value in last.items() if name in _LIMBS})
        rest = {name: value for name, value in last.items() if name not in _LIMBS}
        turn = posture(turn, **rest)
    if not alternate and rng.random() < 0.5:
        top, turn = mirrored(top), mirrored(turn)
    return Move(top, turn, alternate=alternate, **options)  # type: ignore[arg-type]


_LIMBS: Final = ("arm_lift", "arm_plane", "elbow", "arm_turn", "hip_flex", "hip_out", "knee")


_SWAYING: Final = (
    "root_pitch", "root_yaw", "root_roll", "spine_bend", "spine_turn", "arm_lift_l", "arm_lift_r", "elbow_l", "elbow_r",
    "hip_flex_l", "hip_flex_r", "knee_l", "knee_r",
)  # fmt: skip
_SWAY_DEG: Final = 1.6
_SWAY_S: Final = (1.3, 2.9, 6.1)
_STEP_S: Final = 1 / 40
_CARRYING: Final = np.array([27, 28, 25, 26, 23, 24, 15, 16, 11, 12])
"""Ankles, knees, hips, wrists and shoulders: one of them bears the body."""
_HANDS: Final = [15, 16]
_BAR_M: Final = 2.2
_FLOOR_M: Final = 0.09


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """A body in motion.

    times: (T,) seconds.   landmarks: (T, 33, 3) metres, y up.   turns_s: of the turning points.
    """

    times: DoubleArray
    landmarks: DoubleArray
    turns_s: tuple[float, ...]

    def at(self, times: DoubleArray) -> DoubleArray:
        """(N,) seconds -> (N, 33, 3) metres."""
        before = np.clip(np.searchsorted(self.times, times) - 1, 0, len(self.times) - 2)
        share = (times - self.times[before]) / (self.times[before + 1] - self.times[before])
        share = np.clip(share, 0, 1)[:, None, None]
        between: DoubleArray = self.landmarks[before] * (1 - share) + self.landmarks[before + 1] * share
        return between


def moving(move: Move, anatomy: Anatomy, reps: int, rng: Random) -> Moving:
    """`reps` of a movement: mostly with getting into position, with rests or without, never twice alike."""
    keys, turns = _keys(move, reps, rng)
    knots = np.array([t for t, _ in keys])
    rows = np.stack([one for _, one in keys])
    fresh = np.concatenate([[True], np.diff(knots) > 1e-6])
    knots, rows = knots[fresh], rows[fresh]
    times = np.arange(0, knots[-1], _STEP_S)
    before = np.clip(np.searchsorted(knots, times, side="right") - 1, 0, len(knots) - 2)
    share = (times - knots[before]) / (knots[before + 1] - knots[before])
    share = (0.7 * ease(share) + 0.3 * share)[:, None]
    whole = rows[before] * (1 - share) + rows[before + 1] * share
    for name in _SWAYING:
        for period in _SWAY_S:
            wave = np.sin(2 * np.pi * (times / period + rng.random()))
            whole[:, SLOT[name]] += rng.uniform(0, _SWAY_DEG) * wave
    air_m = whole[:, SLOT["root_y"]] - _FREE["root_y"]
    held = tuple(_HANDS) if move.hanging else move.held
    return Moving(times, _carried(solve(anatomy, whole).landmarks, held, air_m), tuple(turns))


def _keys(move: Move, reps: int, rng: Random) -> tuple[list[tuple[float, DoubleArray]], list[float]]:
    """(seconds, posture) of the motion, and the seconds of its turning points."""
    keys: list[tuple[float, DoubleArray]] = []
    turns = []
    t = 0.0
    if rng.random() < 0.5:
        keys.append((t, _elsewhere(move.top, rng)))
        t += rng.uniform(0.5, 1.5)
    if rng.random() < 0.7:
        keys.append((t, move.top))
        t += rng.uniform(0.1, 1.0)
    usual = float(np.exp(rng.uniform(*np.log(move.seconds))))
    down, depth = rng.uniform(0.35, 0.65), rng.uniform(0.75, 1)
    at_top, at_turn = (0.3 * usual * float(rng.choice([0.0, 0.1, 0.6], p=[0.5, 0.3, 0.2])) for _ in range(2))
    for number in range(reps):
        seconds = usual * float(np.exp(rng.normal(0, 0.1)))
        back = move.between[::-1] if move.back is None else move.back
        way = np.stack([move.top, *move.between, move.turn, *back, move.top])
        if move.alternate and number % 2:
            way = mirrored(way)
        way = way[0] + (way - way[0]) * depth * (1 + rng.normal(0, 0.06))
        there = len(move.between) + 1
        keys += [(t + seconds * down * k / there, way[k]) for k in range(there + 1)]
        t += seconds * down + at_turn
        turns.append(t - at_turn / 2)
        up, steps = seconds * (1 - down), len(back) + 1
        keys += [(t + up * k / steps, way[there + k]) for k in range(steps + 1)]
        t += up + at_top
    keys.append((t, move.top))
    if rng.random() < 0.6:
        t += rng.uniform(0.2, 1.0)
        keys.append((t, move.top))
    if rng.random() < 0.3:
        t += rng.uniform(0.5, 1.2)
        keys.append((t, _elsewhere(move.top, rng)))
    return keys, turns


def _elsewhere(row: DoubleArray, rng: Random) -> DoubleArray:
    """A posture on the way to or from the start of a movement."""
    out = np.array(row)
    for name in ("arm_lift", "arm_plane", "elbow", "hip_flex", "knee"):
        for side in "lr":
            out[SLOT[f"{name}_{side}"]] *= rng.uniform(0, 1.3)
    out[SLOT["root_pitch"]] *= rng.uniform(0, 1)
    return out


def _carried(landmarks: DoubleArray, held: tuple[int, ...], air_m: DoubleArray) -> DoubleArray:
    """(T, 33, 3): the held landmarks stay; without any, the lowest joint is `air_m` above the floor and does not slip."""
    if held:
        place = landmarks[:, list(held)].mean(axis=1, keepdims=True)
        return np.asarray(landmarks - place + np.array([0, _BAR_M, 0]))
    every = np.arange(len(landmarks))
    lowest = _CARRYING[np.argmin(landmarks[:, _CARRYING, 1], axis=1)]
    out = landmarks.copy()
    out[..., 1] -= (landmarks[every, lowest, 1] - _FLOOR_M - air_m)[:, None]
    slip = out[every[1:], lowest[1:]] - out[every[:-1], lowest[1:]]
    slip[:, 1] = 0
    out[1:] -= np.cumsum(slip, axis=0)[:, None]
    return out
