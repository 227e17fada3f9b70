"""A push-up between two times of standing is part of a burpee."""

from __future__ import annotations

import pytest

from fitness.recognition.burpees import PushUpsInBurpees
from fitness.types import Renamed, Rep, RepCounted
from tests.support.kept_logs import kept_log, recount


def push_up(number: int, t_start: float) -> RepCounted:
    return RepCounted(Rep("push-up", 0, 0, t_start, t_start + 0.5, t_start + 1.0, 1.0, id=number))


def parts(uprights: list[tuple[float, float]], starts: list[float]) -> list[int]:
    """The ids of the push-ups that are part of burpees; the trunk is upright in `uprights`, else level."""
    finder, found = PushUpsInBurpees(), []
    for k in range(200):
        t = k / 10
        finder.add_frame(10.0 if any(a <= t <= b for a, b in uprights) else 80.0, t)
        for number, start in enumerate(starts, 1):
            if abs(t - start - 1.0) < 0.01:
                finder.add_rep(push_up(number, start))
        part = finder.part_of_burpee(t)
        if part is not None:
            found.append(part)
    return found


@pytest.mark.parametrize(
    ("uprights", "starts", "expected"),
    [
        ([(0, 1), (4, 5)], [2.0], [1]),  # down, push-up, up
        ([(0, 1), (4, 5), (8, 9)], [2.0, 6.0], [1, 2]),
        ([(0, 1), (9, 10)], [2.0], []),  # stays on the floor
        ([(4, 5)], [2.0], []),  # was on the floor before
        ([(0, 1), (6, 7)], [2.0, 3.5], []),  # two push-ups: a set
    ],
)
def test_only_a_push_up_between_standing_and_standing_is_part_of_a_burpee(
    uprights: list[tuple[float, float]], starts: list[float], expected: list[int]
) -> None:
    """Upright at most 2.5 s before and after it, and no other push-up between."""
    assert parts(uprights, starts) == expected


def test_five_burpees_are_five_burpees() -> None:
    """A recording: the push-up of the first one is counted, then renamed; there is one set and nothing else."""
    count, events = recount("burpee_portrait_u11_mc1")
    assert dict(count.totals) == {"burpee": 5} and count.set == 1
    assert sum(isinstance(event, Renamed) for event in events) <= 1


@pytest.mark.parametrize("name", ["burpee_portrait_u11_mc1", "burpee_white_ap6", "burpee_broad_pr4"])
def test_a_named_burpee_is_counted_once(name: str) -> None:
    """The trunk dips and rises on the floor, too; a rep goes from upright to upright."""
    count, _ = recount(name, "burpee")
    assert kept_log(name).accepts(count.totals.get("burpee", 0))
