"""Triangle surfaces of lofted rings and ellipsoids, each vertex bound to bones; the parts a figure is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.types import DoubleArray, FloatArray
from scripts.figure.anatomy import BONE, BONES
from scripts.figure.body import Colour

Binding: TypeAlias = Mapping[str, float]
"""Bone name -> share; the shares of one ring add up to 1."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One cross-section: centre and the two half-axes (metres, rest posture), its bones, its squareness.

    power: 2 is an ellipse, larger is boxier.   shade: 0..1, how much ambient light reaches it.
    """

    centre: tuple[float, float, float]
    across: tuple[float, float, float]
    along: tuple[float, float, float]
    bones: Binding
    power: float = 2.0
    shade: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A surface at rest.

    vertices, normals: (V, 3) metres and unit, rest posture.   weights: (V, B) shares of the bones, rows sum to 1.
    shade: (V,) ambient light 0..1.   faces: (F, 3) vertex indices, counter-clockwise seen from outside.
    colours: (F, 3) float32 RGB 0..255.
    """

    vertices: DoubleArray
    normals: DoubleArray
    weights: FloatArray
    shade: FloatArray
    faces: NDArray[np.int32]
    colours: FloatArray


def join(parts: Sequence[Mesh]) -> Mesh:
    """All parts as one mesh."""
    starts = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    return Mesh(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.shade for part in parts]),
        np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]).astype(
            np.int32
        ),
        np.concatenate([part.colours for part in parts]),
    )


def loft(
    rings: Sequence[Ring],
    colour: Colour | Callable[[DoubleArray], FloatArray],
    segments: int = 14,
) -> Mesh:
    """A closed tube through `rings`, which follow each other along across x along.

    colour: one RGB, or a function from face centres (F, 3) to (F, 3) RGB.
    """
    count = len(rings)
    turn = np.arange(segments) * (2 * np.pi / segments)
    grid = np.zeros((count, segments, 3))
    weights = np.zeros((count, len(BONES)), dtype=np.float32)
    for index, ring in enumerate(rings):
        exponent = 2.0 / ring.power
        u = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** exponent
        v = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** exponent
        grid[index] = (
            np.array(ring.centre) + u[:, None] * np.array(ring.across) + v[:, None] * np.array(ring.along)
        )
        for bone, share in ring.bones.items():
            weights[index, BONE[bone]] = share
    around = np.roll(grid, -1, axis=1) - np.roll(grid, 1, axis=1)
    normals = np.cross(around, np.gradient(grid, axis=0))
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    normals = normals / np.maximum(length, 1e-9)
    for end, inward in ((0, 1), (-1, -2)):
        cap = np.array(rings[end].centre) - np.array(rings[inward].centre)
        cap = cap / max(float(np.linalg.norm(cap)), 1e-9)
        normals[end] += cap * 0.8
        normals[end] /= np.linalg.norm(normals[end], axis=-1, keepdims=True)
    faces = _grid_faces(count, segments)
    vertices = grid.reshape(-1, 3)
    return Mesh(
        vertices,
        normals.reshape(-1, 3),
        np.repeat(weights, segments, axis=0),
        np.repeat(np.array([ring.shade for ring in rings], dtype=np.float32), segments),
        faces,
        _painted(vertices, faces, colour),
    )


def _grid_faces(rows: int, columns: int) -> NDArray[np.int32]:
    a = np.arange((rows - 1) * columns)
    b = (a // columns) * columns + (a + 1) % columns
    sides = np.concatenate(
        (np.stack((a, b, b + columns), axis=1), np.stack((a, b + columns, a + columns), axis=1))
    )
    fan = np.arange(1, columns - 1)
    first = np.stack((np.zeros_like(fan), fan + 1, fan), axis=1)
    last = np.stack((np.zeros_like(fan), fan, fan + 1), axis=1) + (rows - 1) * columns
    return np.concatenate((sides, first, last)).astype(np.int32)


def _painted(
    vertices: DoubleArray, faces: NDArray[np.int32], colour: Colour | Callable[[DoubleArray], FloatArray]
) -> FloatArray:
    if callable(colour):
        return np.asarray(colour(vertices[faces].mean(axis=1)), dtype=np.float32)
    return np.repeat(np.array([colour], dtype=np.float32), len(faces), axis=0)


def ellipsoid(
    centre: tuple[float, float, float],
    radii: tuple[float, float, float],
    bones: Binding,
    colour: Colour | Callable[[DoubleArray], FloatArray],
    rows: int = 6,
    segments: int = 8,
    shade: float = 1.0,
) -> Mesh:
    """An ellipsoid with axes x, y, z about `centre`, metres."""
    rings = []
    for tilt in np.linspace(-np.pi / 2 + 0.12, np.pi / 2 - 0.12, rows):
        size = float(np.cos(tilt))
        rings.append(
            Ring(
                (centre[0], centre[1] + radii[1] * float(np.sin(tilt)), centre[2]),
                (0.0, 0.0, radii[2] * size),
                (radii[0] * size, 0.0, 0.0),
                bones,
                shade=shade,
            )
        )
    return loft(rings, colour, segments)


def column(
    rows: Sequence[tuple[float, float, float, float, float]],
    bones: Callable[[float], Binding],
    colour: Colour | Callable[[DoubleArray], FloatArray],
    segments: int = 14,
    power: float = 2.0,
    shade: Callable[[float], float] | None = None,
) -> Mesh:
    """A tube along y. rows: (y, x of the centre, z of the centre, half-width x, half-depth z), y rising or falling.

    bones: the share of bones at a height y.   shade: ambient light at a height y.
    """
    sign = 1.0 if rows[-1][0] > rows[0][0] else -1.0
    rings = [
        Ring(
            (x, y, z), (0.0, 0.0, depth), (sign * width, 0.0, 0.0), bones(y), power,
            1.0 if shade is None else shade(y),
        )
        for y, x, z, width, depth in rows
    ]  # fmt: skip
    return loft(rings, colour, segments)


def wrinkled(mesh: Mesh, scale: float, amount: float = 0.16) -> Mesh:
    """The same surface with normals that waver like worn cloth; its outline stays. scale: against 1.75 m."""
    waves = ((31.0, 9.0, 22.0), (-17.0, 26.0, 13.0), (12.0, -38.0, 29.0), (47.0, 21.0, -35.0))
    bumps = np.zeros_like(mesh.normals)
    for index, wave in enumerate(waves):
        way = np.array(wave)
        phase = mesh.vertices @ way / scale + 1.7 * index
        bumps += np.cos(phase)[:, None] * way / np.linalg.norm(way) * 0.5
    normals = mesh.normals + amount * bumps
    return replace(mesh, normals=normals / np.linalg.norm(normals, axis=1, keepdims=True))


def ramp(y: float, low: float, high: float) -> float:
    """0 below `low`, 1 above `high`, smooth between."""
    u = min(max((y - low) / (high - low), 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def blend(first: str, second: str, share: float) -> Binding:
    """`share` of the second bone, the rest of the first."""
    return {first: 1.0 - share, second: share}
