"""StreamClock and Orientation: the arithmetic of reading a file, without files."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.media.clock import StreamClock
from fitness.media.orientation import Orientation

stamps = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=60)


def run(values: list[float | None], interval_s: float = 0.04) -> tuple[list[float], list[str]]:
    clock = StreamClock(interval_s)
    return [clock.seconds(value) for value in values], clock.warnings


@given(stamps)
def test_times_always_increase(values: list[float | None]) -> None:
    """Time always advances, whatever the file states."""
    t, _ = run(values)
    assert (np.diff(t) > 0).all()


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50, unique=True))
def test_good_times_are_not_touched(values: list[float]) -> None:
    """Increasing time stamps are unchanged, without a warning."""
    assert run(sorted(values)) == (sorted(values), [])


def test_one_equal_stamp_does_not_move_its_successors() -> None:
    """A duplicate time stamp advances by half an interval; the next one keeps its own time."""
    t, warnings = run([0.0, 0.04, 0.04, 0.08, 0.12])
    assert t == pytest.approx([0, 0.04, 0.06, 0.08, 0.12])
    assert len(warnings) == 1 and "do not increase: 1 (first at 0.06 s)" in warnings[0]


def test_a_stuck_clock_goes_on_at_the_nominal_rate() -> None:
    """Equal time stamps become a steady stream."""
    t, _ = run([0.0] * 6)
    assert t == pytest.approx([0, 0.02, 0.06, 0.10, 0.14, 0.18])


def test_restarted_time_stamps_continue_from_the_last_ones() -> None:
    """After a jump back (two recordings in one file), later time stamps keep their distances."""
    t, warnings = run([10.0, 10.04, 0.0, 0.1, 0.3])
    assert t == pytest.approx([10, 10.04, 10.08, 10.18, 10.38])
    assert "do not increase: 1 " in warnings[0]


def test_missing_stamps_are_filled_and_reported() -> None:
    """Frames without a time stamp follow at the nominal interval."""
    t, warnings = run([None, None, None, 0.2])
    assert t == pytest.approx([0, 0.04, 0.08, 0.2])
    assert warnings == [
        "frames without a time stamp: 3 (first at 0.00 s); 40.0 ms from frame to frame was assumed"
    ]


def matrix(a: float, b: float, c: float, d: float) -> bytes:
    return struct.pack("=9i", *(round(v * 65536) for v in (a, b, 0, c, d, 0, 0, 0)), 1 << 30)


EIGHT = [
    (a, b, c, d)
    for a in (-1, 0, 1)
    for b in (-1, 0, 1)
    for c in (-1, 0, 1)
    for d in (-1, 0, 1)
    if abs(a * d - b * c) == 1 and abs(a) + abs(b) == 1 and abs(c) + abs(d) == 1
]


@pytest.mark.parametrize("abcd", EIGHT)
def test_each_matrix_moves_pixels_as_it_says(abcd: tuple[int, int, int, int]) -> None:
    """Pixel (p, q) lands at (a p + c q, b p + d q), shifted into the picture; the input is unchanged."""
    assert len(EIGHT) == 8
    a, b, c, d = abcd
    image = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    before = image.copy()
    orientation = Orientation.from_display_matrix(matrix(a, b, c, d))
    shown = orientation.upright(image)
    np.testing.assert_array_equal(image, before)
    assert (shown.shape[1], shown.shape[0]) == orientation.size(7, 5)
    q, p = np.mgrid[0:5, 0:7]
    x, y = a * p + c * q, b * p + d * q
    np.testing.assert_array_equal(shown[y - y.min(), x - x.min()], image)


@pytest.mark.parametrize("degrees", [80, 95, -100, 170, 10])
def test_an_oblique_rotation_goes_to_the_nearest_right_angle(degrees: float) -> None:
    """Turns that are not a multiple of 90 degrees are rounded."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    right = round(degrees / 90) * 90
    cos90, sin90 = round(np.cos(np.radians(right))), round(np.sin(np.radians(right)))
    expected = Orientation.from_display_matrix(matrix(cos90, sin90, -sin90, cos90))
    assert Orientation.from_display_matrix(matrix(cos, sin, -sin, cos)) == expected


@pytest.mark.parametrize("data", [b"", bytes(36), bytes(12)])
def test_a_damaged_matrix_turns_nothing(data: bytes) -> None:
    """An unclear rotation is ignored, because no rotation is better than a wrong one."""
    assert Orientation.from_display_matrix(data) == Orientation()
