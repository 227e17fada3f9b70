"""A movement that a built-in and a taught exercise complete at different times is the built-in one; no rep is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.coach import Coach
from fitness.drawing.hud import Panel
from fitness.media.info import SourceInfo
from fitness.recognition.arbitration import PATIENCE_S, Arbitration
from fitness.recognition.claim import Claim
from fitness.recognition.exercises import SQUAT, Exercise
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.rep_builder import RepBuilder
from fitness.recognition.rep_candidate import Evidence, RepCandidate
from fitness.recognition.taught import TaughtExercise
from fitness.session import SessionRecorder
from fitness.teach.clip import clip_samples, turning_points
from fitness.types import Count, Frame, FrameResult, Pose
from scripts.figure import Body
from tests.support.candidate_streams import stream
from tests.support.rep_clips import fitted
from tests.support.strategies import examples, locked, reals

_IMAGE = locked(np.zeros((8, 8, 3), np.uint8))
DIP = replace(SQUAT, name="dip", top_class="dip_up", bottom_class="dip_down")


@cache
def taught(exercise: str, depth: float = 1.0) -> TaughtExercise:
    """An exercise called "dip", taught from three reps of one figure."""
    poses = stream(exercise, 3, depth=depth)
    return TaughtExercise.of("dip", clip_samples("dip", "clip", poses, turning_points(poses, 3)))


def counts(poses: Sequence[Pose | None], one: TaughtExercise, times: Sequence[float] = ()) -> list[Count]:
    """The counts of `auto`, frame by frame."""
    recogniser = Recogniser(fitted(), RecogniserOptions(taught=("dip",), unseen=None), [one])
    at = times or [pose.t for pose in poses if pose is not None]
    return [recogniser.step(pose, t)[1] for pose, t in zip(poses, at, strict=True)]


def swing(t_start: float, t_bottom: float, t_end: float, *, accepted: bool = True) -> RepCandidate:
    evidence = Evidence(1.0, 1.0, 0.05, 1.0, 1.0, 85.0, 20.0)
    return RepCandidate(t_start, t_bottom, t_end, evidence, accepted, "" if accepted else "depth", 0.9)


def claim(exercise: Exercise, *times: float, accepted: bool = True) -> Claim:
    return Claim(exercise, swing(*times, accepted=accepted), priority=exercise is SQUAT)


@pytest.mark.parametrize(
    ("rate_hz", "seconds"), [(10, 1.2), (10, 4.0), (15, 2.0), (30, 1.2), (30, 2.0), (60, 2.0)]
)
@pytest.mark.parametrize("depth", [0.5, 0.8])
def test_squats_stay_squats_beside_an_exercise_taught_from_shallow_squats(
    rate_hz: float, seconds: float, depth: float
) -> None:
    """The taught swing is over some frames before the squat's; the squat counts, and the screen names no other."""
    seen = counts(stream("squat", 2, rate_hz, seconds=seconds), taught("squat", depth))
    assert dict(seen[-1].totals) == {"squat": 2} and not seen[-1].pending
    first = next(k for k, count in enumerate(seen) if count.new_reps)
    assert {count.exercise for count in seen[first:]} == {"squat"}
    assert {Panel.of(count).title for count in seen[first:]} <= {"Squat", "Squats"}


@examples(12)
@given(
    rate_hz=reals(10, 60),
    offset_s=reals(0, 0.1),
    depth=reals(0.75, 1.0),
    yaw=reals(0, 360),
    heavy=st.booleans(),
)
def test_frame_times_do_not_change_the_arbitration(
    rate_hz: float, offset_s: float, depth: float, yaw: float, heavy: bool
) -> None:
    """Frame rate, offset of the first frame, depth, view and body change nothing."""
    body = Body.preset("heavy") if heavy else None
    poses = stream("squat", 2, rate_hz, offset_s=offset_s, depth=depth, yaw_deg=yaw, body=body, seconds=1.5)
    assert dict(counts(poses, taught("squat", 0.5))[-1].totals) == {"squat": 2}


def test_a_movement_counts_once_beside_an_exercise_taught_from_it() -> None:
    """Front raises that were taught under another name: each is one rep, with either name."""
    seen = counts(stream("front-raise", 3), taught("front-raise"))[-1]
    assert sum(seen.totals.values()) + len(seen.pending) == 3


def test_other_movements_are_not_the_taught_exercise() -> None:
    """Squats are taught and jumping jacks are done: the count is the same as without a taught exercise."""
    poses = stream("jumping-jack", 6, 15.0)
    counts = []
    for one in ([taught("squat")], []):
        recogniser = Recogniser(fitted(), RecogniserOptions(taught=("dip",)), one)
        counts.append([recogniser.step(pose, pose.t)[1] for pose in poses])
    beside, alone = counts
    assert [count.exercise for count in beside] == [count.exercise for count in alone]
    assert sum(alone[-1].totals.values()) + len(alone[-1].pending) == 6
    assert dict(beside[-1].totals) == dict(alone[-1].totals)


def test_a_partial_rep_that_waits_counts_where_partials_do() -> None:
    """At the end of the stream: with `--count-partials` it is one of the pending reps, else it is none."""
    partial = replace(claim(DIP, 1.0, 1.5, 2.0, accepted=False).swing, partial=True)
    one = Claim(DIP, partial, priority=False)
    assert RepBuilder(8.0).pending_of([[one]]) == ()
    (event,) = RepBuilder(8.0, count_partials=True).pending_of([[one]])
    rep = event.rep
    assert (rep.exercise, rep.t_start, rep.t_end) == ("dip", 1.0, 2.0)


def _half_up(poses: list[Pose], hold_s: float) -> list[Pose]:
    """Down and half the way up, where the figure stays: a taught shallow dip is over there, a squat is not."""
    seen = counts(poses, taught("squat", 0.5))
    k = next(k for k, count in enumerate(seen) if count.pending)
    still = [replace(poses[k - 1], t=poses[k].t + n / 20) for n in range(1, round(hold_s * 20))]
    return poses[: k + 1] + still


def test_a_waiting_rep_counts_when_the_stream_ends() -> None:
    """The recording ends while a swing waits: the screen, the coach and the session count it, once."""
    poses = _half_up(stream("squat", 1), 0.3)
    seen = counts(poses, taught("squat", 0.5))
    assert not seen[-1].totals and [rep.exercise for rep in seen[-1].pending] == ["dip"]
    recorder, coach = SessionRecorder(), Coach()
    for pose, count in zip(poses, seen, strict=True):
        recorder.add_counted(pose.t, pose, None, count)
        coach.step(FrameResult(Frame(_IMAGE, pose.t, 0), pose, None, count))
    session = recorder.session(SourceInfo("figure", poses[-1].t, 20.0, 640, 480, len(poses)))
    assert session.totals == {"dip": 1} and session.reps == seen[-1].pending
    coach.finish(poses[-1].t)
    assert coach.state(poses[-1].t).total == 1


@pytest.mark.parametrize("lost", [False, True])
def test_a_waiting_rep_counts_after_a_second(lost: bool) -> None:
    """The figure stays half up, or is lost: the taught rep counts after a second, with its own times, and only once."""
    poses = _half_up(stream("squat", 1), 3.0)
    first = next(k for k, count in enumerate(counts(poses, taught("squat", 0.5))) if count.pending)
    times = [pose.t for pose in poses]
    shown = [None if lost and k > first else pose for k, pose in enumerate(poses)]
    seen = counts(shown, taught("squat", 0.5), times)
    (at,) = (k for k, count in enumerate(seen) if count.new_reps)
    (rep,), waiting = seen[at].new_reps, seen[first].pending[0]
    assert (rep.t_start, rep.t_peak, rep.t_end) == (
        waiting.t_start,
        waiting.t_peak,
        waiting.t_end,
    )
    assert PATIENCE_S < times[at] - rep.t_end < PATIENCE_S + 0.11
    assert dict(seen[-1].totals) == {"dip": 1} and not seen[-1].pending


def test_one_lost_frame_does_not_decide() -> None:
    """In one frame of three, no person is found: the squats are still squats."""
    poses = stream("squat", 3, 30.0)
    shown = [None if k % 3 == 1 else pose for k, pose in enumerate(poses)]
    seen = counts(shown, taught("squat", 0.5), [pose.t for pose in poses])
    assert dict(seen[-1].totals) == {"squat": 3}


def test_a_refused_squat_may_count_as_the_taught_exercise() -> None:
    """The squat's counter rejects the movement: the taught candidate passes at once and unchanged."""
    room, dip = Arbitration(), claim(DIP, 1.0, 1.5, 2.0)
    assert room.step([dip], 2.0, lambda: [swing(0.9, 1.5, 2.0)]) == []
    assert room.groups == ((dip,),)
    no = claim(SQUAT, 0.9, 1.5, 2.2, accepted=False)
    assert room.step([no], 2.2, list) == [dip, no] and not room.groups


def test_of_two_waiting_taught_reps_the_clearer_is_decided_first() -> None:
    """Both pass together, so that the clearer one counts; an earlier movement passes before them."""
    room, old = Arbitration(), claim(DIP, 0.6, 0.9, 1.2)
    dip, bend = claim(DIP, 1.3, 1.6, 2.0), claim(replace(DIP, name="bend"), 1.3, 1.6, 2.1)
    in_progress = lambda: [swing(0.5, 0.9, 2.0), swing(1.3, 1.6, 2.1)]  # noqa: E731
    for one in (old, dip, bend):
        assert room.step([one], one.swing.t_end, in_progress) == []
    assert room.groups == ((old,), (dip, bend))
    assert room.step([], 2.2, list) == [old] and room.step([], 2.3, list) == [dip, bend]


@examples(200)
@given(
    st.lists(
        st.tuples(st.sampled_from([SQUAT, DIP]), reals(0.05, 2), st.booleans(), st.booleans()), max_size=12
    )
)
def test_waiting_reps_keep_their_number_and_order(
    made: list[tuple[Exercise, float, bool, bool]],
) -> None:
    """Movements one after the other, with a known exercise under way at some ends: each comes out once, in order, and
    within a second but for those that wait behind it; only a known one's count takes a taught one away."""
    room, t = Arbitration(), 0.0
    given_: list[Claim] = []
    taken: list[Claim] = []
    for exercise, seconds, promising, accepted in made:
        one = claim(exercise, t, t + seconds / 2, t + seconds, accepted=accepted)
        t += seconds
        looks = [swing(one.swing.t_start, one.swing.t_bottom, t)] if promising else []
        given_.append(one)
        taken += room.step([one], t, lambda looks=looks: looks)  # type: ignore[misc]
        t += 0.01
    left = [one for group in room.groups for one in group]
    fit = [one for one in taken + left if one.swing.accepted]
    assert fit == [one for one in given_ if one.swing.accepted]
    assert len(taken) + len(left) == len(given_)
    for _ in range(len(left)):
        t += PATIENCE_S
        taken += room.step([], t, lambda: [swing(0.0, one.swing.t_bottom, 99.0) for one in left])
    assert len(taken) == len(given_) and not room.groups
