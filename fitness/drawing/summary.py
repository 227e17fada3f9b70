"""The summary at the end of a workout: a card on the screen, and an image to share that shows no person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from fitness.drawing.glyphs import FaceName, Ink, fitted, ink
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.theme import GO, SCRIM, SCRIM_OPACITY, SOFT, WHITE, Screen
from fitness.metrics import figures
from fitness.metrics.figures import NO_BREAK, SetFigures
from fitness.recognition.exercises import is_held
from fitness.recognition.exercises.names import pretty_name
from fitness.types import ImageArray

SHARE_SIZE: Final = (1080, 1350)
"""Width and height of the image to share, pixels: the portrait format of photo apps."""

_LONG: Final = 10
"""Figures with more characters get a row of their own."""

_MOST_EXERCISES: Final = 8
_MOST_SETS: Final = 6
_TOP: Final[Colour] = (24, 58, 46)
_BOTTOM: Final[Colour] = (11, 13, 16)
"""Background of the image to share, from top to bottom; white text has a contrast above 10 on both."""


@dataclass(frozen=True, slots=True)
class DoneSet:
    """One set of the workout.   reps: with corrections; seconds for a hold."""

    exercise: str
    reps: int
    figures: SetFigures


@dataclass(frozen=True, slots=True)
class Summary:
    """Text of the summary.

    title: at the top.   date: beside it.   total, unit: in large type.
    exercises: each name with its sets.   figures: value and name of each figure.   footer: in small type, below.
    """

    title: str
    date: str
    total: str
    unit: str
    exercises: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    footer: str = ""


def summary_of(
    sets: Sequence[DoneSet],
    *,
    title: str = "Workout done",
    date: str = "",
    streak_weeks: int | None = None,
    records: Sequence[str] = (),
    footer: str = "",
) -> Summary:
    """The summary of a workout's sets.

    Args:
        streak_weeks: weeks in a row with training, or None if unknown.   records: new personal records, as text.
    """
    done = [one for one in sets if one.reps]
    reps = sum(one.reps for one in done if not is_held(one.exercise))
    held_s = sum(one.reps for one in done if is_held(one.exercise))
    names = list(dict.fromkeys(one.exercise for one in done))
    rows = [
        (_name(name), _sets_text(name, [one.reps for one in done if one.exercise == name])) for name in names
    ]
    if len(rows) > _MOST_EXERCISES:
        rows = [*rows[: _MOST_EXERCISES - 1], ("and more", f"{len(rows) - _MOST_EXERCISES + 1} exercises")]
    return Summary(
        title=title,
        date=date,
        total=str(reps) if reps or not held_s else figures.clock(held_s),
        unit=("rep" if reps == 1 else "reps") if reps or not held_s else "held",
        exercises=tuple(rows),
        figures=tuple(_worth_a_photo(done, streak_weeks, records)),
        footer=footer,
    )


def _name(exercise: str) -> str:
    return pretty_name(exercise, plural=False)


def _sets_text(exercise: str, reps: Sequence[int]) -> str:
    """ "3 x 8" if all sets are equal, else "8 + 8 + 7"; seconds with their unit."""
    unit = f"{NO_BREAK}s" if is_held(exercise) else ""
    if len(reps) == 1:
        return f"{reps[0]}{unit or NO_BREAK + ('rep' if reps[0] == 1 else 'reps')}"
    if len(set(reps)) == 1:
        return f"{len(reps)} x {reps[0]}{unit}"
    if len(reps) > _MOST_SETS:
        return f"{len(reps)} sets, {sum(reps)}{unit}"
    return " + ".join(map(str, reps)) + unit


def _worth_a_photo(
    sets: Sequence[DoneSet], streak_weeks: int | None, records: Sequence[str]
) -> list[tuple[str, str]]:
    """Sets, best range of motion, tempo, streak and the first new record, if known."""
    found = [(str(len(sets)), "set" if len(sets) == 1 else "sets")]
    ranges = [one.figures.range_most_deg for one in sets if one.figures.range_most_deg is not None]
    if ranges:
        found.append((figures.degrees(max(ranges)), "best range"))
    tempos = [
        tempo
        for one in sets
        if not is_held(one.exercise) and one.figures.tempo_s is not None
        for tempo in [one.figures.tempo_s] * one.reps
    ]
    if tempos:
        found.append((figures.seconds(float(np.median(tempos))), "a rep"))
    if streak_weeks:
        found.append((str(streak_weeks), "week in a row" if streak_weeks == 1 else "weeks in a row"))
    return [*found, *((text, "new record") for text in records[:1])]


@lru_cache(maxsize=4)
def summary_patch(summary: Summary, screen: Screen) -> Patch:
    """Draw the summary as a card in the middle of the screen."""
    unit = screen.unit if screen.portrait else 0.86 * screen.unit
    width = min(screen.width - 2 * screen.margin, round(116 * unit))
    height = _paint(None, summary, 0, 0, width, unit)
    if height > screen.height - 2 * screen.margin:
        unit *= (screen.height - 2 * screen.margin) / height
        height = _paint(None, summary, 0, 0, width, unit)
    sheet = Sheet(width, height)
    sheet.box(0, 0, width, height, screen.radius, SCRIM, SCRIM_OPACITY)
    _paint(sheet, summary, 0, 0, width, unit)
    return sheet.patch()


def share_picture(summary: Summary, picture: ImageArray | None = None) -> ImageArray:
    """The image to share: (1350, 1080, 3) uint8 RGB.

    Args:
        picture: image to show above the figures, RGB; None for no image, so that nobody is seen.
    """
    width, height = SHARE_SIZE
    shade = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    back = (1 - shade) * np.array(_TOP, np.float32) + shade * np.array(_BOTTOM, np.float32)
    image: ImageArray = np.repeat(np.round(back).astype(np.uint8), width, axis=1)
    unit = width / 100
    tall = _paint(None, summary, 0, 0, width, unit)
    if picture is not None:
        room = height - tall
        image[:room] = _cut(picture, width, room) if room > 0 else image[:room]
    sheet = Sheet(width, height)
    _paint(sheet, summary, 0, height - tall if picture is not None else (height - tall) // 2, width, unit)
    sheet.patch().lay_on(image, 0, 0)
    return image


def _cut(picture: ImageArray, width: int, height: int) -> ImageArray:
    """The middle of an image, scaled to fill `width` x `height` pixels."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = (max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale)))
    big = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return np.asarray(big[y : y + height, x : x + width], np.uint8)


def _paint(sheet: Sheet | None, summary: Summary, x: int, y: int, width: int, unit: float) -> int:
    """Paint the summary into a column; returns its height, pixels. Without a sheet, it is only measured."""

    def px(units: float) -> int:
        return max(6, round(units * unit))

    pad = px(6)
    left, right, room, top = x + pad, x + width - pad, width - 2 * pad, y
    y += pad + px(3.6)
    title, date = fitted(summary.title, px(3.6), room * 3 // 5), fitted(summary.date, px(3), room * 2 // 5)
    _word(sheet, title, left, y, GO)
    _word(sheet, date, right - date.width, y, SOFT)
    y += px(5) + px(15)
    face: FaceName = "number" if all(char.isdigit() or char == ":" for char in summary.total) else "text"
    total = fitted(summary.total, px(15), room * 2 // 3, face=face)
    _word(sheet, total, left, y, WHITE)
    _word(sheet, ink(summary.unit, px(5)), left + total.width + px(2.5), y, SOFT)
    y += px(3)
    for name, what in summary.exercises:
        y += px(3) + px(4)
        value = fitted(what, px(4), room * 3 // 5)
        _word(sheet, fitted(name, px(4), room - value.width - px(3)), left, y, WHITE)
        _word(sheet, value, right - value.width, y, SOFT)
    y += px(4)
    y = _paint_figures(sheet, summary.figures, (left, y), room, unit)
    if summary.footer:
        y += px(5.4) + px(2.6)
        _word(sheet, fitted(summary.footer, px(2.6), room), left, y, SOFT)
    return y + pad - top


def _paint_figures(
    sheet: Sheet | None, shown: Sequence[tuple[str, str]], at: tuple[int, int], room: int, unit: float
) -> int:
    """Paint figures with their names below: up to three in a row, long ones alone. Returns the pixel row below them."""
    x, y = at
    across = 3
    cell, cap, small = room // across, round(5.4 * unit), max(6, round(2.8 * unit))
    short, long = ([one for one in shown if (len(one[0]) > _LONG) == wide] for wide in (False, True))
    rows = [(short[first : first + across], cell) for first in range(0, len(short), across)]
    rows += [([one], room) for one in long]
    for row, wide in rows:
        y += round(4.4 * unit) + cap
        for number, (value, name) in enumerate(row):
            left, most = x + number * cell, wide - round(2 * unit)
            _word(sheet, fitted(value, cap, most), left, y, WHITE)
            _word(sheet, fitted(name, small, most), left, y + round(1.6 * unit) + small, SOFT)
        y += round(1.6 * unit) + small
    return y


def _word(sheet: Sheet | None, word: Ink, x: int, base_y: int, colour: Colour) -> None:
    if sheet is not None:
        sheet.word(word, x, base_y, colour)
