"""A hand: palm, four fingers and a thumb; open or closed to a fist."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import BONE, Anatomy
from scripts.figure.body import Body
from scripts.figure.mesh import Mesh, Ring, blend, column, join, loft

# Rest posture, metres of a 1.75 m figure, from the wrist: y down the hand, z to the thumb, x outward.
_FINGERS = (
    # z at the knuckle, y at the knuckle, length, radius
    (0.026, -0.094, 0.078, 0.0088),
    (0.009, -0.097, 0.086, 0.0090),
    (-0.009, -0.094, 0.080, 0.0087),
    (-0.026, -0.086, 0.063, 0.0080),
)
_PALM = (
    (0.020, 0.0, 0.000, 0.020, 0.022),
    (-0.010, 0.0, 0.001, 0.020, 0.027),
    (-0.040, 0.0, 0.001, 0.018, 0.038),
    (-0.070, 0.0, 0.001, 0.017, 0.042),
    (-0.092, 0.0, 0.000, 0.014, 0.040),
    (-0.104, 0.0, 0.000, 0.007, 0.030),
)


def hand(body: Body, anatomy: Anatomy, side: str, sign: float, fist: float) -> Mesh:
    """The hand at the end of one arm; fist 0 is open, 1 closed, with the same vertices."""
    s = anatomy.scale
    wrist = anatomy.rest[BONE[f"hand_{side}"]]
    bone = f"hand_{side}"

    def there(x: float, y: float, z: float) -> DoubleArray:
        return np.asarray(wrist + np.array((sign * x, y, z)) * s)

    def bones(y: float) -> dict[str, float]:
        share = min(max((float(wrist[1]) - y) / (0.02 * s) + 0.5, 0.0), 1.0)
        return dict(blend(f"twist_{side}", bone, share))

    rows = []
    for y, x, z, thick, wide in _PALM:
        centre = there(x, y, z)
        rows.append((float(centre[1]), float(centre[0]), float(centre[2]), thick * s, wide * s))
    parts = [column(rows, bones, body.skin, 12, 2.6)]
    for z, y, length, radius in _FINGERS:
        bend = 12.0 + fist * 78.0
        path = _chain(there(0.0, y, z), length * s, (bend, bend * 1.1, bend * 0.7), sign, (0.45, 0.32, 0.23))
        parts.append(_digit(path, radius * s, bone, body))
    parts.append(_digit(_thumb(there, fist), 0.0105 * s, bone, body))
    return join(parts)


def _chain(
    start: DoubleArray, length: float, bends: tuple[float, ...], sign: float, shares: tuple[float, ...]
) -> list[DoubleArray]:
    """Joints of a finger that curls towards the palm (inward, -sign x)."""
    path, angle = [start], 0.0
    for bend, share in zip(bends, shares, strict=True):
        angle += np.radians(bend)
        path.append(path[-1] + length * share * np.array((-sign * np.sin(angle), -np.cos(angle), 0.0)))
    return path


def _thumb(there: Callable[[float, float, float], DoubleArray], fist: float) -> list[DoubleArray]:
    """Joints of the thumb; `there` places a point given outward, down, to the thumb."""
    open_path = (
        (-0.004, -0.028, 0.026),
        (-0.014, -0.060, 0.052),
        (-0.018, -0.092, 0.064),
        (-0.020, -0.112, 0.066),
    )
    closed = (
        (-0.004, -0.030, 0.024),
        (-0.022, -0.062, 0.040),
        (-0.044, -0.086, 0.030),
        (-0.052, -0.094, 0.012),
    )
    return [
        there(*(np.array(a) * (1.0 - fist) + np.array(b) * fist))
        for a, b in zip(open_path, closed, strict=True)
    ]


def _digit(path: list[DoubleArray], radius: float, bone: str, body: Body) -> Mesh:
    rings = []
    points = np.array(path)
    for index, point in enumerate(points):
        ahead = points[min(index + 1, len(points) - 1)] - points[max(index - 1, 0)]
        ahead = ahead / np.linalg.norm(ahead)
        across = np.cross(ahead, (0.0, 0.0, 1.0)) if abs(ahead[2]) < 0.9 else np.cross(ahead, (1.0, 0.0, 0.0))
        across = across / np.linalg.norm(across)
        along = np.cross(ahead, across)
        size = radius * (1.0 - 0.12 * index)
        rings.append(
            Ring(
                (float(point[0]), float(point[1]), float(point[2])),
                (float(across[0] * size), float(across[1] * size), float(across[2] * size)),
                (float(along[0] * size), float(along[1] * size), float(along[2] * size)),
                {bone: 1.0},
                shade=0.95,
            )
        )
    return loft(rings, body.skin, 6)
