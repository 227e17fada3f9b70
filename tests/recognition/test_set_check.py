"""A set of reps counts as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest

from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.trajectory.decoder import DecoderOptions, SetDecoder
from fitness.recognition.trajectory.set_check import Checked, Correction, SetCheck, Shares, _Set
from fitness.recognition.trajectory.swing_name import SwingName
from fitness.types import Renamed
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, counted, fitted, poses


def rep(number: int, share: float, exercise: str = "squat") -> SwingName:
    return SwingName(exercise, 2.0 * number, 2.0 * number + 0.8, 2.0 * number + 1.5, share, "both")


def check_of(rename: float = math.inf, change: float = 4.5) -> SetCheck:
    return SetCheck(0.0, 12.0, rename, change)


def alone(*reps: SwingName) -> list[tuple[SwingName, Shares]]:
    """Reps whose other names are not known."""
    return [(one, {one.exercise: one.share}) for one in reps]


def movements(first: int, count: int, exercise: str, **shares: float) -> list[tuple[SwingName, Shares]]:
    """Reps `first`, `first + 1` ... that were named `exercise`, with the probabilities of all names."""
    names = {one.replace("_", "-"): share for one, share in shares.items()}
    return [(rep(at, names[exercise], exercise), names) for at in range(first, first + count)]


def test_a_set_is_decided_as_a_whole() -> None:
    """One likely swing among doubtful ones does not make them count; in a likely set, doubtful reps count, too."""
    check = check_of()
    assert [len(check.step(alone(rep(at, share))).reps) for at, share in enumerate((0.3, 0.2, 0.6))] == [
        0,
        0,
        0,
    ]
    assert [len(check.foreseen(alone(rep(3, 0.999)))) for _ in range(2)] == [4, 4]
    assert len(check.step(alone(rep(3, 0.999))).reps) == 4
    assert len(check.step(alone(rep(30, 0.4))).reps) == 0  # a new set, long after


def test_the_reps_of_another_exercise_are_another_set() -> None:
    """A doubtful lunge among clear squats waits, and they do not wait for it."""
    check = check_of()
    reps = [rep(0, 0.9), rep(1, 0.4, "lunge"), rep(2, 0.9)]
    assert check.step(alone(*reps)).reps == [reps[0], reps[2]]
    assert check.step(alone(rep(3, 0.8, "lunge"))).reps[0] == reps[1]


def test_the_exercise_of_a_held_set_is_known_until_the_set_ends() -> None:
    """So the user can be told which exercise to name."""
    check = check_of()
    assert check.doubtful(0.0) == ""
    check.step(alone(rep(0, 0.4, "lunge"), rep(1, 0.3, "row")))
    assert check.doubtful(4.0) == "row"
    assert check.doubtful(20.0) == ""
    check.step(alone(rep(2, 0.999, "row"), rep(3, 0.999, "lunge")))
    assert check.doubtful(8.0) == ""


def test_later_reps_correct_the_name_of_the_first_one() -> None:
    """The first of ten sit-ups looks like a leg raise and counts as one; the decoder then keeps that name."""
    check = check_of(rename=1.0)
    first = check.step(movements(0, 1, "leg-raise", leg_raise=0.65, sit_up=0.3))
    assert [one.exercise for one in first.reps] == ["leg-raise"] and not first.corrections
    later = check.step(movements(1, 9, "leg-raise", leg_raise=0.3, sit_up=0.69))
    assert later.corrections == [Correction((*first.reps,), "sit-up")]
    assert [one.exercise for one in later.reps] == ["sit-up"] * 9
    assert check.name_of(rep(9, 0.3, "leg-raise")) == "sit-up"


def test_names_that_are_about_as_likely_do_not_flicker() -> None:
    check = check_of(rename=1.0)
    for at in range(10):
        name, other = ("lunge", "squat") if at % 2 else ("squat", "lunge")
        shares = {name: 0.55, other: 0.44}
        assert not check.step([(rep(at, shares["squat"]), shares)]).corrections


def test_a_set_that_is_kept_by_name_is_never_renamed() -> None:
    """If the user named the exercise, others are not its sets."""
    check = check_of()
    checked = check.step(movements(0, 6, "squat", squat=0.6, lunge=0.39))
    assert len(checked.reps) == 6
    assert not check.step(movements(6, 9, "squat", squat=0.05, lunge=0.94)).corrections


def test_one_odd_rep_does_not_rename_a_set() -> None:
    check = check_of(rename=1.0)
    check.step(movements(0, 5, "squat", squat=0.9, lunge=0.09))
    assert not check.step(movements(5, 1, "squat", squat=0.01, lunge=0.98)).corrections


def test_two_successive_sets_are_one_if_its_name_costs_less_than_a_change() -> None:
    """Doubtful reps that were named otherwise get the name of the set before them, or give it theirs."""
    check = check_of(rename=1.0)
    check.step(movements(0, 1, "push-up", push_up=0.6, sit_up=0.35))
    joined = check.step(movements(1, 4, "sit-up", sit_up=0.95, push_up=0.01))
    assert [one.exercise for one in joined.corrections] == ["sit-up"]
    assert [one.exercise for one in joined.reps] == ["sit-up"] * 4
    assert not check.step(movements(6, 4, "row", row=0.95)).corrections  # clearly another exercise


def test_a_part_and_its_whole_are_not_names_of_one_set() -> None:
    """A burpee contains a push-up, which the user did: the builder gives it the name of the burpee."""
    check = check_of(rename=1.0)
    check.step(movements(0, 4, "push-up", push_up=0.6, burpee=0.39))
    assert not check.step(movements(4, 6, "push-up", push_up=0.01, burpee=0.98)).corrections


def test_a_held_set_may_count_under_another_name() -> None:
    check = check_of(rename=1.0)
    held = check.step(movements(0, 2, "leg-raise", leg_raise=0.4, sit_up=0.38))
    assert not held.reps and not held.corrections
    found = check.step(movements(2, 3, "leg-raise", leg_raise=0.1, sit_up=0.89))
    assert [one.exercise for one in found.reps] == ["sit-up"] * 5 and not found.corrections


def test_what_is_foreseen_renames_nothing() -> None:
    check = check_of(rename=1.0)
    check.step(movements(0, 1, "leg-raise", leg_raise=0.65, sit_up=0.3))
    reps = movements(1, 5, "leg-raise", leg_raise=0.1, sit_up=0.89)
    assert [one.exercise for one in check.foreseen(reps)] == ["sit-up"] * 5
    assert check.name_of(rep(0, 0.65, "leg-raise")) == "leg-raise"


def test_the_decoder_names_the_swings_of_one_movement_together() -> None:
    """It knows the other names of a movement, and the next reps continue the set under its new name."""
    decoder = SetDecoder(DecoderOptions(start=0.0, bonus=0.0), rename=1.0)
    reps, corrections = [], []
    for at in range(8):
        leg, sit = (0.7, 0.25) if not at else (0.2, 0.75)
        decoder.add({"leg-raise": leg, "sit-up": sit}, 3.0 * at, 3.0 * at + 1, 3.0 * at + 2, 1.0, "both")
        reps += decoder.step(3.0 * at + 2.9)
        corrections += decoder.corrections
    assert [(len(one.reps), one.exercise) for one in corrections] == [(1, "sit-up")]
    assert [one.exercise for one in reps] == ["leg-raise"] + ["sit-up"] * 7


def test_all_reps_of_a_set_that_counts_late_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The set is held for 27 reps. Some are counted as unknown meanwhile, so later reps count before earlier ones."""
    monkeypatch.setattr(SetCheck, "_checked", _checked_late)
    stream = poses(clip_of(Idle(0.5), Reps("jumping-jack", 28), Idle(2.0), yaw_deg=20.0), 15.0)
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="auto"))
    results = [recogniser.step(pose, pose.t)[1] for pose in stream]
    assert results[-1].totals["jumping-jack"] >= 27


def _checked_late(
    check: SetCheck, sets: dict[str, _Set], reps: Iterable[tuple[SwingName, Shares]]
) -> Checked:
    found = Checked([], [])
    for one, shares in reps:
        current = sets.setdefault(one.exercise, _Set(one.exercise))
        current.add(one, shares)
        if len(current.reps) >= 27:
            found.reps.extend(current.reps[current.counted :])
            current.counted = len(current.reps)
    return found


def test_a_rep_with_a_corrected_name_is_measured_as_the_new_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session names it with the others, and its record is the one that it would have had from the beginning."""
    stream = poses(clip_of(Idle(0.6), Reps("sit-up", 5), Idle(2.5), yaw_deg=70.0), 15.0)
    truth = counted("auto", stream)
    assert [one.exercise for one in truth.reps] == ["sit-up"] * 5
    first_end = truth.reps[0].t_end + 0.5
    add, names = SetDecoder.add, []

    def add_doubtful(
        decoder: SetDecoder, shares: Shares, start: float, turn: float, end: float, *rest: Any
    ) -> None:
        leg = 0.65 if end < first_end else 0.3
        if shares.get("sit-up", 0.0) > 0.9:
            shares = {"leg-raise": leg, "sit-up": 0.99 - leg}
        add(decoder, shares, start, turn, end, *rest)

    monkeypatch.setattr(SetDecoder, "add", add_doubtful)
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="auto"))
    for pose in stream:
        count = recogniser.step(pose, pose.t)[1]
        names += [(event.ids, event.exercise) for event in count.events if isinstance(event, Renamed)]
    assert names == [((1,), "sit-up")] and dict(count.totals) == {"sit-up": 5}
    session = counted("auto", stream)
    assert [one.exercise for one in session.reps] == ["sit-up"] * 5 and len(session.sets) == 1
    old, new = truth.reps[0].record, session.reps[0].record
    assert (new.depth_deg, new.range_deg) == pytest.approx((old.depth_deg, old.range_deg), rel=1e-3)
    assert (new.eccentric_s, new.concentric_s) == (old.eccentric_s, old.concentric_s)
    assert session.reps[0].cues == truth.reps[0].cues
