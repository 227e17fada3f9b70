"""Tile search for people who are too small for the detector: all tiles in turn, those with movement first."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from fitness.engine.blazepose.detector import Detection
from fitness.engine.options import COUNTING, DEFAULT, MEDIAPIPE_LEGACY, MEDIAPIPE_TASKS, TrackerOptions
from fitness.engine.tracking.multi_person import MultiPersonTracker
from fitness.engine.tracking.result import FrameContext
from fitness.engine.tracking.single_image import detect_all
from fitness.engine.tracking.tile_search import TileSearch, all_tiles
from fitness.types import ImageArray, Roi
from tests.support.staged import GREEN, RED, Figure, Stage, StagedEstimator, standing, there_from_to


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
    """At any position, within two seconds at 30 fps; the person then has a fifth of the tile's height."""
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


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (4, 4000), (4000, 4), (40, 60_000), (60_000, 40)])
def test_narrow_images_have_few_tiles(size: tuple[int, int]) -> None:
    """Such a picture took minutes, or failed; a stream of such frames has tiles, too, though nobody is in them."""
    image = np.zeros((*size, 3), np.uint8)
    assert len(all_tiles(image)) <= 3 * 64
    assert all(roi.size >= 1 for roi in [TileSearch().next(image) for _ in range(2)])
    if min(size) < 16:
        assert not all_tiles(image)


def test_a_panorama_is_searched_completely() -> None:
    tiles = all_tiles(np.zeros((1000, 16_000, 3), np.uint8))
    edges = sorted({(roi.x - roi.size / 2, roi.x + roi.size / 2) for roi in tiles})
    assert edges[0][0] == 0 and edges[-1][1] == 16_000
    assert all(right >= left for (_, right), (left, _) in pairwise(edges))


def test_moving_tiles_are_searched_first() -> None:
    """The second frame shows the movement, and its tile holds it."""
    first, second = np.full((2, 720, 1280, 3), 90, np.uint8)
    second[500:560, 1000:1030] = 200
    _, tile = tiles(TileSearch(), [first, second])
    looked = tiles(TileSearch(), [first, second, second, second])
    assert any(
        left <= 1000 and top <= 500 and right >= 1030 and low >= 560 for left, top, right, low in looked[:3]
    )
    assert tile is not None


def test_one_tile_per_frame_and_none_while_a_person_is_tracked() -> None:
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


class SmallPeople(StagedEstimator):
    """A mock whose detector finds people only in a tile that holds them wholly."""

    def detect(
        self, image: ImageArray, rotation_deg: int = 0, *, faint: bool = False, region: Roi | None = None
    ) -> list[Detection]:
        if region is None:
            return []
        self.tiles += 1
        found = []
        for figure, points in self._seen(image):
            if (np.abs(points[:, :2] - (region.x, region.y)) <= region.size / 2).all():
                hips = points[[23, 24], :2].mean(axis=0)
                top = hips - (0, figure.size)
                found.append(Detection(np.zeros(4), np.stack([hips, top, hips, top]), 0.9))
        return found


def found_in_a_picture(options: TrackerOptions, *figures: Figure) -> tuple[list[float], int]:
    """x of the hips of the people in a single image, and how many tiles were searched."""
    estimator = SmallPeople(options, figures)
    found = detect_all(estimator, FrameContext(estimator.picture(), 0.0, 0.0))  # type: ignore[arg-type]
    return sorted(float(pose.image[[23, 24], 0].mean()) for pose in found.poses), estimator.tiles


@pytest.mark.parametrize("options", [DEFAULT, replace(COUNTING, static=True, num_poses=1)])
def test_a_single_image_is_searched_in_all_tiles(options: TrackerOptions) -> None:
    """`fitness image` and `fitness teach` find a small person at any place of a picture. 16:9 has 18 tiles."""
    for x in (60.0, 300.0, 590.0):
        places, tiles = found_in_a_picture(options, Figure(standing(x), RED, depth=2.0))
        assert places == [pytest.approx(x, abs=1.0)] and tiles == 18


def test_each_small_person_in_an_image_is_found_once() -> None:
    """Tiles overlap, so a person is found in several of them."""
    people = Figure(standing(150.0), RED, depth=2.0), Figure(standing(420.0), GREEN, depth=2.2)
    places, _ = found_in_a_picture(replace(COUNTING, static=True), *people)
    assert places == [pytest.approx(150.0, abs=1.0), pytest.approx(420.0, abs=1.0)]


@pytest.mark.parametrize("options", [MEDIAPIPE_TASKS, MEDIAPIPE_LEGACY])
def test_mediapipes_profiles_search_no_tiles(options: TrackerOptions) -> None:
    """Their results for an image stay those of MediaPipe."""
    assert found_in_a_picture(options, Figure(standing(300.0), RED, depth=2.0)) == ([], 0)


def test_a_second_small_person_is_found_beside_a_small_one() -> None:
    """While only small people are tracked, the search continues; the cost is one tile every 0.2 s."""
    people = Figure(standing(150.0), RED, depth=2.0), Figure(standing(480.0), GREEN, depth=2.0)
    stage = Stage(*people, num_poses=2)
    stage.estimator = SmallPeople(stage.estimator.options, people)
    stage.loop = MultiPersonTracker(stage.estimator)  # type: ignore[arg-type]
    frames = stage.run(6)
    assert {pose.id for pose in frames[-1].poses} == {1, 2} and len(stage.who(frames[-1])) == 2


def test_no_tile_is_searched_beside_a_large_person() -> None:
    stage = Stage(Figure(standing(300.0), RED, depth=1.0), num_poses=2)
    stage.run(3)
    assert stage.estimator.tiles == 0
