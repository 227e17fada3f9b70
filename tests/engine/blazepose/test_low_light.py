"""Dark crops are brightened and smoothed; all others stay as they are, bit for bit."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.blazepose.crop import Border, Cropper
from fitness.engine.blazepose.geometry import corners
from fitness.engine.blazepose.low_light import LowLight, gain_of, lit
from fitness.engine.options import COUNTING, DEFAULT, PROFILES
from fitness.types import ImageArray, Roi
from tests.support.strategies import examples, seeds

SIZE = 64
ROIS = {
    "inside": Roi(300, 200, 180, 0.0),
    "turned": Roi(310, 190, 200, 0.7),
    "over the edge": Roi(20, 10, 220, -0.4),
    "larger than the image": Roi(320, 240, 900, 0.2),
}


def _scene(brightest: int = 255) -> ImageArray:
    """A smooth pattern with all levels up to `brightest`."""
    y, x = np.mgrid[:480, :640]
    waves = [np.sin(x / 150 + k) * np.cos(y / 120 - k) for k in range(3)]
    return np.asarray(np.round((np.stack(waves, axis=2) + 1) / 2 * brightest), np.uint8)


@pytest.mark.parametrize("roi", ROIS.values(), ids=ROIS)
@pytest.mark.parametrize("border", Border)
def test_a_dark_crop_is_the_same_crop_times_a_factor(roi: Roi, border: Border) -> None:
    """Nothing moves: each pixel is that of the dark crop times one factor, but for rounding and smoothing."""
    dark = np.asarray(np.round(_scene() * 0.35), np.uint8)
    brightened = Cropper(SIZE, border, low_light=LowLight()).crop(dark, roi).astype(float)
    left_dark = Cropper(SIZE, border).crop(dark, roi).astype(float)
    factor = (brightened * left_dark).sum() / (left_dark**2).sum()
    assert 1.4 <= factor <= 4
    assert np.abs(brightened - factor * left_dark).mean() < 3


@pytest.mark.parametrize("roi", ROIS.values(), ids=ROIS)
def test_a_crop_with_light_enough_stays_the_same(roi: Roi) -> None:
    image = _scene()
    plain = Cropper(SIZE, Border.REPLICATE).crop(image, roi)
    assert np.array_equal(Cropper(SIZE, Border.REPLICATE, low_light=LowLight()).crop(image, roi), plain)


@given(seeds(), st.integers(165, 255), st.floats(300, 2000), st.floats(-math.pi, math.pi))
@examples(60)
def test_a_tenth_of_bright_pixels_is_light_enough(seed: int, level: int, side: float, angle: float) -> None:
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 60, (90, 120, 3), dtype=np.uint8)
    image[rng.random((90, 120)) < 0.1] = level
    source = corners(Roi(60, 45, side, angle))
    same, unmoved = lit(image, source, SIZE)
    assert same is image
    assert unmoved is source


def test_the_noise_of_the_sensor_is_smoothed_where_the_crop_has_fewer_pixels() -> None:
    rng = np.random.default_rng(1)
    dark = np.clip(rng.normal(60, 8, (480, 640, 1)) + np.zeros(3), 0, 255).astype(np.uint8)
    large, small = Roi(320, 240, 4.0 * SIZE, 0.0), Roi(320, 240, 0.8 * SIZE, 0.0)
    for roi, share in ((large, 0.5), (small, 1.1)):
        noise = Cropper(SIZE, Border.REPLICATE, low_light=LowLight()).crop(dark, roi).std()
        plain = (
            Cropper(SIZE, Border.REPLICATE).crop(cv2.convertScaleAbs(dark, alpha=gain_of(dark)), roi).std()
        )
        assert noise < share * plain


@pytest.mark.parametrize("roi", [Roi(5000, 5000, 100, 0.3), Roi(-900, 200, 10, 0.0)])
def test_a_crop_beside_the_image_is_that_of_the_border(roi: Roi) -> None:
    dark = np.full((48, 64, 3), 30, np.uint8)
    assert not Cropper(SIZE, Border.BLACK, low_light=LowLight()).crop(dark, roi).any()
    assert np.array_equal(
        Cropper(SIZE, Border.REPLICATE, low_light=LowLight()).crop(dark, roi),
        Cropper(SIZE, Border.REPLICATE).crop(dark, roi),
    )


def test_black_and_empty_images_are_harmless() -> None:
    assert gain_of(np.zeros((0, 5, 3), np.uint8)) == 1
    assert gain_of(np.zeros((9, 9, 3), np.uint8)) == 4
    black = np.zeros((48, 64, 3), np.uint8)
    assert not Cropper(SIZE, Border.REPLICATE, low_light=LowLight()).crop(black, Roi(30, 20, 60, 0.0)).any()


def test_only_the_programs_own_options_brighten() -> None:
    """MediaPipe's profiles give MediaPipe's landmarks in dark images, too."""
    assert COUNTING.low_light and DEFAULT.low_light
    assert [name for name, one in PROFILES.items() if one.low_light] == ["default"]


def _gains(levels: list[int], rate_hz: float = 10.0) -> list[bool]:
    """Whether each frame of a stream is brightened; each frame has one grey level."""
    light, found = LowLight(), []
    for number, level in enumerate(levels):
        image = np.full((48, 64, 3), level, np.uint8)
        light.watch(image, number / rate_hz)
        found.append(light.lit(image, corners(Roi(30, 20, 60, 0.0)), SIZE)[0] is not image)
    return found


def test_a_dim_room_is_brightened_at_once() -> None:
    assert all(_gains([60, 62] * 20))


def test_fades_of_a_second_are_not_brightened() -> None:
    """Only the first frame, which is black, and those at the end of a fade that are nearly bright, may be."""
    levels = [*range(1, 250, 10), *[250] * 30, *range(250, 0, -10)]
    found = _gains(levels, rate_hz=25.0)
    assert not any(found[2:50])


def test_a_flickering_lamp_does_not_switch_the_brightening() -> None:
    assert all(_gains([60] * 10 + [50, 80, 55, 75] * 5))


def test_another_stream_begins_anew() -> None:
    """What the last stream showed, and when, has no influence."""
    light, dim = LowLight(), np.full((48, 64, 3), 60, np.uint8)
    for t, level in ((1000.0, 250), (1000.1, 60)):
        light.watch(np.full((48, 64, 3), level, np.uint8), t)
    source = corners(Roi(30, 20, 60, 0.0))
    assert light.lit(dim, source, SIZE)[0] is dim
    light.watch(dim, 0.0)
    assert light.lit(dim, source, SIZE)[0] is not dim


def test_a_switched_off_lamp_is_followed() -> None:
    """As soon as the light is steady again, the frames are brightened."""
    found = _gains([200] * 20 + [50] * 20)
    assert not any(found[:22])
    assert all(found[24:])
