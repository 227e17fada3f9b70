"""False reps while two people overlap in the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.recognition.overlap_filter import OverlapFilter, overlapping
from fitness.recognition.sets import PersonResult
from fitness.types import Event, Pose, Rep, RepAmended, RepCounted
from tests.support.strategies import pose_of, squatting


def rep(number: int, t_start: float, span: float, exercise: str = "push-up") -> Rep:
    return Rep(exercise, 0, 0, t_start, t_start + span / 2, t_start + span, 1.0, id=number)


def counted(
    number: int, t_start: float, span: float, *, opens: bool = False, exercise: str = "push-up"
) -> Event:
    return RepCounted(rep(number, t_start, span, exercise), opens_set=opens)


def filtered(overlaps: OverlapFilter, *events: Event) -> tuple[Event, ...]:
    return overlaps.filtered(PersonResult("push-up", events=events)).events


def after_two_reps() -> OverlapFilter:
    overlaps = OverlapFilter()
    assert len(filtered(overlaps, counted(1, 0.0, 1.3, opens=True), counted(2, 1.4, 1.3))) == 2
    return overlaps


def test_a_swing_of_a_fraction_of_a_second_during_an_overlap_is_no_rep() -> None:
    """It is not counted, not amended, and does not split the set."""
    overlaps = after_two_reps()
    for t in (3.0, 3.1, 3.2):
        overlaps.add_overlap(t)
    false = counted(3, 3.0, 0.3, opens=True, exercise="mountain-climber")
    assert filtered(overlaps, false) == ()
    assert filtered(overlaps, RepAmended(rep(3, 3.0, 0.35))) == ()
    after = counted(4, 3.6, 1.3, opens=True)
    assert filtered(overlaps, after) == (replace(after, opens_set=False),)  # type: ignore[type-var]
    other = counted(5, 30.0, 1.3, opens=True)
    assert filtered(overlaps, other) == (other,)


def test_a_short_pending_rep_during_an_overlap_is_not_shown() -> None:
    overlaps = after_two_reps()
    overlaps.add_overlap(3.1)
    pending = (RepCounted(rep(0, 3.0, 0.3)), RepCounted(rep(0, 3.0, 1.2)))
    assert overlaps.filtered(PersonResult("push-up", pending=pending)).pending == pending[1:]


@pytest.mark.parametrize(
    ("span", "overlap_s"),
    [(0.3, None), (0.3, 5.0), (0.8, 3.1)],
    ids=["alone", "overlap later", "long enough"],
)
def test_other_short_reps_count(span: float, overlap_s: float | None) -> None:
    """Without an overlap at that time, or of a usual duration, it is a rep."""
    overlaps = after_two_reps()
    if overlap_s is not None:
        overlaps.add_overlap(overlap_s)
    event = counted(3, 3.0, span)
    assert filtered(overlaps, event) == (event,)


def test_the_first_rep_near_a_bystander_is_held_until_a_second_one_confirms_it() -> None:
    """It is pending until then, and counted as last measured; a rep of another exercise shows that it was none."""
    overlaps = OverlapFilter()
    overlaps.add_overlap(0.1, crossing=True)
    first, second = counted(1, 0.0, 1.3, opens=True), counted(2, 1.4, 1.3)
    result = overlaps.filtered(PersonResult("push-up", events=(first,)))
    assert not result.events and result.pending == (first,)
    better = rep(1, 0.0, 1.35)
    assert filtered(overlaps, RepAmended(better)) == ()
    assert filtered(overlaps, second) == (replace(first, rep=better), second)  # type: ignore[type-var]
    overlaps = OverlapFilter()
    overlaps.add_overlap(0.1, crossing=True)
    wrong = counted(1, 0.0, 1.3, opens=True, exercise="overhead-press")
    assert filtered(overlaps, wrong) == ()
    other = counted(2, 3.0, 1.3, opens=True)
    assert filtered(overlaps, other) == (other,)
    assert filtered(overlaps, RepAmended(rep(1, 0.0, 1.35, "overhead-press"))) == ()
    assert overlaps.filtered(PersonResult("push-up")).pending == ()


def test_an_uncertain_rep_near_a_bystander_is_none() -> None:
    """The same rep counts beside a bystander who stays there."""
    uncertain = RepCounted(replace(rep(3, 3.0, 1.3), confidence=0.4))
    overlaps = after_two_reps()
    overlaps.add_overlap(3.1, crossing=True)
    assert filtered(overlaps, uncertain) == ()
    beside = after_two_reps()
    beside.add_overlap(3.1)
    assert filtered(beside, uncertain) == (uncertain,)


def test_people_whose_boxes_touch_overlap() -> None:
    def at(x: float) -> Pose:
        pose = pose_of(squatting(170.0), 0.0)
        image = np.array(pose.image)
        image[:, 0] += x - image[:, 0].mean()
        return replace(pose, image=image)

    width = float(np.ptp(at(0).image[:, 0]))
    assert overlapping({1: at(0), 2: at(0.9 * width), 3: at(3 * width)}) == {1, 2}
    assert overlapping({1: at(0)}) == set()
