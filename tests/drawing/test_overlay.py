"""Overlay: what is drawn, where and how large, on any frame; drawing changes none of its inputs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.drawing.glyphs import fitted, ink
from fitness.drawing.hud import Panel
from fitness.drawing.overlay import Overlay, OverlayOptions, draw, pretty_name
from fitness.drawing.skeleton import LEFT_COLOUR, RIGHT_COLOUR
from fitness.errors import OptionError
from fitness.skeleton import Landmark
from fitness.types import Classification, Count, Frame, FrameResult, Pose, Rep, RepCounted

SIZES = [(160, 120), (320, 240), (960, 544), (544, 960), (1280, 720), (1080, 1920), (3840, 2160)]
COUNTED = (RepCounted(Rep("squat", 1, 7, 1.0, 1.5, 2.0, 0.9)),)
BARE = OverlayOptions(panel=False, phase=False, message=False)


def make_pose(width: int, height: int, visibility: float = 0.99) -> Pose:
    """A pose whose landmarks are on a grid, at least a few pixels apart."""
    image = np.zeros((33, 3), np.float32)
    for i in range(33):
        image[i, :2] = (0.3 + 0.06 * (i % 7)) * width, (0.2 + 0.13 * (i // 7)) * height
    ones = np.full(33, visibility, np.float32)
    return Pose(np.zeros((33, 3), np.float32), image, ones, ones, 0.9, 0.0)


def make_result(
    size: tuple[int, int] = (960, 544),
    grey: int = 60,
    *,
    t: float = 0.0,
    pose: Pose | None = None,
    scores: dict[str, float] | None = None,
    **count: object,
) -> FrameResult:
    image = np.full((size[1], size[0], 3), grey, np.uint8)
    image.setflags(write=False)
    state: dict[str, object] = {
        "totals": {"squat": 7},
        "exercise": "squat",
        "set": 1,
        "reps_in_set": 7,
    } | count
    classification = None if scores is None else Classification(scores, 0.1)
    return FrameResult(Frame(image, t, 0), pose, classification, Count(**state), {"pose": 12.0})  # type: ignore[arg-type]


def changed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(H, W) bool: where two images differ."""
    return (one != other).any(axis=2)


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    """left, top, right, bottom (exclusive) of the true pixels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def digits(image: np.ndarray) -> tuple[int, int, int, int]:
    """Extent of the pure white of the rep number."""
    return extent((image == 255).all(axis=2))


@pytest.mark.parametrize("size", SIZES)
def test_the_number_is_large_and_inside(size: tuple[int, int]) -> None:
    """The rep number has at least 13 % of the height, is the largest text, and is not cut off."""
    left, top, right, bottom = digits(draw(make_result(size)))
    assert bottom - top >= 0.13 * size[1]
    assert left > 0 and top > 0 and right < size[0] / 2 and bottom < size[1] / 2


def test_three_digits_fit() -> None:
    """Even 188 reps fit into a portrait frame."""
    _, top, right, bottom = digits(draw(make_result((544, 960), reps_in_set=188)))
    assert bottom - top >= 0.13 * 960 and right < 544


def luminance(rgb: np.ndarray) -> float:
    """Relative luminance of sRGB (WCAG 2.1)."""
    linear = np.where(rgb / 255 <= 0.04045, rgb / 255 / 12.92, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("grey", [0, 128, 255])
@pytest.mark.parametrize("lit", [False, True])
def test_text_is_legible_on_any_background(grey: int, lit: bool) -> None:
    """White on the panel's background has a contrast of at least 4.5 (WCAG 2.1 AA), also just after a rep."""
    image = draw(make_result(grey=grey, events=COUNTED if lit else ()))
    changes = extent(changed(image, draw(make_result(grey=grey, events=COUNTED if lit else ()), BARE)))
    backing = image[(changes[1] + changes[3]) // 2, changes[0] + 6].astype(float)
    assert 1.05 / (luminance(backing) + 0.05) >= 4.5


def test_the_input_is_not_changed_and_the_output_is_new() -> None:
    """The frame is read-only here; the result can be written to and shares no memory with it."""
    result = make_result(
        pose=make_pose(960, 544), events=COUNTED, phase=0.5, message="Step back", scores={"a": 1.0}
    )
    image = draw(result, OverlayOptions(scores=True, timings=True))
    assert not np.shares_memory(image, result.frame.image)
    assert image.shape == result.frame.image.shape and image.dtype == np.uint8
    assert (result.frame.image == 60).all()
    image[0, 0] = 1


def test_the_same_input_gives_the_same_image() -> None:
    """Drawing twice gives the same bytes."""
    result = make_result(pose=make_pose(960, 544), phase=0.3, message="Step back")
    np.testing.assert_array_equal(draw(result), draw(result))


def test_sides_have_their_colours() -> None:
    """The person's left is orange, the right turquoise, the nose neither."""
    pose = make_pose(960, 544)
    image = draw(make_result(pose=pose), BARE)
    for landmark, colour in [
        (Landmark.LEFT_KNEE, LEFT_COLOUR),
        (Landmark.RIGHT_KNEE, RIGHT_COLOUR),
        (Landmark.NOSE, (255, 255, 255)),
    ]:
        x, y = pose.image[landmark, :2].round().astype(int)
        assert tuple(image[y, x]) == colour


def test_hidden_landmarks_are_not_drawn() -> None:
    """Landmarks below the visibility limit are not drawn; at the limit they are."""
    hidden = make_result(pose=make_pose(320, 240, 0.49))
    np.testing.assert_array_equal(draw(hidden, BARE), hidden.frame.image)
    assert changed(draw(make_result(pose=make_pose(320, 240, 0.5)), BARE), make_result().frame.image).any()


def test_edges_of_a_hidden_knee_are_not_drawn() -> None:
    """An edge needs both of its ends."""
    pose = make_pose(960, 544)
    visibility = pose.visibility.copy()
    visibility[Landmark.LEFT_KNEE] = 0.1
    without = Pose(pose.world, pose.image, visibility, pose.presence, 0.9, 0.0)
    difference = changed(draw(make_result(pose=pose), BARE), draw(make_result(pose=without), BARE))
    ends = pose.image[[Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE], :2]
    left, top, right, bottom = extent(difference)
    assert left >= ends[:, 0].min() - 9 and right <= ends[:, 0].max() + 9
    assert top >= ends[:, 1].min() - 9 and bottom <= ends[:, 1].max() + 9
    x, y = pose.image[Landmark.LEFT_KNEE, :2].round().astype(int)
    assert difference[y, x]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -1e30])
def test_landmarks_far_outside_are_not_drawn(value: float) -> None:
    """Landmarks far outside the frame cause no error."""
    pose = make_pose(320, 240)
    far = pose.image.copy()
    far[Landmark.LEFT_WRIST, 0] = value
    image = draw(
        make_result((320, 240), pose=Pose(pose.world, far, pose.visibility, pose.presence, 0.9, 0.0))
    )
    assert image.shape == (240, 320, 3)


def test_mirror_flips_the_frame_but_not_the_text() -> None:
    """Frame and skeleton are mirrored, sides keep their colours, and the panel is not mirrored."""
    pose = make_pose(960, 544)
    result = make_result(pose=pose)
    np.testing.assert_array_equal(
        draw(result, OverlayOptions(mirror=True, panel=False)), draw(result, BARE)[:, ::-1]
    )
    blank = make_result()
    np.testing.assert_array_equal(draw(blank, OverlayOptions(mirror=True)), draw(blank))


def test_without_a_frame_only_the_skeleton_is_drawn() -> None:
    """With picture=False the camera's frame is not visible."""
    options = OverlayOptions(picture=False, panel=False)
    pose = make_pose(960, 544)
    image = draw(make_result(grey=200, pose=pose), options)
    np.testing.assert_array_equal(image, draw(make_result(grey=10, pose=pose), options))
    assert (image == 0).all(axis=2).mean() > 0.8 and image.max() == 255


def bar_level(phase: float, **options: object) -> tuple[int, np.ndarray]:
    """Rows of the phase bar that are filled, and their colour."""
    settings = OverlayOptions(panel=False, goal=None, **options)  # type: ignore[arg-type]
    image = draw(make_result(phase=phase), settings)
    empty = draw(make_result(phase=0.0), settings)
    difference = changed(image, empty)
    if not difference.any():
        return 0, np.zeros(3)
    left, top, right, bottom = extent(difference)
    return bottom - top, image[(top + bottom) // 2, (left + right) // 2]


def test_the_bar_fills_downwards_with_the_phase() -> None:
    """The bar grows with the phase; it is empty at 0 and full at 1; values beyond are clipped."""
    levels = [bar_level(phase)[0] for phase in (0.0, 0.25, 0.5, 0.75, 1.0, 7.0)]
    assert levels[0] == 0 and levels[1] < levels[2] < levels[3] < levels[4] == levels[5]
    assert levels[2] == pytest.approx(levels[4] / 2, abs=3)
    assert bar_level(-3.0)[0] == 0


def test_the_bar_has_a_mark_at_the_goal_and_turns_green_there() -> None:
    """Below the goal the bar is blue and the mark white; from the goal on both are green."""
    below, reached = (draw(make_result(phase=p), OverlayOptions(panel=False, goal=0.8)) for p in (0.79, 0.8))
    bare = draw(make_result(phase=0.79), OverlayOptions(panel=False, goal=None))
    left, top, right, bottom = extent(changed(below, bare))
    bar_top, bar_height = 544 // 4, 544 // 2
    assert top <= bar_top + 0.8 * bar_height <= bottom
    mark = ((top + bottom) // 2, (left + right) // 2)
    assert tuple(below[mark]) == (255, 255, 255)
    red, green, blue = reached[mark].astype(int)
    assert green > 180 > max(red, blue)
    inside = (bar_top + bar_height // 2, right - (right - left) // 3)
    assert below[inside][2] > below[inside][1] and reached[inside][1] > reached[inside][2]


def test_without_phase_there_is_no_bar() -> None:
    """Without a phase, no bar is drawn."""
    for phase in (None, float("nan")):
        result = make_result(phase=phase)
        np.testing.assert_array_equal(draw(result, OverlayOptions(panel=False)), result.frame.image)


@pytest.mark.parametrize("size", SIZES[:6])
def test_the_message_is_at_the_bottom_and_inside(size: tuple[int, int]) -> None:
    """The reason why nothing is measured is at the bottom, centred, and not cut off."""
    text = "Step back: feet not visible"
    image = draw(make_result(size, message=text), OverlayOptions(panel=False))
    left, top, right, bottom = extent(changed(image, make_result(size).frame.image))
    assert left > 0 and right < size[0] and bottom < size[1] and top > 0.7 * size[1]
    assert abs((left + right) - size[0]) <= 2


def test_a_long_message_takes_two_lines() -> None:
    """A long message is wrapped instead of reduced: in a narrow frame it is relatively as large as in a wide one."""
    text = "Step back and turn sideways so that both of your feet can be seen"
    wide, narrow = (
        extent(changed(draw(make_result(size, message=text), OverlayOptions(panel=False)), make_result(size).frame.image))
        for size in ((1280, 720), (400, 720))
    )  # fmt: skip
    assert narrow[3] - narrow[1] > 0.95 * 400 / 720 * (wide[3] - wide[1])
    assert narrow[0] > 0 and narrow[2] < 400


def test_scores_stand_above_the_message() -> None:
    """The bars of the classes and the message do not overlap."""
    options = OverlayOptions(panel=False, scores=True)
    scores = {"squat_down": 0.7, "other": 0.3}
    size = (544, 960)
    plain = make_result(size).frame.image
    message = extent(changed(draw(make_result(size, message="Step back"), options), plain))
    strip = extent(changed(draw(make_result(size, scores=scores), options), plain))
    both = draw(make_result(size, scores=scores, message="Step back"), options)
    only_message = draw(make_result(size, message="Step back"), options)
    np.testing.assert_array_equal(both[message[1] :], only_message[message[1] :])
    assert strip[3] > message[1], "without a message the strip moves down"


def test_the_flash_lasts_a_quarter_of_a_second() -> None:
    """After a rep the frame lights up and fades; after 0.25 s it is as before."""
    overlay = Overlay(OverlayOptions(panel=False))
    lit = []
    for t, events in [(1.0, ()), (2.0, COUNTED), (2.1, ()), (2.2, ()), (2.25, ()), (3.0, ())]:
        image = overlay.draw(make_result(t=t, events=events))
        lit.append(int(image[0, 0, 1]) - 60)
    assert lit[0] == lit[4] == lit[5] == 0
    assert lit[1] > lit[2] > lit[3] > 0


def test_a_new_stream_does_not_inherit_the_flash() -> None:
    """If the time goes back, a new recording has begun and the old rep is forgotten; two overlays share no state."""
    overlay = Overlay()
    overlay.draw(make_result(t=100.0, events=COUNTED))
    np.testing.assert_array_equal(overlay.draw(make_result(t=0.0)), draw(make_result(t=0.0)))
    np.testing.assert_array_equal(overlay.draw(make_result(t=100.1)), draw(make_result(t=100.1)))


def test_no_flash_when_it_is_switched_off() -> None:
    """With flash_s = 0 the frame never lights up."""
    options = OverlayOptions(flash_s=0.0)
    np.testing.assert_array_equal(draw(make_result(events=COUNTED), options), draw(make_result(), options))


def test_timings_are_shown_on_request() -> None:
    """The frame time is at the top right."""
    image = draw(make_result(), OverlayOptions(panel=False, timings=True))
    left, _, _, bottom = extent(changed(image, make_result().frame.image))
    assert left > 960 / 2 and bottom < 544 / 4


@given(
    st.integers(1, 300), st.integers(1, 300), st.floats(allow_nan=True, allow_infinity=True), st.booleans()
)
def test_any_size_and_phase_can_be_drawn(width: int, height: int, phase: float, mirror: bool) -> None:
    """Any frame size and any phase can be drawn."""
    result = make_result(
        (width, height),
        pose=make_pose(width, height),
        phase=phase,
        events=COUNTED,
        message="Step back: feet not visible",
        scores={"squat_up": 0.5, "other": 0.5},
    )
    image = draw(result, OverlayOptions(scores=True, timings=True, mirror=mirror))
    assert image.shape == (height, width, 3)


@pytest.mark.parametrize(
    ("count", "panel"),
    [
        (Count({}), Panel("0", "Ready", "")),
        (Count({"squat": 0}), Panel("0", "Ready", "")),
        (Count({"squat": 7}, "squat", 1, 7), Panel("7", "Squats", "Set 1")),
        (Count({"squat": 15}, "squat", 2, 5), Panel("5", "Squats", "Set 2 · 15 in all")),
        (Count({"push-up": 3, "squat": 7}, "push-up", 2, 3), Panel("3", "Push-ups", "Set 2")),
        (Count({"squat": 7, "push-up": 0}), Panel("7", "Squats", "in all")),
        (Count({"squat": 7, "push-up": 3}), Panel("10", "Reps", "Squats 7 · Push-ups 3")),
    ],
)  # fmt: skip
def test_the_panel_shows_the_current_set_or_the_totals(count: Count, panel: Panel) -> None:
    """During a set its exercise is shown; between exercises, all totals."""
    assert Panel.of(count) == panel


@pytest.mark.parametrize(
    ("name", "plural", "singular"),
    [
        ("squat", "Squats", "Squat"),
        ("push-up", "Push-ups", "Push-up"),
        ("pull_up", "Pull-ups", "Pull-up"),
        ("jumping-jack", "Jumping jacks", "Jumping jack"),
        ("overhead-press", "Overhead presses", "Overhead press"),
        ("crunch", "Crunches", "Crunch"),
        ("cable-fly", "Cable flies", "Cable fly"),
        ("biceps", "Biceps", "Biceps"),
        ("", "", ""),
    ],
)
def test_exercise_names_are_formatted_for_display(name: str, plural: str, singular: str) -> None:
    """Slugs are shown as words."""
    assert (pretty_name(name), pretty_name(name, plural=False)) == (plural, singular)


@pytest.mark.parametrize("cap_px", [6, 14, 45, 180, 400])
def test_letters_have_the_requested_height(cap_px: int) -> None:
    """A capital is on the base line and `cap_px` high, within a pixel of blur, at every size."""
    word = ink("H", cap_px)
    rows = np.flatnonzero(word.mask.max(axis=1) > 127)
    assert word.above - rows[0] == pytest.approx(cap_px, abs=1)
    assert rows[-1] + 1 == pytest.approx(word.above, abs=1)


def test_accents_and_descenders_are_not_cut() -> None:
    """Å and g fit into the mask, with free rows around them."""
    for size in (10, 60, 200):
        mask = ink("ÅgjŮ", size).mask
        assert mask[0].max() < 30 and mask[-1].max() < 30


def test_unknown_letters_become_question_marks() -> None:
    """Letters that the font lacks are shown as ?; other European alphabets are complete."""
    np.testing.assert_array_equal(ink("漢", 20).mask, ink("?", 20).mask)
    for letter in "äßéłřΩЖ½":
        if letter != "½":
            assert not np.array_equal(ink(letter, 20).mask, ink("?", 20).mask), letter


def test_text_is_fitted_to_a_width() -> None:
    """A word that is too wide is reduced, but not below the least size; a short one is not reduced."""
    assert fitted("Squats", 30, 1000).cap_px == 30
    narrow = fitted("A very long exercise name", 30, 200)
    assert narrow.width <= 200 and narrow.cap_px < 30
    assert fitted("A very long exercise name", 30, 5).cap_px == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [("goal", 0.0), ("goal", 1.1), ("flash_s", -1.0), ("flash_s", float("nan")), ("min_visibility", 1.5)],
)
def test_options_are_checked(name: str, value: float) -> None:
    """Values out of range are OptionErrors that name the option."""
    with pytest.raises(OptionError, match=f"option {name} must be"):
        OverlayOptions(**{name: value})
