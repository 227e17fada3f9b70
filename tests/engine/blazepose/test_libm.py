"""The C library's 32-bit functions, compared with the results of glibc 2.36."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from fitness.engine.blazepose.libm import atan2f, cosf, sinf
from tests.support.strategies import examples, reals

# Half of these differ from Python's own functions, rounded to 32 bits, in the last bit.
ATAN = [
    (-294.2242126464844, -51.94656753540039, -1.7455496788024902),
    (-386.82562255859375, 6.207118034362793, -1.5547513961791992),
    (-314.3779602050781, -118.85710144042969, -1.9322563409805298),
    (-327.398681640625, -406.5626220703125, -2.463637590408325),
    (434.619384765625, 170.46392822265625, 1.1970198154449463),
    (729.519775390625, 192.57492065429688, 1.3127086162567139),
    (-45.70856475830078, 72.71443176269531, -0.5611865520477295),
    (30.90694236755371, -259.4918212890625, 3.023045539855957),
    (-381.62347412109375, 184.1979217529297, -1.1211092472076416),
    (-359.0123291015625, -96.7314453125, -1.8339838981628418),
    (520.0588989257812, 104.34310913085938, 1.3727883100509644),
    (-282.4239807128906, 272.11468505859375, -0.8039867877960205),
    (3.5, -1.999999987845058e-08, 1.570796251296997),
    (0.0, -1.0, 3.1415927410125732),
    (-0.0, -1.0, -3.1415927410125732),
    (0.0, 2.0, 0.0),
    (1.0, 0.0, 1.5707963705062866),
    (-1.0, 0.0, -1.5707963705062866),
]
COS = [
    (-0.8394033908843994, 0.6679069995880127),
    (-0.5231271386146545, 0.8662611246109009),
    (-0.7897358536720276, 0.7040328979492188),
    (2.3852152824401855, -0.7273269295692444),
    (-1.0538309812545776, 0.4942443072795868),
    (1.7791378498077393, -0.20683757960796356),
]
SIN = [
    (1.1215530633926392, 0.9007759690284729),
    (-1.9049687385559082, -0.9446820616722107),
    (0.0962524339556694, 0.09610388427972794),
    (-2.7117130756378174, -0.4167613387107849),
    (0.5221918821334839, 0.49878108501434326),
    (-1.788562297821045, -0.9763825535774231),
]


@pytest.mark.parametrize(("y", "x", "angle"), ATAN)
def test_the_arc_tangent_is_glibcs(y: float, x: float, angle: float) -> None:
    """Every bit is that of `atan2f`."""
    assert float(atan2f(y, x)) == angle


def test_cosine_and_sine_are_glibcs() -> None:
    """Every bit is that of `cosf` and `sinf`."""
    assert [float(cosf(angle)) for angle, _ in COS] == [value for _, value in COS]
    assert [float(sinf(angle)) for angle, _ in SIN] == [value for _, value in SIN]


@given(reals(-3000, 3000), reals(-3000, 3000))
@examples(200)
def test_they_are_right_to_the_last_bit_but_one(y: float, x: float) -> None:
    """No value is further from the true one than one step of a 32-bit float."""
    y, x = float(np.float32(y)), float(np.float32(x))
    angle = math.atan2(y, x)
    assert abs(float(atan2f(y, x)) - angle) <= np.spacing(np.float32(abs(angle)))
    turn = float(np.float32(angle))
    assert abs(float(cosf(turn)) - math.cos(turn)) <= np.spacing(np.float32(1))
    assert abs(float(sinf(turn)) - math.sin(turn)) <= np.spacing(np.float32(1))
