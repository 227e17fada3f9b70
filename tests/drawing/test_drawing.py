"""Drawing poses, hiding the background, plots in three dimensions."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from fitness.drawing import (
    PoseStyle,
    blur_background,
    draw_landmarks,
    hide_background,
    plot_landmarks,
    skeleton_only,
)
from fitness.errors import OptionError, OutputError
from fitness.skeleton import LEFT, POSE_CONNECTIONS, RIGHT, UPPER_BODY_CONNECTIONS
from fitness.types import Pose
from tests.support.strategies import locked, pose_of, stick_figure

_W, _H = 200, 160
_PLAIN = PoseStyle(thickness=1, radius=2, border=None)


def spread_out(**changes: object) -> Pose:
    """33 landmarks on a grid, far apart."""
    image = np.zeros((33, 3), np.float32)
    for k in range(33):
        image[k, :2] = 20 + 25 * (k % 7), 20 + 28 * (k // 7)
    ones = np.ones(33, np.float32)
    pose = Pose(np.zeros((33, 3), np.float32), image, ones, ones, 1.0, 0.0)
    return replace(pose, **changes)  # type: ignore[arg-type]


def at(picture: np.ndarray, pose: Pose, landmark: int) -> tuple[int, ...]:
    x, y = (round(float(v)) for v in pose.image[landmark, :2])
    return tuple(int(v) for v in picture[y, x])


def test_landmarks_have_the_colours_of_their_sides() -> None:
    """Left orange, right turquoise, the nose white: MediaPipe's pose style, in RGB."""
    pose = spread_out()
    picture = skeleton_only(_W, _H, pose, _PLAIN)
    assert {at(picture, pose, k) for k in LEFT} == {(255, 138, 0)}
    assert {at(picture, pose, k) for k in RIGHT} == {(0, 217, 231)}
    assert at(picture, pose, 0) == (255, 255, 255)


def test_the_image_is_not_changed_and_the_rest_of_it_stays() -> None:
    """A new image is returned; pixels far from any landmark are unchanged."""
    image = locked(np.random.default_rng(0).integers(0, 255, (_H, _W, 3)).astype(np.uint8))
    pose = spread_out(visibility=np.eye(33, dtype=np.float32)[11])
    drawn = draw_landmarks(image, pose, _PLAIN)
    changed = np.argwhere((drawn != image).any(axis=2))
    x, y = pose.image[11, :2]
    assert 0 < len(changed) < 40
    assert np.abs(changed - (y, x)).max() <= 3


@pytest.mark.parametrize("signal", ["visibility", "presence"])
def test_checklist_41_landmarks_below_the_threshold_are_not_drawn(signal: str) -> None:
    """A visibility of 0.5 is drawn, one just below is not; edges need both ends."""
    ends = np.isin(np.arange(33), (11, 13)) * np.float32(0.5)
    below = ends - np.eye(33, dtype=np.float32)[13] * np.float32(1e-4)
    both, one = (
        skeleton_only(_W, _H, spread_out(**{signal: values}), _PLAIN).any(axis=2) for values in (ends, below)
    )
    pose = spread_out()
    for place, shown in (
        (pose.image[11], True),
        (pose.image[13], False),
        (pose.image[[11, 13]].mean(0), False),
    ):
        x, y = round(float(place[0])), round(float(place[1]))
        assert both[y, x]
        assert one[y, x] == shown


def test_checklist_41_landmarks_outside_the_frame_are_not_drawn() -> None:
    """A landmark outside the image, or with NaN, is not drawn and causes no error."""
    pose = spread_out()
    image = np.array(pose.image)
    image[11, :2], image[12, :2], image[13, :2] = (-1, 50), (50, _H + 1), (np.nan, 3)
    nowhere = replace(pose, image=image, visibility=np.isin(np.arange(33), (11, 12, 13)).astype(np.float32))
    assert not skeleton_only(_W, _H, nowhere, _PLAIN).any()


def test_an_upper_body_has_no_legs() -> None:
    """25 landmarks and the 25 edges between them."""
    assert len(UPPER_BODY_CONNECTIONS) == 25 and len(POSE_CONNECTIONS) == 35
    whole = spread_out()
    seen = (np.arange(33) < 25).astype(np.float32)
    upper = replace(whole, upper_body=True, visibility=seen)
    picture = skeleton_only(_W, _H, upper, _PLAIN)
    assert at(picture, upper, 25) == at(picture, upper, 32) == (0, 0, 0)
    assert at(picture, upper, 24) == (0, 217, 231)


def test_several_people_are_drawn_on_one_image() -> None:
    """Each pose of a sequence is drawn."""
    first = spread_out(visibility=np.eye(33, dtype=np.float32)[11])
    second = spread_out(visibility=np.eye(33, dtype=np.float32)[12])
    both = skeleton_only(_W, _H, [first, second], _PLAIN, background=(9, 9, 9))
    assert at(both, first, 11) == (255, 138, 0) and at(both, first, 12) == (0, 217, 231)
    assert tuple(both[0, 0]) == (9, 9, 9)


def test_the_background_is_hidden_in_proportion_to_the_mask() -> None:
    """Mask 1 keeps the pixel, 0 shows the background, 0.5 the mean of both; an image can be the background."""
    image = locked(np.full((2, 3, 3), 200, np.uint8))
    mask = locked(np.array([[1, 0, 0.5], [1, 0, 0.5]], np.float32))
    hidden = hide_background(image, mask, (10, 20, 30))
    assert hidden[0].tolist() == [[200] * 3, [10, 20, 30], [105, 110, 115]]
    behind = locked(np.full((2, 3, 3), 50, np.uint8))
    assert hide_background(image, mask, behind)[1].tolist() == [[200] * 3, [50] * 3, [125] * 3]


def test_the_background_is_blurred_and_the_person_is_not() -> None:
    """Inside the mask nothing changes; outside, noise is smoothed and the mean stays."""
    image = locked(np.random.default_rng(1).integers(0, 255, (120, 160, 3)).astype(np.uint8))
    mask = np.zeros((120, 160), np.float32)
    mask[:, :60] = 1
    blurred = blur_background(image, locked(mask))
    assert np.array_equal(blurred[:, :60], image[:, :60])
    assert blurred[:, 70:].std() < 0.2 * image[:, 70:].std()
    assert abs(float(blurred[:, 70:].mean()) - float(image[:, 70:].mean())) < 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: draw_landmarks(np.zeros((4, 4), np.uint8), []), "image must be"),
        (lambda: draw_landmarks(np.zeros((4, 4, 4), np.uint8), []), "image must be"),
        (lambda: skeleton_only(0, 4, []), "width, height must be at least 1"),
        (
            lambda: hide_background(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5), np.float32)),
            "mask must have",
        ),
        (
            lambda: hide_background(
                np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), np.zeros((5, 4, 3), np.uint8)
            ),
            "background must be",
        ),
        (lambda: blur_background(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), 0), "strength"),
        (lambda: PoseStyle(left=(0, 0, 256)), "left must be three numbers"),
        (lambda: PoseStyle(thickness=0), "thickness must be at least 1"),
        (lambda: PoseStyle(min_visibility=1.5), "min_visibility must be between 0 and 1"),
    ],
)
def test_wrong_arguments_are_named(call: object, words: str) -> None:
    """Each wrong argument is refused with the option's name."""
    with pytest.raises(OptionError, match=words):
        call()  # type: ignore[operator]


def test_a_plot_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """matplotlib is an optional package."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(OutputError, match="pip install matplotlib"):
        plot_landmarks(pose_of(stick_figure(), 0.0))


def test_checklist_42_axes_of_the_plot() -> None:
    """World landmarks are plotted at (-z, x, -y), as projected by matplotlib; the lines join the visible ends of edges."""
    proj3d = pytest.importorskip("mpl_toolkits.mplot3d.proj3d")
    pose = pose_of(stick_figure(), 0.0)
    hidden = np.array(pose.visibility)
    hidden[15] = 0.0
    figure = plot_landmarks(replace(pose, visibility=hidden))
    (axes,) = figure.axes
    pytest.importorskip("matplotlib.backends.backend_agg").FigureCanvasAgg(figure).draw()
    drawn = sorted((*dots.get_offsets()[0], dots.do_3d_projection()) for dots in axes.collections)
    x, y, z = np.delete(pose.world.astype(float), 15, axis=0).T
    expected = sorted(zip(*proj3d.proj_transform(-z, x, -y, axes.get_proj()), strict=True))
    np.testing.assert_allclose(np.array(drawn), np.array(expected), atol=1e-6)
    assert len(axes.lines) == sum(15 not in edge for edge in POSE_CONNECTIONS)
