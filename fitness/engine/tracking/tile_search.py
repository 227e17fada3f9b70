"""Where to look for people who are too small for the detector: one tile of the frame at a time.

The detector sees the whole frame on 224 pixels and misses people lower than about 30 % of a 16:9 frame's height. In a
tile of half the frame's height it finds those from about 10 % on. While nobody is found, one tile is searched on each
frame, so the cost is one further run of the detector: in turn where something moves most, and the next of all tiles.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fitness.types import FloatArray, ImageArray, Roi

_SIDE: Final = 0.5
"""Side of a tile over the frame's height."""
_STEP: Final = 0.6
"""Greatest distance of two tiles over their side: people up to 0.4 of it are whole in one of them."""
_CELLS: Final = 96
"""The longer side of the frame is looked at in so many steps for what moves."""
_NOISE: Final = 10.0
"""Grey levels of difference that are no movement."""
_KEEP: Final = 0.8
"""Share of the movement that is remembered from frame to frame."""
_REST: Final = 6
"""A tile that was searched for its movement is not searched for it again in so many frames."""


class TileSearch:
    """Chooses the tiles of one stream in which nobody is found."""

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
        x, y, side = self._tiles[chosen]
        return Roi(x + side / 2, y + side / 2, float(side), 0.0)

    def _begin(self, shape: tuple[int, ...]) -> None:
        height, width = shape[:2]
        side = min(round(_SIDE * height), width)
        corners = [_spread(length, side) for length in (width, height)]
        self._shape, self._before, self._moved = shape, None, None
        self._tiles = [(x, y, side) for y in corners[1] for x in corners[0]]
        self._last = [-_REST] * len(self._tiles)
        self._turn = 0

    def _movement(self, image: ImageArray) -> FloatArray:
        """How much moved in each tile lately; 0 in those that were searched for it a moment ago."""
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


def _spread(length: int, side: int) -> list[int]:
    """Where tiles of a side begin that cover a length evenly."""
    count = 1 if length <= side else 1 + int(np.ceil((length - side) / (_STEP * side)))
    return [round(start) for start in np.linspace(0, max(length - side, 0), count)]
