"""Renders text as grey masks, from stored letters (Roboto) that are scaled to any size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

FaceName: TypeAlias = Literal["text", "number"]
Mask: TypeAlias = NDArray[np.uint8]

ABOVE: Final = 1.44
BELOW: Final = 0.40
"""Space above and below the base line, in heights of a capital; enough for Roboto's accents and descenders."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A word as a mask.

    mask: (H, W) uint8, coverage.   above: number of rows above the base line.   cap_px: height of capitals, pixels.
    """

    mask: Mask
    above: int
    cap_px: int

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.mask.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """One font at one size, as written by scripts/make_glyphs.py."""

    pixels: Mask
    boxes: dict[str, tuple[int, int, int, int]]
    base_px: int
    cap_px: int


@lru_cache(maxsize=2)
def _face(name: FaceName) -> _Face:
    with (
        as_file(files("fitness.drawing") / "glyphs.npz") as path,
        np.load(path, allow_pickle=False) as data,
    ):
        codes, boxes = data[f"{name}_codes"], data[f"{name}_boxes"]
        _, base_px, cap_px = (int(value) for value in data[f"{name}_metrics"])
        table = {chr(code): tuple(int(v) for v in box) for code, box in zip(codes, boxes, strict=True)}
        return _Face(data[f"{name}_pixels"], table, base_px, cap_px)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def ink(text: str, cap_px: int, face: FaceName = "text") -> Ink:
    """The mask of `text` in one line, with capitals `cap_px` high.

    The number face has digits and signs only. A missing letter is drawn as "?", or left out if the face lacks "?" too.
    """
    font = _face(face)
    line, above = _line(text, font)
    scale = cap_px / font.cap_px
    rows_above, rows_below = math.ceil(ABOVE * cap_px), math.ceil(BELOW * cap_px)
    size = (max(1, round(line.shape[1] * scale)), rows_above + rows_below)
    resized = _shrunk if scale <= 1 else _grown
    mask = resized(line, above, scale, size, rows_above)
    mask.setflags(write=False)
    return Ink(mask, rows_above, cap_px)


def _shrunk(line: Mask, above: int, scale: float, size: tuple[int, int], rows_above: int) -> Mask:
    """Scale the line down, with its base line at `rows_above`; each pixel is the mean of its area."""
    first = above - round(rows_above / scale)
    last = above + round((size[1] - rows_above) / scale)
    line = np.pad(line, ((max(0, -first), max(0, last - line.shape[0])), (0, 0)))
    part = line[max(0, first) : last + max(0, -first)]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _grown(line: Mask, above: int, scale: float, size: tuple[int, int], rows_above: int) -> Mask:
    """Scale the line up, with its base line at `rows_above`, and sharpen the edges, blurred over `scale` pixels."""
    shift = (scale - 1) / 2
    matrix = np.array([[scale, 0, shift], [0, scale, shift + rows_above - above * scale]])
    wide = cv2.warpAffine(line, matrix, size, flags=cv2.INTER_CUBIC).astype(np.float32)
    return np.asarray(np.clip((wide - 127.5) * scale + 127.5, 0, 255), dtype=np.uint8)


def _line(text: str, font: _Face) -> tuple[Mask, int]:
    """The text at the stored size of the font: (H, W) mask, and the row of its base line."""
    boxes = [font.boxes.get(char) or font.boxes.get("?") for char in text]
    known = [box for box in boxes if box is not None]
    width = sum(advance for *_, advance in known) + 4
    line = np.zeros((font.pixels.shape[0], max(1, width)), np.uint8)
    pen = 2
    for x, columns, left, advance in known:
        start = pen + left
        skip, stop = max(0, -start), min(columns, line.shape[1] - start)
        if stop > skip:
            part = line[:, start + skip : start + stop]
            np.maximum(part, font.pixels[:, x + skip : x + stop], out=part)
        pen += advance
    return line, font.base_px


def fitted(text: str, cap_px: int, width_px: int, min_cap_px: int = 6, face: FaceName = "text") -> Ink:
    """The mask of `text`, at most `width_px` wide, with capitals from `min_cap_px` to `cap_px` high."""
    wanted = ink(text, cap_px, face)
    if wanted.width <= width_px:
        return wanted
    return ink(text, max(min_cap_px, int(cap_px * width_px / wanted.width)), face)
