"""Association: ROIs merged as in MediaPipe's Tasks, similarity of landmarks, the optimal assignment."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.tracking.association import assign, likeness, merge_rois
from fitness.engine.tracking.reid import appearance
from fitness.types import Roi
from tests.support.strategies import examples, locked, reals, stick_figure


def _roi(x: float, y: float, size: float) -> Roi:
    return Roi(1000 * x, 1000 * y, 1000 * size, 0.3)


# The rectangles of MediaPipe's association tests (centre, size); rotation is ignored.
N0, N1, N2 = _roi(0.2, 0.2, 0.2), _roi(0.4, 0.2, 0.2), _roi(1.0, 0.3, 0.2)
N3, N4, N5 = _roi(0.35, 0.15, 0.3), _roi(1.1, 0.3, 0.2), _roi(0.45, 0.05, 0.3)


def test_checklist_25_later_rois_win_and_go_last() -> None:
    """MediaPipe's own case and its reverse, threshold 0.1."""
    assert merge_rois(([N0, N1, N2], [N3, N4], [N5]), 0.1) == [N4, N5]
    assert merge_rois(([N5], [N3, N4], [N0, N1, N2]), 0.1) == [N0, N1, N2]


def test_checklist_25_an_overlap_at_the_threshold_keeps_both() -> None:
    """Two squares side by side with an IoU of exactly 1/3."""
    first, second = Roi(0, 0, 2, 0), Roi(1, 0, 2, 0)
    assert merge_rois(([first], [second]), float(np.float32(1 / 3))) == [first, second]
    assert merge_rois(([first], [second]), 0.333) == [second]


def test_a_list_is_freed_of_its_own_duplicates_too() -> None:
    """The rule holds inside each list."""
    assert merge_rois(([N1, N1, N2],), 0.5) == [N1, N2]
    assert merge_rois(([], []), 0.5) == []


def _moved(places: np.ndarray, x: float) -> np.ndarray:
    """(33, 3) landmarks x pixels to the right."""
    return places + np.array([x, 0, 0])


def test_similarity_is_one_for_the_same_pose_and_falls_with_distance() -> None:
    """It depends on distance over size only, and is symmetric."""
    body = locked(stick_figure().astype(np.float64) * 100)
    assert likeness(body, body, 100) == pytest.approx(1.0)
    values = [likeness(body, _moved(body, shift), 100) for shift in (2, 5, 10, 20, 60)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.8 and values[-1] < 0.05
    assert likeness(body, _moved(body, 10), 100) == pytest.approx(
        likeness(body * 3, _moved(body * 3, 30), 300)
    )
    assert likeness(body, _moved(body, 10), 100) == pytest.approx(likeness(_moved(body, 10), body, 100))


def test_similarity_ignores_depth() -> None:
    """z is not a position in the image."""
    body = stick_figure().astype(np.float64) * 100
    assert likeness(body, body + np.array([0, 0, 50]), 100) == pytest.approx(1.0)


@st.composite
def _costs(draw: st.DrawFn) -> np.ndarray:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    values = draw(st.lists(st.one_of(reals(0, 10), st.just(math.inf)), min_size=16, max_size=16))
    return np.array(values[: rows * columns]).reshape(rows, columns)


@given(_costs())
@examples(300)
def test_the_assignment_is_optimal(costs: np.ndarray) -> None:
    """The most pairs and, among these, the lowest cost: compared with trying all assignments."""
    rows, columns = costs.shape
    best = (0, 0.0)
    for count in range(1, min(rows, columns) + 1):
        totals = [
            sum(costs[r, c] for r, c in zip(chosen, order, strict=True))
            for chosen in itertools.combinations(range(rows), count)
            for order in itertools.permutations(range(columns), count)
        ]
        if math.isfinite(min(totals)):
            best = (count, min(totals))
    pairs = assign(locked(costs))
    assert len(pairs) == best[0]
    assert sum(costs[pair] for pair in pairs) == pytest.approx(best[1], abs=1e-9)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_to_assign_gives_no_pair(shape: tuple[int, int]) -> None:
    """No tracks, or no observations."""
    assert assign(np.zeros(shape)) == []


# --- looks ---

_BODY = stick_figure().astype(np.float64) * 100 + [120, 120, 0]
_SEEN = np.ones(33, np.float32)


def _picture(shirt: tuple[int, int, int], trousers: tuple[int, int, int], light: float = 1.0) -> np.ndarray:
    image = np.full((260, 240, 3), 90, np.uint8)
    image[60:121] = shirt
    image[121:] = trousers
    return locked((image * light).astype(np.uint8))


def test_appearance_distinguishes_clothes_in_light_and_shade() -> None:
    """Different clothes have a large difference; the same ones in less light, or at another place, a small one."""
    me = appearance(_picture((180, 40, 40), (40, 40, 120)), _BODY, _SEEN)
    darker = appearance(_picture((180, 40, 40), (40, 40, 120), 0.8), _BODY, _SEEN)
    other = appearance(_picture((40, 120, 60), (150, 150, 140)), _BODY, _SEEN)
    near, far = me.difference(darker), me.difference(other)
    assert me.difference(me) == 0
    assert near is not None and far is not None
    assert near < 0.8 and far > 1.8
    assert far == other.difference(me)


def test_appearance_of_a_hidden_person_is_unknown() -> None:
    """Hidden, or out of the frame: the difference is unknown, and nothing is learned."""
    image = _picture((180, 40, 40), (40, 40, 120))
    me = appearance(image, _BODY, _SEEN)
    hidden = appearance(image, _BODY, np.zeros(33, np.float32))
    outside = appearance(image, _moved(_BODY, 5000), _SEEN)
    nowhere = appearance(image, np.full((33, 3), np.nan), _SEEN)
    for unknown in (hidden, outside, nowhere):
        assert me.difference(unknown) is None
        assert me.blended(unknown, 0.5).difference(me) == 0
    assert hidden.blended(me, 0.1).difference(me) == 0
