"""Frames of the rendered figure: drawn at the true position, near surfaces hide far ones, the same bytes each time."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.errors import OptionError
from fitness.skeleton import Landmark
from fitness.types import ImageArray
from scripts.figure import EXERCISES, Actor, Body, Camera, Clip, Hold, Idle, Motion, Reps, Scene
from scripts.figure.raster import Layer, Triangles, rasterise
from scripts.figure.scene import Background

CLEAN = Scene("plain", wall=(250, 250, 250), noise=0.0, shadow=0.0)
LIMBS = [*range(11, 17), *range(23, 29)]
RED, BLUE = (220, 20, 20), (20, 20, 220)


def drawn(clip: Clip, t: float) -> NDArray[np.bool_]:
    """(H, W) where the frame differs from its plain background."""
    return np.asarray((clip.picture(t) != 250).any(axis=2))


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("yaw", [0.0, 60.0])
def test_the_figure_covers_its_joints_and_fits_the_picture(name: str, yaw: float) -> None:
    """Every limb joint projects onto the figure (to one pixel), and the border stays free."""
    part = Hold(name, 1.0) if EXERCISES[name].held else Reps(name, 1)
    clip = Clip(Motion(part), camera=Camera(yaw_deg=yaw), scene=CLEAN, width=160, height=120, fit=True)
    for share in (0.1, 0.5):
        t = share * clip.duration_s
        figure = drawn(clip, t)
        for x, y, _ in clip.image(t)[LIMBS]:
            column, row = int(x), int(y)
            assert figure[row - 1 : row + 2, column - 1 : column + 2].any(), (name, share, x, y)
        if not EXERCISES[name].gear:
            assert not figure[0].any() and not figure[:, 0].any() and not figure[:, -1].any()


@pytest.mark.parametrize("size", [(160, 120), (90, 160)])
def test_fitting_uses_the_picture_in_portrait_and_landscape(size: tuple[int, int]) -> None:
    """The figure reaches at least half of the height or width that the margin leaves, and stays inside it."""
    width, height = size
    clip = Clip(Motion(Idle(1.0, amount=0.0)), scene=CLEAN, width=width, height=height)
    rows, columns = np.nonzero(drawn(clip, 0.5))
    assert rows.min() >= 0.04 * height and rows.max() < 0.96 * height
    assert columns.min() >= 0.04 * width and columns.max() < 0.96 * width
    assert np.ptp(rows) > 0.5 * height or np.ptp(columns) > 0.5 * width


def colour_at(clip: Clip, t: float, place: tuple[float, float, float]) -> str:
    x, y, _ = clip.camera.project(np.array([place]), clip.width, clip.height)[0]
    red, _, blue = clip.picture(t)[int(y), int(x)].tolist()
    return "red" if red > blue else "blue"


@pytest.mark.parametrize(("yaw", "seen"), [(0.0, "red"), (180.0, "blue")])
def test_a_person_in_front_hides_the_person_behind(yaw: float, seen: str) -> None:
    """Two people on one line of sight: the nearer shirt is seen, from either end, whatever the order of actors."""
    idle = Motion(Idle(1.0, amount=0.0))
    front, back = Body(shirt=RED), Body(shirt=BLUE)
    camera = Camera(yaw_deg=yaw, pitch_deg=0.0, distance_m=5.0, target_m=(0.0, 0.9, -0.75))
    one = Clip(idle, front, camera, CLEAN, width=120, height=120, others=[Actor(idle, back, z_m=-1.5)])
    assert colour_at(one, 0.5, (0.0, 1.25, -0.75)) == seen
    other = Clip(Motion(Idle(1.0, amount=0.0)), back, camera, CLEAN, width=120, height=120,
                 others=[Actor(idle, front, z_m=1.5)])  # fmt: skip
    moved = Camera(yaw_deg=yaw, pitch_deg=0.0, distance_m=5.0, target_m=(0.0, 0.9, 0.75))
    other.camera = moved
    assert colour_at(other, 0.5, (0.0, 1.25, 0.75)) == seen


def test_every_person_is_drawn_and_has_their_own_truth() -> None:
    """Two figures side by side: the picture covers the joints of both."""
    motion = Motion(Reps("squat", 1))
    clip = Clip(
        motion, Body(), Camera(distance_m=5.0), CLEAN, width=160, height=120,
        others=[Actor(Motion(Reps("jumping-jack", 1)), Body.random(3), x_m=1.2, heading_deg=30.0)],
    )  # fmt: skip
    figure = drawn(clip, 0.9)
    for actor in (0, 1):
        for x, y, _ in clip.image(0.9, actor)[LIMBS]:
            assert figure[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].any()
    assert clip.truth_of(0).counts == {"squat": 1} and clip.truth_of(1).counts == {"jumping-jack": 1}


def test_the_same_arguments_give_the_same_bytes() -> None:
    """Two equal clips give the same bytes, in any order of frames; another seed gives other noise."""

    def digests(seed: int, order: tuple[float, ...]) -> dict[float, str]:
        clip = Clip(
            Motion(Reps("squat", 1)), Body.random(1), scene=Scene("gym", seed=seed), width=96, height=72
        )
        return {t: hashlib.sha256(clip.picture(t, int(t * 10)).tobytes()).hexdigest() for t in order}

    first = digests(4, (0.0, 0.5, 1.0))
    assert first == digests(4, (1.0, 0.0, 0.5))
    assert first != digests(5, (0.0, 0.5, 1.0))


def test_frames_have_times_and_indices() -> None:
    """t = index / fps by default; given times are used as they are."""
    clip = Clip(Motion(Idle(0.5)), fps=8.0, width=32, height=32)
    frames = list(clip.frames())
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    assert [frame.t for frame in frames] == pytest.approx([0.0, 0.125, 0.25, 0.375])
    assert frames[0].image.shape == (32, 32, 3) and frames[0].image.dtype == np.uint8
    jittered = list(clip.frames([0.0, 0.05, 0.3]))
    assert [(frame.t, frame.index) for frame in jittered] == [(0.0, 0), (0.05, 1), (0.3, 2)]
    np.testing.assert_array_equal(clip.picture(0.3, 2), jittered[2].image)


def test_sensor_noise_has_the_requested_strength() -> None:
    """On a plain background the standard deviation is near the option; without noise it is zero."""
    still = Motion(Idle(1.0))
    away = Camera(target_m=(40.0, 0.9, 0.0))
    for noise in (0.0, 8.0):
        clip = Clip(
            still, camera=away, scene=Scene("plain", wall=(128, 128, 128), noise=noise), width=96, height=96
        )
        assert float(clip.picture(0.2).std()) == pytest.approx(noise * 0.84, abs=0.4)
    assert (clip.picture(0.2, 1) != clip.picture(0.2, 2)).any()


def test_exposure_shadow_and_blur_have_the_requested_effect() -> None:
    """Half the exposure halves the picture; a shadow darkens the floor; a moving arm smears with an open shutter."""

    def clip(name: str = "plain", **options: float) -> Clip:
        scene = Scene(
            name, wall=(200, 200, 200), floor=(180, 180, 180), **{"noise": 0.0, "shadow": 0.0, **options}
        )  # type: ignore[arg-type]
        return Clip(Motion(Reps("jumping-jack", 1)), scene=scene, width=96, height=96, fps=15.0)

    assert clip(exposure=0.5).picture(0.0)[2, 2].tolist() == [100, 100, 100]
    bright, dark = (
        clip("gradient").picture(0.0).astype(int),
        clip("gradient", shadow=0.6).picture(0.0).astype(int),
    )
    assert (dark <= bright).all() and (bright - dark).max() > 40
    sharp, smeared = clip().picture(0.4), clip(motion_blur=1.0).picture(0.4)
    touched = [(image != 200).any(axis=2).sum() for image in (sharp, smeared)]
    assert touched[1] > 1.1 * touched[0]


@pytest.mark.parametrize("background", ["plain", "gradient", "room", "gym", "outdoor"])
def test_every_background_is_a_picture_of_its_own(background: Background) -> None:
    """Each background can be rendered from every side, without holes, and is not black."""
    for yaw, pitch in ((0.0, 5.0), (140.0, 30.0), (-60.0, -8.0)):
        camera = Camera(yaw_deg=yaw, pitch_deg=pitch, distance_m=4.0)
        image = Clip(Motion(Idle(1.0)), camera=camera, scene=Scene(background), width=64, height=48).picture(
            0.0
        )
        assert image.mean() > 40 and image.std() > 2


def test_wrong_scenes_are_refused_by_name() -> None:
    """The message names the option and what is allowed."""
    with pytest.raises(OptionError, match="background must be one of plain"):
        Scene("beach")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="noise must be 0 to 60"):
        Scene(noise=-1.0)


def test_a_figure_outside_the_picture_leaves_the_background() -> None:
    """If nobody is in view, behind the camera or far aside, the frame is empty, and there is no error."""
    for target in ((50.0, 0.9, 0.0), (0.0, 0.9, -12.0)):
        clip = Clip(Motion(Idle(1.0)), camera=Camera(target_m=target), scene=CLEAN, width=64, height=48)
        assert not drawn(clip, 0.5).any()


def test_landmarks_of_the_face_lie_on_the_face() -> None:
    """From the front the eyes are on dark pupils or white, the nose and the mouth between them and the chin."""
    clip = Clip(
        Motion(Idle(1.0, amount=0.0)), camera=Camera(pitch_deg=0.0, distance_m=1.2, target_m=(0.0, 1.63, 0.0)),
        scene=CLEAN, width=240, height=240,
    )  # fmt: skip
    image, picture = clip.image(0.5), clip.picture(0.5).astype(int)
    pupil = picture[int(image[Landmark.LEFT_EYE, 1]), int(image[Landmark.LEFT_EYE, 0])]
    cheek = picture[int(image[Landmark.NOSE, 1]), int(image[Landmark.LEFT_EYE, 0])]
    assert pupil.sum() < cheek.sum() - 150
    assert image[Landmark.LEFT_EYE, 1] < image[Landmark.NOSE, 1] < image[Landmark.MOUTH_LEFT, 1]
    assert image[Landmark.LEFT_EYE, 0] > image[Landmark.NOSE, 0] > image[Landmark.RIGHT_EYE, 0]


# --- the rasteriser -------------------------------------------------------------------------------------------


def flat(
    points: list[tuple[float, float, float]], faces: list[tuple[int, int, int]], colours: list[object]
) -> Layer:
    layer = rasterise(
        Triangles(
            np.array(points, np.float32), np.ones(len(points), np.float32),
            np.array(faces, np.int32), np.array(colours, np.float32),
        ),
        40, 30,
    )  # fmt: skip
    assert layer is not None
    return layer


def whole(layer: Layer) -> ImageArray:
    out = np.zeros((30, 40, 4), np.uint8)
    height, width = layer.image.shape[:2]
    out[layer.top : layer.top + height, layer.left : layer.left + width] = layer.image
    return out


def test_two_triangles_fill_a_rectangle_exactly_once() -> None:
    """Pixels whose centre is inside are filled, no others, and there is no gap along the shared edge."""
    layer = flat([(5, 4, 1), (25, 4, 1), (25, 20, 1), (5, 20, 1)], [(0, 1, 2), (0, 2, 3)], [RED, RED])
    filled = whole(layer)[..., 3] > 0
    expected = np.zeros((30, 40), bool)
    expected[4:20, 5:25] = True
    np.testing.assert_array_equal(filled, expected)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_crossing_surfaces_are_cut_where_they_cross(order: tuple[int, int]) -> None:
    """Two planes that pass through each other: the nearer one wins at each pixel, not the nearer triangle."""
    points = [
        (0, 0, 1.0),
        (40, 0, 3.0),
        (40, 30, 3.0),
        (0, 30, 1.0),
        (0, 0, 3.0),
        (40, 0, 1.0),
        (40, 30, 1.0),
        (0, 30, 3.0),
    ]
    planes = ([(0, 1, 2), (0, 2, 3)], [(4, 5, 6), (4, 6, 7)])
    colours = ([RED] * 2, [BLUE] * 2)
    image = whole(
        flat(points, [*planes[order[0]], *planes[order[1]]], [*colours[order[0]], *colours[order[1]]])
    )
    assert (image[:, :19, 0] > 200).all() and (image[:, 21:, 2] > 200).all()


def test_back_faces_and_faces_behind_the_camera_are_left_out() -> None:
    """Anticlockwise on screen or not in front: nothing is drawn."""
    points = np.array([(5, 5, 1), (25, 5, 1), (25, 20, 1), (5, 5, -1), (25, 5, -1), (25, 20, -1)], np.float32)
    for face in ((0, 2, 1), (3, 4, 5)):
        triangles = Triangles(
            points, np.ones(6, np.float32), np.array([face], np.int32), np.ones((1, 3), np.float32)
        )
        assert rasterise(triangles, 40, 30) is None


def test_triangles_outside_the_frame_are_clipped() -> None:
    """A triangle larger than the picture fills all of it."""
    layer = flat([(-100, -100, 2), (200, -100, 2), (-100, 200, 2)], [(0, 1, 2)], [RED])
    assert (whole(layer)[..., 3] > 0).all()
