"""Finds people who are too small for the detector by searching tiles of the frame.

The detector scales the whole frame to 224 pixels and misses people below about 30 % of a 16:9 frame's height. In a
tile of half the frame's height it finds people from about 10 % on. In a stream, one tile is searched on each frame
while nobody is found, so the cost is one more detector run per frame. The tile with the most movement and the next
tile in a fixed order alternate. In a single image all tiles are searched.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import FloatArray, ImageArray, Roi

_SIDE: Final = 0.5
"""Side of a tile as a fraction of the frame height."""
_STEP: Final = 0.6
"""Maximum distance between tiles as a fraction of their side: people up to 0.4 of the side fit wholly into one."""
_LEAST_SIDE_PX: Final = 16
"""A smaller tile of a single image is not searched: nobody can be found in it."""
_MOST: Final = 64
"""Maximum number of tiles along each side; in longer images, such as banners, there are gaps between them."""
_CELLS: Final = 96
"""Movement is measured on a grid with about this many samples along the frame's longer side."""
_NOISE: Final = 10.0
"""Difference in grey levels up to which a change is noise."""
_KEEP: Final = 0.8
"""Decay factor of the accumulated movement per frame."""
_REST: Final = 6
"""Frames for which a tile searched because of its movement is not chosen for movement again."""


class TileSearch:
    """Chooses the tile to search on each frame of one stream."""

    def __init__(self) -> None:
        self._shape: tuple[int, ...] = ()
        self._tiles: list[tuple[int, int, int]] = []
        self._before: FloatArray | None = None
        self._moved: FloatArray | None = None
        self._last: list[int] = []
        self._frame = self._turn = 0

    def next(self, image: ImageArray) -> Roi:
        """The tile of this frame (H, W, 3): a square region in pixels, upright."""
        if image.shape != self._shape:
            self._begin(image.shape)
        self._frame += 1
        moved = self._movement(image)
        chosen = int(np.argmax(moved)) if self._frame % 2 and moved.max() > 0 else None
        if chosen is None:
            chosen, self._turn = self._turn, (self._turn + 1) % len(self._tiles)
        else:
            self._last[chosen] = self._frame
        return _roi(self._tiles[chosen])

    def _begin(self, shape: tuple[int, ...]) -> None:
        self._shape, self._before, self._moved = shape, None, None
        self._tiles = _tiles(shape)
        self._last = [-_REST] * len(self._tiles)
        self._turn = 0

    def _movement(self, image: ImageArray) -> FloatArray:
        """Recent movement in each tile; 0 for tiles that were searched for movement within `_REST` frames."""
        step = max(1, max(image.shape[:2]) // _CELLS)
        grey = image[::step, ::step, 1].astype(np.float32)
        change = np.zeros_like(grey) if self._before is None else np.abs(grey - self._before)
        change = np.maximum(change - _NOISE, 0.0)
        self._before = grey
        self._moved = change if self._moved is None else self._moved * np.float32(_KEEP) + change
        moved = self._moved
        return np.array(
            [
                0.0
                if self._frame - last < _REST
                else moved[y // step : (y + side) // step, x // step : (x + side) // step].sum()
                for (x, y, side), last in zip(self._tiles, self._last, strict=True)
            ],
            np.float32,
        )


def all_tiles(image: ImageArray) -> list[Roi]:
    """The tiles of a single image (H, W, 3), row by row: square regions in pixels, upright; 18 of them for 16:9."""
    return [_roi(tile) for tile in _tiles(image.shape) if tile[2] >= _LEAST_SIDE_PX]


def _tiles(shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Left, top and side of each tile, pixels."""
    height, width = shape[:2]
    side = max(1, min(round(_SIDE * height), width))
    across, down = (_spread(length, side) for length in (width, height))
    return [(x, y, side) for y in down for x in across]


def _roi(tile: tuple[int, int, int]) -> Roi:
    x, y, side = tile
    return Roi(x + side / 2, y + side / 2, float(side), 0.0)


def _spread(length: int, side: int) -> list[int]:
    """Start positions of tiles of the given side, evenly spread over a length."""
    count = 1 if length <= side else 1 + int(np.ceil((length - side) / (_STEP * side)))
    return [round(start) for start in np.linspace(0, max(length - side, 0), min(count, _MOST))]
