"""A new count of a stored session loses nothing that the user entered or the workout recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fitness.session import Session, WorkoutSet
from fitness.session.store import SetEdit, Store
from fitness.types import Rep
from tests.support.store_cases import SETTINGS, SOURCE, START, recorded, stream


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(tmp_path / "sessions.sqlite3") as opened:
        yield opened


def rep(t: float, a_set: int = 1, exercise: str = "squat", number: int = 1) -> Rep:
    """A rep with its turning point at `t` seconds."""
    return Rep(exercise, a_set, number, t - 0.5, t, t + 0.5, 0.9)


def counted_again(reps: Sequence[Rep], partials: Sequence[Rep] = ()) -> Session:
    """A new count of the stream of 20 s, with these reps."""
    totals: dict[str, int] = {}
    for one in reps:
        totals[one.exercise] = totals.get(one.exercise, 0) + 1
    return replace(recorded(stream()), reps=tuple(reps), totals=totals, partials=tuple(partials))


def workout_of(store: Store) -> int:
    """A live workout of three sets of squats: 2 reps at 1 and 2 s, 2 at 7 and 8 s, 4 from 14 to 17 s."""
    live = store.begin(SOURCE, SETTINGS, started_at=START, model="lite")
    for t, pose, classification, count in stream():
        live.add_counted(t, pose, classification, replace(count, events=(), totals={}))
    live.end()
    times = ((1.0, 2.0), (7.0, 8.0), (14.0, 15.0, 16.0, 17.0))
    reps = [rep(t, number) for number, one in enumerate(times, 1) for t in one]
    store.recounted(live.id, counted_again(reps))
    sets = [
        WorkoutSet(
            number, "squat", tuple(rep(t) for t in one), len(one), one[0] - 0.5, one[-1] + 0.5, target=4
        )
        for number, one in enumerate(times, 1)
    ]
    from fitness.session.store.writing import write_sets

    write_sets(store._connection, live.id, sets, {})
    return live.id


def sets_of(store: Store, session: int) -> list[tuple[int, str, int]]:
    """Number, exercise and counted reps of each set."""
    return [(one.set, one.exercise, one.counted) for one in store.workout(session).sets]


def test_a_live_workout_keeps_its_sets_and_notes(store: Store) -> None:
    """The new count has one set of 8 reps; sets, weight, target and correction stay, and totals are right."""
    number = workout_of(store)
    store.edit_set(number, 2, SetEdit(weight_kg=20.0, note="slow"))
    store.edit_set(number, 3, SetEdit(reps=5))
    before = store.workout(number)
    assert sets_of(store, number) == [(1, "squat", 2), (2, "squat", 2), (3, "squat", 4)]
    again = counted_again([rep(one.t_peak, 1, number=i) for i, one in enumerate(before.reps, 1)])
    shown = store.arranged(number, again)
    assert [(one.set, one.counted) for one in shown.sets] == [(1, 2), (2, 2), (3, 4)]
    store.recounted(number, again)
    after = store.workout(number)
    assert after.sets == before.sets and [r.number for r in after.reps] == [1, 2, 1, 2, 1, 2, 3, 4]
    assert after.row.totals == {"squat": 9} and after.row.counted == {"squat": 8}


def test_reps_far_from_every_set_are_a_set_between_them(store: Store) -> None:
    """Sets are numbered again in order of time; notes move with their set, and a set without a rep stays."""
    live = store.add(
        counted_again([rep(1.0), rep(2.0, number=2), rep(5.0, 2, "push-up"), rep(19.0, 3, "squat")]),
        started_at=START,
    )
    store.edit_set(live, 1, SetEdit(weight_kg=20.0))
    store.edit_set(live, 3, SetEdit(reps=6, rpe=8.0))
    again = counted_again([rep(1.0), rep(2.0, number=2), rep(8.0, 2, "lunge"), rep(5.0, 3, "push-up")])
    store.recounted(live, again)
    assert sets_of(store, live) == [(1, "squat", 2), (2, "push-up", 1), (3, "lunge", 1), (4, "squat", 0)]
    first, *_, last = store.workout(live).sets
    assert first.weight_kg == 20.0 and (last.corrected, last.rpe, last.start_s) == (6, 8.0, 18.5)
    assert store.row(live).totals == {"squat": 8, "push-up": 1, "lunge": 1}


def test_a_note_follows_its_set_to_another_exercise(store: Store) -> None:
    """If the reps get another name, the weight belongs to the renamed set; counting again brings the name back."""
    first = counted_again([rep(1.0), rep(2.0, number=2)])
    number = store.add(first, started_at=START)
    store.edit_set(number, 1, SetEdit(weight_kg=20.0))
    store.recounted(number, counted_again([rep(1.0, exercise="lunge"), rep(2.1, exercise="lunge", number=2)]))
    (one,) = store.workout(number).sets
    assert (one.exercise, one.counted, one.weight_kg) == ("lunge", 2, 20.0)
    store.recounted(number, first)
    (one,) = store.workout(number).sets
    assert (one.exercise, one.counted, one.weight_kg) == ("squat", 2, 20.0)


def test_a_noted_set_stays_apart_from_the_rest_of_a_longer_set(store: Store) -> None:
    """A weight is never given to reps of another set, and partial reps get the set of their time."""
    number = store.add(
        counted_again([rep(1.0), rep(2.0, number=2), rep(9.0, 2), rep(10.0, 2, number=2)]), started_at=START
    )
    store.edit_set(number, 1, SetEdit(weight_kg=20.0))
    longer = [rep(t, number=i) for i, t in enumerate((1.0, 2.0, 3.0, 8.0, 9.0, 10.0), 1)]
    store.recounted(number, counted_again(longer, [replace(rep(9.5), partial=True, number=0)]))
    workout = store.workout(number)
    assert [(one.counted, one.weight_kg) for one in workout.sets] == [(3, 20.0), (3, None)]
    assert workout.sets[0].end_s == 3.5 and [one.set for one in workout.partials] == [2]


def test_without_notes_the_sets_are_those_of_the_new_count(store: Store) -> None:
    """Sets of a recording that nobody edited are counted anew."""
    number = store.add(counted_again([rep(1.0), rep(9.0, 2)]), started_at=START)
    store.recounted(number, counted_again([rep(1.0), rep(9.0, number=2)]))
    assert sets_of(store, number) == [(1, "squat", 2)]
