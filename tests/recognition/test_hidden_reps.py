"""A rep that a bystander hid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest

from fitness.recognition.hidden_reps import HIDDEN, HiddenReps
from fitness.recognition.sets import PersonResult
from fitness.types import Rep, RepCounted, RepRecord


def counted(t_peak: float, number: int, *, opens: bool = False, exercise: str = "squat") -> RepCounted:
    record = RepRecord(depth_deg=80.0)
    return RepCounted(
        Rep(exercise, 0, 0, t_peak - 0.6, t_peak, t_peak + 0.5, 0.9, id=number, record=record),
        opens_set=opens,
    )


def filled(
    peaks: Sequence[float], hidden: tuple[float, float] | None, exercise: str = "squat", opens_at: int = 0
) -> list[Rep]:
    """The reps that are counted where reps with these turning points are seen, and the person is hidden for a while."""
    hidden_reps = HiddenReps(count(100))
    if hidden is not None:
        for t in np.arange(*hidden, 1 / 15):
            hidden_reps.add_hidden(float(t))
    found = []
    for number, t_peak in enumerate(peaks):
        event = counted(t_peak, number, opens=number in (0, opens_at), exercise=exercise)
        events = hidden_reps.completed(PersonResult(exercise, events=(event,))).events
        found += [each.rep for each in events if isinstance(each, RepCounted)]
    return found


def test_a_hidden_rep_of_a_steady_set_is_counted() -> None:
    """It lies between its neighbours, says that it was hidden, and has no measures."""
    reps = filled([1.0, 2.6, 4.2, 7.4, 9.0], (5.2, 6.4))
    assert [rep.t_peak for rep in reps] == pytest.approx([1.0, 2.6, 4.2, 5.8, 7.4, 9.0])
    rep = reps[3]
    assert (
        rep.details == {HIDDEN: 1.0} and rep.record == RepRecord() and rep.confidence == 0.5 and rep.id == 100
    )
    assert reps[2].t_end <= rep.t_start < rep.t_peak < rep.t_end <= reps[4].t_start


@pytest.mark.parametrize(
    ("peaks", "hidden", "added"),
    [
        ([1.0, 2.6, 4.2, 9.0, 10.6], (5.2, 7.9), [5.8, 7.4]),
        ([1.0, 4.2, 5.8], (1.8, 3.0), [2.6]),
    ],
    ids=["two in a row", "before the rhythm is known"],
)
def test_reps_are_counted_by_the_rhythm_around_them(
    peaks: list[float], hidden: tuple[float, float], added: list[float]
) -> None:
    """Two may be hidden at once, and the usual time may be known only from later reps."""
    reps = filled(peaks, hidden)
    assert [rep.t_peak for rep in reps if rep.details] == pytest.approx(added)
    assert len({rep.id for rep in reps}) == len(peaks) + len(added)


@pytest.mark.parametrize(
    ("peaks", "hidden"),
    [
        ([1.0, 2.6, 4.2, 7.4], None),
        ([1.0, 2.6, 4.2, 7.4], (1.2, 2.2)),
        ([1.0, 2.6, 4.2, 7.4], (5.2, 5.3)),
        ([1.0, 2.6, 4.2, 8.6], (5.2, 6.4)),
        ([1.0, 2.6, 4.2, 6.6], (5.2, 6.4)),
        ([1.0, 2.0, 4.2, 7.4], (5.2, 6.4)),
        ([1.0, 4.2], (2.0, 3.2)),
    ],
    ids=[
        "in view",
        "hidden before",
        "hidden for a moment",
        "a pause",
        "a slow rep",
        "unsteady",
        "no rhythm yet",
    ],
)
def test_no_rep_is_added_without_rhythm_and_occlusion(
    peaks: list[float], hidden: tuple[float, float] | None
) -> None:
    assert [rep.t_peak for rep in filled(peaks, hidden)] == peaks


def test_no_rep_is_added_between_sets_and_to_holds() -> None:
    peaks = [1.0, 2.6, 4.2, 7.4]
    assert len(filled(peaks, (5.2, 6.4), opens_at=3)) == 4
    assert len(filled(peaks, (5.2, 6.4), exercise="plank")) == 4
