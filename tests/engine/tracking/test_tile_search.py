"""Where the detector looks for people who are too small for it: every place in turn, and first where something moves."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.engine.tracking.tile_search import TileSearch
from tests.support.staged import RED, Figure, Stage, standing, there_from_to


def tiles(search: TileSearch, frames: list[np.ndarray]) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the tile of each frame."""
    found = []
    for frame in frames:
        roi = search.next(frame)
        half = roi.size / 2
        found.append((roi.x - half, roi.y - half, roi.x + half, roi.y + half))
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (640, 640), (320, 1000)])
def test_a_person_of_a_tenth_of_the_height_is_whole_in_some_tile(width: int, height: int) -> None:
    """Wherever it stands, within two seconds at 30 fps, and it is a fifth of the tile then."""
    looked = tiles(TileSearch(), [np.zeros((height, width, 3), np.uint8)] * 60)
    body = 0.1 * height
    for x in np.linspace(0, width - body / 2, 17):
        for y in np.linspace(0, height - body, 17):
            inside = [
                tile
                for tile in looked
                if tile[0] <= x and tile[1] <= y and x + body / 2 <= tile[2] + 1 and y + body <= tile[3] + 1
            ]
            assert inside and body / (inside[0][2] - inside[0][0]) >= 0.19


def test_where_something_moves_is_searched_first() -> None:
    """The second frame shows the movement, and its tile holds it."""
    first, second = np.full((2, 720, 1280, 3), 90, np.uint8)
    second[500:560, 1000:1030] = 200
    _, tile = tiles(TileSearch(), [first, second])
    looked = tiles(TileSearch(), [first, second, second, second])
    assert any(
        left <= 1000 and top <= 500 and right >= 1030 and low >= 560 for left, top, right, low in looked[:3]
    )
    assert tile is not None


def test_one_tile_a_frame_and_none_while_somebody_is_followed() -> None:
    """The cost: one further run of the detector on each frame in which nobody is found."""
    stage = Stage(Figure(there_from_to(300, (1, 9)), RED))
    stage.run(3)
    assert stage.estimator.tiles == 15
    followed = Stage(Figure(standing(300), RED))
    followed.run(3)
    assert followed.estimator.tiles == 0
    without = Stage(Figure(there_from_to(300, (1, 9)), RED), search_tiles=False)
    without.run(3)
    assert without.estimator.tiles == 0
