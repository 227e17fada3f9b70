"""Cards for live views: lines of text, tables and the confidence dot on a dark background."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias

from fitness.drawing.glyphs import fitted, ink
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.ring import annulus
from fitness.drawing.theme import GO, SCRIM, SCRIM_OPACITY, SOFT, STOP, WARN, WHITE, Screen
from fitness.types import ImageArray

Place: TypeAlias = Literal["centre", "top right", "bottom"]


@lru_cache(maxsize=32)
def _card(lines: tuple[str, ...], cap: int, room: int, colour: Colour) -> Patch:
    words = [fitted(line or " ", cap, room) for line in lines]
    pad, step = round(1.2 * cap), round(2.1 * cap)
    width = max(word.width for word in words) + 2 * pad
    height = 2 * pad + cap + step * (len(words) - 1)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, pad // 2, SCRIM, SCRIM_OPACITY)
    for row, word in enumerate(words):
        sheet.word(word, pad, pad + cap + row * step, colour if row == 0 else WHITE)
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
    sheet.box(0, 0, width, height, pad // 2, SCRIM, SCRIM_OPACITY)
    sheet.word(head, pad, pad + head.cap_px, WHITE)
    base = pad + head.cap_px + cap // 2
    for first, second in zip(firsts, seconds, strict=True):
        base += step
        if keys:
            sheet.box(pad, base - cap - cap // 2, first.width + cap, 2 * cap, cap // 2, WHITE, 0.16)
        sheet.word(first, pad + (cap // 2 if keys else 0), base, WHITE if keys else SOFT)
        sheet.word(second, pad + left + gap, base, SOFT if keys else WHITE)
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
    screen = Screen(image.shape[1], image.shape[0])
    room = screen.width - 6 * screen.margin
    tall = 2.5 * len(rows) + 4.6
    cap = max(6, min(round(size * screen.unit), round(0.9 * screen.height / tall)))
    patch = _table(title, rows, cap, room, keys)
    while patch.colour.shape[1] > screen.width - 2 * screen.margin and cap > 6:
        cap -= 1
        patch = _table(title, rows, cap, room, keys)
    height, width = patch.colour.shape[:2]
    y = max((screen.height - height) // 2, below + screen.margin if below else 0)
    y = max(0, min(y, screen.height - screen.margin - height))
    patch.lay_on(image, max(0, (screen.width - width) // 2), y)


def draw_card(
    image: ImageArray,
    lines: tuple[str, ...],
    place: Place,
    *,
    size: float = 3.0,
    colour: Colour = WHITE,
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
    screen = Screen(image.shape[1], image.shape[0])
    room = screen.width - 6 * screen.margin
    cap = max(6, min(round(size * screen.unit), round(0.9 * screen.height / (2.1 * len(lines) + 1.4))))
    patch = _card(lines, cap, room, colour)
    height, width = patch.colour.shape[:2]
    x, y = (screen.width - width) // 2, (screen.height - height) // 2
    if place == "top right":
        x = screen.width - screen.margin - width
        y = screen.margin if x > taken[0] else taken[1] + screen.margin
    elif place == "bottom":
        y = screen.height - max(raised, 0) - screen.margin - height
    patch.lay_on(image, max(0, x), max(0, y))


def draw_confidence(image: ImageArray, confidence: float, corner: tuple[int, int]) -> None:
    """Draw the confidence dot in the upper right corner of a card: green from 0.7 on, amber from 0.4 on, else a red ring.

    Args:
        image: (H, W, 3) uint8 RGB, drawn on.   corner: x and y of the card's upper right corner, pixels.
    """
    screen = Screen(image.shape[1], image.shape[0])
    size = screen.cap(2.2)
    colour = GO if confidence >= 0.7 else WARN if confidence >= 0.4 else STOP
    x, y = corner[0] - size - round(1.6 * screen.unit), corner[1] + round(1.6 * screen.unit)
    _dot(size, colour, confidence < 0.4).lay_on(image, x, y)


@lru_cache(maxsize=8)
def _dot(size: int, colour: Colour, hollow: bool) -> Patch:
    sheet = Sheet(size, size)
    sheet.stamp(annulus(size, max(2, size // 4) if hollow else size), 0, 0, colour)
    return sheet.patch()
