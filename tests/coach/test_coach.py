"""Coach: sets, rest, target, corrections and cues, driven by results with invented times."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.coach import Coach, CoachOptions, CoachState, EventKind, Plan, Stage
from fitness.errors import OptionError
from fitness.types import (
    Count,
    Frame,
    FrameResult,
    PartialRep,
    Renamed,
    Rep,
    RepAmended,
    RepCounted,
    RepRecord,
)

_IMAGE = np.zeros((4, 4, 3), np.uint8)
_PLANS = (None, Plan.target("2x3"), Plan.parse("squat 2x2 rest 5, push-up 1x3, lunge 2x1 rest 0"))


def _counted(*reps: Rep | None) -> tuple[RepCounted, ...]:
    return tuple(RepCounted(rep) for rep in reps if rep is not None)


class Workout:
    """Feeds a coach; time advances by 0.1 s per frame."""

    def __init__(self, **options: Any) -> None:
        self.coach = Coach(CoachOptions(**options))
        self.t, self.kinds = 0.0, []
        self.state = self.coach.state(0.0)

    def feed(
        self, rep: Rep | None = None, phase: float | None = None, message: str | None = None
    ) -> CoachState:
        self.t = round(self.t + 0.1, 6)
        totals = {"squat": 1} if rep else {}
        count = Count(
            totals, rep.exercise if rep else None, phase=phase, message=message, events=_counted(rep)
        )
        self.state = self.coach.step(FrameResult(Frame(_IMAGE, self.t, 0), None, None, count))
        self.kinds += [event.kind for event in self.state.events]
        return self.state

    def rep(
        self, exercise: str = "squat", took_s: float = 1.0, record: RepRecord | None = None
    ) -> CoachState:
        """A rep that takes `took_s` seconds, after the frames in between."""
        start = self.t + 0.1
        for _ in range(round(took_s / 0.1) - 1):
            self.feed()
        end = start + took_s
        return self.feed(
            Rep(exercise, 1, 1, start, start + took_s / 2, end, 0.9, record=record or RepRecord())
        )

    def reps(self, number: int, exercise: str = "squat") -> CoachState:
        for _ in range(number):
            self.rep(exercise)
        return self.state

    def wait(self, seconds: float) -> CoachState:
        for _ in range(round(seconds / 0.1)):
            self.feed()
        return self.state


def test_three_sets_of_two_with_rest() -> None:
    """3x2: each target ends the set, the last three seconds of the rest are announced, the third set ends the workout."""
    workout = Workout(plan=Plan.target("3x2"), rest_s=10.0)
    state = workout.reps(2)
    assert (state.stage, state.reps, state.set, state.target, state.sets) == (Stage.RESTING, 2, 1, 2, 3)
    assert state.next is not None and (state.next.set, state.next.text) == (2, "Next: set 2 of 3")
    assert state.dots == ("done", "now", "todo")
    assert state.last is not None and state.last.reps == 2
    assert workout.kinds == [EventKind.REP, EventKind.REP, EventKind.TARGET, EventKind.SET_DONE]
    assert workout.wait(5).rest_left_s == pytest.approx(5.0, abs=0.15)
    workout.wait(5.2)
    assert workout.kinds[4:] == [EventKind.TICK] * 3 + [EventKind.REST_OVER]
    assert workout.state.stage is Stage.READY
    workout.reps(2)
    workout.wait(6)
    state = workout.reps(2)
    assert state.stage is Stage.DONE and workout.kinds[-1] is EventKind.WORKOUT_DONE
    assert [one.reps for one in state.done] == [2, 2, 2] and state.total == 6


def test_each_tick_of_the_rest_comes_once() -> None:
    """The last three seconds are announced as 3, 2, 1, once each, at 10 fps."""
    workout = Workout(plan=Plan.target("2x1"), rest_s=6.0)
    workout.rep()
    ticks = []
    for _ in range(80):
        ticks += [event.number for event in workout.feed().events if event.kind is EventKind.TICK]
    assert ticks == [3, 2, 1]


def test_one_rep_too_many_belongs_to_the_finished_set() -> None:
    """A rep right after the target is an extra rep (3 of 2); one after a pause begins the next set."""
    workout = Workout(plan=Plan.target("3x2"), rest_s=60.0)
    state = workout.reps(3)
    assert (state.reps, state.stage, len(state.done)) == (3, Stage.RESTING, 1)
    assert workout.kinds.count(EventKind.TARGET) == workout.kinds.count(EventKind.SET_DONE) == 1
    workout.wait(6)
    state = workout.rep()
    assert (state.set, state.reps, state.stage) == (2, 1, Stage.WORKING)


def test_without_a_target_a_pause_ends_the_set() -> None:
    """After idle_s without a rep the set ends, and the rest counts from its last rep."""
    workout = Workout(rest_s=60.0, idle_s=8.0)
    workout.reps(4)
    state = workout.wait(9)
    assert state.stage is Stage.RESTING and state.rested_s == pytest.approx(9.0, abs=0.2)
    assert state.rest_left_s == pytest.approx(51.0, abs=0.2) and state.reps == 4
    assert workout.rep().set == 2


def test_another_exercise_begins_a_set() -> None:
    """Two squats, then a push-up: two sets with their own exercise."""
    workout = Workout()
    workout.reps(2)
    state = workout.rep("push-up")
    assert (state.exercise, state.reps, state.set, state.total) == ("push-up", 1, 2, 3)
    assert state.done[0].exercise == "squat"


def test_corrections_are_applied_and_logged() -> None:
    """+1 and -1 change the set's reps, never below 0, and each is logged with its time."""
    workout = Workout()
    workout.reps(2)
    assert workout.coach.correct(1, workout.t) and workout.coach.state(workout.t).reps == 3
    assert workout.coach.correct(-1, workout.t) and workout.coach.correct(-1, workout.t)
    assert workout.coach.correct(-1, workout.t) and not workout.coach.correct(-1, workout.t)
    assert workout.coach.state(workout.t).reps == 0
    assert [c.delta for c in workout.coach.corrections] == [1, -1, -1, -1]
    assert {c.exercise for c in workout.coach.corrections} == {"squat"}
    (one,) = workout.coach.summaries()
    assert (one.reps, one.counted, one.corrected) == (0, 2, -2)
    assert ("By hand", "-2 (2 counted)") in one.rows


def test_a_correction_can_reach_the_target_and_change_a_finished_set() -> None:
    """+1 at 1 of 2 ends the set; -1 in a rest corrects the set just done."""
    workout = Workout(plan=Plan.target("2x2"))
    workout.rep()
    assert workout.coach.correct(1, workout.t)
    state = workout.feed()
    assert state.stage is Stage.RESTING and state.reps == 2
    assert workout.coach.correct(-1, workout.t)
    assert workout.feed().done[0].reps == 1


def test_next_set_and_reset() -> None:
    """n ends the set, then the rest; r resets the running set to 0, and again the whole workout."""
    workout = Workout(rest_s=30.0)
    workout.reps(2)
    workout.coach.next_set(workout.t)
    assert workout.feed().stage is Stage.RESTING
    workout.coach.next_set(workout.t)
    assert workout.feed().stage is Stage.READY
    workout.reps(3)
    workout.coach.reset(workout.t)
    state = workout.feed()
    assert (state.reps, state.set, state.total) == (0, 2, 2)
    workout.coach.reset(workout.t)
    state = workout.feed()
    assert (state.reps, state.total, [one.reps for one in state.done]) == (0, 0, [0])
    assert [c.delta for c in workout.coach.corrections] == [-3, -2]


def test_after_n_the_next_rep_begins_a_set_at_once() -> None:
    """A set ended by hand gets no further reps, even if they follow at once."""
    workout = Workout()
    workout.reps(2)
    workout.coach.next_set(workout.t)
    assert workout.rep().set == 2


def test_a_pause_stops_the_rest_timer() -> None:
    """A pause of thirty seconds does not shorten the rest."""
    workout = Workout(plan=Plan.target("2x1"), rest_s=20.0)
    workout.rep()
    workout.wait(5)
    left = workout.state.rest_left_s
    workout.coach.pause(True, workout.t)
    assert workout.coach.state(workout.t + 12).rest_left_s == pytest.approx(left)
    workout.t += 30
    workout.coach.pause(False, workout.t)
    assert workout.feed().rest_left_s == pytest.approx(left - 0.1, abs=0.02)


def test_the_summary_of_a_set() -> None:
    """Tempo is the median duration; range, fastest, slowest and the speed lost are computed from the reps."""
    workout = Workout()
    for took_s, degrees in ((1.0, 90.0), (1.0, 80.0), (1.2, 85.0), (1.2, 70.0), (1.5, 75.0), (1.5, 60.0)):
        record = RepRecord(
            eccentric_s=took_s / 2,
            pause_turn_s=0.1,
            concentric_s=took_s / 2,
            range_deg=degrees,
            speed_loss=0.1,
        )
        workout.rep(record=record)
    (summary,) = workout.coach.summaries()
    figures = summary.figures
    assert figures.tempo_s == pytest.approx(1.3)
    assert (figures.fastest_s, figures.slowest_s) == (pytest.approx(1.1), pytest.approx(1.6))
    assert (figures.range_least_deg, figures.range_deg, figures.range_most_deg) == (60, 77.5, 90)
    assert summary.title == "Set 1: 6 squats"
    assert dict(summary.rows) == {
        "Tempo": "1.3\u00a0s a rep",
        "Fastest, slowest": "1.1\u00a0s, 1.6\u00a0s",
        "Way down, way up": "0.6\u00a0s, 0.6\u00a0s",
        "Range": "78° (60° to 90°)",
        "Speed lost": "10\u00a0%",
    }


def test_cues_partial_reps_and_better_records_come_through() -> None:
    """The recogniser's cue is shown; a partial rep is an event and not a rep; a record may be completed later."""
    coach = Coach()
    rep = Rep("lunge", 1, 1, 0.5, 0.8, 1.0, 0.9, side="left", id=1)
    partial = Rep("lunge", 1, 0, 1.5, 1.8, 2.0, 0.9, partial=True, id=2)
    better = replace(rep, record=RepRecord(speed_loss=0.25))
    counts = [Count({"lunge": 1}, events=(RepCounted(rep),)),
              Count({"lunge": 1}, events=(PartialRep(partial),), cue="Chest up"),
              Count({"lunge": 1}, events=(RepAmended(better),))]  # fmt: skip
    states = [
        coach.step(FrameResult(Frame(_IMAGE, t + 1.0, t), None, None, count))
        for t, count in enumerate(counts)
    ]
    assert [[event.kind for event in state.events] for state in states] == [
        [EventKind.REP], [EventKind.PARTIAL], [],
    ]  # fmt: skip
    assert [state.cue for state in states] == [None, "Chest up", None] and states[-1].reps == 1
    (summary,) = coach.summaries()
    figures = summary.figures
    assert (figures.speed_loss, figures.left, figures.right) == (0.25, 1, 0)


def test_events_name_reps_of_any_set_by_their_id() -> None:
    """A record that is completed two sets later finds its rep; a rename changes the sets that contain the reps."""
    coach = Coach(CoachOptions(idle_s=5.0))
    reps = [Rep("lunge", n, 1, 10.0 * n, 10.0 * n, 10.0 * n, 0.9, id=n) for n in (1, 2, 3)]
    better = replace(reps[0], side="left")
    events = [*_counted(*reps), RepAmended(better), Renamed((2,), "squat")]
    for number, event in enumerate(events, start=1):
        for t, what in ((10.0 * number, (event,)), (10.0 * number + 6.0, ())):
            coach.step(FrameResult(Frame(_IMAGE, t, number), None, None, Count({}, events=what)))
    assert [(one.exercise, one.reps, one.figures.left) for one in coach.summaries()] == [
        ("lunge", 1, 1), ("squat", 1, 0), ("lunge", 1, 0),
    ]  # fmt: skip


def test_several_reps_of_one_frame_all_count() -> None:
    """Pending reps that are counted together arrive in one frame."""
    reps = [Rep("squat", 1, n, n - 1.0, n - 0.5, n, 0.9, id=n) for n in (1, 2, 3)]
    coach = Coach()
    state = coach.step(FrameResult(Frame(_IMAGE, 3.0, 0), None, None, Count({}, events=_counted(*reps))))
    assert state.reps == 3 and [event.number for event in state.events] == [1, 2, 3]


def test_confidence_falls_without_a_person(make_pose: Any) -> None:
    """A visible body raises the confidence towards 1; without a body it falls below 0.1 within a second."""
    coach = Coach()
    for number in range(30):
        t = number * 0.1
        state = coach.step(FrameResult(Frame(_IMAGE, t, 0), make_pose(t=t), None, Count({})))
    assert state.confidence > 0.95
    for number in range(30, 40):
        lost = Count({}, message="Nobody found: step into view, or come closer")
        state = coach.step(FrameResult(Frame(_IMAGE, number * 0.1, 0), None, None, lost))
    assert state.confidence < 0.1 and state.reason == "Nobody found: step into view, or come closer"


@given(st.lists(st.sampled_from("rrrrw+-nRpskc"), max_size=60), st.sampled_from(_PLANS))
def test_totals_always_agree(keys: str, plan: Plan | None) -> None:
    """After any keys: the total is the sum of the sets, no set is negative, and the state can be sent as JSON."""
    workout = Workout(plan=plan, rest_s=1.0, idle_s=2.0)
    reps = 0
    for key in keys:
        match key:
            case "r":
                workout.rep()
            case "w":
                workout.wait(0.5)
            case "+" | "-":
                workout.coach.correct(1 if key == "+" else -1, workout.t)
            case "n":
                workout.coach.next_set(workout.t)
            case "R":
                workout.coach.reset(workout.t)
            case "p":
                workout.coach.pause(True, workout.t)
            case "k":
                workout.coach.skip(workout.t)
            case "c":
                workout.coach.change("lunge", workout.t)
            case _:
                workout.rep("push-up")
        reps += key in "rs"
        state = workout.coach.state(workout.t)
        assert state.total == sum(one.reps for one in workout.coach.sets)
        assert all(one.reps >= 0 for one in workout.coach.sets)
        assert sum(len(one.counted) for one in workout.coach.sets) == reps
        assert [one.number for one in workout.coach.sets] == list(range(1, len(workout.coach.sets) + 1))
        json.dumps(state.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("rest_s", -1.0), ("rest_s", float("nan")), ("idle_s", 0.0), ("last_ticks", 11), ("extra_s", -1)],
)
def test_options_are_checked(name: str, value: float) -> None:
    """Values out of range are OptionErrors that name the option."""
    with pytest.raises(OptionError, match=f"option {name} must be"):
        CoachOptions(**{name: value})


def test_pending_reps_are_shown_and_count_at_the_end() -> None:
    """Pending reps are counted separately; at the end of the stream they are counted, once."""
    workout = Workout()
    workout.reps(2)
    pending = tuple(Rep("squat", 1, k, k * 1.0, k + 0.5, k + 0.9, 0.5) for k in (3, 4, 5))
    count = Count({"squat": 2}, "squat", 1, 2, pending=pending)
    state = workout.coach.step(FrameResult(Frame(_IMAGE, 6.0, 0), None, None, count))
    assert (state.reps, state.total, state.pending) == (2, 2, 3)
    workout.coach.finish(6.0)
    workout.coach.finish(6.0)
    state = workout.coach.state(6.0)
    assert (state.reps, state.pending) == (5, 0)
    assert [event.kind for event in state.events] == [EventKind.REP] * 3
