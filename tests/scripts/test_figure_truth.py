"""The truth of the rendered figure: joint angles, planted feet, constant bones, projection, rep times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.errors import OptionError
from fitness.skeleton import MIRROR, Landmark
from fitness.types import DoubleArray
from scripts.figure import (
    EXERCISES,
    PRESETS,
    Activity,
    Actor,
    Body,
    Camera,
    Clip,
    Hold,
    Idle,
    Motion,
    PickUp,
    Reps,
    Sit,
    Walk,
    Wave,
)

REPEATED = [name for name, exercise in EXERCISES.items() if not exercise.held]
BONES = [("SHOULDER", "ELBOW"), ("ELBOW", "WRIST"), ("HIP", "KNEE"), ("KNEE", "ANKLE"), ("ANKLE", "HEEL")]
SOLES = [Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL, Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX]
PALMS = [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST]


def clip_of(*parts: object, body: Body | None = None, **options: object) -> Clip:
    return Clip(Motion(*parts), body, **{"width": 96, "height": 96, "fit": True, **options})  # type: ignore[arg-type]


def during(clip: Clip, exercise: str) -> DoubleArray:
    """Times spread over all reps of an exercise."""
    reps = [rep for rep in clip.truth.reps if rep.exercise == exercise]
    return np.linspace(reps[0].t_start, reps[-1].t_end, 61)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_squat_has_the_knee_angles_it_is_made_of(preset: str) -> None:
    """172 degrees at the top and 72 at the turning point of a full squat, 122 at half depth, for every body."""
    clip = clip_of(Reps("squat", 2, depth=(1.0, 0.5)), body=Body.preset(preset))
    full, half = clip.truth.reps
    for t, knee in ((full.t_start, 172.0), (full.t_peak, 72.0), (half.t_peak, 122.0), (half.t_end, 172.0)):
        angles = clip.joint_angles(t)
        assert angles["left_knee"] == pytest.approx(knee, abs=0.2)
        assert angles["right_knee"] == pytest.approx(knee, abs=0.2)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_push_up_has_the_elbow_angles_it_is_made_of(preset: str) -> None:
    """168 degrees at the top and 55 at the turning point; hips and knees stay straight."""
    clip = clip_of(Reps("push-up", 1), body=Body.preset(preset))
    (rep,) = clip.truth.reps
    for t, elbow in ((rep.t_start, 168.0), (rep.t_peak, 55.0)):
        angles = clip.joint_angles(t)
        assert angles["left_elbow"] == pytest.approx(elbow, abs=1.0)
        assert angles["right_elbow"] == pytest.approx(elbow, abs=1.0)
        assert min(angles["left_hip"], angles["right_hip"], angles["left_knee"], angles["right_knee"]) > 165.0


@pytest.mark.parametrize(
    ("name", "joint", "top", "bottom"),
    [
        ("pull-up", "left_elbow", 165.0, 48.0),
        ("biceps-curl", "left_elbow", 168.0, 40.0),
        ("overhead-press", "left_elbow", 42.0, 170.0),
        ("bench-press", "left_elbow", 166.0, 75.0),
        ("lateral-raise", "left_shoulder", 14.0, 92.0),
        ("front-raise", "left_shoulder", 12.0, 92.0),
        ("jumping-jack", "left_shoulder", 14.0, 160.0),
        ("lunge", "left_knee", 173.0, 92.0),
        ("lunge", "right_knee", 173.0, 82.0),
        ("deadlift", "left_hip", 170.0, 72.0),
        ("sit-up", "left_hip", 125.0, 55.0),
    ],
)
def test_every_exercise_moves_its_joint_over_its_range(
    name: str, joint: str, top: float, bottom: float
) -> None:
    """The joint that makes the exercise starts and turns near the angles that are usual for it."""
    clip = clip_of(Reps(name, 1))
    (rep,) = clip.truth.reps
    assert clip.joint_angles(rep.t_start)[joint] == pytest.approx(top, abs=10.0)
    assert clip.joint_angles(rep.t_peak)[joint] == pytest.approx(bottom, abs=10.0)


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("squat", SOLES), ("deadlift", SOLES), ("biceps-curl", SOLES), ("sit-up", SOLES), ("bench-press", SOLES),
        ("push-up", [*PALMS, *SOLES[2:]]), ("mountain-climber", [*PALMS, SOLES[3]]), ("pull-up", PALMS),
        ("lunge", [SOLES[3]]),
    ],
)  # fmt: skip
def test_planted_hands_and_feet_do_not_move(name: str, planted: list[Landmark]) -> None:
    """Feet, hands or toes that carry the body move by less than 3 mm during a rep."""
    clip = clip_of(Reps(name, 1))
    places = clip.landmarks(during(clip, name))[:, planted]
    assert np.ptp(places, axis=0).max() < 0.003


def test_heels_stay_down_in_a_squat_and_toes_on_the_floor_in_a_push_up() -> None:
    """The soles lie flat on the floor, and the push-up's toes touch it."""
    squat = clip_of(Reps("squat", 1))
    soles = squat.landmarks(during(squat, "squat"))[:, SOLES, 1]
    assert soles.min() > 0.0 and soles.max() < 0.03
    push = clip_of(Reps("push-up", 1))
    toes = push.landmarks(during(push, "push-up"))[:, SOLES[2:], 1]
    assert toes.min() > -0.005 and toes.max() < 0.03


def workout() -> Motion:
    """Every exercise and everything else once, joined."""
    parts: list[object] = [Walk((-1.6, 0.4), (0.0, 0.0)), Idle(0.4)]
    for name, exercise in EXERCISES.items():
        parts.append(Hold(name, 0.5) if exercise.held else Reps(name, 2, depth=(1.0, 0.6)))
    return Motion(*parts, Sit(0.5), PickUp(), Wave(1.0), Walk((0.0, 0.0), (1.6, -0.8)))  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["athlete", "teen"])
def long_clip(request: pytest.FixtureRequest) -> Clip:
    return Clip(workout(), Body.preset(request.param), Camera(distance_m=6.0), width=96, height=96)


def test_a_whole_workout_keeps_every_bone_and_stays_above_the_floor(long_clip: Clip) -> None:
    """Limb bones have one length throughout, and no landmark sinks more than 1 cm into the floor."""
    places = long_clip.landmarks(np.arange(0.0, long_clip.duration_s, 0.05))
    assert np.isfinite(places).all()
    assert places[..., 1].min() > -0.01
    for a, b in BONES:
        for side in ("LEFT", "RIGHT"):
            length = np.linalg.norm(
                places[:, Landmark[f"{side}_{a}"]] - places[:, Landmark[f"{side}_{b}"]], axis=1
            )
            assert np.ptp(length) < 1e-6, (side, a, b)


def test_a_whole_workout_never_jerks(long_clip: Clip) -> None:
    """Velocity is continuous: over 1/240 s no landmark changes its speed by more than 3 m/s, nor exceeds 10 m/s."""
    step = 1 / 240
    places = long_clip.landmarks(np.arange(0.0, long_clip.duration_s, step))
    speed = np.diff(places, axis=0) / step
    assert np.linalg.norm(speed, axis=-1).max() < 10.0
    assert np.linalg.norm(np.diff(speed, axis=0), axis=-1).max() < 3.0


def test_the_truth_lists_every_rep_in_order(long_clip: Clip) -> None:
    """Two reps of each exercise that is repeated, none for holds; times increase; activities fill the clip."""
    truth = long_clip.truth
    assert truth.counts == {name: 2 for name in REPEATED}
    times = [t for rep in truth.reps for t in (rep.t_start, rep.t_peak, rep.t_end)]
    assert times == sorted(times) and times[-1] < long_clip.duration_s
    ends = [(each.t_start, each.t_end) for each in truth.activities]
    assert ends[0][0] == 0.0 and ends[-1][1] == pytest.approx(long_clip.duration_s)
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(ends))
    assert {"idle", "walking", "sitting", "picking up", "waving", "plank", "wall-sit"} <= {
        a.name for a in truth.activities
    }


def test_the_turning_point_is_where_the_joint_turns() -> None:
    """The knee is bent most within the bottom pause, and t_peak lies in its middle."""
    clip = clip_of(Reps("squat", 1, seconds=2.0, down_share=0.3, pause_bottom_s=0.4))
    (rep,) = clip.truth.reps
    assert rep.t_peak - rep.t_start == pytest.approx(0.6 + 0.2)
    assert rep.t_end - rep.t_start == pytest.approx(2.4)
    times = np.linspace(rep.t_start, rep.t_end, 241)
    knees = np.array([clip.joint_angles(t)["left_knee"] for t in times])
    lowest = times[knees < knees.min() + 0.05]
    assert lowest[0] >= rep.t_peak - 0.26 and lowest[-1] <= rep.t_peak + 0.26
    assert (np.diff(knees[times < rep.t_peak - 0.2]) < 1e-6).all()
    assert (np.diff(knees[times > rep.t_peak + 0.2]) > -1e-6).all()


def test_lunges_change_the_leg() -> None:
    """The left foot goes forward in the first rep, the right one in the second."""
    clip = clip_of(Reps("lunge", 2))
    first, second = (clip.landmarks(np.array([rep.t_peak]))[0] for rep in clip.truth.reps)
    assert first[Landmark.LEFT_ANKLE, 2] > first[Landmark.RIGHT_ANKLE, 2] + 0.5
    assert second[Landmark.RIGHT_ANKLE, 2] > second[Landmark.LEFT_ANKLE, 2] + 0.5


def test_seeded_variation_changes_tempo_and_depth_and_repeats() -> None:
    """The same seed gives the same reps, another seed others; spread 0 gives even reps."""
    even = clip_of(Reps("squat", 4)).truth.reps
    assert len({round(rep.t_end - rep.t_start, 6) for rep in even}) == 1
    one, same, other = (
        clip_of(Reps("squat", 4, tempo_spread=0.2, depth_spread=0.2, seed=seed)).truth.reps
        for seed in (3, 3, 4)
    )
    assert one == same and one != other
    assert len({round(rep.t_end - rep.t_start, 4) for rep in one}) == 4
    assert all(0.0 <= rep.depth <= 1.0 for rep in one)


def test_the_truth_does_not_depend_on_the_frame_rate() -> None:
    """Reps and landmarks are functions of seconds, whatever fps and times are asked for."""
    slow, fast = (clip_of(Idle(0.5), Reps("squat", 2), fps=fps) for fps in (7.0, 60.0))
    assert slow.truth == fast.truth and slow.duration_s == fast.duration_s
    np.testing.assert_array_equal(slow.world(1.234), fast.world(1.234))


@settings(max_examples=12, deadline=None)
@given(yaw=st.floats(-180, 180), pitch=st.floats(-20, 40), roll=st.floats(-20, 20), t=st.floats(0.0, 4.0))
def test_world_and_image_are_one_projection(yaw: float, pitch: float, roll: float, t: float) -> None:
    """Every landmark's pixel is its world place, moved to the hips' depth, through the pinhole; z likewise."""
    clip = ONE.seen(Camera(yaw_deg=yaw, pitch_deg=pitch, roll_deg=roll, distance_m=4.0))
    world, image = clip.world(t), clip.image(t)
    focal = clip.camera.focal_px(clip.width, clip.height)
    places = clip.landmarks(np.array([t]))[0]
    hips = clip.camera.view(places[[23, 24]].mean(axis=0))
    seen = world + hips
    np.testing.assert_allclose(image[:, 0], seen[:, 0] / seen[:, 2] * focal + clip.width / 2, atol=1e-6)
    np.testing.assert_allclose(image[:, 1], seen[:, 1] / seen[:, 2] * focal + clip.height / 2, atol=1e-6)
    np.testing.assert_allclose(image[:, 2], world[:, 2] * focal / hips[2], atol=1e-6)


class _One:
    """A squat seen by different cameras without building it again."""

    def __init__(self) -> None:
        self._clip = clip_of(Reps("squat", 1))

    def seen(self, camera: Camera) -> Clip:
        self._clip.camera = camera
        return self._clip


ONE = _One()


def test_world_axes_are_those_of_blazepose() -> None:
    """From the front: the person's left is right in the picture, up is negative y, the nose nearer than the ears."""
    world = ONE.seen(Camera(pitch_deg=0.0, distance_m=4.0)).world(0.0)
    assert world[Landmark.LEFT_SHOULDER, 0] > 0.1 > -0.1 > world[Landmark.RIGHT_SHOULDER, 0]
    assert world[Landmark.NOSE, 1] < -0.4 and world[Landmark.LEFT_ANKLE, 1] > 0.6
    assert world[Landmark.NOSE, 2] < world[Landmark.LEFT_EAR, 2]
    np.testing.assert_allclose(world[[23, 24]].mean(axis=0), 0.0, atol=1e-12)
    side = ONE.seen(Camera(yaw_deg=90.0, pitch_deg=0.0, distance_m=4.0)).world(0.0)
    assert side[Landmark.LEFT_SHOULDER, 2] < side[Landmark.RIGHT_SHOULDER, 2]
    assert side[Landmark.NOSE, 0] < side[Landmark.LEFT_EAR, 0]


def test_turning_the_camera_turns_the_world_and_no_angle() -> None:
    """Yaw is a rotation about up: y stays, distances stay, joint angles stay."""
    t = 1.1
    front = ONE.seen(Camera(pitch_deg=0.0, distance_m=4.0))
    world, angles = front.world(t), front.joint_angles(t)
    turned = ONE.seen(Camera(yaw_deg=70.0, pitch_deg=0.0, distance_m=4.0))
    other = turned.world(t)
    np.testing.assert_allclose(other[:, 1], world[:, 1], atol=1e-9)
    np.testing.assert_allclose(other @ other.T, world @ world.T, atol=1e-9)
    assert turned.joint_angles(t) == angles


@pytest.mark.parametrize("name", ["squat", "push-up", "jumping-jack", "overhead-press"])
def test_a_symmetric_exercise_is_its_own_mirror_image(name: str) -> None:
    """Seen from the front, swapping left and right landmarks equals flipping x."""
    clip = clip_of(Reps(name, 1))
    clip.camera = Camera(pitch_deg=0.0, distance_m=5.0)
    world = clip.world(clip.truth.reps[0].t_peak)
    np.testing.assert_allclose(world[list(MIRROR)], world * (-1.0, 1.0, 1.0), atol=2e-3)


def test_an_actor_is_placed_turned_and_delayed() -> None:
    """Position, heading and delay of an actor move its truth and nothing else."""
    motion = Motion(Reps("squat", 1))
    clip = Clip(
        motion, camera=Camera(), width=96, height=96,
        others=(Actor(motion, x_m=1.0, z_m=-2.0, heading_deg=90.0, delay_s=0.5),),
    )  # fmt: skip
    own, other = clip.landmarks(np.array([1.0]))[0], clip.landmarks(np.array([1.5]), actor=1)[0]
    np.testing.assert_allclose(other[:, 0], own[:, 2] + 1.0, atol=1e-9)
    np.testing.assert_allclose(other[:, 2], -own[:, 0] - 2.0, atol=1e-9)
    assert clip.truth_of(1).reps[0].t_peak == pytest.approx(clip.truth.reps[0].t_peak + 0.5)
    assert clip.duration_s == pytest.approx(motion.bind(clip_anatomy()).duration_s + 0.5)


def clip_anatomy() -> object:
    from scripts.figure.anatomy import Anatomy

    return Anatomy.of(Body())


def test_a_walk_goes_from_start_to_end_at_its_speed() -> None:
    """The hips begin and end over the given places; the way between takes distance over speed and one step."""
    clip = Clip(
        Motion(Walk((-2.0, 0.0), (1.0, 0.0), speed_m_s=1.0)),
        camera=Camera(distance_m=7.0),
        width=96,
        height=96,
    )
    hips = clip.landmarks(np.array([0.0, clip.duration_s]))[:, [23, 24]].mean(axis=1)
    assert hips[:, 0] == pytest.approx((-2.0, 1.0), abs=0.08)
    assert 3.0 < clip.duration_s < 4.2
    assert clip.truth.activities == (Activity("walking", 0.0, clip.duration_s),)


@pytest.mark.parametrize("seed", range(6))
def test_random_bodies_are_plausible_and_repeatable(seed: int) -> None:
    """A seed names one body; standing, it is as high as it says."""
    body = Body.random(seed)
    assert body == Body.random(seed) and body != Body.random(seed + 1)
    clip = clip_of(Idle(0.2, amount=0.0), body=body)
    places = clip.landmarks(np.array([0.1]))[0]
    eyes = places[[Landmark.LEFT_EYE, Landmark.RIGHT_EYE], 1].mean()
    assert eyes == pytest.approx(0.935 * body.height_m, abs=0.03)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Reps("yoga"), "exercise must be one of"),
        (lambda: Reps("plank"), "exercise must be one of"),
        (lambda: Hold("squat"), "exercise must be one of"),
        (lambda: Reps("squat", 0), "reps must be at least 1"),
        (lambda: Reps("squat", 2, depth=1.2), "depth must be"),
        (lambda: Reps("squat", 2, seconds=(1.0,)), "one value per rep"),
        (lambda: Reps("squat", down_share=0.95), "down_share"),
        (lambda: Reps("squat", pause_top_s=-1.0), "pause_top_s"),
        (lambda: Idle(0.0), "seconds must be above 0"),
        (lambda: Walk((0.0, 0.0), (0.0, 0.0)), "at least 0.1 m"),
        (lambda: Walk((0.0, 0.0), (1.0, 0.0), speed_m_s=9.0), "speed_m_s"),
        (lambda: Motion(), "at least one part"),
        (lambda: Body(height_m=3.0), "height_m"),
        (lambda: Body(girth=2.0), "girth"),
        (lambda: replace(Body(), skin=(300, 0, 0)), "skin"),
        (lambda: Body.preset("giant"), "preset"),
        (lambda: Camera(pitch_deg=90.0), "pitch_deg"),
        (lambda: Camera(distance_m=0.0), "distance_m"),
        (lambda: Camera(fov_deg=170.0), "fov_deg"),
        (lambda: clip_of(Idle(1.0), fps=0.0), "fps"),
        (lambda: clip_of(Idle(1.0), width=4), "at least 16"),
        (lambda: clip_of(Idle(1.0), supersample=3), "supersample"),
    ],
)
def test_impossible_options_are_refused_by_name(make: object, words: str) -> None:
    """Each wrong value raises OptionError that names the option and what is allowed."""
    with pytest.raises(OptionError, match=words):
        make()  # type: ignore[operator]
