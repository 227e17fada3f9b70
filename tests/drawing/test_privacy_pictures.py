"""`--privacy`: with the exact silhouette of the rendered figure, no pixel of the person outside the skeleton."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.drawing.overlay import Overlay, OverlayOptions, draw_skeleton
from fitness.drawing.privacy import person_area, private_picture
from fitness.errors import OptionError
from fitness.pipeline.settings import Engine, Settings
from fitness.types import Count, Frame, FrameResult, ImageArray, Pose
from scripts.figure import PRESETS, Body, Camera, Clip, Motion, Reps
from tests.support.strategies import pose_of, stick_figure

_RED = dict.fromkeys(("skin", "shirt", "legwear_colour", "shoes", "hair_colour"), (230, 20, 20))
_GREEN = dict.fromkeys(_RED, (20, 230, 20))
_CASES = [
    (exercise, yaw, pitch, body)
    for body, exercise, yaw, pitch in (
        ("average", "squat", 0, 0),
        ("average", "push-up", 90, 10),
        ("average", "squat", 135, 30),
        ("average", "push-up", 30, 20),
        ("average", "lunge", 60, 0),
    )
]


def clips(exercise: str, yaw: float, pitch: float, body: Body) -> tuple[Clip, Clip]:
    """The same clip twice, the figure all red and all green."""
    motion = Motion(Reps(exercise, 1, seconds=2.0))
    seen = Camera(yaw_deg=yaw, pitch_deg=pitch)
    red, green = (
        Clip(motion, replace(body, **colours), seen, fps=4, width=320, height=320, fit=True, supersample=1)
        for colours in (_RED, _GREEN)
    )
    return red, green


def silhouette(red: ImageArray, green: ImageArray) -> np.ndarray:
    """(H, W) bool, exact: where the pictures differ there is the figure, because all else is the same in both."""
    return np.asarray((red != green).any(axis=2))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Settings(model="lite"))


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("exercise", "yaw", "pitch", "name"), _CASES)
def test_blur_covers_every_pixel_of_the_person(
    exercise: str, yaw: float, pitch: float, name: str, engine: Engine
) -> None:
    """Found by the real engine, through a whole rep: what the figure covers is squares of one colour, nothing else."""
    body = PRESETS.get(name, Body())
    red, green = clips(exercise, yaw, pitch, body)
    tracker, followed = engine.tracker(), 0
    for one, other in zip(red.frames(), green.frames(), strict=True):
        person = silhouette(one.image, other.image)
        pose = tracker.step(one)
        shown = private_picture(one.image, pose, "blur")
        if pose is None:
            assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= 13 * 13
            continue
        followed += 1
        area = person_area(pose, one.image.shape[0], one.image.shape[1])
        assert not (person & ~area).any(), f"{(person & ~area).sum()} of {person.sum()} px outside at {one.t}"
        assert np.array_equal(shown[~area], one.image[~area])
        # At most the squares that fit over the picture: ten along the person, more if the person is a part of it.
        assert len(np.unique(shown[area].reshape(-1, 3), axis=0)) <= 20 * 20
    assert followed >= 6


@pytest.mark.usefixtures("models")
def test_skeleton_shows_the_same_whoever_it_is(engine: Engine) -> None:
    """A red and a green figure with the same pose give the same picture, black outside the skeleton."""
    red, green = clips("squat", 45, 0, Body())
    (one, other) = (next(iter(clip.frames([1.0]))) for clip in (red, green))
    pose = engine.tracker(static=True).step(one)
    assert pose is not None and silhouette(one.image, other.image).sum() > 2000
    overlay = Overlay(OverlayOptions(privacy="skeleton", panel=False, message=False, phase=False))
    first, second = (overlay.draw(FrameResult(f, pose, None, Count({}))) for f in (one, other))
    assert np.array_equal(first, second)
    alone = np.zeros_like(one.image)
    draw_skeleton(alone, pose)
    assert np.array_equal(first, alone) and alone.any()


@pytest.mark.parametrize("shape", [(48, 64), (1, 1), (3, 200), (700, 5)])
def test_nobody_found_covers_everything(shape: tuple[int, int]) -> None:
    """Somebody may be there who was not found: the whole picture is squares, at any size, and the frame is kept."""
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    before = image.copy()
    shown = private_picture(image, None, "blur")
    assert shown.shape == image.shape and np.array_equal(image, before)
    cell = max(4, -(-min(shape) // 12))
    for y in range(0, shape[0], cell):
        for x in range(0, shape[1], cell):
            square = shown[y : y + cell, x : x + cell].reshape(-1, 3)
            assert (square == square[0]).all()


def test_landmarks_that_make_no_sense_cover_everything() -> None:
    """NaN, infinity and points far away are no reason to show anybody."""
    image = np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8)
    for value in (np.nan, np.inf, 1e30, -1e30):
        pose: Pose = pose_of(stick_figure(), 0.0)
        points = pose.image.copy()
        points[0] = value
        strange = replace(pose, image=points)
        assert person_area(strange, 64, 64).dtype == np.bool_
        if not np.isfinite(value):
            assert person_area(strange, 64, 64).all()
        private_picture(image, strange, "blur")


def test_the_window_and_its_snapshots_are_private() -> None:
    """What the window draws, and so what the key s saves, has nothing of the picture."""
    from fitness.apps.window.runner import Shown
    from fitness.apps.window.view import Look, View
    from fitness.coach import Coach

    drawn = []
    for grey in (40, 200):
        frame = Frame(np.full((120, 160, 3), grey, np.uint8), 0.0, 0)
        pose = pose_of(stick_figure(), 0.0)
        result = FrameResult(frame, pose, None, Count({}))
        shown = Shown(frame, result, Coach().step(result))
        drawn.append(View().draw(shown, Look(privacy="skeleton"), (320, 240), None, [], False))
    assert np.array_equal(*drawn)


def test_a_wrong_value_is_named() -> None:
    """As every option."""
    with pytest.raises(OptionError, match="privacy must be one of none, blur, skeleton"):
        OverlayOptions(privacy="mosaic")  # type: ignore[arg-type]


def test_everybody_who_is_followed_is_covered() -> None:
    """Of two people both are under squares; a doubtful pose of either covers the whole picture."""
    image = np.random.default_rng(2).integers(0, 256, (240, 320, 3), np.uint8)
    body = pose_of(stick_figure(170.0), 0.0)
    scale, middle = np.float32(60), np.array([100, 110, 0], np.float32)
    ones = np.ones(33, np.float32)
    pose = replace(body, image=body.world * scale + middle, score=1.0, visibility=ones)
    other = replace(pose, image=pose.image + np.array([110, 0, 0], np.float32), id=2)
    shown = private_picture(image, pose, "blur", [other])
    area = person_area(pose, *image.shape[:2]) | person_area(other, *image.shape[:2])
    assert (shown[~area] == image[~area]).all()
    alone = private_picture(image, pose, "blur")
    assert (alone != shown).any()
    doubtful = private_picture(image, pose, "blur", [replace(other, score=0.1)])
    assert (doubtful == private_picture(image, None, "blur")).all()
