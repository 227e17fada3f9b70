"""Swings are judged at their end, and again when the pose after them is known."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.recognition.embedding import DIMENSIONS
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.description import PHASES, POSE_NUMBERS, RETURN_NUMBERS, describe
from fitness.recognition.trajectory.judge import JudgedSwing, SwingFinder, SwingJudge
from fitness.recognition.trajectory.model import BACKGROUND
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.replay import decode, unfollowed
from fitness.recognition.trajectory.samples import BodySampler
from fitness.recognition.trajectory.swing_data import AFTER_S, SwingData
from fitness.teach.reps import swings_of_poses
from tests.support.candidate_streams import stream

_AFTER = -1


def swing(t_end: float) -> Proposal:
    """A swing of both knees that takes two seconds."""
    t = t_end
    return Proposal(0, t - 2, t - 1, t - 1, t, 90.0, 60.0, False, (t - 1,) * 6, 1.0, 0.6, 0.1, 90.0)


def judged(t_end: float, squat: float) -> JudgedSwing:
    return JudgedSwing(swing(t_end), {"squat": squat, BACKGROUND: 1 - squat}, 1.0)


def test_a_swing_is_returned_when_the_pose_after_it_is_known() -> None:
    """Each swing waits from its end until `AFTER_S` later, and nothing is lost or returned twice."""
    sampler, finder = BodySampler(), SwingFinder()
    found: list[Proposal] = []
    ready: list[tuple[float, Proposal]] = []
    for pose in stream("squat", 3, 20.0):
        now = finder.step(sampler.step(pose, pose.t), pose.t)
        found += finder.found
        ready += [(pose.t, one) for one in now]
    assert [one for _, one in ready] + list(finder.waiting) == found and len(ready) > 3
    assert all(AFTER_S - 0.001 <= t - one.t_end < AFTER_S + 0.11 for t, one in ready)


def test_swings_no_longer_wait_when_the_person_is_gone() -> None:
    sampler, finder = BodySampler(), SwingFinder()
    poses = stream("squat", 2, 20.0)
    for pose in poses:
        finder.step(sampler.step(pose, pose.t), pose.t)
        if finder.found:
            break
    waiting = finder.waiting
    assert waiting and finder.step(None, pose.t + AFTER_S + 0.11) == waiting and finder.waiting == ()


def test_the_pose_after_a_swing_is_unknown_at_its_end() -> None:
    """The first judgement gets no pose after the swing, the last one does; all else is the same."""
    sampler = BodySampler()
    seen: list[SwingData] = []

    def judge(_joint: str, swings: SwingData) -> list[dict[str, float]]:
        seen.append(swings)
        return [{"squat": 0.5, BACKGROUND: 0.5}] * len(swings.world)

    judging = SwingJudge(judge)
    final = 0
    for pose in stream("squat", 2, 20.0):
        judging.step(sampler.step(pose, pose.t), pose.t)
    known = [bool(one) for swings in seen for one in swings.known[:, _AFTER]]
    assert True in known and False in known
    final = sum(known)
    assert final == len(known) - final - len(judging.waiting)
    data = next(swings for swings in seen if swings.known[0, _AFTER])
    first, last = describe(unfollowed(data)), describe(data)
    every = np.arange(first.weights.shape[1])
    after = (every >= (PHASES + 2) * DIMENSIONS) & (every < POSE_NUMBERS) | (
        every >= len(every) - RETURN_NUMBERS
    )
    assert not first.weights[:, after].any() and last.weights[:, after].any()
    rest = ~after
    np.testing.assert_array_equal(first.weights[:, rest], last.weights[:, rest])
    np.testing.assert_array_equal(first.values[:, rest], last.values[:, rest])


def test_a_swing_that_is_clearly_no_rep_is_judged_once() -> None:
    sampler = BodySampler()
    calls: list[int] = []

    def judge(_joint: str, swings: SwingData) -> list[dict[str, float]]:
        calls.append(len(swings.world))
        return [{"squat": 0.001, BACKGROUND: 0.999}] * len(swings.world)

    judging = SwingJudge(judge)
    final, found = 0, 0
    for pose in stream("squat", 2, 20.0):
        final += len(judging.step(sampler.step(pose, pose.t), pose.t))
        found += len(judging.found)
    assert sum(calls) == found == final + len(judging.waiting) and final > 3


def test_a_clip_has_the_swings_that_a_stream_has() -> None:
    poses = stream("squat", 3, 20.0)
    sampler, finder = BodySampler(), SwingFinder()
    found = []
    for pose in poses:
        finder.step(sampler.step(pose, pose.t), pose.t)
        found += finder.found
    clip = swings_of_poses(poses)
    every = [one for own in clip.proposals.values() for one in own]
    assert sorted((one.signal, one.t_end) for one in every) == sorted(
        (one.signal, one.t_end) for one in found
    )
    assert all(len(clip.data[joint].world) == len(own) for joint, own in clip.proposals.items())


def test_waiting_swings_are_foreseen_and_leave_no_trace() -> None:
    """A waiting swing is pending; if its last probability is low, it is no rep."""
    decoder = SetDecoder(DecoderOptions(start=0.0, bonus=0.0))
    assert decoder.step(2.0, [judged(2.0, 0.9)]) == [] and len(decoder.pending) == 1
    decoder.add_judged(judged(2.0, 0.01))
    assert decoder.step(2.0 + AFTER_S) == [] and decoder.pending == ()


@pytest.mark.parametrize(("first", "final", "reps"), [(0.05, 0.95, 2), (0.95, 0.05, 0), (0.95, 0.95, 2)])
def test_the_last_probability_decides(first: float, final: float, reps: int) -> None:
    decoder = SetDecoder(DecoderOptions(start=0.0, bonus=0.0))
    ends = (2.0, 5.0)
    decided = decode(decoder, [judged(end, first) for end in ends], [judged(end, final) for end in ends])
    assert sum(len(found) for _, found in decided) == reps
