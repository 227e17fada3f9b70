"""False reps while two people overlap in the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.recognition.glimpses import Glimpses, overlapping
from fitness.recognition.sets import PersonResult
from fitness.types import Event, Pose, Rep, RepAmended, RepCounted
from tests.support.strategies import pose_of, squatting


def rep(number: int, t_start: float, span: float, exercise: str = "push-up") -> Rep:
    return Rep(exercise, 0, 0, t_start, t_start + span / 2, t_start + span, 1.0, id=number)


def counted(
    number: int, t_start: float, span: float, *, opens: bool = False, exercise: str = "push-up"
) -> Event:
    return RepCounted(rep(number, t_start, span, exercise), opens_set=opens)


def sifted(glimpses: Glimpses, *events: Event) -> tuple[Event, ...]:
    return glimpses.sift(PersonResult("push-up", events=events)).events


def after_two_reps() -> Glimpses:
    glimpses = Glimpses()
    assert len(sifted(glimpses, counted(1, 0.0, 1.3, opens=True), counted(2, 1.4, 1.3))) == 2
    return glimpses


def test_a_swing_of_a_fraction_of_a_second_during_an_overlap_is_no_rep() -> None:
    """It is not counted, not amended, and does not split the set."""
    glimpses = after_two_reps()
    for t in (3.0, 3.1, 3.2):
        glimpses.overlap(t)
    false = counted(3, 3.0, 0.3, opens=True, exercise="mountain-climber")
    assert sifted(glimpses, false) == ()
    assert sifted(glimpses, RepAmended(rep(3, 3.0, 0.35))) == ()
    after = counted(4, 3.6, 1.3, opens=True)
    assert sifted(glimpses, after) == (replace(after, opens_set=False),)  # type: ignore[type-var]
    other = counted(5, 30.0, 1.3, opens=True)
    assert sifted(glimpses, other) == (other,)


def test_a_pending_one_is_not_shown_either() -> None:
    glimpses = after_two_reps()
    glimpses.overlap(3.1)
    pending = (RepCounted(rep(0, 3.0, 0.3)), RepCounted(rep(0, 3.0, 1.2)))
    assert glimpses.sift(PersonResult("push-up", pending=pending)).pending == pending[1:]


@pytest.mark.parametrize(
    ("span", "overlap_s"),
    [(0.3, None), (0.3, 5.0), (0.8, 3.1)],
    ids=["alone", "overlap later", "long enough"],
)
def test_other_short_reps_count(span: float, overlap_s: float | None) -> None:
    """Without an overlap at that time, or of a usual duration, it is a rep."""
    glimpses = after_two_reps()
    if overlap_s is not None:
        glimpses.overlap(overlap_s)
    event = counted(3, 3.0, span)
    assert sifted(glimpses, event) == (event,)


def test_the_first_reps_count_whatever_their_duration() -> None:
    glimpses = Glimpses()
    glimpses.overlap(0.1)
    assert len(sifted(glimpses, counted(1, 0.0, 0.3, opens=True))) == 1


def test_people_whose_boxes_touch_overlap() -> None:
    def at(x: float) -> Pose:
        pose = pose_of(squatting(170.0), 0.0)
        image = np.array(pose.image)
        image[:, 0] += x - image[:, 0].mean()
        return replace(pose, image=image)

    width = float(np.ptp(at(0).image[:, 0]))
    assert overlapping({1: at(0), 2: at(0.9 * width), 3: at(3 * width)}) == {1, 2}
    assert overlapping({1: at(0)}) == set()
