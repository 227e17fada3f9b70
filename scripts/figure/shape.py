"""A Body's skin, clothes, hair and shoes as one surface bound to its skeleton, in the rest posture.

Measures are metres of a 1.75 m figure; they are scaled by the height, the girth and the width ratios.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fitness.types import DoubleArray, FloatArray
from scripts.figure.anatomy import BONE, SIDES, Anatomy
from scripts.figure.body import Body, Colour
from scripts.figure.face import head
from scripts.figure.hand import hand
from scripts.figure.mesh import Binding, Mesh, Ring, blend, column, join, loft, ramp, wrinkled


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The surface of one body.

    mesh: with open hands.   fists: (2, V, 3) metres, how each vertex moves when the left, right hand closes.
    """

    mesh: Mesh
    fists: DoubleArray


def shape(body: Body, anatomy: Anatomy) -> Shape:
    """Build the surface of `body` on its skeleton."""
    parts = [*_trunk(body, anatomy), *head(body, anatomy)]
    for side, sign in SIDES:
        parts += _arm(body, anatomy, side, sign) + _leg(body, anatomy, side, sign)
        parts.append(_shoe(body, anatomy, side))
    open_hands = [hand(body, anatomy, side, sign, 0.0) for side, sign in SIDES]
    closed = [hand(body, anatomy, side, sign, 1.0) for side, sign in SIDES]
    mesh = join([*parts, *open_hands])
    fists = np.zeros((2, *mesh.vertices.shape))
    start = len(mesh.vertices) - sum(len(part.vertices) for part in open_hands)
    for index, (before, after) in enumerate(zip(open_hands, closed, strict=True)):
        end = start + len(before.vertices)
        fists[index, start:end] = after.vertices - before.vertices
        start = end
    return Shape(mesh, fists)


_TORSO = (
    # y, half-width, half-depth, z of the centre, how much lower the front is than the back
    (-0.120, 0.045, 0.040, 0.000, 0.0),
    (-0.105, 0.110, 0.085, -0.004, 0.0),
    (-0.070, 0.158, 0.112, -0.010, 0.0),
    (-0.020, 0.174, 0.121, -0.016, 0.0),
    (0.030, 0.172, 0.118, -0.014, 0.0),
    (0.080, 0.162, 0.108, -0.008, 0.0),
    (0.130, 0.149, 0.100, -0.004, 0.0),
    (0.180, 0.142, 0.098, -0.002, 0.0),
    (0.230, 0.144, 0.101, -0.003, 0.0),
    (0.290, 0.153, 0.108, -0.004, 0.0),
    (0.350, 0.164, 0.114, -0.004, 0.0),
    (0.400, 0.171, 0.115, -0.006, 0.004),
    (0.445, 0.174, 0.108, -0.012, 0.010),
    (0.485, 0.172, 0.095, -0.018, 0.018),
    (0.515, 0.163, 0.080, -0.022, 0.024),
    (0.535, 0.145, 0.068, -0.025, 0.026),
    (0.551, 0.116, 0.060, -0.026, 0.026),
    (0.566, 0.085, 0.055, -0.025, 0.026),
    (0.580, 0.060, 0.050, -0.022, 0.026),
)


def _width(body: Body, y: float) -> float:
    """The factor of the half-width at height y: hips, waist, shoulders merged over the height."""
    upper, lower = ramp(y, 0.18, 0.40), ramp(y, 0.0, 0.16)
    middle = body.waist * lower + body.hips * (1.0 - lower)
    return body.shoulders * upper + middle * (1.0 - upper)


def _trunk_bones(y: float) -> Binding:
    low, high = ramp(y, 0.03, 0.17), ramp(y, 0.16, 0.34)
    return {"pelvis": 1.0 - low, "lumbar": low * (1.0 - high), "thorax": low * high}


# long: a table of measures
def _trunk(body: Body, anatomy: Anatomy) -> list[Mesh]:
    s = anatomy.scale
    trunk = float(anatomy.rest[BONE["neck"]][1]) / 0.539

    def bones(y: float) -> Binding:
        return _trunk_bones(y / trunk)

    def rings(grow: float, low: float, high: float) -> list[Ring]:
        found = []
        for y, width, depth, z, slant in _TORSO:
            if low <= y <= high:
                wide = (width * _width(body, y) * (0.55 + 0.45 * body.girth) + grow) * s
                deep = (depth * body.girth * (0.6 + 0.4 * body.waist if y < 0.3 else 1.0) + grow) * s
                dim = 1.0 - 0.25 * ramp(-y, 0.03, 0.11)
                found.append(
                    Ring(
                        (0.0, y * trunk, z * s), (0.0, -slant * s, deep), (wide, 0.0, 0.0), bones(y * trunk), 2.45, dim
                    )
                )  # fmt: skip
        return found

    shorts = loft(rings(0.004, -0.2, 0.20), body.legwear_colour, 22)
    shirt = loft(rings(0.014, -0.025, 0.60), body.shirt, 22)
    neck_y = float(anatomy.rest[BONE["neck"]][1])
    head_y = float(anatomy.rest[BONE["head"]][1])
    neck = column(
        [
            (y, 0.0, z * s, r * s * (0.7 + 0.3 * body.girth), r * s * (0.7 + 0.3 * body.girth))
            for y, z, r in (
                (neck_y - 0.02 * s, -0.026, 0.066),
                (neck_y + 0.015 * s, -0.023, 0.060),
                (neck_y + 0.05 * s, -0.016, 0.056),
                (head_y, -0.010, 0.055),
                (head_y + 0.03 * s, -0.008, 0.052),
            )
        ],
        lambda y: {
            "thorax": 1.0 - ramp(y, neck_y - 0.02 * s, neck_y + 0.02 * s),
            "neck": ramp(y, neck_y - 0.02 * s, neck_y + 0.02 * s) * (1 - ramp(y, neck_y + 0.04 * s, head_y)),
            "head": ramp(y, neck_y - 0.02 * s, neck_y + 0.02 * s) * ramp(y, neck_y + 0.04 * s, head_y),
        },
        body.skin,
        14,
        shade=lambda y: 0.72,
    )
    return [wrinkled(shorts, s), wrinkled(shirt, s), neck]


def _limb(
    table: tuple[tuple[float, float, float, float], ...],
    bones: Callable[[float], Binding],
    colour: Colour | Callable[[DoubleArray], FloatArray],
    joint: tuple[float, float, float],
    lengths: tuple[float, float],
    size: float,
    depth: float = 1.0,
) -> Mesh:
    """A tube down a limb. table: (t, radius, x shift outward, z shift), t 0..1 first bone, 1..2 second bone."""
    x, y, z = joint
    first, second = lengths

    def height(t: float) -> float:
        return y - (t * first if t <= 1.0 else first + (t - 1.0) * second)

    def share(value: float) -> float:
        down = y - value
        return down / first if down <= first else 1.0 + (down - first) / second

    rows = [(height(t), x + dx, z + dz, r * size, r * size * depth) for t, r, dx, dz in table]
    return column(rows, lambda value: bones(share(value)), colour, 14)


def _arm(body: Body, anatomy: Anatomy, side: str, sign: float) -> list[Mesh]:
    s = anatomy.scale
    place = anatomy.rest[BONE[f"upper_arm_{side}"]]
    joint = (float(place[0]), float(place[1]), float(place[2]))
    girth = 0.45 + 0.55 * body.girth

    def bones(t: float) -> Binding:
        if t < 0.5:
            return blend(f"shoulder_{side}", f"upper_arm_{side}", ramp(t, -0.05, 0.30))
        if t < 1.5:
            near, far = ramp(t, 0.78, 1.0), ramp(t, 1.0, 1.22)
            return {
                f"upper_arm_{side}": 1.0 - near,
                f"elbow_{side}": near * (1.0 - far),
                f"forearm_{side}": far,
            }
        return blend(f"forearm_{side}", f"twist_{side}", ramp(t, 1.55, 1.98))

    i = -sign * s
    skin = (
        (-0.13, 0.014, 0.024 * i, 0.0), (-0.105, 0.033, 0.018 * i, 0.0), (-0.04, 0.047, 0.009 * i, 0.0),
        (0.08, 0.053, 0.002 * i, 0.0), (0.25, 0.050, 0.0, 0.0), (0.45, 0.0475, 0.0, 0.004 * s),
        (0.65, 0.044, 0.0, 0.003 * s), (0.85, 0.039, 0.0, 0.0), (1.0, 0.038, 0.0, -0.002 * s),
        (1.12, 0.041, 0.0, 0.0), (1.3, 0.041, 0.0, 0.002 * s), (1.55, 0.035, 0.0, 0.0), (1.8, 0.029, 0.0, 0.0),
        (1.97, 0.026, 0.0, 0.0), (2.06, 0.025, 0.0, 0.0),
    )  # fmt: skip
    end = 1.95 if body.long_sleeves else 0.58
    sleeve = tuple(
        (t, r + 0.003 + 0.011 * ramp(t, -0.1, 0.5) * (1.0 - 0.5 * ramp(t, 0.6, 1.2)), dx, dz)
        for t, r, dx, dz in skin
        if t < end
    )
    lengths = (anatomy.upper_arm, anatomy.forearm)
    return [
        _limb(skin[4:], bones, body.skin, joint, lengths, s * girth),
        wrinkled(_limb(sleeve, bones, body.shirt, joint, lengths, s * girth), s),
    ]


# long: a table of measures
def _leg(body: Body, anatomy: Anatomy, side: str, sign: float) -> list[Mesh]:
    s = anatomy.scale
    place = anatomy.rest[BONE[f"thigh_{side}"]]
    joint = (float(place[0]), float(place[1]), float(place[2]))
    girth = 0.40 + 0.60 * body.girth

    def bones(t: float) -> Binding:
        if t < 0.6:
            near = ramp(t, -0.2, 0.02)
            far = ramp(t, 0.02, 0.28)
            return {"pelvis": 1.0 - near, f"hip_{side}": near * (1.0 - far), f"thigh_{side}": near * far}
        near, far = ramp(t, 0.80, 1.0), ramp(t, 1.0, 1.20)
        if t < 1.6:
            return {
                f"thigh_{side}": 1.0 - near,
                f"knee_{side}": near * (1.0 - far),
                f"shank_{side}": far,
            }
        return blend(f"shank_{side}", f"foot_{side}", ramp(t, 1.88, 2.02))

    o = sign * s
    skin = (
        (-0.16, 0.036, -0.030 * o, -0.008 * s), (-0.11, 0.060, -0.024 * o, -0.010 * s),
        (-0.03, 0.080, -0.013 * o, -0.010 * s), (0.07, 0.090, -0.004 * o, -0.008 * s),
        (0.20, 0.089, 0.0, -0.002 * s), (0.38, 0.081, 0.0, 0.004 * s),
        (0.56, 0.072, -0.002 * o, 0.004 * s), (0.74, 0.062, -0.003 * o, 0.004 * s),
        (0.88, 0.056, -0.004 * o, 0.004 * s), (1.0, 0.054, -0.003 * o, 0.006 * s),
        (1.10, 0.051, 0.0, -0.002 * s), (1.22, 0.054, 0.0, -0.012 * s), (1.36, 0.056, 0.0, -0.014 * s),
        (1.52, 0.049, 0.0, -0.010 * s), (1.68, 0.040, 0.0, -0.006 * s), (1.84, 0.034, 0.0, -0.004 * s),
        (1.96, 0.034, 0.0, -0.004 * s), (2.06, 0.036, 0.0, -0.004 * s),
    )  # fmt: skip
    end = 0.80 if body.legwear == "shorts" else 1.93
    loose = {"shorts": 0.012, "trousers": 0.014, "leggings": 0.003}[body.legwear]
    cloth = tuple(
        (t, r + loose * (1.0 + (1.0 if body.legwear == "trousers" and t > 1.4 else 0.0)), dx, dz)
        for t, r, dx, dz in skin
        if t < end
    )
    lengths = (anatomy.thigh, anatomy.shank)
    return [
        _limb(skin[5:], bones, body.skin, joint, lengths, s * girth, 1.04),
        wrinkled(_limb(cloth, bones, body.legwear_colour, joint, lengths, s * girth, 1.04), s),
    ]


def _shoe(body: Body, anatomy: Anatomy, side: str) -> Mesh:
    s = anatomy.scale
    x, y, z = (float(value) for value in anatomy.rest[BONE[f"foot_{side}"]])
    sole = y - anatomy.ankle_height
    ball = float(anatomy.rest[BONE[f"toes_{side}"]][2])
    table = (
        # z from the ankle, half-width, height of the upper, clearance of the sole
        (-0.066, 0.014, 0.050, 0.014), (-0.060, 0.028, 0.072, 0.003), (-0.040, 0.036, 0.098, 0.0),
        (-0.005, 0.039, 0.106, 0.0), (0.035, 0.041, 0.094, 0.0), (0.070, 0.044, 0.076, 0.0),
        (0.105, 0.048, 0.064, 0.0), (0.140, 0.049, 0.056, 0.0), (0.175, 0.044, 0.050, 0.001),
        (0.200, 0.032, 0.042, 0.005), (0.212, 0.014, 0.030, 0.012),
    )  # fmt: skip
    rings = []
    for along, width, top, clear in table:
        middle, half = sole + (top + clear) / 2 * s, (top - clear) / 2 * s
        toes = ramp(z + along * s, ball - 0.02 * s, ball + 0.02 * s)
        rings.append(
            Ring(
                (x, middle, z + along * s), (width * s, 0.0, 0.0), (0.0, half, 0.0),
                blend(f"foot_{side}", f"toes_{side}", toes), 2.6,
            )
        )  # fmt: skip
    white = np.array((235.0, 235.0, 232.0))
    upper = np.array(body.shoes, dtype=np.float64)

    def colour(centres: DoubleArray) -> FloatArray:
        low = (centres[:, 1] < sole + 0.020 * s)[:, None]
        return np.asarray(np.where(low, white * 0.92, upper), dtype=np.float32)

    return loft(rings, colour, 14)
