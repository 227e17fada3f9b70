"""Corrections, extra reps and changes of exercise are stored and exported as the screen showed them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitness.coach import CoachOptions, CoachState, Plan
from fitness.media.info import SourceInfo
from fitness.pipeline.history import last_plan
from fitness.pipeline.workout import Workout
from fitness.session import WorkoutSet
from fitness.session.exports import format_named
from fitness.session.store import LiveSession, Store
from fitness.types import (
    Count,
    Event,
    Frame,
    FrameResult,
    Pose,
    Renamed,
    Rep,
    RepAmended,
    RepCounted,
    RepRecord,
)
from tests.support.store_cases import START

FPS = 10
REP_S = 1.4
_IMAGE = np.zeros((4, 4, 3), np.uint8)
_SOURCE = SourceInfo("camera", 0.0, 10.0, 4, 4, 0)


class Squatter:
    """A mock recogniser that counts a rep of its exercise every 1.4 s; the last one is pending."""

    def __init__(self, exercise: str, ids: Iterator[int]) -> None:
        self.ids = ids
        self.exercise = "squat" if exercise == "auto" else exercise
        self.frames, self.reps, self.since = 0, 0, 0.0

    def step(self, people: Sequence[Pose], t: float) -> tuple[None, None, Count]:
        self.since = t if not self.frames else self.since
        self.frames += 1
        rep = None
        if people and self.frames % round(REP_S * FPS) == 0:
            self.reps += 1
            record = RepRecord(
                eccentric_s=0.6, pause_turn_s=0.1, concentric_s=0.8, range_deg=90.0 + self.reps
            )
            start = t - REP_S
            rep = Rep(
                self.exercise, 1, self.reps, start, start + 0.6, t, 0.9, record=record, id=next(self.ids)
            )
        totals = {self.exercise: self.reps} if self.reps else {}
        events = () if rep is None else (RepCounted(rep),)
        return None, None, Count(totals, self.exercise, 1, self.reps, events=events)


class Gym:
    """One workout that is stored while it runs.   moving: a person does reps."""

    def __init__(self, store: Store, plan: Plan | None = None, **options: float) -> None:
        self.made: list[Squatter] = []
        self.store = store
        chosen = CoachOptions(plan=plan, get_ready_s=0, **options)  # type: ignore[arg-type]
        self.workout = Workout(chosen, self._counter)
        self.log: LiveSession = store.begin(_SOURCE, {}, started_at=START)
        self.t = 0.0
        self.state: CoachState = self.workout.coach.state(0.0)

    def _counter(self, exercise: str, ids: Iterator[int]) -> Squatter:
        self.made.append(Squatter(exercise, ids))
        return self.made[-1]

    def run(self, seconds: float, *, moving: bool = True, pose: Pose | None = None) -> CoachState:
        people = (pose,) if moving else ()
        for _ in range(round(seconds * FPS)):
            self.t = round(self.t + 1 / FPS, 6)
            _, _, count = self.workout.step(people, self.t)  # type: ignore[arg-type]
            result = FrameResult(Frame(_IMAGE, self.t, 0), None, None, count)
            self.state = self.workout.take(result)
            self.log.add(result)
            if (sets := self.workout.news()) is not None:
                self.log.arrange(sets)
        return self.state

    def reps(self, number: int) -> CoachState:
        """Several reps of the current exercise."""
        goal = self.made[-1].reps + number
        counter = self.made[-1]
        for _ in range(1000):
            if counter.reps >= goal:
                break
            self.run(1 / FPS)
        return self.state

    def send(self, event: Event) -> None:
        """One more frame, with an event of the recogniser."""
        self.t = round(self.t + 1 / FPS, 6)
        totals = {"squat": self.made[-1].reps}
        result = FrameResult(Frame(_IMAGE, self.t, 0), None, None, Count(totals, events=(event,)))
        self.state = self.workout.take(result)
        self.log.add(result)
        if (sets := self.workout.news()) is not None:
            self.log.arrange(sets)

    def log_reps(self) -> Sequence[Rep]:
        self.log.commit()
        return self.store.load(self.log.id).reps

    def end(self) -> None:
        self.workout.coach.finish(self.t)
        self.log.end(sets=self.workout.sets)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite3") as opened:
        yield opened


def shown(gym: Gym) -> list[tuple[str | None, int]]:
    return [(one.exercise, one.reps) for one in gym.workout.coach.summaries()]


def stored(store: Store) -> list[tuple[str, int]]:
    (row,) = store.sessions()
    return [(one.exercise, one.reps) for one in store.workout(row.id).sets]


def table(store: Store, name: str) -> list[dict[str, str]]:
    (row,) = store.sessions()
    made = format_named(name)
    maker = made.beside[1] if made.beside is not None else made.whole
    assert maker is not None
    return list(csv.DictReader(io.StringIO(maker([store.workout(row.id)]).decode())))


def test_corrections_and_next_set_are_stored_and_exported(store: Store) -> None:
    """Eight squats counted in two sets, with two more added by hand: the screen, the store and every export have 5
    and 5.
    """
    gym = Gym(store)
    gym.reps(5)
    gym.workout.coach.next_set(gym.t)
    gym.reps(3)
    gym.workout.coach.correct(1, gym.t)
    gym.workout.coach.correct(1, gym.t)
    state = gym.run(0.5, moving=False)
    assert (state.total, shown(gym)) == (10, [("squat", 5), ("squat", 5)])
    gym.end()
    (row,) = store.sessions()
    assert stored(store) == shown(gym)
    assert (row.totals, row.counted) == ({"squat": 10}, {"squat": 8})
    assert [one.counted for one in store.workout(row.id).sets] == [5, 3]
    assert [(rep.set, rep.number) for rep in store.load(row.id).reps] == [
        (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1), (2, 2), (2, 3),
    ]  # fmt: skip
    assert [(one["reps"], one["counted_reps"]) for one in table(store, "csv")] == [("5", "5"), ("5", "3")]
    assert [one["reps"] for one in table(store, "hevy")] == ["5", "5"]
    assert [one["Reps"] for one in table(store, "strong")] == ["5", "5"]
    whole = format_named("json").whole
    assert whole is not None
    (session,) = json.loads(whole([store.workout(row.id)]))["sessions"]
    assert (session["totals"], session["counted_totals"]) == ({"squat": 10}, {"squat": 8})


def test_reps_added_by_hand_are_stored(store: Store) -> None:
    """A set that has only reps added by hand is stored."""
    gym = Gym(store)
    gym.run(1.0, moving=False)
    for _ in range(3):
        gym.workout.coach.correct(1, gym.t)
    gym.run(1.0, moving=False)
    gym.end()
    (row,) = store.sessions()
    (one,) = store.workout(row.id).sets
    assert (one.exercise, one.reps, one.counted, one.start_s) == ("squat", 3, 0, 1.0)
    assert row.totals == {"squat": 3} and row.counted == {}


def test_reps_removed_by_hand_are_stored(store: Store) -> None:
    """Reset makes a set 0; its counted reps are stored beside that number."""
    gym = Gym(store)
    gym.reps(4)
    gym.workout.coach.reset(gym.t)
    gym.reps(2)
    gym.end()
    assert stored(store) == shown(gym) == [("squat", 2)]
    (row,) = store.sessions()
    assert row.counted == {"squat": 6} and row.totals == {"squat": 2}


def test_another_exercise_stays_in_the_same_workout(store: Store) -> None:
    """Squats, then push-ups chosen by hand: one session with both sets; no rep is lost."""
    gym = Gym(store)
    gym.reps(3)
    gym.workout.change("push-up", gym.t)
    gym.reps(4)
    gym.workout.change("auto", gym.t)
    gym.reps(2)
    gym.end()
    wanted = [("squat", 3), ("push-up", 4), ("squat", 2)]
    assert stored(store) == shown(gym) == wanted
    (row,) = store.sessions()
    assert row.totals == row.counted == {"squat": 5, "push-up": 4} and row.finished
    assert [one.exercise for one in gym.made] == ["squat", "push-up", "squat"]
    session = store.load(row.id)
    assert session.totals == {"squat": 5, "push-up": 4} and session.frames.count.tolist()[-1] == 9
    assert (np.diff(session.frames.count) >= 0).all()


def test_a_plan_switches_the_recogniser(store: Store) -> None:
    """After the last squat set, and the seconds in which an extra rep is possible, push-ups are counted."""
    gym = Gym(store, Plan.parse("squat 1x3 rest 6, push-up 1x2"), extra_s=2.0)
    gym.reps(3)
    gym.run(1.0, moving=False)
    assert gym.workout.exercise == "squat"
    gym.run(2.0, moving=False)
    assert gym.workout.exercise == "push-up"
    gym.reps(2)
    gym.end()
    assert stored(store) == shown(gym) == [("squat", 3), ("push-up", 2)]
    (row,) = store.sessions()
    assert [one.target for one in store.workout(row.id).sets] == [3, 2]
    assert [one["target"] for one in table(store, "csv")] == ["3", "2"]


def test_reps_past_the_target_are_stored(store: Store) -> None:
    """Extra reps belong to their set, and later ones to the next: the stored sets equal the screen's."""
    gym = Gym(store, Plan.target("3x4"), rest_s=10.0)
    gym.reps(20)
    gym.end()
    assert stored(store) == shown(gym) == [("squat", 7), ("squat", 7), ("squat", 6)]


def test_pending_reps_count_when_the_exercise_is_changed(store: Store) -> None:
    """Pending reps are counted as at the end of a stream: they belong to the set that is closed, once."""
    gym = Gym(store)
    gym.reps(3)
    counter = gym.made[-1]
    plain = counter.step

    def unsure(people: Sequence[Pose], t: float) -> tuple[None, None, Count]:
        _, _, count = plain((), t)
        pending = (Rep("squat", 1, 4, t - 1.0, t - 0.5, t, 0.5),)
        return None, None, Count(count.totals, "squat", 1, 3, pending=pending)

    counter.step = unsure  # type: ignore[method-assign]
    gym.run(0.1, moving=False)
    gym.workout.change("push-up", gym.t)
    gym.reps(2)
    gym.end()
    assert stored(store) == shown(gym) == [("squat", 4), ("push-up", 2)]
    (row,) = store.sessions()
    assert row.counted == {"squat": 4, "push-up": 2}


def test_a_session_of_a_killed_program_has_its_corrections(store: Store) -> None:
    """The sets are written with each rep and correction; without an end, the session is stored as unfinished."""
    gym = Gym(store)
    gym.reps(2)
    gym.workout.coach.correct(1, gym.t)
    gym.run(0.2, moving=False)
    (row,) = store.sessions()
    assert not row.finished and stored(store) == [("squat", 3)] and row.totals == {"squat": 3}


def test_amended_reps_keep_their_place(store: Store) -> None:
    """If a record is completed or a rep renamed after n was pressed, the rep stays in the set that the screen showed."""
    gym = Gym(store)
    gym.reps(2)
    gym.workout.coach.next_set(gym.t)
    gym.reps(1)
    gym.run(1.0, moving=False)
    last = gym.workout.coach.sets[-1].counted[-1]
    assert [(rep.set, rep.number) for rep in gym.log_reps()] == [(1, 1), (1, 2), (2, 1)]
    better = replace(last, side="left", set=1, number=3)
    gym.send(RepAmended(better))
    gym.run(1.0, moving=False)
    gym.send(Renamed((last.id,), "lunge"))
    gym.end()
    assert [(rep.exercise, rep.set, rep.number, rep.side) for rep in gym.log_reps()] == [
        ("squat", 1, 1, None), ("squat", 1, 2, None), ("lunge", 2, 1, "left"),
    ]  # fmt: skip
    assert stored(store) == shown(gym) == [("squat", 2), ("lunge", 1)]


def test_a_set_that_is_edited_later_changes_the_totals(store: Store) -> None:
    """`sessions edit --set 1 --reps 12` changes the list."""
    from fitness.session.store import SetEdit

    gym = Gym(store)
    gym.reps(3)
    gym.end()
    (row,) = store.sessions()
    store.edit_set(row.id, 1, SetEdit(reps=12))
    assert store.row(row.id).totals == {"squat": 12} and store.sessions()[0].totals == {"squat": 12}
    assert store.row(row.id).counted == {"squat": 3}


def test_merged_workouts_keep_their_sets(store: Store) -> None:
    """Sets with only reps by hand, and corrections, are those of both workouts in order."""
    for _ in range(2):
        gym = Gym(store)
        gym.reps(2)
        gym.workout.coach.next_set(gym.t)
        gym.workout.coach.next_set(gym.t)  # ends the rest, so that the correction is of a new set
        gym.workout.coach.correct(1, gym.t)
        gym.run(0.5, moving=False)
        gym.end()
    first, second = store.sessions()
    new = store.merge([first.id, second.id])
    workout = store.workout(new)
    assert [(one.set, one.reps, one.counted) for one in workout.sets] == [
        (1, 2, 2), (2, 1, 0), (3, 2, 2), (4, 1, 0),
    ]  # fmt: skip
    assert workout.row.totals == {"squat": 6}
    assert workout.sets[2].start_s > workout.sets[1].end_s


def test_the_last_workout_can_be_repeated(store: Store) -> None:
    """The stored plan is repeated; without one, the sets that were done."""
    assert last_plan(store) is None
    gym = Gym(store)
    gym.reps(3)
    gym.workout.coach.next_set(gym.t)
    gym.reps(2)
    gym.end()
    assert str(last_plan(store)) == "squat 2x3"
    with store.begin(_SOURCE, {}, started_at=START.replace(year=2027)) as log:
        log.add_counted(0.1, None, None, Count({}))
        log.end(settings={"plan": "squat 3x8 rest 60, plank 1x45s"})
    assert str(last_plan(store)) == "squat 3x8 rest 60, plank 1x45s"


def test_weights_of_a_plan_are_noted(store: Store) -> None:
    """A planned weight is stored with the set, unless the user entered another."""
    gym = Gym(store, Plan.parse("squat 1x2 @ 20kg, squat 1x2 @ 30kg"), rest_s=0.0)
    gym.reps(4)
    gym.end()
    (row,) = store.sessions()
    assert [one.weight_kg for one in store.workout(row.id).sets] == [20.0, 30.0]


def test_a_workout_set_is_a_plain_value() -> None:
    """Two with the same content are equal, so only sets that changed are written."""
    assert WorkoutSet(1, "squat", (), 3, 0.0, 1.0) == WorkoutSet(1, "squat", (), 3, 0.0, 1.0)
