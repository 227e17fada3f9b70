"""The newest frame and state -> the picture for the window, at any size."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from fitness.apps.window.runner import Shown
from fitness.coach import CoachState, SetSummary, Stage
from fitness.drawing.cards import FAIR, draw_card, draw_confidence, draw_countdown, draw_table
from fitness.drawing.hud import Layout, Panel, draw_message, panel_patch
from fitness.drawing.overlay import Overlay, OverlayOptions, Privacy, pretty_name
from fitness.metrics.figures import seconds
from fitness.recognition.exercises import is_held
from fitness.types import Count, Frame, FrameResult, ImageArray, Pose

HELP = (
    ("space", "pause, go on"),
    ("n", "next set; end the rest"),
    ("k", "skip this exercise"),
    ("+  -", "correct the count"),
    ("r", "this set from 0; again: all"),
    ("1 - 9", "this exercise"),
    ("0", "any exercise"),
    ("m", "mirror"),
    ("l", "landmarks"),
    ("i", "latency"),
    ("s", "snapshot"),
    ("h", "this help"),
    ("q  Esc", "end"),
)


@dataclass(slots=True)
class Look:
    """What the user switched.   notice: shown for a moment, until `notice_until_s` of stream time.

    privacy: how the person is shown, in snapshots too.
    """

    mirror: bool = True
    privacy: Privacy = "none"
    landmarks: bool = True
    help: bool = False
    timings: bool = False
    notice: str | None = None
    notice_until_s: float = 0.0


class View:
    """Draws the frames of one stream; remembers only the flash."""

    def __init__(self) -> None:
        self._overlay = Overlay()

    def draw(
        self,
        shown: Shown,
        look: Look,
        size: tuple[int, int],
        message: str | None,
        latency: list[str],
        over: bool,
    ) -> ImageArray:
        """A new (height, width, 3) uint8 RGB picture of `size` = (width, height) pixels.

        message: what is wrong with the camera.   latency: lines for the screen.   over: the stream has ended.
        """
        state = shown.state
        self._overlay.options = OverlayOptions(
            panel=False, message=False, skeleton=look.landmarks, mirror=look.mirror, privacy=look.privacy
        )
        image = self._overlay.draw(scaled(shown, size))
        layout = Layout(image.shape[1], image.shape[0])
        lit = shown.result is not None and bool(shown.result.count.new_reps)
        panel = panel_patch(panel_of(state), layout, lit)
        panel.lay_on(image, layout.margin, layout.margin)
        taken = (layout.margin + panel.colour.shape[1], layout.margin + panel.colour.shape[0])
        draw_confidence(image, state.confidence)
        below = 0
        if state.rest_left_s is not None and not over:
            below = draw_countdown(image, math.ceil(state.rest_left_s), taken)
        text = message or ("paused: press space to go on" if state.paused else state.reason)
        raised = draw_message(image, text, layout) if text and not over else 0
        self._cards(image, state, look, latency, over, taken, below, raised)
        return image

    def _cards(
        self,
        image: ImageArray,
        state: CoachState,
        look: Look,
        latency: list[str],
        over: bool,
        taken: tuple[int, int],
        below: int,
        raised: int,
    ) -> None:
        if look.timings:
            draw_card(image, tuple(latency) or ("no figures yet",), "top right", size=2.2, taken=taken)
        if look.help:
            draw_table(image, "Keys", HELP, keys=True)
        elif over or state.stage is Stage.DONE:
            draw_table(image, f"Done: {state.total} reps", workout_rows(state), size=3.2)
        elif state.last is not None:
            draw_table(image, state.last.title, state.last.rows, below=below)
        elif look.notice is not None and state.t < look.notice_until_s:
            draw_card(image, (look.notice,), "bottom", raised=raised)
        elif state.cue is not None:
            draw_card(image, (state.cue,), "bottom", size=4.0, colour=FAIR, raised=raised)


def scaled(shown: Shown, size: tuple[int, int]) -> FrameResult:
    """The result with its picture and landmarks fitted into `size`, black bars around."""
    frame, width, height = shown.frame, *size
    result = shown.result or FrameResult(frame, None, None, Count({}, phase=shown.state.phase))
    scale = min(width / frame.image.shape[1], height / frame.image.shape[0])
    inner = (max(1, round(frame.image.shape[1] * scale)), max(1, round(frame.image.shape[0] * scale)))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    image: ImageArray = np.zeros((height, width, 3), np.uint8)
    part = frame.image if scale == 1 else cv2.resize(frame.image, inner, interpolation=cv2.INTER_LINEAR)
    image[top : top + inner[1], left : left + inner[0]] = part
    pose = None if result.pose is None else _moved(result.pose, scale, left, top)
    others = tuple(_moved(other, scale, left, top) for other in result.others)
    return replace(result, frame=Frame(image, frame.t, frame.index), pose=pose, others=others)


def _moved(pose: Pose, scale: float, left: int, top: int) -> Pose:
    """The pose in a picture that was scaled and then moved, pixels."""
    points = pose.image * np.float32(scale) + np.array([left, top, 0], np.float32)
    roi = pose.roi
    if roi is not None:
        roi = replace(roi, x=roi.x * scale + left, y=roi.y * scale + top, size=roi.size * scale)
    return replace(pose, image=points, mask=None, roi=roi)


def panel_of(state: CoachState) -> Panel:
    """Count, exercise, and "Set 2 of 3"."""
    number = str(state.reps) + (f"/{state.target}" if state.target is not None else "")
    title = pretty_name(state.exercise) if state.exercise else "Ready"
    detail = f"{'seconds · ' * is_held(state.exercise)}Set {state.set}" + (
        f" of {state.sets}" if state.sets is not None else ""
    )
    if state.stage is Stage.RESTING:
        detail = "Rest"
    if state.pending:
        detail = f"{state.pending} not sure yet"
        number = str(state.pending + (0 if state.last else state.reps))
    if state.total != state.reps:
        detail += f" · {state.total} in all"
    one = state.last or state.running
    if one is not None and (one.figures.left or one.figures.right):
        detail += f" · left {one.figures.left} · right {one.figures.right}"
    return Panel(number, title, detail)


def set_line(summary: SetSummary) -> str:
    """A finished set in one line, for the terminal."""
    return "; ".join((summary.title, *(f"{name.lower()} {value}" for name, value in summary.rows)))


def workout_rows(state: CoachState) -> tuple[tuple[str, str], ...]:
    """The whole workout, one row a set, the last eight."""
    rows = []
    for one in (*state.done, *([state.running] if state.running else [])):
        tempo = "" if one.figures.tempo_s is None else f", {seconds(one.figures.tempo_s)} a rep"
        rows.append((f"Set {one.number}", one.amount + tempo))
    return (*rows[-8:], ("q", "ends"))
