"""Three functions of the C library in 32-bit floats: `atan2f`, `cosf` and `sinf`.

MediaPipe computes the angle of a ROI with them. The landmarks depend on the last bit of that angle: one bit changes some
pixels of the crop, and after a second of video the landmarks differ by several pixels.
Python's `math.atan2`, rounded to 32 bits, differs in that bit for one angle in six.

Source: glibc 2.28 to 2.40 on x86-64, the C library of MediaPipe's Linux packages: `e_atan2f.c` and `s_atanf.c` (Sun, 1993),
`s_sincosf.h` (Arm). Other C libraries round some angles differently, and so does MediaPipe with them.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy import float32

_PI: Final = float32(3.1415927410e00)
_PI_LOW: Final = float32(-8.7422776573e-08)
_STEEP: Final = float32(2**25)
_LIMITS: Final = (0.4375, 0.6875, 1.1875, 2.4375)
"""Limits of intervals; in each, the arc tangent is that of a fixed point plus a short series."""
_HIGH: Final = [float32(x) for x in (4.6364760399e-01, 7.8539812565e-01, 9.8279368877e-01, 1.5707962513e00)]
_LOW: Final = [float32(x) for x in (5.0121582440e-09, 3.7748947079e-08, 3.4473217170e-08, 7.5497894159e-08)]
"""Arc tangents of those points: the 32-bit value (`_HIGH`) and the remainder (`_LOW`)."""
_ATAN: Final = [
    float32(value)
    for value in (
        3.3333334327e-01, -2.0000000298e-01, 1.4285714924e-01, -1.1111110449e-01, 9.0908870101e-02,
        -7.6918758452e-02, 6.6610731184e-02, -5.8335702866e-02, 4.9768779427e-02, -3.6531571299e-02,
        1.6285819933e-02,
    )
]  # fmt: skip
_HALF_PI: Final = float.fromhex("0x1.921fb54442d18p0")
_TO_QUADRANT: Final = float.fromhex("0x1.45f306dc9c883p+23")
_COS: Final = [
    float.fromhex(each)
    for each in (
        "0x1p0", "-0x1.ffffffd0c621cp-2", "0x1.55553e1068f19p-5", "-0x1.6c087e89a359dp-10",
        "0x1.99343027bf8c3p-16",
    )
]  # fmt: skip
_SIN: Final = [
    float.fromhex(each)
    for each in ("-0x1.555545995a603p-3", "0x1.1107605230bc4p-7", "-0x1.994eb3774cf24p-13")
]


def atan2f(y: float, x: float) -> np.float32:
    """The angle of (x, y), radians in [-pi, pi]; x and y are finite 32-bit floats."""
    y32, x32 = float32(y), float32(x)
    if y32 == 0:
        angle = float32(0) if x32 >= 0 and not np.signbit(x32) else _PI
    elif x32 == 0:
        angle = float32(math.pi / 2)
    else:
        with np.errstate(over="ignore", under="ignore"):
            angle = _atanf(abs(y32 / x32))
        if x32 < 0:
            angle = _PI - (angle - _PI_LOW)
    signed: np.float32 = -angle if np.signbit(y32) else angle
    return signed


def _atanf(x: np.float32) -> np.float32:
    """The arc tangent of x >= 0."""
    if x >= _STEEP:
        return _sum(_HIGH[3], _LOW[3])
    if x < _LIMITS[0]:
        return _sum(x, -x * _bend(x))
    one, two, half3 = float32(1), float32(2), float32(1.5)
    if x < _LIMITS[1]:
        part, x = 0, (two * x - one) / (two + x)
    elif x < _LIMITS[2]:
        part, x = 1, (x - one) / (x + one)
    elif x < _LIMITS[3]:
        part, x = 2, (x - half3) / (one + half3 * x)
    else:
        part, x = 3, -one / x
    return _sum(_HIGH[part], -((x * _bend(x) - _LOW[part]) - x))


def _bend(x: np.float32) -> np.float32:
    """1 - atan(x) / x by its series, for small x."""
    z = x * x
    w = z * z
    even, odd = float32(0), float32(0)
    for coefficient in reversed(_ATAN[2::2]):
        even = w * (coefficient + even)
    for coefficient in reversed(_ATAN[1::2]):
        odd = w * (coefficient + odd)
    return _sum(z * (_ATAN[0] + even), odd)


def _sum(first: np.float32, second: np.float32) -> np.float32:
    total: np.float32 = first + second
    return total


def cosf(angle: float) -> np.float32:
    """The cosine of a 32-bit float in -100..100."""
    return _wave(float(float32(angle)), 1)


def sinf(angle: float) -> np.float32:
    """The sine of a 32-bit float in -100..100."""
    return _wave(float(float32(angle)), 0)


def _wave(x: float, shift: int) -> np.float32:
    """The sine of x, or of x plus a right angle where `shift` is 1."""
    quadrant = (int(x * _TO_QUADRANT) + 0x800000) >> 24
    x -= quadrant * _HALF_PI
    square = x * x
    if (quadrant + shift) % 2:
        fourth = square * square
        low = _COS[3] + square * _COS[4]
        value = (_COS[0] + square * _COS[1]) + fourth * _COS[2] + fourth * square * low
    else:
        cube = x * square
        value = (x + cube * _SIN[0]) + cube * square * (_SIN[1] + square * _SIN[2])
    rounded: np.float32 = float32(-value if (quadrant + shift) % 4 >= 2 else value)
    return rounded
