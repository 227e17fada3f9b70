"""Gear of the figures: dumbbells and barbell in their hands; bar, bench, chair and wall panel in the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import BONE, Anatomy
from scripts.figure.body import Colour
from scripts.figure.floor_paths import BENCH_M, bar_height, bench_press, pull_up
from scripts.figure.kinematics import Solved
from scripts.figure.mesh import Mesh, Ring, join, loft
from scripts.figure.posture import SLOT
from scripts.figure.rotation import frame
from scripts.figure.standing_paths import sit_down, wall_sit

STANDING_GEAR: Final = ("bar", "bench", "chair", "wall")
"""Gear that stands in the room."""

_STEEL: Final = (120, 124, 130)
_IRON: Final = (38, 38, 42)
_PAD: Final = (44, 46, 52)
_WOOD: Final = (150, 108, 70)
_PANEL: Final = (176, 172, 166)


@dataclass(frozen=True, slots=True, eq=False)
class Gear:
    """One piece. mesh: metres, in its own frame.   held: the bone that moves it; None if it does not move."""

    mesh: Mesh
    held: Literal["hand_l", "hand_r", "both"] | None = None

    def placed(self, anatomy: Anatomy, solved: Solved) -> tuple[DoubleArray, DoubleArray]:
        """Vertices and normals (V, 3) in the figure's frame, for the first posture of `solved`."""
        if self.held is None:
            return self.mesh.vertices, self.mesh.normals
        if self.held == "both":
            left, right = _grip(anatomy, solved, "l"), _grip(anatomy, solved, "r")
            rotation, place = frame(left - right, np.array((0.0, 1.0, 0.0))), (left + right) / 2
        else:
            rotation, place = solved.rotations[0, BONE[self.held]], _grip(anatomy, solved, self.held[-1])
        return self.mesh.vertices @ rotation.T + place, self.mesh.normals @ rotation.T


def _grip(anatomy: Anatomy, solved: Solved, side: str) -> DoubleArray:
    """(3,) the middle of the closed hand."""
    bone = BONE[f"hand_{side}"]
    inward = -0.022 if side == "l" else 0.022
    offset = np.array((inward, -0.088, 0.0)) * anatomy.scale
    return np.asarray(solved.rotations[0, bone] @ offset + solved.positions[0, bone])


def gear(names: tuple[str, ...], anatomy: Anatomy) -> list[Gear]:
    """The pieces for these names, made to the measure of `anatomy`."""
    makers = {
        "dumbbells": _dumbbells, "barbell": _barbell, "bar": _bar, "bench": _bench, "chair": _chair, "wall": _wall,
    }  # fmt: skip
    return [piece for name in names for piece in makers[name](anatomy)]


def _tube(
    start: tuple[float, float, float], end: tuple[float, float, float], across_m: float, along_m: float,
    colour: Colour, power: float = 2.0, pieces: int = 2, segments: int = 12,
) -> Mesh:  # fmt: skip
    """A straight rod or box from `start` to `end` with half-axes across_m and along_m; power 8 is a box."""
    a, b = np.array(start), np.array(end)
    way = (b - a) / np.linalg.norm(b - a)
    helper = np.array((0.0, 0.0, 1.0)) if abs(way[2]) < 0.9 else np.array((1.0, 0.0, 0.0))
    along = np.cross(way, np.cross(helper, way))
    along = along / np.linalg.norm(along)
    across = np.cross(along, way)
    rings: list[Ring] = []
    for share in (0.0, *np.linspace(0.0, 1.0, pieces).tolist(), 1.0):
        x, y, z = (a + (b - a) * share).tolist()
        first = len(rings) == 0 or len(rings) == pieces + 1
        size = 0.97 if first else 1.0
        u, v = (across * across_m * size).tolist(), (along * along_m * size).tolist()
        rings.append(Ring((x, y, z), (u[0], u[1], u[2]), (v[0], v[1], v[2]), {"pelvis": 1.0}, power))
    return loft(rings, colour, segments)


def _dumbbells(anatomy: Anatomy) -> list[Gear]:
    parts = [_tube((0.0, 0.0, -0.08), (0.0, 0.0, 0.08), 0.014, 0.014, _STEEL, segments=8)]
    for sign in (-1.0, 1.0):
        parts.append(_tube((0.0, 0.0, sign * 0.075), (0.0, 0.0, sign * 0.145), 0.048, 0.048, _IRON))
    mesh = join(parts)
    return [Gear(mesh, "hand_l"), Gear(mesh, "hand_r")]


def _barbell(anatomy: Anatomy) -> list[Gear]:
    parts = [_tube((-0.75, 0.0, 0.0), (0.75, 0.0, 0.0), 0.014, 0.014, _STEEL, segments=8)]
    for sign in (-1.0, 1.0):
        parts.append(_tube((sign * 0.55, 0.0, 0.0), (sign * 0.60, 0.0, 0.0), 0.18, 0.18, _IRON, segments=20))
        parts.append(
            _tube((sign * 0.61, 0.0, 0.0), (sign * 0.64, 0.0, 0.0), 0.13, 0.13, (150, 40, 38), segments=18)
        )
    return [Gear(join(parts), "both")]


def _bar(anatomy: Anatomy) -> list[Gear]:
    row = pull_up(anatomy, 0.0)[0]
    z, y = float(row[SLOT["hand_z_l"]]), bar_height(anatomy) + 0.055 * anatomy.scale
    parts = [_tube((-0.72, y, z), (0.72, y, z), 0.017, 0.017, _STEEL, pieces=12, segments=8)]
    for sign in (-1.0, 1.0):
        parts.append(
            _tube((sign * 0.72, 0.0, z), (sign * 0.72, y, z), 0.025, 0.025, _IRON, pieces=16, segments=8)
        )
        parts.append(
            _tube((sign * 0.72, 0.03, z - 0.4), (sign * 0.72, 0.03, z + 0.4), 0.03, 0.03, _IRON, 6.0, 8, 8)
        )
    return [Gear(join(parts))]


def _bench(anatomy: Anatomy) -> list[Gear]:
    s = anatomy.scale
    seat = float(bench_press(anatomy, 0.0)[0, SLOT["root_z"]])
    front, back = seat + 0.14 * s, seat - 0.86 * s
    parts = [
        _tube((0.0, BENCH_M - 0.045, back), (0.0, BENCH_M - 0.045, front), 0.045, 0.14, _PAD, 7.0, 12, 16)
    ]
    for z in (front - 0.1, back + 0.12):
        parts.append(_tube((0.0, 0.0, z), (0.0, BENCH_M - 0.09, z), 0.03, 0.03, _IRON, 6.0, 6, 8))
        parts.append(_tube((-0.22, 0.02, z), (0.22, 0.02, z), 0.02, 0.02, _IRON, 6.0, 6, 8))
    return [Gear(join(parts))]


def _chair(anatomy: Anatomy) -> list[Gear]:
    s = anatomy.scale
    low = sit_down(anatomy, 1.0)[-1]
    z = float(low[SLOT["root_z"]]) + 0.04 * s
    top = float(low[SLOT["root_y"]]) - 0.105 * s
    half = 0.21
    parts = [_tube((0.0, top - 0.02, z - half), (0.0, top - 0.02, z + half), 0.02, half, _WOOD, 8.0, 6, 16)]
    for x in (-half + 0.02, half - 0.02):
        for foot in (z - half + 0.02, z + half - 0.02):
            parts.append(_tube((x, 0.0, foot), (x, top - 0.03, foot), 0.018, 0.018, _WOOD, 5.0, 6, 8))
        parts.append(
            _tube((x, top, z - half), (x, top + 0.45, z - half - 0.05), 0.016, 0.016, _WOOD, 5.0, 6, 8)
        )
    parts.append(
        _tube(
            (-half, top + 0.36, z - half - 0.045),
            (half, top + 0.36, z - half - 0.045),
            0.012,
            0.08,
            _WOOD,
            8.0,
            6,
        )
    )
    return [Gear(join(parts))]


def _wall(anatomy: Anatomy) -> list[Gear]:
    z = float(wall_sit(anatomy, 1.0)[-1, SLOT["root_z"]]) - 0.185 * anatomy.scale
    return [Gear(_tube((0.0, 0.0, z), (0.0, 2.0, z), 0.6, 0.03, _PANEL, 9.0, 12, 20))]
