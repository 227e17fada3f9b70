"""Progress over many workouts: records, streak, week, trend and comparison."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.session import WorkoutSet
from fitness.session.progress import (
    Streak,
    compare,
    days_trained,
    new_records,
    records,
    streak,
    trend,
    week_of,
)
from fitness.session.store import Store, Workout
from fitness.types import Count, Rep, RepCounted, RepRecord

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=timezone.utc)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite3") as opened:
        yield opened


def train(
    store: Store, day: int, *sets: tuple[str, int], weight_kg: float | None = None, tempo_s: float = 2.0
) -> int:
    """A workout some days after a Monday; the reps of each set are counted, and seconds of a hold are entered by
    hand.
    """
    live = store.begin(SourceInfo("camera", 0, 10, 64, 48, 0), {}, started_at=MONDAY + timedelta(days=day))
    t, number, kept, totals = 0.0, 0, [], dict.fromkeys((name for name, _ in sets), 0)
    for index, (exercise, reps) in enumerate(sets, start=1):
        done = []
        for _ in range(reps):
            t, number = t + tempo_s, number + 1
            record = RepRecord(
                eccentric_s=tempo_s / 2, pause_turn_s=0.0, concentric_s=tempo_s / 2, range_deg=90.0
            )
            done.append(Rep(exercise, 1, number, t - tempo_s, t - 1, t, 0.9, record=record, id=number))
            totals[exercise] += 1
            live.add_counted(t, None, None, Count(totals, events=(RepCounted(done[-1]),)))
        t += 30
        live.add_counted(t, None, None, Count(totals))
        start = done[0].t_start if done else t
        kept.append(WorkoutSet(index, exercise, tuple(done), reps, start, t, weight_kg=weight_kg))
    live.end(sets=kept)
    return live.id


def all_of(store: Store) -> list[Workout]:
    return [store.workout(row.id) for row in store.sessions()]


def test_records_are_the_best_of_each_kind(store: Store) -> None:
    """Most in a set, most in a workout, heaviest; the earliest of equal ones stands. Seconds have their unit."""
    first = train(store, 0, ("squat", 8), ("squat", 9), ("plank", 30))
    second = train(store, 2, ("squat", 9), ("squat", 5), weight_kg=20.0)
    found = records(all_of(store))
    assert [(one.kind, one.value, one.session) for one in found["squat"]] == [
        ("set", 9, first), ("workout", 17, first), ("weight", 20.0, second),
    ]  # fmt: skip
    assert found["squat"][0].set == 2 and found["squat"][0].day == date(2026, 3, 2)
    assert [one.text for one in found["plank"]] == ["30\u00a0s in a set", "30\u00a0s in a workout"]
    assert found["squat"][2].text == "20\u00a0kg"


def test_new_records_are_those_that_beat_earlier_workouts(store: Store) -> None:
    """The first workout of an exercise sets none; equal is no record."""
    first = train(store, 0, ("squat", 8))
    second = train(store, 2, ("squat", 8), ("squat", 8), ("lunge", 3))
    workouts = all_of(store)
    assert new_records(workouts, first) == ()
    assert [(one.exercise, one.kind, one.value) for one in new_records(workouts, second)] == [
        ("squat", "workout", 16)
    ]
    assert new_records(workouts, 99) == ()


@pytest.mark.parametrize(
    ("days", "today", "wanted"),
    [
        ([], 0, Streak(0, 0)),
        ([0], 0, Streak(1, 1)),
        ([0, 1, 6], 6, Streak(1, 1)),
        ([0, 8, 15], 15, Streak(3, 3)),
        ([0, 8, 15], 22, Streak(3, 3)),
        ([0, 8, 15], 28, Streak(0, 3)),
        ([0, 7, 21], 21, Streak(1, 2)),
    ],
)
def test_a_streak_is_weeks_in_a_row(store: Store, days: list[int], today: int, wanted: Streak) -> None:
    """This week need not have training yet; a whole week without it ends the streak."""
    for day in days:
        train(store, day, ("squat", 1))
    assert streak(store.sessions(), MONDAY.date() + timedelta(days=today)) == wanted


def test_the_week_and_its_goal(store: Store) -> None:
    """Two workouts of one day are one day; workouts without a rep are none."""
    for day in (0, 0, 2, 7):
        train(store, day, ("squat", 1))
    train(store, 4, ("squat", 0))
    week = week_of(store.sessions(), date(2026, 3, 6), goal=2)
    assert (
        week.monday == date(2026, 3, 2) and week.days == (date(2026, 3, 2), date(2026, 3, 4)) and week.reached
    )
    assert len(days_trained(store.sessions())) == 3
    assert not week_of(store.sessions(), date(2026, 3, 9), goal=2).reached


def test_a_trend_has_a_point_a_day(store: Store) -> None:
    """Reps, sets, the best set, weight, and the medians of tempo and range."""
    train(store, 0, ("squat", 8), ("squat", 6), tempo_s=2.0)
    train(store, 7, ("squat", 10), tempo_s=1.5, weight_kg=12.5)
    train(store, 9, ("lunge", 10))
    points = trend(all_of(store), "squat")
    assert [(p.day.day, p.reps, p.sets, p.best, p.weight_kg, p.tempo_s, p.range_deg) for p in points] == [
        (2, 14, 2, 8, None, 2.0, 90.0), (9, 10, 1, 10, 12.5, 1.5, 90.0),
    ]  # fmt: skip
    assert trend(all_of(store), "plank") == ()


def test_two_workouts_side_by_side(store: Store) -> None:
    """Every figure has its format, and the sign of a change is that of the shown difference."""
    train(store, 0, ("squat", 8), ("squat", 6), tempo_s=2.0)
    train(store, 7, ("squat", 10), ("plank", 20), tempo_s=1.5)
    one, other = all_of(store)
    rows = {(row.exercise, row.name): (row.before, row.after, row.change) for row in compare(one, other)}
    assert rows["squat", "Reps"] == ("14", "10", "-4")
    assert rows["squat", "Tempo"] == ("2.0\u00a0s", "1.5\u00a0s", "-0.5\u00a0s")
    assert rows["squat", "Range"] == ("90°", "90°", "0°")
    assert rows["plank", "Seconds"] == ("0\u00a0s", "20\u00a0s", "+20\u00a0s")
    assert ("plank", "Tempo") not in rows


def test_titles_are_by_date_and_exercise(store: Store) -> None:
    """A title given by the user has priority."""
    number = train(store, 0, ("squat", 1), ("push-up", 1))
    assert store.row(number).name == "Squat, push-up - 2 Mar 2026"
    assert store.edit(number, title="Legs").name == "Legs"
    empty = train(store, 1, ("squat", 0))
    assert store.row(empty).name == "Nothing counted - 3 Mar 2026"


def test_the_weekly_goal_is_kept(store: Store) -> None:
    """The default is three days a week; only 1 to 7 days are possible."""
    assert store.weekly_goal == 3
    store.set_weekly_goal(5)
    with Store.open(store.path, readonly=True) as opened:
        assert opened.weekly_goal == 5
    for days in (0, 8):
        with pytest.raises(OptionError, match="weekly goal must be 1 to 7 days"):
            store.set_weekly_goal(days)
