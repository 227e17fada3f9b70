"""The training screen: its text in each state; it never covers a moving person; and it can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fitness.apps.window.look import Look
from fitness.apps.window.placing import box_of
from fitness.apps.window.runner import Shown
from fitness.apps.window.view import View
from fitness.apps.window.words import summary_of_state
from fitness.coach import Coach, CoachOptions, CoachState, Plan, Stage
from fitness.drawing import theme
from fitness.drawing.backdrop import Placement, on_screen
from fitness.drawing.outline import outline_patch, start_position
from fitness.drawing.summary import share_picture
from fitness.drawing.theme import Screen
from fitness.drawing.training import Column, card_patch, draw_column
from fitness.drawing.training_content import column_of, hint_of
from fitness.recognition.exercises import EXERCISES
from fitness.types import Count, Frame, FrameResult, ImageArray, Pose, Rep, RepCounted, RepRecord
from tests.support.strategies import pose_of, stick_figure

SIZES = [(1280, 720), (1920, 1080), (1440, 900), (720, 1280), (390, 844), (844, 390), (960, 720)]


class Athlete:
    """The screen for a person before a camera of 640 x 360. at: centre of the body, as a share of the width."""

    def __init__(self, plan: str, at: float = 0.5, **options: Any) -> None:
        self.coach = Coach(CoachOptions(plan=Plan.parse(plan), **options))
        self.view, self.t, self.ids, self.at = View(), 0.0, 0, at
        self.shown: Shown | None = None

    def pose(self) -> Pose:
        body = pose_of(stick_figure(170.0), self.t)
        ones = np.ones(33, np.float32)
        points = body.world * np.float32(150) + np.array([640 * self.at, 190, 0], np.float32)
        return replace(body, image=points, score=1.0, visibility=ones, presence=ones)

    def frame(
        self, *reps: Rep, phase: float | None = 0.0, seen: bool = True, cue: str | None = None
    ) -> CoachState:
        self.t = round(self.t + 0.1, 6)
        events = tuple(RepCounted(rep) for rep in reps)
        count = Count({}, phase=phase, cue=cue, events=events)
        frame = Frame(np.full((360, 640, 3), 200, np.uint8), self.t, 0)
        result = FrameResult(frame, self.pose() if seen else None, None, count)
        state = self.coach.step(result)
        self.shown = Shown(frame, result, state)
        return state

    def wait(self, seconds: float, **what: Any) -> CoachState:
        for _ in range(round(seconds * 10)):
            state = self.frame(**what)
        return state

    def reps(self, number: int, exercise: str = "squat") -> CoachState:
        for _ in range(number):
            self.wait(1.9)
            self.ids += 1
            record = RepRecord(
                eccentric_s=0.9, pause_turn_s=0.1, concentric_s=0.9, range_deg=95.0, speed_loss=0.1
            )
            start = self.t - 1.8
            state = self.frame(Rep(exercise, 1, 1, start, start + 1, self.t, 0.9, record=record, id=self.ids))
        return state

    def draw(self, size: tuple[int, int] = (1280, 720), *, over: bool = False, **look: Any) -> ImageArray:
        assert self.shown is not None
        shown = replace(self.shown, state=self.coach.state(self.t, take_events=False))
        return self.view.draw(shown, Look(mirror=False, **look), size, None, [], over)


def luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("name", ["WHITE", "SOFT", "GO", "MOVE", "REST", "WARN", "STOP"])
def test_text_has_contrast_over_a_white_frame(name: str) -> None:
    """The contrast is at least 4.5 (WCAG AA) on a scrim over white, the worst frame for light text."""
    scrim = tuple(theme.SCRIM_OPACITY * c + (1 - theme.SCRIM_OPACITY) * 255 for c in theme.SCRIM)
    contrast = (luminance(getattr(theme, name)) + 0.05) / (luminance(scrim) + 0.05)
    assert contrast >= 4.5


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", ["8", "10", "128", "0:42", "1:02:03", "Go", "Paused"])
def test_no_number_is_cut_off(size: tuple[int, int], number: str) -> None:
    """Numbers of any length stay inside the ring."""
    screen = Screen(*size)
    black = np.zeros((size[1], size[0], 3), np.uint8)
    bare = black.copy()
    column = Column("", number, under="of 100", word="Down")
    empty = replace(column, number=" ", under="", word="")
    x, y, width, height = draw_column(black, column, ring := column_ring(), "left")
    assert draw_column(bare, empty, ring, "left") == (x, y, width, height)
    rows, columns = np.nonzero(np.abs(black.astype(int) - bare).max(axis=2) > 60)
    middle = np.array([(columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2])
    inner = (min(width, height) - 2 * screen.px(3)) / 2 - screen.px(1)
    corners = np.hypot(columns - middle[0], rows - middle[1])
    assert corners.max() < inner
    assert x >= 0 and y >= 0 and x + width <= size[0] and y + height <= size[1]


def column_ring() -> Any:
    from fitness.drawing.training import Ring

    return Ring(0.0, theme.MOVE)


@pytest.mark.parametrize("size", SIZES)
def test_the_number_can_be_read_from_three_metres(size: tuple[int, int]) -> None:
    """Digits of at least 12 hundredths of the shorter side: 86 px at 1280 x 720."""
    black = np.zeros((size[1], size[0], 3), np.uint8)
    bare = black.copy()
    draw_column(black, Column("", "8"), column_ring(), "left")
    draw_column(bare, Column("", " "), column_ring(), "left")
    rows = np.nonzero((np.abs(black.astype(int) - bare).max(axis=2) > 60).any(axis=1))[0]
    assert rows.max() - rows.min() + 1 >= 0.12 * min(size)


def test_the_column_shows_set_reps_and_rest() -> None:
    """Count and target during a set, the rest as minutes and seconds with the next set, extra reps as such."""
    athlete = Athlete("squat 3x8 rest 42, push-up 1x5")
    athlete.reps(3)
    column, _ = column_of(athlete.wait(0.3, phase=0.6))
    assert (column.title, column.number, column.under, column.word) == ("Squat", "3", "of 8", "Down")
    assert column.lines == ("Set 1 of 3",) and column.dots == ("now", "todo", "todo")
    state = athlete.reps(5)
    column, ring = column_of(state)
    assert (column.title, column.number, column.lines[0]) == ("Rest", "0:42", "Next: set 2 of 3 - squat")
    assert ring.share == pytest.approx(1.0) and column.dots == ("done", "now", "todo")
    column, _ = column_of(athlete.reps(1))
    assert column.lines == ("Next: set 2 of 3 - squat", "8 + 1 extra")
    column, ring = column_of(athlete.wait(19.5))
    assert (column.number, round(ring.share, 1)) == ("0:21", 0.5)
    athlete.coach.pause(True, athlete.t)
    column, _ = column_of(athlete.coach.state(athlete.t))
    assert column.number == "Paused"


def test_a_hold_says_seconds() -> None:
    """A hold shows 31 of 45 s and "Hold"."""
    athlete = Athlete("plank 2x45s")
    for second in range(31):
        athlete.wait(0.9, phase=None)
        state = athlete.frame(
            Rep("plank", 1, 1, second, second + 0.5, second + 1, 0.9, id=second + 1), phase=None
        )
    column, ring = column_of(state)
    assert (column.number, column.under, column.word) == ("31", "of 45\u00a0s", "Hold")
    assert ring.share == pytest.approx(31 / 45)


def test_getting_ready_is_shown() -> None:
    """The outline while nobody is in view; 3, 2, 1 and Go in the ring for a person who stands still."""
    athlete = Athlete("squat 1x3")
    athlete.frame(seen=False)
    athlete.draw()
    state = athlete.wait(1.0, seen=False)
    assert hint_of(state) == "Step into the outline"
    empty = athlete.draw()
    numbers = []
    for _ in range(60):
        state = athlete.frame()
        if state.countdown is not None:
            numbers.append(column_of(state)[0].number)
            assert state.countdown == 0 or hint_of(state) == "Hold still"
    assert list(dict.fromkeys(numbers)) == ["3", "2", "1", "Go"]
    there = athlete.draw()
    white = [(picture[100:500, 500:1200] > 250).all(axis=2).sum() for picture in (empty, there)]
    assert white[0] > 2000 + white[1]


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (960, 540)])
def test_cards_are_beside_the_person(at: float, size: tuple[int, int]) -> None:
    """Wherever a person stands, neither the column nor the card of a set covers more than an eighth of the person."""
    athlete = Athlete("squat 3x3", at=at)
    athlete.frame()
    athlete.draw(size)
    athlete.reps(3)
    athlete.wait(2.0)
    athlete.draw(size)
    drawn = athlete.draw(size, landmarks=False)
    place = Placement.of((640, 360), Screen(*size), None)
    points = athlete.pose().image * np.float32(place.scale)
    box = box_of(replace(athlete.pose(), image=points))
    assert box is not None and athlete.shown is not None and athlete.shown.state.stage is Stage.RESTING
    dark = (drawn.max(axis=2) < 45)[int(box[1]) : int(box[3]), int(box[0]) : int(box[2])]
    assert dark.mean() < 0.125


def test_nothing_covers_a_moving_person() -> None:
    """In a rest, a moving person sees the frame bright and without the card; a standing one sees it dim, with the card."""
    athlete = Athlete("squat 3x3 rest 30", extra_s=0.0)
    athlete.reps(3)
    athlete.draw()
    for _ in range(20):
        athlete.frame()
        still = athlete.draw(landmarks=False)
    assert still[700, 700].max() < 100
    athlete.wait(0.2, phase=0.6)
    for _ in range(8):
        athlete.frame(phase=0.6)
        moving = athlete.draw(landmarks=False)
    assert moving[700, 700].min() > 190 and moving[60, 1100].min() > 190


def column_side(image: ImageArray) -> str:
    """The side with the dark column, on a frame that is bright everywhere else."""
    third = image.shape[1] // 3
    return "left" if image[:, :third].mean() < image[:, -third:].mean() else "right"


def test_the_column_stays_within_a_set() -> None:
    """The column changes sides between sets, but not during a set in which the person walks under it."""
    athlete = Athlete("squat 2x3 rest 20", at=0.8)
    athlete.reps(1)
    assert column_side(athlete.draw()) == "left"
    athlete.at = 0.15
    athlete.reps(1)
    assert column_side(athlete.draw()) == "left"
    athlete.reps(1)
    athlete.wait(2.0)
    assert column_side(athlete.draw()) == "right"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("picture", [(640, 480), (1280, 720), (360, 640)])
def test_the_whole_frame_is_shown(size: tuple[int, int], picture: tuple[int, int]) -> None:
    """Frames of another shape are not cut, and no bar is black: a blurred copy fills the rest."""
    screen = Screen(*size)
    image = np.full((picture[1], picture[0], 3), 120, np.uint8)
    place = Placement.of(picture, screen, "left")
    shown = on_screen(image, place, screen)
    assert shown.shape == (size[1], size[0], 3) and shown.min() >= 40
    ratio = (size[0] / size[1]) / (picture[0] / picture[1])
    if not 1 / 1.12 <= ratio <= 1.12:
        assert place.left >= 0 and place.top >= 0
        assert place.left + place.width <= size[0] and place.top + place.height <= size[1]


@pytest.mark.parametrize("exercise", [*EXERCISES, None])
def test_every_exercise_has_an_outline(exercise: str | None) -> None:
    """The outline fits into its room and is a thin line, not a filled figure."""
    patch = outline_patch(start_position(exercise), 300, 400)
    height, width = patch.colour.shape[:2]
    assert 0 < width <= 300 and 0 < height <= 400
    opaque = (patch.keep[..., 0] < 128).mean()
    assert 0.005 < opaque < 0.3


def test_rows_of_a_card_have_one_size() -> None:
    """Long names and values make all rows smaller together, and no text leaves the card."""
    rows = (("Fastest, slowest", "1.9 s, 2.6 s"), ("Range", "88° to 101°"), ("By hand", "+1 (9 counted)"))
    patch = card_patch("Set 12: 1000 mountain climbers", rows, Screen(844, 390), 150)
    assert patch.colour.shape[1] == 150
    edge = patch.colour[:, -2:].max(axis=2)
    assert edge.max() < 60


def test_the_summary_and_its_picture_show_nobody() -> None:
    """The end lists exercises, best range and tempo; the shared picture does not depend on the camera's frame."""
    athlete = Athlete("squat 2x2 rest 0, push-up 1x3")
    athlete.reps(4)
    athlete.reps(3, "push-up")
    athlete.wait(1.5)
    look = Look(streak_weeks=3, records=("Squat: 12 reps in a set",), date="28 Nov 2026")
    state = athlete.coach.state(athlete.t)
    assert state.stage is Stage.DONE
    summary = summary_of_state(state, look, over=False)
    assert (summary.total, summary.unit) == ("7", "reps")
    assert summary.exercises == (("Squat", "2 x 2"), ("Push-up", "3\u00a0reps"))
    assert ("95°", "best range") in summary.figures and ("3", "weeks in a row") in summary.figures
    shared = share_picture(summary)
    assert shared.shape == (1350, 1080, 3)
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)
    assert not np.array_equal(share_picture(summary, noise), shared)
    drawn = athlete.draw(streak_weeks=3)
    assert drawn[360, 640].max() < 60


def test_a_rep_flashes_once() -> None:
    """A green border is shown for a quarter of a second, even if the frame of the rep itself was not drawn."""
    athlete = Athlete("squat 1x8")
    athlete.reps(1)
    athlete.draw()
    athlete.reps(1)
    athlete.frame()
    lit = athlete.draw()
    assert lit[2, 640, 1] > 150 > lit[2, 640, 0] or lit[2, 640, 1] > lit[2, 640, 0] + 20
    athlete.wait(0.5)
    assert abs(int(athlete.draw()[2, 640, 1]) - int(athlete.draw()[2, 640, 0])) < 5
