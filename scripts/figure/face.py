"""The head: skull, eyes, brows, nose, mouth, ears and hair."""

from __future__ import annotations

import numpy as np

from scripts.figure.anatomy import BONE, SIDES, Anatomy
from scripts.figure.body import Body, Colour
from scripts.figure.mesh import Mesh, Ring, column, ellipsoid, loft, ramp

# Metres of a 1.75 m figure from the head joint: y, half-width, half-depth, z of the centre.
_SKULL = (
    (-0.040, 0.018, 0.016, 0.066),
    (-0.033, 0.036, 0.034, 0.054),
    (-0.012, 0.051, 0.062, 0.030),
    (0.012, 0.059, 0.076, 0.021),
    (0.040, 0.065, 0.086, 0.013),
    (0.066, 0.069, 0.091, 0.008),
    (0.092, 0.072, 0.094, 0.003),
    (0.120, 0.0735, 0.096, -0.001),
    (0.148, 0.068, 0.088, -0.005),
    (0.170, 0.052, 0.066, -0.008),
    (0.182, 0.030, 0.038, -0.008),
    (0.186, 0.008, 0.010, -0.008),
)
_EYE_Y, _EYE_X = 0.0515 * 1.75, 0.0185 * 1.75


def _toned(colour: Colour, factor: tuple[float, float, float]) -> Colour:
    red, green, blue = (min(round(c * f), 255) for c, f in zip(colour, factor, strict=True))
    return (red, green, blue)


def head(body: Body, anatomy: Anatomy) -> list[Mesh]:
    """Everything above the neck, bound to the head bone."""
    s = anatomy.scale
    x0, y0, z0 = (float(value) for value in anatomy.rest[BONE["head"]])
    bones = {"head": 1.0}

    def blob(
        centre: tuple[float, float, float], radii: tuple[float, float, float], colour: Colour, rows: int = 6
    ) -> Mesh:
        x, y, z = centre
        a, b, c = radii
        return ellipsoid((x0 + x * s, y0 + y * s, z0 + z * s), (a * s, b * s, c * s), bones, colour, rows)

    rows = [(y0 + y * s, x0, z0 + z * s, width * s, depth * s) for y, width, depth, z in _SKULL]
    parts = [column(rows, lambda y: bones, body.skin, 18, 2.15)]
    lips = _toned(body.skin, (0.82, 0.60, 0.58))
    parts.append(blob((0.0, 0.0125, 0.0925), (0.023, 0.0035, 0.008), lips))
    parts.append(blob((0.0, 0.0055, 0.0915), (0.020, 0.0045, 0.008), lips))
    parts.append(_nose(body, s, (x0, y0, z0)))
    for _, sign in SIDES:
        parts.append(blob((sign * _EYE_X, _EYE_Y, 0.0835), (0.0150, 0.0075, 0.0070), (236, 234, 230)))
        parts.append(blob((sign * _EYE_X, _EYE_Y, 0.0885), (0.0066, 0.0066, 0.0040), (52, 36, 28)))
        parts.append(blob((sign * _EYE_X, _EYE_Y + 0.0075, 0.0850), (0.0165, 0.0022, 0.0065), (40, 30, 28)))
        parts.append(
            blob((sign * (_EYE_X + 0.001), _EYE_Y + 0.0185, 0.0865), (0.0195, 0.0036, 0.0085), _brow(body))
        )
        parts.append(
            blob((sign * 0.0735, 0.070, -0.004), (0.0085, 0.030, 0.019), _toned(body.skin, (0.97, 0.9, 0.88)))
        )
    return parts + _hair(body, anatomy)


def _brow(body: Body) -> Colour:
    return body.hair_colour if sum(body.hair_colour) < 300 else _toned(body.hair_colour, (0.7, 0.65, 0.6))


def _nose(body: Body, s: float, origin: tuple[float, float, float]) -> Mesh:
    x0, y0, z0 = origin
    table = (
        # y, half-width, half-depth, z of the centre
        (0.096, 0.0065, 0.006, 0.0945),
        (0.080, 0.0080, 0.010, 0.0960),
        (0.064, 0.0105, 0.013, 0.0995),
        (0.050, 0.0150, 0.016, 0.1000),
        (0.041, 0.0165, 0.014, 0.0980),
        (0.034, 0.0090, 0.008, 0.0950),
    )
    rows = [(y0 + y * s, x0, z0 + z * s, width * s, depth * s) for y, width, depth, z in table]
    return column(rows, lambda y: {"head": 1.0}, _toned(body.skin, (1.0, 0.96, 0.95)), 10)


def _hair(body: Body, anatomy: Anatomy) -> list[Mesh]:
    if body.hair == "bald":
        return []
    s = anatomy.scale
    x0, y0, z0 = (float(value) for value in anatomy.rest[BONE["head"]])
    bones = {"head": 1.0}

    def colour(centres: np.ndarray) -> np.ndarray:
        strand = np.sin(centres[:, 0] * 420.0 / s) * 0.5 + np.sin(centres[:, 2] * 310.0 / s + 1.0) * 0.5
        return np.asarray(np.array(body.hair_colour) * (1.0 + 0.10 * strand[:, None]), dtype=np.float32)

    def lump(centre: tuple[float, float, float], radii: tuple[float, float, float], rows: int = 10) -> Mesh:
        x, y, z = centre
        return ellipsoid(
            (x0 + x * s, y0 + y * s, z0 + z * s),
            (radii[0] * s, radii[1] * s, radii[2] * s),
            bones,
            colour,
            rows,
            16,
        )

    parts = [
        lump((0.0, 0.105, -0.024), (0.083, 0.098, 0.092)),
        lump((0.0, 0.150, 0.018), (0.070, 0.050, 0.074), 7),
    ]
    if body.hair == "bun":
        parts.append(lump((0.0, 0.150, -0.125), (0.040, 0.040, 0.036), 7))
    if body.hair == "long":
        parts.append(_mane(body, anatomy))
    return parts


def _mane(body: Body, anatomy: Anatomy) -> Mesh:
    s = anatomy.scale
    x0, y0, z0 = (float(value) for value in anatomy.rest[BONE["head"]])
    table = (
        (0.110, 0.084, 0.080, -0.030),
        (0.060, 0.086, 0.076, -0.038),
        (0.000, 0.084, 0.062, -0.052),
        (-0.060, 0.078, 0.046, -0.066),
        (-0.120, 0.066, 0.034, -0.078),
        (-0.160, 0.040, 0.020, -0.082),
    )
    rings = []
    for y, width, depth, z in table:
        hang = ramp(-y, 0.0, 0.15)
        rings.append(
            Ring(
                (x0, y0 + y * s, z0 + z * s),
                (0.0, 0.0, depth * s),
                (-width * s, 0.0, 0.0),
                {"head": 1.0 - hang, "neck": hang * 0.5, "thorax": hang * 0.5},
                2.3,
            )
        )
    return loft(rings, body.hair_colour, 16)
