"""Surfaces of one frame: lit, drawn together with hidden parts removed, and laid over the background."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.types import DoubleArray, FloatArray, ImageArray
from scripts.figure.camera import Camera
from scripts.figure.raster import Layer, Triangles, rasterise


class Drawing:
    """Collects the surfaces of one frame and draws them together, so that near ones hide far ones."""

    def __init__(self, camera: Camera, light: FloatArray, width: int, height: int, size: int) -> None:
        self._camera, self._light, self._size = camera, light, size
        self._width, self._height = width * size, height * size
        self._solid: list[DoubleArray] = []
        self._parts: list[Triangles] = []

    def add(
        self,
        vertices: DoubleArray,
        normals: DoubleArray,
        shade: FloatArray,
        faces: NDArray[np.int32],
        colours: FloatArray,
    ) -> None:
        """vertices, normals: (V, 3) in the room.   shade: (V,).   faces: (F, 3), clockwise from outside."""
        points = self._camera.project(vertices, self._width, self._height).astype(np.float32)
        self._solid.append(vertices)
        self._parts.append(Triangles(points, lit(normals, shade, self._light), faces, colours))

    def vertices(self) -> DoubleArray:
        """(V, 3) of everything, in the room."""
        return np.concatenate(self._solid)

    def over(self, image: ImageArray) -> ImageArray:
        """Draw onto `image` (H, W, 3), which is changed and returned."""
        layer = rasterise(_together(self._parts), self._width, self._height)
        return image if layer is None else _composed(image, layer, self._size)


def _together(parts: Sequence[Triangles]) -> Triangles:
    starts = np.cumsum([0] + [len(part.points) for part in parts[:-1]])
    faces = [part.faces + start for part, start in zip(parts, starts, strict=True)]
    return Triangles(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.light for part in parts]),
        np.concatenate(faces).astype(np.int32),
        np.concatenate([part.colours for part in parts]),
    )


def lit(normals: DoubleArray, shade: FloatArray, light: FloatArray) -> FloatArray:
    """Brightness (V,): sky and floor light by the normal's height, wrapped diffuse light, both dimmed by `shade`."""
    facing = normals @ light
    diffuse = np.clip((facing + 0.25) / 1.25, 0.0, 1.0)
    ambient = 0.46 + 0.10 * normals[:, 1]
    return np.asarray((ambient + 0.60 * diffuse) * shade, dtype=np.float32)


def darkened(image: ImageArray, factor: FloatArray) -> ImageArray:
    """The image darkened by (H, W) factors, only where they are below 1."""
    out = image.copy()
    rows = np.flatnonzero((factor < 0.998).any(axis=1))
    if len(rows):
        part = slice(int(rows[0]), int(rows[-1]) + 1)
        three = cv2.merge((factor[part],) * 3)
        out[part] = cv2.multiply(image[part], three, dtype=cv2.CV_8U)
    return np.asarray(out)


def _composed(image: ImageArray, layer: Layer, size: int) -> ImageArray:
    """The layer, drawn at `size` times the resolution, over `image`; edge pixels mix by how much is covered."""
    height, width = layer.image.shape[:2]
    before_x, before_y = layer.left % size, layer.top % size
    after_x, after_y = -(layer.left + width) % size, -(layer.top + height) % size
    both = cv2.copyMakeBorder(
        layer.image, before_y, after_y, before_x, after_x, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    small = cv2.resize(both, (both.shape[1] // size, both.shape[0] // size), interpolation=cv2.INTER_AREA)
    x, y = (layer.left - before_x) // size, (layer.top - before_y) // size
    area = image[y : y + small.shape[0], x : x + small.shape[1]]
    rest = cv2.merge((255 - small[..., 3],) * 3)
    under = cv2.multiply(area, rest, scale=1 / 255)
    area[:] = cv2.add(cv2.cvtColor(small, cv2.COLOR_RGBA2RGB), under)
    return image
