"""The embedding: what changes it, what does not, and its joint angles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.metrics.body import ANGLE_NAMES, TRUNK_LENGTH, angles, mirror, normalise
from fitness.recognition.embedding import DIMENSIONS, embed, mirror_embedding
from fitness.skeleton import LANDMARK_COUNT, MIRROR, Landmark
from tests.support.strategies import (
    bodies,
    examples,
    locked,
    pressing,
    reals,
    seeds,
    squatting,
    stick_figure,
    turned,
)

_VECTORS = DIMENSIONS - len(ANGLE_NAMES)


def _angle(world: np.ndarray, name: str) -> float:
    return float(angles(world[None])[0, ANGLE_NAMES.index(name)])


def test_embedding_has_its_documented_shape() -> None:
    """N poses give (N, 76) finite doubles: 21 vectors and 13 angles."""
    found = embed(locked(np.stack([squatting(90.0), pressing(100.0)])))
    assert found.shape == (2, 76) == (2, DIMENSIONS)
    assert found.dtype == np.float64 and np.isfinite(found).all()
    assert (_VECTORS, len(ANGLE_NAMES)) == (63, 13)


@given(bodies(), st.tuples(reals(-10, 10), reals(-10, 10), reals(-10, 10)))
@examples(50)
def test_embedding_ignores_position(world: np.ndarray, move: tuple[float, float, float]) -> None:
    """Moving the whole body leaves the embedding as it is; the argument stays as it is."""
    assert np.abs(embed(locked(world + move)[None]) - embed(world[None])).max() < 1e-6


@given(bodies(), reals(0.2, 5.0))
@examples(50)
def test_embedding_ignores_body_height(world: np.ndarray, scale: float) -> None:
    """Uniform scale leaves the embedding as it is."""
    assert np.abs(embed(locked(world * scale)[None]) - embed(world[None])).max() < 1e-6


@given(bodies(), reals(-math.pi, math.pi))
@examples(50)
def test_embedding_ignores_camera_position(world: np.ndarray, yaw: float) -> None:
    """Turning the body about the vertical leaves the embedding as it is."""
    assert np.abs(embed(turned(world, yaw)[None]) - embed(world[None])).max() < 1e-6


def test_embedding_depends_on_the_direction_of_gravity() -> None:
    """Standing and the same body lying on its face or side are far apart."""
    standing = stick_figure(170, 170, arm_deg=80)
    prone = stick_figure(170, 170, arm_deg=80, lean_deg=80)
    side = standing[:, [1, 0, 2]] * np.array([-1, 1, 1], np.float32)
    here, *others = embed(np.stack([standing, prone, side]))
    for other in others:
        assert np.abs(other - here).mean() > 0.13  # beyond the distance at which a rep is refused


@given(bodies())
@examples(50)
def test_mirroring_twice_changes_nothing(world: np.ndarray) -> None:
    """`mirror` twice gives the same bits; it negates x and swaps the labels of the sides."""
    once = mirror(world[None])
    assert np.array_equal(mirror(once)[0], world)
    assert once[0, Landmark.LEFT_WRIST].tolist() == (world[Landmark.RIGHT_WRIST] * [-1, 1, 1]).tolist()
    assert once[0, Landmark.NOSE].tolist() == (world[Landmark.NOSE] * [-1, 1, 1]).tolist()


@given(bodies(), bodies())
@examples(40)
def test_a_mirror_image_is_as_far_from_another_as_the_two_poses_are(one: np.ndarray, two: np.ndarray) -> None:
    """Mirroring both poses keeps their distance, in the mean and in the largest difference."""
    plain = np.abs(embed(one[None]) - embed(two[None]))
    mirrored = np.abs(embed(mirror(one[None])) - embed(mirror(two[None])))
    assert mirrored.mean() == pytest.approx(plain.mean(), abs=1e-9)
    assert mirrored.max() == pytest.approx(plain.max(), abs=1e-9)


@given(bodies())
@examples(20)
def test_an_embedding_can_be_mirrored(world: np.ndarray) -> None:
    """`mirror_embedding` gives the embedding of the mirrored body; twice, it gives the first again."""
    found = embed(world[None])
    assert mirror_embedding(found) == pytest.approx(embed(mirror(world[None])), abs=1e-9)
    assert np.array_equal(mirror_embedding(mirror_embedding(found)), found)


def test_a_symmetric_body_is_its_own_mirror_image() -> None:
    """Mirroring swaps the labels, too, so a symmetric body does not change."""
    world = squatting(100.0)
    assert np.abs(embed(mirror(world[None])) - embed(world[None])).max() < 1e-6
    flipped = world * np.array([-1, 1, 1], np.float32)
    assert np.abs(embed(flipped[None]) - embed(world[None])).max() > 0.1


def test_labels_of_the_sides_are_swapped_in_pairs() -> None:
    """The table of mirrored labels swaps every left with its right and keeps the nose."""
    for landmark in Landmark:
        name = landmark.name
        other = name.replace("LEFT", "?").replace("RIGHT", "LEFT").replace("?", "RIGHT")
        assert MIRROR[landmark] == Landmark[other]
    assert sorted(MIRROR) == list(range(LANDMARK_COUNT))


@pytest.mark.parametrize(
    ("landmark", "vectors", "angle_names"),
    [
        ("LEFT_WRIST", 4, {"left_elbow"}),
        ("RIGHT_ANKLE", 4, {"right_knee", "right_shin_tilt"}),
        ("LEFT_ELBOW", 3, {"left_elbow", "left_shoulder"}),
        ("RIGHT_KNEE", 3, {"right_hip", "right_knee", "right_thigh_tilt", "right_shin_tilt"}),
        ("NOSE", 0, set()),
        ("LEFT_INDEX", 0, set()),
    ],
)
def test_every_vector_counts_once(landmark: str, vectors: int, angle_names: set[str]) -> None:
    """Moving one landmark changes the vectors that end there, each once, and the angles it is part of.

    The published recipe holds hip to wrist twice; here a wrist has elbow, shoulder, hip and the other wrist.
    """
    world = squatting(120.0)
    moved = world.copy()
    moved[Landmark[landmark]] += (0.03, 0.02, 0.05)
    difference = np.abs(embed(moved[None]) - embed(world[None]))[0] > 1e-9
    assert difference[:_VECTORS].reshape(-1, 3).any(axis=1).sum() == vectors
    assert {
        name for name, differs in zip(ANGLE_NAMES, difference[_VECTORS:], strict=True) if differs
    } == angle_names


@given(bodies())
@examples(30)
def test_a_normalised_body_has_a_fixed_trunk_and_faces_the_camera(world: np.ndarray) -> None:
    """Mid-hip at the origin, mid-shoulder at 0.5, hips and shoulders along x, with left on the right."""
    body = normalise(locked(world)[None])[0]
    left_hip, right_hip, left_shoulder, right_shoulder = (
        body[Landmark[name]] for name in ("LEFT_HIP", "RIGHT_HIP", "LEFT_SHOULDER", "RIGHT_SHOULDER")
    )
    assert np.abs(left_hip + right_hip).max() < 1e-9
    assert np.linalg.norm((left_shoulder + right_shoulder) / 2) == pytest.approx(TRUNK_LENGTH)
    across = left_hip - right_hip + left_shoulder - right_shoulder
    assert across[0] > 0 and across[2] == pytest.approx(0, abs=1e-9)


@given(reals(35, 180), reals(35, 180), reals(-180, 180))
@examples(40)
def test_joint_angles_are_those_of_the_body(knee: float, elbow: float, yaw: float) -> None:
    """Knees and elbows are measured in degrees on both sides, 180 straight, from any side."""
    world = stick_figure(knee, elbow, yaw_deg=yaw)
    for side in ("left", "right"):
        assert _angle(world, f"{side}_knee") == pytest.approx(knee, abs=0.05)
        assert _angle(world, f"{side}_elbow") == pytest.approx(elbow, abs=0.05)


@pytest.mark.parametrize(
    ("name", "degrees"),
    [("trunk_tilt", 30.0), ("left_thigh_tilt", 45.0), ("right_shin_tilt", 45.0)],
)
def test_tilts_are_measured_from_upright_and_from_hanging(name: str, degrees: float) -> None:
    """A trunk 30 degrees forward tilts by 30; a knee bent to 90 tilts thigh and shin by 45."""
    assert _angle(stick_figure(90.0, tilt_deg=30.0), name) == pytest.approx(degrees, abs=0.05)


@pytest.mark.parametrize(("lean", "degrees"), [(0.0, 0.0), (90.0, 90.0), (180.0, 180.0)])
def test_trunk_tilt_goes_from_upright_to_upside_down(lean: float, degrees: float) -> None:
    """Upright is 0, lying 90, a handstand 180."""
    assert _angle(stick_figure(tilt_deg=0.0, lean_deg=lean), "trunk_tilt") == pytest.approx(degrees, abs=0.05)


def test_a_limb_without_length_gives_finite_numbers() -> None:
    """Two landmarks in one place make an angle of 0, not a NaN or a warning."""
    world = squatting(120.0)
    world[Landmark.LEFT_ANKLE] = world[Landmark.LEFT_KNEE]
    assert np.isfinite(embed(world[None])).all()
    assert _angle(world, "left_knee") == 0.0


@given(seeds())
@examples(10)
def test_a_collapsed_trunk_is_an_error(seed: int) -> None:
    """Hips and shoulders in one place cannot be scaled: ValueError for any other landmarks."""
    world = np.random.default_rng(seed).normal(0, 0.3, (33, 3))
    for side in ("LEFT", "RIGHT"):
        world[Landmark[f"{side}_SHOULDER"]] = world[Landmark[f"{side}_HIP"]]
    with pytest.raises(ValueError, match="trunk"):
        embed(np.stack([squatting(100.0), world]))


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("landmark", [Landmark.LEFT_HIP, Landmark.RIGHT_WRIST])
def test_landmarks_that_are_not_finite_are_an_error(landmark: Landmark, value: float) -> None:
    """One NaN in one landmark is a ValueError, not a NaN that spreads through averages."""
    world = squatting(100.0)
    world[landmark, 1] = value
    with pytest.raises(ValueError, match="finite"):
        embed(world[None])
