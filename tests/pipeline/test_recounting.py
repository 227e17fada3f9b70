"""A stored session is counted again as the exercises that it was counted with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from fitness.coach import CoachOptions, Plan
from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.pipeline.recounting import Turn, counter_of, settings_after, turns_of
from fitness.pipeline.workout import Workout as LiveWorkout
from fitness.session.store import SessionRow, SetRow, Store, Workout
from fitness.types import Count, Pose
from tests.support.store_cases import SOURCE, START

_NAMES = ("squat", "squat", "plank")


def workout(settings: Mapping[str, Any], names: Sequence[str] = _NAMES, kind: str = "live") -> Workout:
    """A stored session with a set of each exercise, of 5 s every 20 s."""
    row = SessionRow(
        7, datetime(2026, 3, 1, tzinfo=timezone.utc), kind, "", "", True, "lite",
        SourceInfo("cam", 0.0, 10.0, 4, 4, 0), 60.0, {}, settings,
    )  # fmt: skip
    sets = tuple(SetRow(name, i + 1, 1, 20.0 * i, 20.0 * i + 5.0) for i, name in enumerate(names))
    return Workout(row, sets, ())


@pytest.mark.parametrize(
    ("settings", "turns"),
    [
        ({}, [Turn(0.0, "auto")]),
        ({"exercise": "any"}, [Turn(0.0, "any")]),
        ({"exercise": "auto", "plan": "2x3"}, [Turn(0.0, "auto")]),
        ({"exercise": "auto", "plan": "squat 2x3, plank 1x9s"}, [Turn(0.0, "squat"), Turn(29.0, "plank")]),
        (
            {"exercise": "auto", "plan": "squat 2x3, plank 1x9s, lunge 1x2"},
            [Turn(0.0, "squat"), Turn(29.0, "plank"), Turn(49.0, "lunge")],
        ),
        ({"exercise": "squat"}, [Turn(0.0, "squat"), Turn(29.0, "plank")]),
        ({"exercise": "squat", "by_set": False}, [Turn(0.0, "squat")]),
        ({"exercise": "auto", "by_set": True}, [Turn(0.0, "squat"), Turn(29.0, "plank")]),
    ],
)
def test_exercises_of_a_stored_session(settings: dict[str, Any], turns: list[Turn]) -> None:
    """The stored choice is used; with a plan, or after a change, each set's own exercise."""
    assert list(turns_of(workout(settings), None, ())) == turns
    assert turns_of(workout(settings), "lunge", ()) == (Turn(0.0, "lunge"),)


def test_an_exercise_that_is_gone_is_named() -> None:
    """The message says how to count the session as another exercise; a taught exercise that is there is used."""
    named = workout({"exercise": "chin"}, ["chin"])
    assert turns_of(named, None, ("chin",)) == (Turn(0.0, "chin"),)
    with pytest.raises(OptionError, match=r"session 7 was counted as 'chin'.*--exercise auto"):
        turns_of(named, None, ())
    unknown = workout({"exercise": "auto", "by_set": True}, ["unknown-exercise"])
    assert turns_of(unknown, None, ()) == (Turn(0.0, "any"),)


class _Still:
    """A mock counter that counts nothing."""

    def step(self, people: Sequence[Pose], t: float) -> tuple[None, None, Count]:
        return None, None, Count({})


def test_each_exercise_has_its_own_counter() -> None:
    """A live session changes the counter with the exercise; a recording has the plain one."""
    made: list[str] = []

    def counter_for(name: str, ids: Iterator[int] | None) -> _Still:
        made.append(name)
        return _Still()

    turns = (Turn(0.0, "squat"), Turn(29.0, "plank"))
    counter = counter_of(workout({}), turns, counter_for)
    counter.step((), 0.0)
    assert made == ["squat"]
    counter.step((), 29.0)
    assert made == ["squat", "plank"]
    assert isinstance(counter_of(workout({}, kind="analyze"), turns[:1], counter_for), _Still)


def test_settings_of_the_workout_stay() -> None:
    """Plan and latency are no settings of the count; a new exercise is stored, and kept by the next count."""
    old = workout(
        {"exercise": "auto", "plan": "squat 2x3", "latency": {}, "partials": "counted", "precision": "half"}
    )
    same = settings_after(old, {"program": "9", "exercise": "squat", "samples": "own"}, None)
    assert same["plan"] == "squat 2x3" and same["exercise"] == "auto" and same["precision"] == "half"
    assert "partials" not in same and same["samples"] == "own"
    other = settings_after(old, {}, "lunge")
    assert turns_of(workout(other), None, ()) == (Turn(0.0, "lunge"),)


def test_a_live_workout_states_that_its_exercise_changed(tmp_path: Path) -> None:
    """A plan with exercises, a change and a merge of different exercises are stored, for the next count."""

    def made(plan: Plan | None) -> LiveWorkout:
        return LiveWorkout(CoachOptions(plan=plan), lambda name, ids: _Still())

    assert "by_set" not in made(None).settings and "by_set" not in made(Plan.target("2x3")).settings
    assert made(Plan.parse("squat 2x3")).settings["by_set"] is True
    changed = made(None)
    changed.change("lunge", 1.0)
    assert changed.settings == {"rest_s": 60.0, "by_set": True}
    with Store.open(tmp_path / "s.sqlite3") as store:
        numbers = []
        for name in ("squat", "auto"):
            with store.begin(SOURCE, {"exercise": name}, started_at=START) as live:
                live.add_counted(0.1, None, None, Count({}))
            numbers.append(live.id)
        assert store.row(store.merge(numbers)).settings["by_set"] is True
