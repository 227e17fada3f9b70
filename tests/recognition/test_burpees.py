"""A burpee is one rep, not a push-up and a squat."""

from __future__ import annotations

import pytest

from fitness.types import Renamed
from tests.support.kept_logs import kept_log, recount


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
