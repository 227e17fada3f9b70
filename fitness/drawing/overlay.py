"""Draws a FrameResult on its frame: skeleton, rep number, phase and messages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from fitness.drawing import cards, hud
from fitness.drawing.privacy import PRIVACY, Privacy, PrivacyFilter, check_privacy, private_picture
from fitness.drawing.skeleton import draw_skeleton
from fitness.drawing.theme import WARN, Screen
from fitness.options import bounded, check_options, choice
from fitness.recognition.exercises.names import pretty_name
from fitness.types import FrameResult, ImageArray

__all__ = [
    "PRIVACY", "Overlay", "OverlayOptions", "Privacy", "check_privacy", "draw", "draw_skeleton", "pretty_name",
    "private_picture",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverlayOptions:
    """What an overlay draws.

    picture: the camera's frame; if False, the background is black.
    skeleton, panel, phase, message: parts that are on by default; a form cue is shown in place of a message.
    scores: the most likely pose classes with bars.   timings: the frame time, milliseconds.
    mirror: show the frame as in a mirror; text stays readable, sides keep their colours.
    goal: phase of the mark on the phase bar, above 0 and at most 1 (default: four fifths of the usual range), or None.
    flash_s: time for which the frame lights up after a rep, seconds; 0 for never.
    min_visibility: landmarks with a lower visibility are not drawn, 0..1 (0.5 in MediaPipe's drawing_utils).
    privacy: how people are hidden, one of `PRIVACY`.

    Raises:
        OptionError: a number is out of its range.
    """

    picture: bool = True
    skeleton: bool = True
    panel: bool = True
    phase: bool = True
    message: bool = True
    scores: bool = False
    timings: bool = False
    mirror: bool = False
    goal: float | None = bounded(0.8, above=0, high=1, optional=True)
    flash_s: float = bounded(0.25, low=0, unit="seconds")
    min_visibility: float = bounded(0.5, low=0, high=1)
    privacy: Privacy = choice("none", PRIVACY)

    def __post_init__(self) -> None:
        check_options(self)


class Overlay:
    """Draws on the frames of one stream. It remembers the time of the last rep and where people were last seen."""

    def __init__(self, options: OverlayOptions | None = None) -> None:
        self.options = options or OverlayOptions()
        self._last_rep_t: float | None = None
        self._privacy = PrivacyFilter(self.options.privacy)

    def draw(self, result: FrameResult) -> ImageArray:
        """Draw the result on a copy of its frame: (H, W, 3) uint8 RGB."""
        options, count, t = self.options, result.count, result.frame.t
        image = self._picture(result)
        screen = Screen(image.shape[1], image.shape[0])
        strength = self._flash(t, bool(count.new_reps))
        if strength > 0:
            hud.draw_flash(image, strength, screen)
        if options.phase and count.phase is not None and math.isfinite(count.phase):
            hud.draw_phase(image, count.phase, options.goal, screen)
        if options.timings and result.timings_ms:
            hud.draw_timings(image, sum(result.timings_ms.values()), screen)
        if options.panel:
            hud.draw_panel(image, count, screen, lit=strength > 0)
        if options.message and count.cue and not count.message:
            cards.draw_card(image, (count.cue,), "bottom", size=4.0, colour=WARN)
        taken_px = hud.draw_message(image, count.message, screen) if options.message and count.message else 0
        if options.scores and result.classification is not None:
            hud.draw_scores(image, result.classification, screen, taken_px=taken_px)
        return image

    def _picture(self, result: FrameResult) -> ImageArray:
        """A new image with the skeletons, mirrored if the options say so."""
        options = self.options
        if options.picture:
            self._privacy.privacy = options.privacy  # the window may change its options
            image = self._privacy.picture(result.frame.image, result.pose, result.frame.t, result.others)
        else:
            image = np.zeros_like(result.frame.image)
        if options.skeleton:
            for other in result.others:
                draw_skeleton(image, other, min_visibility=options.min_visibility, faint=True)
        if options.skeleton and result.pose is not None:
            draw_skeleton(image, result.pose, min_visibility=options.min_visibility)
        return np.asarray(cv2.flip(image, 1), dtype=np.uint8) if options.mirror else image

    def _flash(self, t: float, counted: bool) -> float:
        """Strength of the flash now, 0..1."""
        if counted:
            self._last_rep_t = t
        elif self._last_rep_t is not None and t < self._last_rep_t:
            self._last_rep_t = None  # a new stream began
        if self._last_rep_t is None or self.options.flash_s == 0:
            return 0.0
        return max(0.0, 1 - (t - self._last_rep_t) / self.options.flash_s)


def draw(result: FrameResult, options: OverlayOptions | None = None) -> ImageArray:
    """Draw a single result like `Overlay.draw`; returns a new image, (H, W, 3) uint8 RGB."""
    return Overlay(options).draw(result)
