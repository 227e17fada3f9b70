"""Numbers of reps and sets: rests and other exercises open a new set; numbers belong to the counted person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.recognition.sets import PersonResult, RunningSet, SetNumbers
from fitness.types import Count, PartialRep, Renamed, Rep, RepAmended, RepCounted, SetClosed
from tests.support.strategies import examples, reals


class Stream:
    """Reps of one person, one a frame, through both steps."""

    def __init__(self, rest_s: float = 8.0) -> None:
        self.running, self.numbers = RunningSet(rest_s), SetNumbers()
        self.count = Count({})
        self.ids = 0

    def rep(self, exercise: str, t: float, duration: float = 1.0) -> Rep:
        """A rep without numbers that begins at `t`."""
        self.ids += 1
        return Rep(exercise, 0, 0, t, t + duration / 2, t + duration, 0.9, id=self.ids)

    def add(self, exercise: str, t: float, duration: float = 1.0) -> tuple[int, int]:
        """Set and number of a rep that begins at `t`."""
        rep = self.rep(exercise, t, duration)
        self.tell(RepCounted(rep, self.running.add(rep)))
        (found,) = self.count.new_reps
        assert replace(found, set=0, number=0) == rep and found.id == rep.id
        return found.set, found.number

    def tell(self, *events: RepCounted | PartialRep | RepAmended | Renamed) -> Count:
        self.count = self.numbers.count(PersonResult(events=events))
        return self.count


def test_nothing_has_been_done_at_first() -> None:
    """Before the first rep there is set 0 with no reps."""
    count = Stream().tell()
    assert (count.set, count.reps_in_set, count.totals, count.events) == (0, 0, {}, ())


def test_reps_are_numbered_within_their_set() -> None:
    """Three reps, a rest, two reps: sets 1 and 2, numbers 1-3 and 1-2, five in all; the end of set 1 is an event."""
    stream = Stream()
    found = [stream.add("squat", t) for t in (0.0, 2.0, 4.0, 30.0)]
    closed = [event for event in stream.count.events if isinstance(event, SetClosed)]
    found.append(stream.add("squat", 32.0))
    assert found == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)] and closed == [SetClosed(1, "squat", 3)]
    assert (stream.count.set, stream.count.reps_in_set, stream.count.totals) == (2, 2, {"squat": 5})


@pytest.mark.parametrize(("pause", "number"), [(7.9, 1), (8.0, 1), (8.1, 2)])
def test_a_rest_longer_than_the_option_ends_a_set(pause: float, number: int) -> None:
    """The rest counts from the end of one rep to the beginning of the next, and must be longer than `rest_s`."""
    stream = Stream()
    stream.add("squat", 0.0)
    assert stream.add("squat", 1.0 + pause)[0] == number


@pytest.mark.parametrize(("pause", "number"), [(11.9, 1), (12.1, 2)])
def test_slow_exercises_rest_longer(pause: float, number: int) -> None:
    """With reps of three seconds a set ends after twelve seconds, four reps' worth, rather than eight."""
    stream = Stream()
    for t in (0.0, 4.0, 8.0):
        stream.add("squat", t, duration=3.0)
    assert stream.add("squat", 11.0 + pause)[0] == number


def test_another_exercise_begins_a_set() -> None:
    """Squats, push-ups, squats without any rest are three sets; totals continue."""
    stream = Stream()
    found = [stream.add(name, 2.0 * k) for k, name in enumerate(("squat", "squat", "push-up", "squat"))]
    assert found == [(1, 1), (1, 2), (2, 1), (3, 1)]
    assert stream.count.totals == {"squat": 3, "push-up": 1}


def test_a_partial_rep_has_a_set_and_no_number() -> None:
    """It stands in the current set, or in the one that it would open; it changes no total, and can be amended."""
    stream = Stream()
    stream.add("squat", 0.0)
    partial = replace(stream.rep("squat", 20.0), partial=True)
    (event,) = stream.tell(PartialRep(partial, stream.running.opens("squat", 20.0))).events
    assert isinstance(event, PartialRep) and (event.rep.set, event.rep.number) == (2, 0)
    (event,) = stream.tell(RepAmended(replace(partial, side="left"))).events
    assert isinstance(event, RepAmended) and (event.rep.set, event.rep.number, event.rep.side) == (
        2,
        0,
        "left",
    )
    assert (stream.count.totals, stream.count.sides) == ({"squat": 1}, {})


def test_amendments_find_reps_of_any_set_by_their_id() -> None:
    """A rep keeps its numbers; the totals of the sides follow; what was never counted here is left out."""
    stream = Stream()
    first = stream.rep("lunge", 0.0)
    stream.tell(RepCounted(replace(first, side="left"), stream.running.add(first)))
    stream.add("lunge", 60.0)
    (event,) = stream.tell(RepAmended(replace(first, side="right")), RepAmended(replace(first, id=99))).events
    assert isinstance(event, RepAmended) and (event.rep.set, event.rep.number) == (1, 1)
    assert stream.count.sides == {"lunge": (0, 1)}


def test_renamed_reps_move_to_the_other_total() -> None:
    """Two of three reps turn out to be another exercise."""
    stream = Stream()
    for t in (0.0, 2.0, 4.0):
        stream.add("unknown-exercise", t)
    (event,) = stream.tell(Renamed((1, 2, 99), "squat")).events
    assert event == Renamed((1, 2), "squat")
    assert stream.count.totals == {"unknown-exercise": 1, "squat": 2}
    assert not stream.tell(Renamed((99,), "squat")).events


def test_pending_reps_show_the_numbers_that_they_would_get() -> None:
    """Previewing numbers changes nothing."""
    stream = Stream()
    stream.add("squat", 0.0)
    later = stream.running.preview([stream.rep("squat", 2.0), stream.rep("squat", 30.0)])
    count = stream.numbers.count(PersonResult(pending=later))
    assert [(rep.set, rep.number) for rep in count.pending] == [(1, 2), (2, 1)]
    assert stream.add("squat", 2.0) == (1, 2)


@given(
    st.lists(st.tuples(st.sampled_from(["squat", "push-up"]), reals(0.0, 30.0), reals(0.3, 5.0)), max_size=40)
)
@examples(50)
def test_totals_are_the_reps_of_all_sets(reps: list[tuple[str, float, float]]) -> None:
    """Set numbers never fall and rise by one; numbers restart at 1 exactly then; totals count every rep once."""
    stream, t, before = Stream(), 0.0, (0, 0)
    for exercise, pause, duration in reps:
        t += pause
        found = stream.add(exercise, t, duration)
        t += duration
        assert found in {(before[0], before[1] + 1), (before[0] + 1, 1)}
        assert (stream.count.set, stream.count.reps_in_set) == found
        before = found
    assert sum(stream.count.totals.values()) == len(reps)
