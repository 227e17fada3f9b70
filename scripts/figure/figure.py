"""A Body ready to be drawn: its surface moved by the bones and lit."""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import SIDES, Anatomy
from scripts.figure.body import Body
from scripts.figure.kinematics import Solved
from scripts.figure.posture import SLOT
from scripts.figure.shape import shape

_BONES_PER_VERTEX: Final = 3


class Figure:
    """The drawable surface of one body. Read-only after construction.

    shade: (V,) ambient light 0..1.   faces: (F, 3) vertex indices, clockwise seen from outside.
    colours: (F, 3) float32 RGB 0..255.
    """

    def __init__(self, body: Body) -> None:
        self.body = body
        self.anatomy = Anatomy.of(body)
        built = shape(body, self.anatomy)
        mesh = built.mesh
        self._vertices, self._fists = mesh.vertices, built.fists
        self._normals = mesh.normals
        self._bones = np.argsort(-mesh.weights, axis=1, kind="stable")[:, :_BONES_PER_VERTEX]
        shares = np.take_along_axis(mesh.weights.astype(np.float64), self._bones, axis=1)
        self._shares = shares / shares.sum(axis=1, keepdims=True)
        self.shade, self.colours = mesh.shade, mesh.colours
        self.faces = np.ascontiguousarray(mesh.faces[:, ::-1])

    def surface(self, solved: Solved, row: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """Vertices (V, 3) metres and unit normals (V, 3) of the first posture of `solved`, in its frame.

        row: (D,) the posture, for its fists.
        """
        rotations, positions = solved.rotations[0], solved.positions[0]
        moves = positions - (rotations @ self.anatomy.rest[..., None])[..., 0]
        bones = np.concatenate((rotations.reshape(-1, 9), moves), axis=1)
        blended = self._shares[:, :1] * bones[self._bones[:, 0]]
        for place in range(1, _BONES_PER_VERTEX):
            blended += self._shares[:, place : place + 1] * bones[self._bones[:, place]]
        turns = np.ascontiguousarray(blended[:, :9].T)
        rest = self._vertices
        for index, (side, _) in enumerate(SIDES):
            fist = float(row[SLOT[f"fist_{side}"]])
            if fist:
                rest = rest + fist * self._fists[index]
        normals = _turned(turns, self._normals)
        normals /= np.sqrt(np.maximum(np.sum(normals * normals, axis=1, keepdims=True), 1e-18))
        return _turned(turns, rest) + blended[:, 9:], normals


def _turned(turns: DoubleArray, vectors: DoubleArray) -> DoubleArray:
    """Each of (V, 3) vectors turned by its own matrix; turns: (9, V), the matrices row by row."""
    x, y, z = np.ascontiguousarray(vectors.T)
    return np.stack([turns[i] * x + turns[i + 1] * y + turns[i + 2] * z for i in (0, 3, 6)], axis=1)
