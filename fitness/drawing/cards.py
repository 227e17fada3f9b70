"""Cards for live views: lines of text, tables and the confidence dot on a dark background."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeAlias

from fitness.drawing.glyphs import fitted, ink
from fitness.drawing.hud import Layout
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.ring import annulus
from fitness.types import ImageArray

Place: TypeAlias = Literal["centre", "top right", "bottom"]

_BACK: Final[Colour] = (12, 14, 18)
_WHITE: Final[Colour] = (255, 255, 255)
_DIM: Final[Colour] = (190, 197, 205)
GOOD: Final[Colour] = (52, 211, 110)
FAIR: Final[Colour] = (255, 196, 61)
POOR: Final[Colour] = (240, 84, 84)


@lru_cache(maxsize=32)
def _card(lines: tuple[str, ...], cap: int, room: int, colour: Colour) -> Patch:
    words = [fitted(line or " ", cap, room) for line in lines]
    pad, step = round(1.2 * cap), round(2.1 * cap)
    width = max(word.width for word in words) + 2 * pad
    height = 2 * pad + cap + step * (len(words) - 1)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, pad // 2, _BACK, 0.82)
    for row, word in enumerate(words):
        sheet.word(word, pad, pad + cap + row * step, colour if row == 0 else _WHITE)
    return sheet.patch()


@lru_cache(maxsize=16)
def _table(title: str, rows: tuple[tuple[str, str], ...], cap: int, room: int, keys: bool) -> Patch:
    """A title, then two columns; with `keys`, the first column is drawn as keys of a keyboard."""
    pad, step, gap = round(1.4 * cap), round((2.5 if keys else 2.2) * cap), round(1.6 * cap)
    head = fitted(title, round(1.25 * cap), room)
    firsts = [ink(first, cap) for first, _ in rows]
    left = max((word.width for word in firsts), default=0) + (cap if keys else 0)
    seconds = [fitted(second, cap, max(cap, room - left - gap)) for _, second in rows]
    right = max((word.width for word in seconds), default=0)
    width = max(head.width, left + gap + right) + 2 * pad
    height = 2 * pad + head.cap_px + step * len(rows) + (cap // 2 if rows else 0)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, pad // 2, _BACK, 0.86)
    sheet.word(head, pad, pad + head.cap_px, _WHITE)
    base = pad + head.cap_px + cap // 2
    for first, second in zip(firsts, seconds, strict=True):
        base += step
        if keys:
            sheet.box(pad, base - cap - cap // 2, first.width + cap, 2 * cap, cap // 2, _WHITE, 0.16)
        sheet.word(first, pad + (cap // 2 if keys else 0), base, _WHITE if keys else _DIM)
        sheet.word(second, pad + left + gap, base, _DIM if keys else _WHITE)
    return sheet.patch()


def draw_table(
    image: ImageArray,
    title: str,
    rows: tuple[tuple[str, str], ...],
    *,
    size: float = 3.0,
    keys: bool = False,
    below: int = 0,
) -> None:
    """Draw a card in the middle: a title, and rows of two columns.

    Args:
        image: (H, W, 3) uint8 RGB, drawn on.   size: as in `draw_card`.
        keys: draw the first column as keys of a keyboard.
        below: keep the card below this row of pixels, if there is room.
    """
    layout = Layout(image.shape[1], image.shape[0])
    room = layout.width - 6 * layout.margin
    tall = 2.5 * len(rows) + 4.6
    cap = max(6, min(round(size * layout.unit), round(0.9 * layout.height / tall)))
    patch = _table(title, rows, cap, room, keys)
    while patch.colour.shape[1] > layout.width - 2 * layout.margin and cap > 6:
        cap -= 1
        patch = _table(title, rows, cap, room, keys)
    height, width = patch.colour.shape[:2]
    y = max((layout.height - height) // 2, below + layout.margin if below else 0)
    y = max(0, min(y, layout.height - layout.margin - height))
    patch.lay_on(image, max(0, (layout.width - width) // 2), y)


def draw_card(
    image: ImageArray,
    lines: tuple[str, ...],
    place: Place,
    *,
    size: float = 3.0,
    colour: Colour = _WHITE,
    taken: tuple[int, int] = (0, 0),
    raised: int = 0,
) -> None:
    """Draw lines of text on a card, the first one in `colour`.

    Args:
        image: (H, W, 3) uint8 RGB, drawn on.
        size: height of capitals in hundredths of the shorter side; reduced if the card would not fit.
        taken: width and height of the area at the top left that is in use; a card at the top right avoids it.
        raised: number of pixel rows at the bottom that are in use.
    """
    if not lines:
        return
    layout = Layout(image.shape[1], image.shape[0])
    room = layout.width - 6 * layout.margin
    cap = max(6, min(round(size * layout.unit), round(0.9 * layout.height / (2.1 * len(lines) + 1.4))))
    patch = _card(lines, cap, room, colour)
    height, width = patch.colour.shape[:2]
    x, y = (layout.width - width) // 2, (layout.height - height) // 2
    if place == "top right":
        x = layout.width - layout.margin - width
        y = layout.margin if x > taken[0] else taken[1] + layout.margin
    elif place == "bottom":
        y = layout.height - max(raised, 0) - layout.margin - height
    patch.lay_on(image, max(0, x), max(0, y))


def draw_confidence(image: ImageArray, confidence: float, corner: tuple[int, int]) -> None:
    """Draw the confidence dot in the upper right corner of a card: green from 0.7 on, amber from 0.4 on, else a red ring.

    Args:
        image: (H, W, 3) uint8 RGB, drawn on.   corner: x and y of the card's upper right corner, pixels.
    """
    layout = Layout(image.shape[1], image.shape[0])
    size = max(6, round(2.2 * layout.unit))
    colour = GOOD if confidence >= 0.7 else FAIR if confidence >= 0.4 else POOR
    x, y = corner[0] - size - round(1.6 * layout.unit), corner[1] + round(1.6 * layout.unit)
    _dot(size, colour, confidence < 0.4).lay_on(image, x, y)


@lru_cache(maxsize=8)
def _dot(size: int, colour: Colour, hollow: bool) -> Patch:
    sheet = Sheet(size, size)
    sheet.stamp(annulus(size, max(2, size // 4) if hollow else size), 0, 0, colour)
    return sheet.patch()
