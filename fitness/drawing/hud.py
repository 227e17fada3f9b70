"""Text and bars on a frame: rep number, exercise, set, phase bar, message, scores. Sizes follow the frame's size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from fitness.drawing.glyphs import fitted, ink
from fitness.drawing.paint import Colour, Patch, Sheet
from fitness.drawing.theme import GO, MOVE, SCRIM, SCRIM_OPACITY, SOFT, WARN, WHITE, Screen
from fitness.drawing.training import note_patch
from fitness.recognition.exercises import is_held
from fitness.recognition.exercises.names import pretty_name
from fitness.types import Classification, Count, ImageArray

NUMBER_SHARE: Final = 0.15
"""Height of the rep number as a share of the frame's: readable from 3 m on a laptop."""

NUMBER_SHARE_PORTRAIT: Final = 0.135
"""The same for portrait frames, where the person fills the middle and the number must not hide the head."""

DETAIL_PX: Final = 200
"""Frames whose shorter side has fewer pixels have no room for scores and timings."""

_DARK_GREEN: Final[Colour] = (10, 92, 44)
"""Background of the panel just after a rep."""


def _number_cap(screen: Screen) -> int:
    """Height of the digits: a share of the frame's height, reduced if two digits would fill the width."""
    share = NUMBER_SHARE if screen.width >= screen.height else NUMBER_SHARE_PORTRAIT
    return max(9, min(math.ceil(share * screen.height), round(0.42 * screen.width)))


@dataclass(frozen=True, slots=True)
class Panel:
    """Text of the panel: the number, a title above it and a line of small print below."""

    number: str
    title: str
    detail: str

    @classmethod
    def of(cls, count: Count) -> Panel:
        """The panel's text: the current set; between exercises, the totals so far."""
        done = {exercise: reps for exercise, reps in count.totals.items() if reps}
        if unsure := count.shown_pending:
            last = unsure[-1]
            return cls(str(last.number), pretty_name(last.exercise), f"{len(unsure)} not sure yet")
        if count.exercise is not None:
            total = done.get(count.exercise, 0)
            detail = f"{'seconds · ' * is_held(count.exercise)}Set {max(1, count.set)}"
            if total > count.reps_in_set:
                detail += f" · {total} in all"
            if count.exercise in count.sides:
                left, right = count.sides[count.exercise]
                detail += f" · left {left} · right {right}"
            return cls(str(count.reps_in_set), pretty_name(count.exercise), detail)
        if len(done) == 1:
            [(exercise, reps)] = done.items()
            return cls(str(reps), pretty_name(exercise), "in all")
        if done:
            detail = " · ".join(f"{pretty_name(exercise)} {reps}" for exercise, reps in done.items())
            return cls(str(sum(done.values())), "Reps", detail)
        return cls("0", "Ready", "")


@lru_cache(maxsize=64)
def panel_patch(panel: Panel, screen: Screen, lit: bool) -> Patch:
    """Paint the panel; `lit` is the look just after a rep."""
    number = ink(panel.number, _number_cap(screen), "number")
    room = screen.width - 4 * screen.margin
    title = fitted(panel.title, max(6, round(0.24 * _number_cap(screen))), room)
    detail = fitted(panel.detail, max(6, round(0.17 * _number_cap(screen))), room) if panel.detail else None
    pad = max(3, round(0.18 * _number_cap(screen)))
    gap = max(3, round(0.17 * _number_cap(screen)))
    widest = max(number.width, title.width, detail.width if detail else 0, round(1.4 * _number_cap(screen)))
    height = 2 * pad + title.cap_px + gap + _number_cap(screen) + (gap + detail.cap_px if detail else 0)
    sheet = Sheet(widest + 2 * pad, height)
    sheet.box(0, 0, widest + 2 * pad, height, pad, _DARK_GREEN if lit else SCRIM, SCRIM_OPACITY)
    base = pad + title.cap_px
    sheet.word(title, pad, base, SOFT)
    base += gap + _number_cap(screen)
    sheet.word(number, pad, base, WHITE)
    if detail:
        sheet.word(detail, pad, base + gap + detail.cap_px, SOFT)
    return sheet.patch()


def draw_panel(image: ImageArray, count: Count, screen: Screen, lit: bool) -> None:
    """Draw rep number, exercise and set at the top left."""
    panel_patch(Panel.of(count), screen, lit).lay_on(image, screen.margin, screen.margin)


@lru_cache(maxsize=8)
def _bar_patches(width: int, height: int) -> tuple[Patch, Patch, Patch]:
    """The phase bar in three states of the same size: empty, full, and full past the goal."""
    rim = max(1, width // 8)
    patches = []
    for colour in (None, MOVE, GO):
        sheet = Sheet(width, height)
        sheet.box(0, 0, width, height, width // 2, SCRIM, SCRIM_OPACITY)
        inner = (rim, rim, width - 2 * rim, height - 2 * rim, width // 2 - rim)
        sheet.box(*inner, colour or WHITE, 1.0 if colour else 0.16)
        patches.append(sheet.patch())
    return patches[0], patches[1], patches[2]


def draw_phase(image: ImageArray, phase: float, goal: float | None, screen: Screen) -> None:
    """Draw the phase bar at the right. It fills downwards with the phase; the goal has a mark, green once reached.

    Args:
        phase: 0 at the start position to 1 at the turning point; other values are clipped.
        goal: phase of the mark, or None for no mark.
    """
    width, height = max(8, round(3.6 * screen.unit)), max(24, round(0.5 * screen.height))
    x, y = screen.width - screen.margin - width, (screen.height - height) // 2
    empty, part, full = _bar_patches(width, height)
    reached = goal is not None and phase >= goal
    level = round(min(max(phase, 0.0), 1.0) * height)
    (full if reached else part).rows(0, level).lay_on(image, x, y)
    empty.rows(level, height).lay_on(image, x, y + level)
    if goal is not None:
        mark_y = y + round(goal * height)
        half, reach = max(1, width // 10), max(3, width // 2)
        for rim, tone in ((1, SCRIM), (0, GO if reached else WHITE)):
            corner = (x - reach - rim, mark_y - half - rim)
            cv2.rectangle(image, corner, (x + width - 1 + rim, mark_y + half + rim), tone, cv2.FILLED)


def draw_message(image: ImageArray, text: str, screen: Screen) -> int:
    """Draw a message at the bottom centre. Returns the number of rows it takes from the bottom."""
    patch = note_patch(text, screen, WARN)
    height, width = patch.colour.shape[:2]
    patch.lay_on(image, (screen.width - width) // 2, screen.height - screen.margin - height)
    return int(height) + screen.margin


def draw_scores(
    image: ImageArray, classification: Classification, screen: Screen, *, taken_px: int = 0, most: int = 4
) -> None:
    """Draw the `most` likely classes with bars at the bottom left, above `taken_px` rows; not on small frames."""
    if min(screen.width, screen.height) < DETAIL_PX:
        return
    cap = screen.cap(2.2)
    step, pad = round(2.3 * cap), cap
    top = sorted(classification.scores.items(), key=lambda item: (-item[1], item[0]))[:most]
    words = [ink(name.replace("_", " "), cap) for name, _ in top]
    if not words:
        return
    name_w, bar_w = max(word.width for word in words), 8 * cap
    sheet = Sheet(name_w + bar_w + 3 * pad, len(top) * step + pad)
    sheet.box(0, 0, name_w + bar_w + 3 * pad, len(top) * step + pad, pad, SCRIM, SCRIM_OPACITY)
    for row, (word, (_, score)) in enumerate(zip(words, top, strict=True)):
        base = pad + cap + row * step
        sheet.word(word, pad, base, SOFT)
        sheet.box(name_w + 2 * pad, base - cap, bar_w, cap, cap // 2, WHITE, 0.18)
        filled = round(bar_w * min(max(score, 0.0), 1.0))
        if filled:
            sheet.box(name_w + 2 * pad, base - cap, filled, cap, cap // 2, MOVE)
    patch = sheet.patch()
    patch.lay_on(image, screen.margin, screen.height - taken_px - screen.margin - patch.colour.shape[0])


def draw_timings(image: ImageArray, total_ms: float, screen: Screen) -> None:
    """Draw the frame time, milliseconds, at the top right; not on small frames."""
    if min(screen.width, screen.height) < DETAIL_PX:
        return
    cap = screen.cap(2.2)
    word = ink(f"{total_ms:.0f} ms", cap)
    sheet = Sheet(word.width + 2 * cap, 3 * cap)
    sheet.box(0, 0, word.width + 2 * cap, 3 * cap, cap, SCRIM, SCRIM_OPACITY)
    sheet.word(word, cap, 2 * cap, SOFT)
    sheet.patch().lay_on(image, screen.width - screen.margin - word.width - 2 * cap, screen.margin)


def draw_flash(image: ImageArray, strength: float, screen: Screen) -> None:
    """Draw a green border around the frame; strength is 1 just after a rep and fades to 0."""
    thickness = max(2, round(1.6 * screen.unit))
    edges = (
        image[:thickness], image[-thickness:],
        image[thickness:-thickness, :thickness], image[thickness:-thickness, -thickness:],
    )  # fmt: skip
    for edge in edges:
        if edge.size:
            edge[...] = cv2.addWeighted(edge, 1 - strength, np.full_like(edge, GO), strength, 0)
