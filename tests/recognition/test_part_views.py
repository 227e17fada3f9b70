"""Reps of which a bystander hid a part, and tracks that follow a bystander for a while."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from fitness.recognition.hidden_reps import HIDDEN, HiddenReps
from fitness.recognition.part_views import Views
from fitness.recognition.sets import PersonResult
from fitness.types import Pose, Rep, RepCounted
from tests.support.strategies import pose_of, squatting

_RATE_HZ = 15
_REP_S = 2.0
"""Reps begin at 0, 2, 4 ... seconds and turn 1 s later."""

Seen = Callable[[float], Pose | None]


def squat(t: float) -> Pose:
    """The person in a set of squats."""
    return pose_of(squatting(125.0 + 45.0 * math.cos(2 * math.pi * t / _REP_S)), t)


def standing(t: float) -> Pose:
    return pose_of(squatting(170.0), t)


def bystander(t: float) -> Pose:
    """A larger person beside the place of the squats."""
    pose = standing(t)
    return replace(pose, image=pose.image * np.float32(1.3) + np.array([150.0, 0, 0], np.float32))


def hidden_turns(
    own: Seen, counted: list[float], *, anybody: Seen | None = None, noted: tuple[float, float] = (0.0, 0.0)
) -> list[float]:
    """Turning points of the hidden reps, where those that turn at `counted` seconds are recognised.

    own: the pose of the person's track.   anybody: a pose under another id.   noted: when another person overlaps, seconds.
    """
    people = Views()
    reps = HiddenReps(count(100), people)
    found: list[RepCounted] = []
    waiting = [
        RepCounted(Rep("squat", 0, 0, turn - 0.8, turn, turn + 0.6, 0.9, id=number))
        for number, turn in enumerate(counted, 1)
    ]
    for t in np.arange(0.0, 12.0, 1 / _RATE_HZ).tolist():
        pose, other = own(t), None if anybody is None else anybody(t)
        people.add([each for each in (pose, other) if each is not None], t)
        if pose is not None:
            reps.add_pose(pose, t)
        if noted[0] <= t <= noted[1]:
            reps.add_hidden(t)
        done = tuple(event for event in waiting if event.rep.t_end <= t)
        waiting = waiting[len(done) :]
        found += [
            event
            for event in reps.completed(PersonResult("squat", events=done)).events
            if isinstance(event, RepCounted)
        ]
    found += reps.finished()
    return [event.rep.t_peak for event in found if HIDDEN in event.rep.details]


@pytest.mark.parametrize(
    ("hidden", "counted", "turn"),
    [
        ((0.0, 1.1), [3.0, 5.0, 7.0, 9.0, 11.0], 1.0),
        ((10.9, 11.9), [1.0, 3.0, 5.0, 7.0, 9.0], 11.0),
        ((0.4, 1.2), [3.0, 5.0, 7.0, 9.0, 11.0], 1.0),
    ],
    ids=["way there of the first", "way back of the last", "turning point of the first"],
)
def test_a_rep_of_which_a_part_is_seen_is_counted(
    hidden: tuple[float, float], counted: list[float], turn: float
) -> None:
    """There is no rhythm before the first rep and after the last one: what is seen decides."""

    def own(t: float) -> Pose | None:
        return None if hidden[0] <= t <= hidden[1] else squat(t)

    assert hidden_turns(own, counted, noted=hidden) == pytest.approx([turn], abs=0.15)


def test_the_part_may_be_seen_under_another_id() -> None:
    def own(t: float) -> Pose | None:
        return None if t < 2.0 else squat(t)

    def anybody(t: float) -> Pose | None:
        return squat(t) if 0.9 < t < 2.0 else None

    counted = [3.0, 5.0, 7.0, 9.0, 11.0]
    assert hidden_turns(own, counted, anybody=anybody, noted=(0.0, 1.0)) == pytest.approx([1.0], abs=0.15)
    assert hidden_turns(own, counted, noted=(0.0, 1.0)) == []


def test_a_person_who_is_seen_doing_something_else_does_no_hidden_rep() -> None:
    """A person who sits down, and gets up later, does half the movement of a squat each time; somebody walks past behind."""

    def sits_down(t: float) -> Pose:
        return squat(t) if t < 1.0 else squat(1.0) if t < 4.0 else squat(t - 3.0)

    assert hidden_turns(sits_down, [6.0, 8.0, 10.0], noted=(1.2, 2.2)) == []
    assert hidden_turns(squat, [1.0, 3.0, 5.0, 7.0, 9.0, 11.0], noted=(0.9, 1.9)) == []


def test_a_rep_that_the_end_of_the_recording_cuts_off_is_not_hidden() -> None:
    def own(t: float) -> Pose | None:
        return squat(t + 1.0) if t < 12.0 else None

    assert hidden_turns(own, [2.0, 4.0, 6.0, 8.0, 10.0], noted=(10.5, 11.9)) == []


@pytest.mark.parametrize("lost", [bystander, lambda t: None], ids=["follows a bystander", "finds nobody"])
def test_reps_are_hidden_while_the_track_is_not_at_the_place(lost: Seen) -> None:
    """Nobody else was seen, so no overlap is noted: the leap to another place and back shows the occlusion."""

    def own(t: float) -> Pose | None:
        return lost(t) if 3.9 <= t <= 8.1 else squat(t)

    assert hidden_turns(own, [1.0, 3.0, 9.0, 11.0]) == pytest.approx([5.0, 7.0], abs=0.1)


def test_a_person_who_walks_away_and_comes_back_is_not_hidden() -> None:
    def own(t: float) -> Pose:
        away_px = 200.0 * min(1.0, max(0.0, 2.0 - abs(t - 6.0)))
        pose = squat(t) if away_px == 0.0 else standing(t)
        return replace(pose, image=pose.image + np.array([away_px, 0, 0], np.float32))

    assert hidden_turns(own, [1.0, 3.0, 9.0, 11.0]) == []
