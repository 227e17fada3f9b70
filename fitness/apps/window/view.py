"""Draws the training screen (docs/explanation/design.md) for the window, at any size, from a frame and its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from fitness.apps.window.look import HELP, Look
from fitness.apps.window.placing import Box, box_of, covered, on_screen_pose
from fitness.apps.window.runner import Shown
from fitness.apps.window.words import note_of, summary_of_state
from fitness.coach import CoachState, SetSummary, Stage
from fitness.drawing.backdrop import Placement, on_screen
from fitness.drawing.cards import draw_card, draw_confidence, draw_table
from fitness.drawing.hud import draw_flash
from fitness.drawing.outline import outline_patch, start_position
from fitness.drawing.paint import Colour
from fitness.drawing.privacy import Privacy, PrivacyFilter
from fitness.drawing.skeleton import draw_skeleton
from fitness.drawing.summary import Summary, summary_patch
from fitness.drawing.theme import Screen, SideOfScreen
from fitness.drawing.training import card_patch, draw_column, note_patch
from fitness.drawing.training_content import column_of, is_moving
from fitness.types import ImageArray

_FLASH_S: Final = 0.25
"""Time for which the screen lights up after a rep, seconds."""

_HELD_EVERY: Final = 10
"""Interval at which the screen lights up during a hold, seconds."""

_DIM: Final = 0.45
_DARK: Final = 0.3
"""Brightness of the frame: `_DIM` in a rest or a pause, `_DARK` behind the summary."""

_DIM_S: Final = 0.6
"""Time in which the frame becomes dark or bright again, seconds."""

_STILL_S: Final = 0.8
"""Cards appear when the person has not moved for this time, seconds."""

_UNSEEN_S: Final = 0.5
"""The outline appears when nobody has been in view for this time, seconds."""

_IN_THE_WAY: Final = 0.12
"""Share of a person's box that the column may cover before it changes sides."""


@dataclass(slots=True)
class _Memory:
    """State between frames. Times are stream times, seconds.

    side: side of the column.   bright: current brightness of the frame, 0..1.   t: time of the last frame.
    moved_t: when the person moved last.   rep_t: when a rep was counted last.   went: the exercise whose countdown ended.
    counted, exercise: reps (or tens of seconds of a hold) at the last frame, and the exercise.
    unseen_t: since when nobody is in view, or None.   note: the message that is shown, and whether it is at the top.
    """

    side: SideOfScreen = "left"
    bright: float = 1.0
    t: float = 0.0
    moved_t: float = -1e9
    rep_t: float = -1e9
    went: str | None = None
    counted: int = 0
    exercise: str | None = None
    unseen_t: float | None = None
    note: tuple[str, bool] = ("", False)


class View:
    """Draws the frames of one stream."""

    def __init__(self) -> None:
        self._memory = _Memory()
        self._place = Placement(1.0, 0, 0, 1, 1)
        self._privacy = PrivacyFilter()

    def draw(
        self,
        shown: Shown,
        look: Look,
        size: tuple[int, int],
        message: str | None,
        latency: list[str],
        over: bool,
    ) -> ImageArray:
        """Draw a new (height, width, 3) uint8 RGB image of `size` = (width, height) pixels.

        Args:
            message: camera fault in words, or None.   latency: lines of the latency card.   over: the stream has ended.
        """
        screen, state = Screen(*size), shown.state
        self._notice_movement(shown)
        image, box = self._picture(shown, look, screen)
        self._darken(image, state, over)
        done = over or (state.stage is Stage.DONE and not self._moving(state))
        if done and not look.help:
            self._draw_summary(image, summary_of_state(state, look, over))
        elif not look.help:
            self._training(image, screen, state, box)
        if not over:
            self._note(image, screen, note_of(state, look, message, done), box)
        if look.timings:
            draw_card(image, tuple(latency) or ("no figures yet",), "top right", size=2.2)
        if look.help:
            draw_table(image, "Keys", HELP, keys=True)
        return image

    def _notice_movement(self, shown: Shown) -> None:
        memory, state = self._memory, shown.state
        if state.t < memory.t:
            self._memory = memory = _Memory(side=memory.side)
        if is_moving(state) and not state.paused:
            memory.moved_t = state.t
        counted = state.total // _HELD_EVERY if state.held else state.total
        if counted > memory.counted and state.exercise == memory.exercise:
            memory.rep_t = state.t
        memory.counted, memory.exercise = counted, state.exercise
        if state.countdown == 0 or state.running is not None:
            memory.went = state.exercise
        if state.in_view:
            memory.unseen_t = None
        elif memory.unseen_t is None:
            memory.unseen_t = state.t

    def _moving(self, state: CoachState) -> bool:
        return state.t - self._memory.moved_t < _STILL_S

    def _picture(self, shown: Shown, look: Look, screen: Screen) -> tuple[ImageArray, Box | None]:
        """The frame on the screen with the skeletons, and the person's box."""
        frame, result = shown.frame, shown.result
        pose = None if result is None else result.pose
        others = () if result is None else result.others
        self._privacy.privacy = _privacy_now(look.privacy, result is None)
        image = self._privacy.picture(frame.image, pose, frame.t, others)
        height, width = image.shape[:2]
        if look.mirror:
            image = np.asarray(cv2.flip(image, 1), np.uint8)
        place = Placement.of((width, height), screen, self._memory.side)
        own = None if pose is None else on_screen_pose(pose, place, width if look.mirror else None)
        box = None if own is None else box_of(own)
        if box is not None and self._choose_side(shown.state, box, screen):
            place = Placement.of((width, height), screen, self._memory.side)
            own = None if pose is None else on_screen_pose(pose, place, width if look.mirror else None)
            box = None if own is None else box_of(own)
        self._place = place
        drawn = on_screen(image, place, screen)
        if look.landmarks:
            for other in others:
                draw_skeleton(drawn, on_screen_pose(other, place, width if look.mirror else None), faint=True)
            if own is not None:
                draw_skeleton(drawn, own)
        return drawn, box

    def _choose_side(self, state: CoachState, box: Box, screen: Screen) -> bool:
        """Move the column to the side where the person is not, but never within a set. Returns whether it moved."""
        if screen.portrait or state.stage is Stage.WORKING or self._moving(state):
            return False
        taken = screen.column + 2 * screen.margin
        width = max(box[2] - box[0], 1.0)
        left = max(0.0, min(box[2], taken) - box[0]) / width
        right = max(0.0, box[2] - max(box[0], screen.width - taken)) / width
        own, other = (left, right) if self._memory.side == "left" else (right, left)
        if own <= _IN_THE_WAY or other >= own:
            return False
        self._memory.side = "right" if self._memory.side == "left" else "left"
        return True

    def _darken(self, image: ImageArray, state: CoachState, over: bool) -> None:
        """Dim the frame slowly in rests and pauses, but never while the person moves."""
        memory = self._memory
        goal = 1.0
        if over or (state.stage is Stage.DONE and not self._moving(state)):
            goal = _DARK
        elif state.paused or (state.stage is Stage.RESTING and not self._moving(state)):
            goal = _DIM
        step = max(0.0, state.t - memory.t) / _DIM_S
        memory.t = state.t
        if over or state.paused:  # no further frames arrive
            step = 1.0
        memory.bright += min(max(goal - memory.bright, -step), step)
        if memory.bright < 0.995:
            cv2.convertScaleAbs(image, dst=image, alpha=memory.bright)

    def _training(self, image: ImageArray, screen: Screen, state: CoachState, box: Box | None) -> None:
        since = state.t - self._memory.rep_t
        lit = 0 <= since < _FLASH_S
        if lit:
            draw_flash(image, 1 - since / _FLASH_S, screen)
        if self._gets_ready(state):
            self._outline(image, screen, state)
        column, ring = column_of(state)
        place = draw_column(image, column, ring, self._memory.side, lit=lit)
        draw_confidence(image, state.confidence, (place[0] + place[2], place[1]))
        if state.last is not None and not self._moving(state):
            self._set_card(image, screen, state.last, place, box)

    def _gets_ready(self, state: CoachState) -> bool:
        """Whether the outline is shown: before the first rep of an exercise, while nobody is in view."""
        if state.stage is not Stage.READY or state.paused or self._memory.unseen_t is None:
            return False
        return self._memory.went != state.exercise and state.t - self._memory.unseen_t >= _UNSEEN_S

    def _outline(self, image: ImageArray, screen: Screen, state: CoachState) -> None:
        """Draw the outline in the middle of the part of the frame that the column leaves free."""
        taken = 0 if screen.portrait else screen.column + 2 * screen.margin
        place, edge = self._place, screen.px(4)
        left = max(place.left, taken if self._memory.side == "left" else 0) + edge
        right = (
            min(place.left + place.width, screen.width - (taken if self._memory.side == "right" else 0))
            - edge
        )
        top = max(place.top, screen.px(48) if screen.portrait else 0) + edge
        bottom = min(place.top + place.height, screen.height - screen.px(12)) - edge
        if right - left < screen.px(20) or bottom - top < screen.px(20):
            return
        patch = outline_patch(start_position(state.exercise), right - left, bottom - top)
        height, width = patch.colour.shape[:2]
        patch.lay_on(image, (left + right - width) // 2, (top + bottom - height) // 2)

    def _set_card(
        self,
        image: ImageArray,
        screen: Screen,
        done: SetSummary,
        column: tuple[int, int, int, int],
        box: Box | None,
    ) -> None:
        """Draw the card where it covers least of the person: opposite the column, or next to it."""
        patch = card_patch(done.title, done.rows, screen, screen.column)
        height, width = patch.colour.shape[:2]
        if screen.portrait:
            patch.lay_on(image, screen.margin, screen.height - screen.margin - height)
            return
        left = self._memory.side == "left"
        far = screen.width - screen.margin - width if left else screen.margin
        near = column[0] + column[2] + screen.margin if left else column[0] - screen.margin - width
        rows = ((screen.height - height) // 2, screen.margin, screen.height - screen.margin - height)
        places = [(x, y) for x in (far, near) for y in rows]
        x, y = min(places, key=lambda at: covered(box, (*at, at[0] + width, at[1] + height)))
        patch.lay_on(image, x, y)

    def _draw_summary(self, image: ImageArray, summary: Summary) -> None:
        screen = Screen(image.shape[1], image.shape[0])
        patch = summary_patch(summary, screen)
        height, width = patch.colour.shape[:2]
        patch.lay_on(image, (screen.width - width) // 2, max(0, (screen.height - height) // 2))

    def _note(
        self, image: ImageArray, screen: Screen, note: tuple[str, Colour] | None, box: Box | None
    ) -> None:
        """Draw the message at the bottom, or at the top if it would cover more of the person at the bottom."""
        if note is None:
            return
        patch = note_patch(note[0], screen, note[1])
        height, width = patch.colour.shape[:2]
        middle = screen.width // 2
        taken = 0 if screen.portrait else screen.column + 2 * screen.margin
        if width <= screen.width - taken - screen.margin:
            middle += (taken if self._memory.side == "left" else -taken) // 2
        x, top, bottom = middle - width // 2, screen.margin, screen.height - screen.margin - height
        if self._memory.note[0] != note[0]:
            covers = [covered(box, (x, y, x + width, y + height)) for y in (top, bottom)]
            self._memory.note = note[0], not screen.portrait and covers[0] < covers[1]
        patch.lay_on(image, x, top if self._memory.note[1] else bottom)


def _privacy_now(asked: Privacy, paused: bool) -> Privacy:
    """How people are hidden now. In a pause nobody is tracked, so the whole frame is covered instead of faces."""
    return "blur" if paused and asked in ("face", "person") else asked
