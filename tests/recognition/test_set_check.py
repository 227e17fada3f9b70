"""A set of reps counts as a whole."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.trajectory.set_check import SetCheck, _Set
from fitness.recognition.trajectory.swing_name import SwingName
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, fitted, poses


def rep(number: int, share: float, exercise: str = "squat") -> SwingName:
    return SwingName(exercise, 2.0 * number, 2.0 * number + 0.8, 2.0 * number + 1.5, share, "both")


def test_a_set_is_decided_as_a_whole() -> None:
    """One likely swing among doubtful ones does not make them count; in a likely set, doubtful reps count, too."""
    check = SetCheck(0.0, 12.0)
    assert [len(check.step([rep(at, share)])) for at, share in enumerate((0.3, 0.2, 0.6))] == [0, 0, 0]
    assert check.foreseen([rep(3, 0.999)]) and len(check.foreseen([rep(3, 0.999)])) == 4
    assert len(check.step([rep(3, 0.999)])) == 4
    assert len(check.step([rep(30, 0.4)])) == 0  # a new set, long after


def test_the_reps_of_another_exercise_are_another_set() -> None:
    """A doubtful lunge among clear squats waits, and they do not wait for it."""
    check = SetCheck(0.0, 12.0)
    reps = [rep(0, 0.9), rep(1, 0.4, "lunge"), rep(2, 0.9)]
    assert check.step(reps) == [reps[0], reps[2]]
    assert check.step([rep(3, 0.8, "lunge")])[0] == reps[1]


def test_the_exercise_of_a_held_set_is_known_until_the_set_ends() -> None:
    """So the user can be told which exercise to name."""
    check = SetCheck(0.0, 12.0)
    assert check.doubtful(0.0) == ""
    check.step([rep(0, 0.4, "lunge"), rep(1, 0.3, "row")])
    assert check.doubtful(4.0) == "row"
    assert check.doubtful(20.0) == ""
    check.step([rep(2, 0.999, "row"), rep(3, 0.999, "lunge")])
    assert check.doubtful(8.0) == ""


def test_all_reps_of_a_set_that_counts_late_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The set is held for 27 reps. Some are counted as unknown meanwhile, so later reps count before earlier ones."""
    monkeypatch.setattr(SetCheck, "_passed", _passed_late)
    stream = poses(clip_of(Idle(0.5), Reps("jumping-jack", 28), Idle(2.0), yaw_deg=20.0), 15.0)
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="auto"))
    results = [recogniser.step(pose, pose.t)[1] for pose in stream]
    assert results[-1].totals["jumping-jack"] >= 27


def _passed_late(check: SetCheck, sets: dict[str, _Set], reps: Iterable[SwingName]) -> list[SwingName]:
    passed: list[SwingName] = []
    for one in reps:
        current = sets.setdefault(one.exercise, _Set())
        current.held.append(one)
        current.t_end = one.t_end
        if len(current.held) >= 27:
            passed += current.held
            current.held = []
    return passed
