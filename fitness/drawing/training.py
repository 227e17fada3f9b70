"""Draws the training screen: the column with the ring, and the card of a set. `training_content` decides what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fitness.coach.state import Dot
from fitness.drawing.glyphs import FaceName, Ink, fitted, ink
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.ring import annulus, draw_arc, draw_tick
from fitness.drawing.theme import (
    GO,
    SCRIM,
    SCRIM_OPACITY,
    SOFT,
    TRACK_OPACITY,
    WHITE,
    Screen,
    SideOfScreen,
)
from fitness.types import ImageArray

_RING: Final = 3.2
"""Width of the ring's line, in units."""

_NUMBER: Final = 17.0
_WORD: Final = 12.0
"""Height of the number in the ring, and of a word or a time there, in units; reduced if it does not fit."""

_MOST_DOTS: Final = 12


@dataclass(frozen=True, slots=True)
class Column:
    """Text of the column.

    title: above the ring, in `title_tone`.   number: large, in the ring.   under: below the number, in `under_tone`.
    word: at the bottom of the ring.   dots: the sets.   lines: below the ring, the first one in white.
    """

    title: str
    number: str
    under: str = ""
    word: str = ""
    dots: tuple[Dot, ...] = ()
    lines: tuple[str, ...] = ()
    tone: Colour = WHITE
    title_tone: Colour = WHITE
    under_tone: Colour = SOFT
    word_tone: Colour = SOFT


@dataclass(frozen=True, slots=True)
class Ring:
    """State of the ring.   share: filled part, 0..1.   goal: place of the tick, 0..1, or None for no tick."""

    share: float
    colour: Colour
    goal: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    """A painted column.   centre, diameter, line: measures of its ring, pixels."""

    patch: Patch
    centre: tuple[int, int]
    diameter: int
    line: int


def draw_column(
    image: ImageArray, column: Column, ring: Ring, side: SideOfScreen, *, lit: bool = False
) -> tuple[int, int, int, int]:
    """Draw the column at one side (in portrait: at the top). Returns its place: x, y, width, height in pixels.

    Args:
        image: (H, W, 3) uint8 RGB, drawn on.   lit: a rep was just counted.
    """
    screen = Screen(image.shape[1], image.shape[0])
    built = _column(column, screen)
    height, width = built.patch.colour.shape[:2]
    x = screen.margin if side == "left" or screen.portrait else screen.width - screen.margin - width
    y = screen.margin if screen.portrait else max(screen.margin, (screen.height - height) // 2)
    built.patch.lay_on(image, x, y)
    centre = (x + built.centre[0], y + built.centre[1])
    colour = GO if lit else ring.colour
    draw_arc(image, centre, built.diameter, built.line, 1.0 if lit else ring.share, colour)
    if ring.goal is not None and not lit:
        draw_tick(image, centre, built.diameter, built.line, ring.goal)
    return x, y, width, height


@lru_cache(maxsize=64)
def _column(column: Column, screen: Screen) -> _Built:
    return _upright(column, screen) if screen.portrait else _beside(column, screen)


def _beside(column: Column, screen: Screen) -> _Built:
    """The column for landscape screens: title, ring, dots and lines below each other."""
    pad, gap = screen.px(3), screen.px(2.4)
    width = screen.column
    room = width - 2 * pad
    diameter = min(room, round(0.56 * screen.height))
    title = fitted(column.title, screen.cap(5), room)
    lines = [fitted(line, screen.cap(3.4), room) for line in column.lines]
    height = 2 * pad + title.cap_px + gap + diameter
    height += (gap + screen.px(2.6)) if column.dots else 0
    height += sum(gap + line.cap_px for line in lines)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, screen.radius, SCRIM, SCRIM_OPACITY)
    y = pad + title.cap_px
    sheet.word(title, (width - title.width) // 2, y, column.title_tone)
    y += gap
    centre = (width // 2, y + diameter // 2)
    line = _paint_ring(sheet, column, screen, centre, diameter)
    y += diameter
    if column.dots:
        _paint_dots(sheet, column.dots, width // 2, y + gap, room, screen)
        y += gap + screen.px(2.6)
    for number, word in enumerate(lines):
        y += gap + word.cap_px
        sheet.word(word, (width - word.width) // 2, y, WHITE if number == 0 else SOFT)
    return _Built(sheet.patch(), centre, diameter, line)


def _upright(column: Column, screen: Screen) -> _Built:
    """The column for portrait screens: the ring at the left, the text at its right."""
    pad, gap = screen.px(3), screen.px(3)
    width, diameter = screen.column, min(screen.px(40), round(0.3 * screen.height))
    height = diameter + 2 * pad
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, screen.radius, SCRIM, SCRIM_OPACITY)
    centre = (pad + diameter // 2, pad + diameter // 2)
    line = _paint_ring(sheet, column, screen, centre, diameter)
    left = 2 * pad + diameter
    room = width - left - pad
    words = [(fitted(column.title, screen.cap(5.4), room), column.title_tone)]
    words += [
        (fitted(text, screen.cap(3.8), room), WHITE if number == 0 else SOFT)
        for number, text in enumerate(column.lines)
    ]
    dots = screen.px(3.2) if column.dots else 0
    total = sum(word.cap_px for word, _ in words) + gap * (len(words) - 1) + (gap + dots if dots else 0)
    y = max(pad, (height - total) // 2)
    for number, (word, tone) in enumerate(words):
        y += word.cap_px
        sheet.word(word, left, y, tone)
        y += gap
        if number == 0 and dots:
            _paint_dots(sheet, column.dots, left, y, room, screen, centred=False)
            y += dots + gap
    return _Built(sheet.patch(), centre, diameter, line)


def _paint_ring(sheet: Sheet, column: Column, screen: Screen, centre: tuple[int, int], diameter: int) -> int:
    """Paint the empty ring with its text; returns the width of its line, pixels."""
    line = max(3, round(_RING * screen.unit * diameter / screen.px(44)))
    corner = (centre[0] - diameter // 2, centre[1] - diameter // 2)
    sheet.stamp(annulus(diameter, line), *corner, WHITE, TRACK_OPACITY)
    inner = diameter - 2 * line
    shrink = diameter / screen.px(44)
    number = _number(column.number, screen, round(0.8 * inner), shrink)
    under = fitted(column.under, screen.cap(4.6 * shrink), round(0.72 * inner)) if column.under else None
    word = fitted(column.word, screen.cap(4.2 * shrink), round(0.6 * inner)) if column.word else None
    gap = round(0.055 * diameter)
    total = number.cap_px + (gap + under.cap_px if under else 0) + (gap + word.cap_px if word else 0)
    y = centre[1] - total // 2 + number.cap_px
    sheet.word(number, centre[0] - number.width // 2, y, column.tone)
    for ink_, tone in ((under, column.under_tone), (word, column.word_tone)):
        if ink_ is not None:
            y += gap + ink_.cap_px
            sheet.word(ink_, centre[0] - ink_.width // 2, y, tone)
    return line


def _number(text: str, screen: Screen, room: int, shrink: float) -> Ink:
    """The text as a mask: a number in the number face, a word in letters."""
    figures = all(char.isdigit() or char in ":+-/ " for char in text)
    face: FaceName = "number" if figures else "text"
    size = _NUMBER if figures and ":" not in text else _WORD
    return fitted(text, screen.cap(size * shrink), room, face=face)


def _paint_dots(
    sheet: Sheet, dots: tuple[Dot, ...], x: int, y: int, room: int, screen: Screen, *, centred: bool = True
) -> None:
    """Paint the sets as dots: filled if done, a ring for the current one, small and hollow for later ones; many as text."""
    size = screen.px(2.6 if centred else 3.2)
    if len(dots) > _MOST_DOTS:
        word = ink(f"{sum(dot == 'done' for dot in dots)} of {len(dots)} sets", size)
        sheet.word(word, x - word.width // 2 if centred else x, y + size, SOFT)
        return
    step = min(round(1.9 * size), (room - size) // max(1, len(dots) - 1)) if len(dots) > 1 else size
    left = x - (step * (len(dots) - 1) + size) // 2 if centred else x
    for number, dot in enumerate(dots):
        at = left + number * step
        if dot == "done":
            sheet.stamp(annulus(size, size), at, y, GO)
        elif dot == "now":
            sheet.stamp(annulus(size, max(1, size // 4)), at, y, WHITE)
        else:
            small = max(3, round(0.6 * size))
            inset = (size - small) // 2
            sheet.stamp(annulus(small, max(1, small // 4)), at + inset, y + inset, SOFT, 0.7)


@lru_cache(maxsize=16)
def card_patch(title: str, rows: tuple[tuple[str, str], ...], screen: Screen, width: int) -> Patch:
    """Draw a card with a title and rows of a name and a value."""
    pad, gap = screen.px(3), screen.px(2.6)
    room = width - 2 * pad
    head = fitted(title, screen.cap(4.2), room)
    cap = _row_cap(rows, screen.cap(3.2), room - gap)
    height = 2 * pad + head.cap_px + len(rows) * (gap + cap) + (gap if rows else 0)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, screen.radius, SCRIM, SCRIM_OPACITY)
    y = pad + head.cap_px
    sheet.word(head, pad, y, WHITE)
    y += gap if rows else 0
    for name, value in rows:
        y += gap + cap
        right = ink(value, cap)
        sheet.word(ink(name, cap), pad, y, SOFT)
        sheet.word(right, width - pad - right.width, y, WHITE)
    return sheet.patch()


def _row_cap(rows: tuple[tuple[str, str], ...], cap: int, room: int) -> int:
    """The largest height of capitals, up to `cap`, at which name and value of every row fit into `room` pixels."""
    while cap > 6 and any(ink(name, cap).width + ink(value, cap).width > room for name, value in rows):
        cap -= 1
    return cap


@lru_cache(maxsize=32)
def note_patch(text: str, screen: Screen, tone: Colour) -> Patch:
    """Draw one or two lines on a strip with a coloured edge: a form cue, a hint or a camera problem."""
    pad, edge = screen.px(3), screen.px(1)
    room = screen.width - 2 * screen.margin - 2 * pad - edge
    cap = screen.cap(4.2)
    texts = [text] if ink(text, cap).width <= room else _halves(text)
    words = [fitted(part, cap, room) for part in texts]
    width = max(word.width for word in words) + 2 * pad + edge
    step = round(1.9 * cap)
    height = 2 * pad + cap + step * (len(words) - 1)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, screen.radius, SCRIM, SCRIM_OPACITY)
    sheet.box(pad // 2, pad // 2, edge, height - pad, edge // 2, tone)
    for number, word in enumerate(words):
        sheet.word(word, edge + (width - edge - word.width) // 2, pad + cap + number * step, tone)
    return sheet.patch()


def _halves(text: str) -> list[str]:
    """Split the text into two lines at the space nearest the middle."""
    spaces = [at for at, char in enumerate(text) if char == " "]
    if not spaces:
        return [text]
    middle = min(spaces, key=lambda at: abs(at - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]
