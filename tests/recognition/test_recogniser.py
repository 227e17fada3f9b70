"""From poses to counts: exercises of a stick figure, and rules for any stream."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError, StateError
from fitness.metrics.body import mirror
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.exercises import PUSH_UP, SQUAT, exercises_named
from fitness.recognition.kinematics import joint_angle
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.rep_candidate import CounterOptions
from fitness.recognition.samples import PoseSamples
from fitness.types import Classification, Count, Pose, RepRejected
from tests.support.strategies import (
    examples,
    increasing_times,
    pose_of,
    pressing,
    seeds,
    squatting,
    stick_figure,
    turned,
)

_UP = 172.0


@cache
def _classifier() -> KnnPoseClassifier:
    """A classifier fitted to stick figures: both turning points of squat and push-up, and standing."""
    rng = np.random.default_rng(7)
    poses: list[tuple[str, np.ndarray]] = []
    for _ in range(12):
        poses.append(("squat_up", squatting(rng.uniform(160, 178))))
        poses.append(("squat_down", squatting(rng.uniform(70, 110))))
        poses.append(("push-up_up", pressing(rng.uniform(155, 175))))
        poses.append(("push-up_down", pressing(rng.uniform(70, 110))))
        poses.append(("other", stick_figure(178, rng.uniform(40, 170), arm_deg=rng.uniform(90, 180))))
        poses.append(("other", stick_figure(rng.uniform(60, 100), tilt_deg=5, arm_deg=100, lean_deg=-60)))
    world = np.stack([body + rng.normal(0, 0.01, (33, 3)) for _, body in poses])
    return KnnPoseClassifier.of(
        PoseSamples(world, tuple(n for n, _ in poses), tuple(map(str, range(len(poses)))))
    )


Body = Callable[[float], np.ndarray]
ANGLES = RecogniserOptions(whole_reps=False)
"""The figures here are sticks: only the counters of joint angles know them."""

Step = tuple[Classification | None, Count]


def _reps(
    body: Body, count: int, *, period: float = 2.0, fps: float = 30.0, start: float = 0.0, low: float = 80.0
) -> list[Pose]:
    """`count` reps after a second at the top and with a second after them."""
    poses = []
    for t in np.arange(0, count * period + 2, 1 / fps):
        phase = min(max((t - 1) / period, 0.0), count)
        angle = _UP + (low - _UP) * (1 - math.cos(2 * math.pi * phase)) / 2
        poses.append(pose_of(body(angle), start + float(t)))
    return poses


def _run(poses: Iterable[Pose], recogniser: Recogniser | None = None) -> list[Step]:
    recogniser = recogniser or Recogniser(_classifier(), ANGLES)
    return [recogniser.step(pose, pose.t) for pose in poses]


def _totals(poses: Iterable[Pose], recogniser: Recogniser | None = None) -> dict[str, int]:
    return dict(_run(poses, recogniser)[-1][1].totals)


@pytest.mark.parametrize(("body", "name"), [(squatting, "squat"), (pressing, "push-up")])
@pytest.mark.parametrize("fps", [10, 15, 30, 60])
def test_counts_squats_and_push_ups_at_every_frame_rate(body: Body, name: str, fps: float) -> None:
    """Four reps are four reps of the right exercise, numbered in one set."""
    steps = _run(_reps(body, 4, fps=fps))
    assert dict(steps[-1][1].totals) == {name: 4}
    reps = [rep for _, count in steps for rep in count.new_reps]
    assert [(rep.exercise, rep.set, rep.number) for rep in reps] == [(name, 1, k) for k in (1, 2, 3, 4)]
    for k, rep in enumerate(reps):
        assert rep.t_peak == pytest.approx(2.0 + 2 * k, abs=0.15)
        assert rep.t_start < rep.t_peak < rep.t_end


@pytest.mark.parametrize("yaw_deg", [-150, -90, -45, 45, 90, 180])
@pytest.mark.parametrize(("body", "name"), [(squatting, "squat"), (pressing, "push-up")])
def test_counts_from_every_side(body: Body, name: str, yaw_deg: float) -> None:
    """Samples from the front match poses from every side."""
    poses = _reps(lambda angle: turned(body(angle), math.radians(yaw_deg)), 2, fps=15)
    assert _totals(poses) == {name: 2}


def test_the_mirror_image_gives_the_same_count() -> None:
    """A one-sided squat and its mirror image are counted alike."""

    def uneven(angle: float) -> np.ndarray:
        world = squatting(angle).copy()
        world[[15, 17, 19, 21]] += (0.2, -0.3, -0.1)
        return world

    assert _totals(_reps(uneven, 2)) == {"squat": 2}
    assert _totals(_reps(lambda angle: mirror(uneven(angle)[None])[0], 2)) == {"squat": 2}


def test_waving_arms_while_standing_is_nothing() -> None:
    """Elbows and shoulders that swing while standing are neither exercise."""

    def waving(angle: float) -> np.ndarray:
        return stick_figure(178, angle, arm_deg=180.0 - angle / 2)

    assert _totals(_reps(waving, 4)) == {}


def test_only_the_chosen_exercise_is_counted() -> None:
    """With `exercise="squat"` push-ups pass unnoticed."""
    options = RecogniserOptions(whole_reps=False, exercise="squat")
    assert _totals(_reps(pressing, 2), Recogniser(_classifier(), options)) == {}
    assert _totals(_reps(squatting, 2), Recogniser(_classifier(), options)) == {"squat": 2}


def test_sets_follow_exercises_and_rests() -> None:
    """Squats, push-ups, a rest, push-ups: three sets, and totals of both exercises."""
    poses = _reps(squatting, 2) + _reps(pressing, 2, start=6.1) + _reps(pressing, 1, start=30.0)
    steps = _run(poses)
    assert [(rep.exercise, rep.set, rep.number) for _, c in steps for rep in c.new_reps] == [
        ("squat", 1, 1),
        ("squat", 1, 2),
        ("push-up", 2, 1),
        ("push-up", 2, 2),
        ("push-up", 3, 1),
    ]
    last = steps[-1][1]
    assert dict(last.totals) == {"squat": 2, "push-up": 3}
    assert (last.set, last.reps_in_set) == (3, 1)


def test_the_running_exercise_is_named_and_then_over() -> None:
    """Nothing runs at first; the exercise runs from its first bottom on; it is over `idle_s` after the last sign of it."""
    after = [pose_of(stick_figure(178, 60, arm_deg=150), 6.1 + k / 30) for k in range(200)]
    steps = _run(_reps(squatting, 2) + after)
    assert steps[10][1].exercise is None and steps[10][1].phase is None
    assert steps[-201][1].exercise == "squat"
    phases = [count.phase for _, count in steps[60:180]]
    assert all(phase is not None and 0 <= phase <= 1 for phase in phases)
    assert max(p for p in phases if p is not None) > 0.9
    assert steps[-1][1].exercise is None


def test_an_exercise_is_over_when_the_person_has_left() -> None:
    """Nobody in view for longer than `idle_s`: no exercise is running, and the counts stay."""
    recogniser = Recogniser(_classifier(), ANGLES)
    _run(_reps(squatting, 2), recogniser)
    soon, late = recogniser.step(None, 7.0)[1], recogniser.step(None, 12.0)[1]
    assert soon.exercise == "squat"
    assert late.exercise is None
    assert dict(late.totals) == {"squat": 2} and late.reps_in_set == 2


def test_scores_are_smoothed_shares() -> None:
    """The scores of a frame add up to 1 and follow the pose; distance is that to the nearest samples."""
    steps = _run(_reps(squatting, 1))
    for classification, _ in steps:
        assert classification is not None
        assert set(classification.scores) == set(_classifier().classes_)
        assert sum(classification.scores.values()) == pytest.approx(1.0)
        assert 0 <= classification.distance < 0.13
    scores = [c.scores for c, _ in steps if c is not None]
    assert scores[15]["squat_up"] > 0.9 and scores[62]["squat_down"] > 0.9


def test_no_person_is_no_classification_and_keeps_the_count() -> None:
    """Without a pose there is no classification; the message says what to do, and no count is lost."""
    recogniser = Recogniser(_classifier(), ANGLES)
    assert recogniser.step(None, 0.0) == (None, recogniser.step(None, 0.1)[1])
    _run(_reps(squatting, 2, start=1.0), recogniser)
    classification, count = recogniser.step(None, 8.0)
    assert classification is None and not count.events and count.phase is None
    assert dict(count.totals) == {"squat": 2}
    assert count.message == "nobody found: step into view, or come closer"


def test_a_gap_in_a_rep_is_bridged() -> None:
    """Half a second without a pose in the middle of a rep does not lose it."""
    recogniser = Recogniser(_classifier(), ANGLES)
    for pose in _reps(squatting, 3):
        recogniser.step(None if 3.8 < pose.t < 4.3 else pose, pose.t)
    assert dict(recogniser.step(None, 9.0)[1].totals) == {"squat": 3}


@pytest.mark.parametrize("spoil", ["collapsed", "nan"])
def test_a_body_that_cannot_be_made_out(spoil: str) -> None:
    """A collapsed trunk or a NaN gives a message and does not affect later frames."""
    recogniser = Recogniser(_classifier(), ANGLES)
    for k, pose in enumerate(_reps(squatting, 2)):
        if k % 7 == 3:
            world = np.array(pose.world)
            world[[11, 12]] = world[[23, 24]] if spoil == "collapsed" else math.nan
            pose = pose_of(world, pose.t)
            classification, count = recogniser.step(pose, pose.t)
            assert classification is None and count.message == "the body is not clearly visible"
        else:
            count = recogniser.step(pose, pose.t)[1]
    assert dict(count.totals) == {"squat": 2}


def test_hidden_joints_are_reported() -> None:
    """Hidden legs and arms give a message that names what to show; a person seen well gives none."""
    hidden = [pose_of(squatting(_UP), k / 30, visibility=0.1) for k in range(5)]
    classification, count = _run(hidden)[-1]
    assert classification is not None and count.message == "step back: legs not visible"
    assert _run(_reps(squatting, 1))[-1][1].message is None


def test_guessed_landmarks_are_not_counted() -> None:
    """The same squats with a low pose score or hidden joints do not count, and the events have the reason."""
    for score, visibility in ((0.6, 1.0), (1.0, 0.6)):
        recogniser = Recogniser(_classifier(), ANGLES)
        poses = [pose_of(p.world, p.t, score=score, visibility=visibility) for p in _reps(squatting, 2)]
        steps = _run(poses, recogniser)
        assert steps[-1][1].totals == {}
        events = [event for _, count in steps for event in count.events if isinstance(event, RepRejected)]
        refused = [event.reason for event in events if event.exercise == "squat"]
        assert refused == ["quality", "quality"]


def test_the_better_seen_side_is_measured() -> None:
    """A hidden leg whose landmarks are guessed hardly moves the angle; seen alike, both count the same."""
    world = np.array(squatting(90.0))
    other = squatting(170.0)
    world[[25, 27]] = other[[25, 27]]  # the left leg is straight
    visibility = np.ones(33)
    pose = pose_of(world, 0.0)
    assert joint_angle(pose, SQUAT) == pytest.approx(130.0, abs=1.0)
    visibility[[25, 27]] = 0.1
    hidden = Pose(world, pose.image, visibility, visibility, 1.0, 0.0)
    assert joint_angle(hidden, SQUAT) == pytest.approx(90.0, abs=1.5)


def test_the_elbow_is_the_joint_of_a_push_up() -> None:
    """Each exercise is measured at its own joint."""
    pose = pose_of(pressing(100.0), 0.0)
    assert joint_angle(pose, PUSH_UP) == pytest.approx(100.0, abs=0.1)
    assert joint_angle(pose, SQUAT) == pytest.approx(178.0, abs=0.1)


def test_a_hidden_leg_does_not_stop_the_count() -> None:
    """From the side one leg is hidden by the other: the better seen side decides whether joints can be measured."""
    poses = []
    for pose in _reps(squatting, 2):
        visibility = np.ones(33)
        visibility[[24, 26, 28]] = 0.05
        poses.append(Pose(pose.world, pose.image, visibility, visibility, 1.0, pose.t))
    steps = _run(poses)
    assert dict(steps[-1][1].totals) == {"squat": 2} and steps[-1][1].message is None


class _Says:
    """A classifier whose votes are scripted."""

    classes_ = ("other", "push-up_down", "push-up_up", "squat_down", "squat_up")

    def __init__(self, votes: Callable[[], np.ndarray]) -> None:
        self._votes = votes

    def query_one(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        return self._votes(), 0.05


@pytest.mark.parametrize("fps", [10, 50])
def test_scores_follow_votes_in_seconds(fps: int) -> None:
    """One time constant (0.1 s here) after all votes change sides, scores have gone 1 - 1/e of the way at any rate."""
    votes = [np.eye(5)[4]] * (fps + 1) + [np.eye(5)[3]] * (fps // 10)
    script = iter(votes)
    options = RecogniserOptions(whole_reps=False, score_smoothing_s=0.1)
    recogniser = Recogniser(_Says(lambda: next(script)), options)  # type: ignore[arg-type]
    steps = _run([pose_of(squatting(_UP), k / fps) for k in range(len(votes))], recogniser)
    classification = steps[-1][0]
    assert classification is not None
    assert classification.scores["squat_down"] == pytest.approx(1 - math.exp(-1))
    assert classification.scores["squat_up"] == pytest.approx(math.exp(-1))


def test_a_counted_rep_names_the_running_exercise() -> None:
    """Votes just good enough for a rep are too few to name an exercise beforehand; the rep itself names it."""
    votes = np.array([0.43, 0.0, 0.0, 0.57, 0.0])
    steps = _run(_reps(squatting, 1), Recogniser(_Says(lambda: votes)))  # type: ignore[arg-type]
    counted = next(k for k, (_, count) in enumerate(steps) if count.new_reps)
    assert {count.exercise for _, count in steps[:counted]} == {None}
    assert {count.exercise for _, count in steps[counted:]} == {"squat"}


@given(increasing_times(least=15, most=60), seeds(), st.booleans())
@examples(40)
def test_totals_never_fall_and_rise_by_one_rep_a_frame(times: list[float], seed: int, greedy: bool) -> None:
    """Whatever is seen and however the votes fall: at most one rep a frame, there if and only if a total rose by one."""
    rng = np.random.default_rng(seed)
    counter = (
        CounterOptions(min_exercise=0.3, min_total=0.3, max_distance=9.0) if greedy else CounterOptions()
    )
    votes = (
        (lambda: np.array([0.0, 0.5, 0.0, 0.5, 0.0])) if greedy else (lambda: rng.dirichlet(np.ones(5) / 2))
    )
    recogniser = Recogniser(_Says(votes), RecogniserOptions(whole_reps=False, counter=counter))  # type: ignore[arg-type]
    before: dict[str, int] = {}
    for t in times:
        angle = rng.uniform(40, 178)
        pose = pose_of(stick_figure(angle, angle, tilt_deg=55.0), t) if rng.random() < 0.9 else None
        count = recogniser.step(pose, t)[1]
        rise = {name: n - before.get(name, 0) for name, n in count.totals.items()}
        assert all(n >= 0 for n in rise.values()) and sum(rise.values()) <= 1
        risen = [name for name, n in rise.items() if n]
        assert [rep.exercise for rep in count.new_reps] == risen
        assert set(before) <= set(count.totals)
        before = dict(count.totals)


def test_two_exercises_that_claim_one_frame_make_one_rep() -> None:
    """Knees and elbows that swing together, with votes for both: the clearer one counts, the other does not."""
    votes = np.array([0.0, 0.4, 0.0, 0.6, 0.0])
    counter = CounterOptions(min_exercise=0.3, min_total=0.3, learn_share=0.3)
    recogniser = Recogniser(_Says(lambda: votes), RecogniserOptions(whole_reps=False, counter=counter))  # type: ignore[arg-type]
    poses = _reps(lambda angle: stick_figure(angle, angle, tilt_deg=55.0), 3)
    assert _totals(poses, recogniser) == {"squat": 3}


def test_a_reset_recogniser_equals_a_new_one() -> None:
    """After `reset` counts, sets, exercise and time are forgotten: the same stream gives the same results again."""
    recogniser = Recogniser(_classifier(), ANGLES)
    poses = _reps(squatting, 2, fps=15)
    first = _run(poses, recogniser)
    recogniser.reset()
    again = _run(poses, recogniser)
    for (c1, n1), (c2, n2) in zip(first, again, strict=True):
        assert c1 is not None and c2 is not None
        assert dict(c1.scores) == dict(c2.scores) and c1.distance == c2.distance
        assert n1 == n2


def test_time_must_increase() -> None:
    """A pose that is not later than the one before is refused."""
    recogniser = Recogniser(_classifier(), ANGLES)
    recogniser.step(pose_of(squatting(_UP), 1.0), 1.0)
    with pytest.raises(StateError, match="times must increase"):
        recogniser.step(pose_of(squatting(_UP), 1.0), 1.0)


def test_samples_without_an_exercise_cannot_count_it() -> None:
    """An exercise without classes in the samples is refused with the names of the classes."""
    few = KnnPoseClassifier().fit(np.zeros((2, 76)), ("squat_down", "squat_up"))
    with pytest.raises(OptionError, match="no class 'push-up_up', only squat_down, squat_up"):
        Recogniser(few)
    Recogniser(few, RecogniserOptions(whole_reps=False, exercise="squat"))


def test_an_unknown_exercise_is_refused() -> None:
    """The message names the exercises that are known; "auto" means those with samples."""
    with pytest.raises(
        OptionError, match=r"exercise must be one of auto, any, squat, push-up, .*; got 'yoga'"
    ):
        RecogniserOptions(whole_reps=False, exercise="yoga")
    assert exercises_named("auto") == (SQUAT, PUSH_UP)
    assert exercises_named("push-up") == (PUSH_UP,)


@pytest.mark.parametrize("option", ["score_smoothing_s", "active_smoothing_s", "idle_s", "rest_s"])
def test_times_must_be_positive(option: str) -> None:
    """The error for a wrong option has its name, the allowed values and the given value."""
    with pytest.raises(OptionError, match=f"{option} must be greater than 0, got 0"):
        RecogniserOptions(whole_reps=False, **{option: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["active_share", "active_bottom", "seen_share"])
def test_shares_must_be_shares(option: str) -> None:
    """A share outside 0..1 is refused by name."""
    with pytest.raises(OptionError, match=f"{option} must be between 0 and 1, got 1.5"):
        RecogniserOptions(whole_reps=False, **{option: 1.5})  # type: ignore[arg-type]
