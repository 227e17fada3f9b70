"""Whole workouts: reps past a target, plans of several exercises, changes, holds, getting ready."""

from __future__ import annotations

from typing import Any

import numpy as np

from fitness.coach import Coach, CoachOptions, CoachState, Event, EventKind, Plan, Stage
from fitness.metrics.record import Order
from fitness.types import Count, Frame, FrameResult, Pose, Rep, RepCounted

_IMAGE = np.zeros((4, 4, 3), np.uint8)
STEP_S = 0.1


class Trainee:
    """A person who trains with a coach, at 10 fps."""

    def __init__(self, plan: str | None = None, **options: Any) -> None:
        chosen = (
            None if plan is None else Plan.parse(plan) if "-" in plan or " " in plan else Plan.target(plan)
        )
        self.coach = Coach(CoachOptions(plan=chosen, **options))
        self.t, self.events, self.pose, self.ids = 0.0, [], None, 0
        self.state = self.coach.state(0.0)

    events: list[Event]
    pose: Pose | None

    def frame(
        self, rep: Rep | None = None, phase: float | None = None, first: Order | None = None
    ) -> CoachState:
        self.t = round(self.t + STEP_S, 6)
        events = () if rep is None else (RepCounted(rep),)
        count = Count({}, rep.exercise if rep else None, phase=phase, events=events, first=first)
        self.state = self.coach.step(FrameResult(Frame(_IMAGE, self.t, 0), self.pose, None, count))
        self.events += self.state.events
        return self.state

    def wait(self, seconds: float) -> CoachState:
        for _ in range(round(seconds / STEP_S)):
            self.frame()
        return self.state

    def reps(self, number: int, exercise: str = "squat", took_s: float = 1.4) -> CoachState:
        for _ in range(number):
            start = self.t
            self.wait(took_s - STEP_S)
            self.ids += 1
            self.frame(Rep(exercise, 1, 1, start, start + took_s / 2, start + took_s, 0.9, id=self.ids))
        return self.state

    @property
    def sets(self) -> list[tuple[str | None, int]]:
        return [(one.exercise, one.reps) for one in self.coach.sets]

    def kinds(self, *wanted: EventKind) -> list[EventKind]:
        return [one.kind for one in self.events if one.kind in wanted]


def test_a_person_who_never_rests_goes_through_the_sets() -> None:
    """36 squats in a row at 3x8: each set has its target and the extra reps of four seconds; all 36 are stored."""
    trainee = Trainee("3x8", rest_s=10.0)
    trainee.reps(8)
    assert trainee.state.stage is Stage.RESTING and trainee.state.reps == 8
    state = trainee.reps(1)
    assert (state.stage, state.reps, state.extra, state.target) == (Stage.RESTING, 9, 1, 8)
    trainee.reps(27)
    assert trainee.sets == [("squat", 11), ("squat", 11), ("squat", 11), ("squat", 3)]
    assert trainee.state.total == 36
    assert [one.extra for one in trainee.coach.summaries()] == [3, 3, 3, 0]
    done = trainee.kinds(EventKind.SET_DONE, EventKind.WORKOUT_DONE)
    assert done == [EventKind.SET_DONE, EventKind.SET_DONE, EventKind.WORKOUT_DONE]


def test_an_extra_rep_does_not_begin_the_rest_again() -> None:
    """The rest runs from the rep that reached the target, whatever follows."""
    trainee = Trainee("3x2", rest_s=10.0)
    trainee.reps(2)
    left = trainee.wait(0.5).rest_left_s
    trainee.reps(1)
    assert left is not None and trainee.state.rest_left_s is not None
    assert abs(left - trainee.state.rest_left_s - 1.4) < 1e-6


def test_a_late_rep_ends_the_rest_and_begins_the_next_set() -> None:
    """Five seconds into the rest, a rep is the first of set 2."""
    trainee = Trainee("3x2", rest_s=30.0)
    trainee.reps(2)
    trainee.wait(5.0)
    state = trainee.reps(1)
    assert (state.stage, state.set, state.reps, state.rest_left_s) == (Stage.WORKING, 2, 1, None)
    assert trainee.sets == [("squat", 2), ("squat", 1)]


def test_without_a_rest_there_are_no_extra_reps() -> None:
    """With a rest of 0, the next rep begins the next set at once."""
    trainee = Trainee("3x2", rest_s=0.0)
    trainee.reps(5)
    assert trainee.sets == [("squat", 2), ("squat", 2), ("squat", 1)]


def test_after_the_plan_a_further_set_has_no_target() -> None:
    """After the end, further reps are one more set, and the workout is done again after it."""
    trainee = Trainee("1x2", idle_s=5.0)
    assert trainee.reps(2).stage is Stage.DONE
    trainee.wait(6.0)
    state = trainee.reps(3)
    assert (state.stage, state.reps, state.target, state.sets) == (Stage.WORKING, 3, None, None)
    assert trainee.wait(6.0).stage is Stage.DONE
    assert trainee.sets == [("squat", 2), ("squat", 3)]


def test_a_plan_of_two_exercises_says_what_to_look_for() -> None:
    """After the last set of squats come push-ups, as soon as no extra squat is possible."""
    trainee = Trainee("squat 2x3 rest 8, push-up 1x2", extra_s=4.0)
    assert trainee.coach.wanted == "squat"
    trainee.reps(3)
    assert trainee.state.next is not None and trainee.state.next.text == "Next: set 2 of 2 - squat"
    trainee.wait(9.0)
    trainee.reps(3)
    assert trainee.state.next is not None and trainee.state.next.text == "Next: set 1 of 1 - push-up"
    assert trainee.coach.wanted == "squat"
    state = trainee.wait(5.0)
    assert trainee.coach.wanted == "push-up" and state.remaining == "push-up 1x2"
    trainee.wait(4.0)
    assert trainee.state.exercise == "push-up" and trainee.state.stage is Stage.READY
    state = trainee.reps(2, "push-up")
    assert state.stage is Stage.DONE and state.next is None and state.remaining == ""
    assert trainee.sets == [("squat", 3), ("squat", 3), ("push-up", 2)]
    assert trainee.kinds(EventKind.NEXT_EXERCISE) == [EventKind.NEXT_EXERCISE]


def test_dots_are_those_of_the_exercise() -> None:
    """A filled dot for each done set, a ring for the current or next one."""
    trainee = Trainee("squat 3x2 rest 8, push-up 1x2")
    assert trainee.state.dots == ("now", "todo", "todo")
    trainee.reps(2)
    assert trainee.state.dots == ("done", "now", "todo") and trainee.state.set == 1
    trainee.wait(9.0)
    assert trainee.reps(1).dots == ("done", "now", "todo") and trainee.state.set == 2


def test_another_exercise_is_the_same_workout() -> None:
    """A change closes the set; the planned sets of the new exercise are moved forward, and the others come after them."""
    trainee = Trainee("squat 2x5 rest 8, push-up 1x2, lunge 1x2")
    trainee.reps(3)
    trainee.coach.change("lunge", trainee.t)
    state = trainee.frame()
    assert (trainee.coach.wanted, state.exercise, state.stage) == ("lunge", "lunge", Stage.READY)
    assert state.remaining == "lunge 1x2, squat 1x5, push-up 1x2"
    trainee.reps(2, "lunge")
    trainee.wait(6.0)
    assert trainee.coach.wanted == "squat"
    assert trainee.sets == [("squat", 3), ("lunge", 2)]


def test_an_exercise_that_is_not_planned_has_no_target() -> None:
    """The set ends by itself or with n, and the plan continues where it was."""
    trainee = Trainee("squat 2x2", rest_s=1.0, idle_s=5.0)
    trainee.reps(2)
    trainee.coach.change("lunge", trainee.t)
    state = trainee.reps(4, "lunge")
    assert (state.reps, state.target, state.sets) == (4, None, None)
    trainee.coach.next_set(trainee.t)
    trainee.wait(2.0)
    assert trainee.coach.wanted == "squat"
    trainee.reps(2)
    assert trainee.state.stage is Stage.DONE
    assert trainee.sets == [("squat", 2), ("lunge", 4), ("squat", 2)]


def test_without_a_plan_the_chosen_exercise_stays() -> None:
    """The coach counts what was chosen by hand, and never asks for another exercise."""
    trainee = Trainee(rest_s=1.0, idle_s=5.0)
    assert trainee.coach.wanted is None
    trainee.reps(2)
    trainee.coach.change("lunge", trainee.t)
    trainee.reps(2, "lunge")
    trainee.wait(8.0)
    assert trainee.coach.wanted == "lunge" and trainee.sets == [("squat", 2), ("lunge", 2)]


def test_skip_leaves_out_the_other_sets_of_an_exercise() -> None:
    """During a set its reps are kept; during a rest the next exercise begins at once."""
    trainee = Trainee("squat 3x5, push-up 2x3, lunge 1x2")
    trainee.reps(2)
    trainee.coach.skip(trainee.t)
    state = trainee.frame()
    assert (trainee.coach.wanted, state.stage) == ("push-up", Stage.READY)
    trainee.reps(3, "push-up")
    trainee.coach.skip(trainee.t)
    assert trainee.coach.wanted == "lunge"
    assert trainee.sets == [("squat", 2), ("push-up", 3)]


def test_skip_after_the_last_set_of_an_exercise_leaves_nothing_out() -> None:
    """Skipping in the last rest begins the next exercise; the finished sets stay."""
    trainee = Trainee("squat 1x2, push-up 2x3")
    trainee.reps(2)
    trainee.coach.skip(trainee.t)
    assert trainee.frame().remaining == "push-up 2x3"


def test_a_hold_goes_on_past_its_target_and_rests_from_its_end() -> None:
    """The target is 45 seconds, and 50 are held: one set of 50. The rest runs from the end of the hold."""
    trainee = Trainee("plank 2x45s", rest_s=20.0)
    state = trainee.reps(45, "plank", took_s=1.0)
    assert state.stage is Stage.WORKING and trainee.kinds(EventKind.TARGET) == [EventKind.TARGET]
    state = trainee.reps(5, "plank", took_s=1.0)
    assert (state.reps, state.extra, state.direction) == (50, 5, "hold")
    state = trainee.wait(2.5)
    assert state.stage is Stage.RESTING and state.rest_left_s is not None
    assert abs(state.rest_left_s - 17.5) < 0.2
    assert state.last is not None and state.last.title == "Set 1: 50\u00a0s plank"


def test_a_correction_after_the_target_changes_the_finished_set() -> None:
    """In the rest, -1 makes 8 reps 7; the counted number stays beside it."""
    trainee = Trainee("3x8")
    trainee.reps(8)
    assert trainee.coach.correct(-1, trainee.t)
    last = trainee.frame().last
    assert last is not None and (last.reps, last.counted, last.corrected) == (7, 8, -1)


def test_getting_ready_counts_down_once(make_pose: Any) -> None:
    """In view and still for a second: 3, 2, 1, go. The countdown begins again for a person who walks away. There
    is none before later sets.
    """
    trainee = Trainee("squat 2x2", rest_s=2.0)
    assert trainee.wait(2.0).countdown is None and not trainee.state.in_view

    def seen(seconds: float, phase: float = 0.0) -> list[int | None]:
        shown = []
        for _ in range(round(seconds / STEP_S)):
            trainee.pose = make_pose(t=round(trainee.t + STEP_S, 6))
            shown.append(trainee.frame(phase=phase).countdown)
        return list(dict.fromkeys(shown))

    assert seen(2.0) == [None, 3]
    assert seen(0.5, phase=0.6) == [None]
    assert seen(7.0) == [None, 3, 2, 1, 0]
    assert trainee.kinds(EventKind.GO) == [EventKind.GO]
    trainee.reps(2)
    trainee.events.clear()
    assert seen(8.0) == [None]
    assert trainee.kinds(EventKind.GO) == []


def test_a_rep_during_the_countdown_begins_the_set(make_pose: Any) -> None:
    """A rep during the countdown begins the set at once."""
    trainee = Trainee("squat 2x2")
    trainee.pose = make_pose(t=0.1)
    trainee.wait(1.5)
    state = trainee.reps(1)
    assert (state.stage, state.reps, state.countdown) == (Stage.WORKING, 1, None)


def test_the_direction_of_movement_is_shown() -> None:
    """ "down" until the turning point of a squat and "up" from there; jitter changes nothing. A pull-up begins with
    "up", and so does a taught exercise whose count says so.
    """
    trainee = Trainee("squat 3x8")
    path = [0.0, 0.2, 0.5, 0.47, 0.8, 1.0, 0.97, 0.8, 0.5, 0.2, 0.22, 0.0, 0.02]
    shown = [trainee.frame(phase=phase).direction for phase in path]
    assert shown == ["down"] * 7 + ["up"] * 6
    hanging = Trainee("pull-up 3x8")
    assert [hanging.frame(phase=phase).direction for phase in (0.0, 0.5, 1.0, 0.5)] == [
        "up", "up", "up", "down",
    ]  # fmt: skip
    taught = Trainee("my-raise 3x8")
    shown = [taught.frame(phase=phase, first="lifting").direction for phase in (0.0, 0.5, 1.0, 0.5)]
    assert shown == ["up", "up", "up", "down"]


def _led(trainee: Trainee, plan: str) -> CoachState:
    """The state after the plan was changed during a workout."""
    chosen = Plan.parse(plan) if " " in plan else Plan.target(plan)
    trainee.coach.lead(CoachOptions(plan=chosen))
    return trainee.coach.state(trainee.t)


def test_a_changed_plan_goes_on_where_the_workout_is() -> None:
    """Finished sets count, skipped ones stay skipped, and the running set continues; before, the plan began again
    at set 1.
    """
    trainee = Trainee("squat 3x2 rest 5, push-up 2x2 rest 5, lunge 1x2")
    trainee.reps(2)
    trainee.coach.skip(trainee.t)
    trainee.reps(1, "push-up")
    state = _led(trainee, "squat 3x2 rest 5, push-up 3x3 rest 5, plank 1x20s")
    assert (state.exercise, state.reps, state.target, state.set, state.sets) == ("push-up", 1, 3, 1, 3)
    trainee.reps(2, "push-up")
    trainee.wait(12)
    trainee.reps(3, "push-up")
    trainee.wait(12)
    assert (trainee.state.set, trainee.state.sets) == (3, 3)
    trainee.reps(3, "push-up")
    trainee.wait(12)
    assert trainee.state.exercise == "plank"


def test_more_sets_of_the_same_goal() -> None:
    """After one set of 2x2 the goal becomes 4x2, so set 2 of 4 is next. A new plan after the end begins at its
    first set.
    """
    trainee = Trainee("2x2")
    trainee.reps(2)
    trainee.wait(70)
    state = _led(trainee, "4x2")
    assert (state.set, state.sets, state.stage) == (2, 4, Stage.READY)
    for _ in range(3):
        trainee.reps(2)
        trainee.wait(70)
    assert trainee.state.stage is Stage.DONE
    state = _led(trainee, "squat 2x3 rest 5")
    assert (state.stage, state.set, state.sets) == (Stage.READY, 1, 2)


def test_a_plan_after_free_training_begins_with_its_first_set() -> None:
    """Sets without a target are not sets of the plan."""
    trainee = Trainee()
    trainee.reps(4)
    trainee.coach.next_set(trainee.t)
    trainee.wait(70)
    state = _led(trainee, "squat 2x3 rest 5")
    assert (state.exercise, state.target, state.sets) == ("squat", 3, 2) and state.stage is Stage.READY


def test_the_screen_says_why_nothing_is_counted() -> None:
    """The recogniser's message is shown with a capital first letter; without a message nothing is shown."""
    coach, shown = Coach(), []
    for t, message in ((0.0, "step back: legs not visible"), (0.1, None)):
        result = FrameResult(Frame(_IMAGE, t, 0), None, None, Count({}, message=message))
        shown.append(coach.step(result).reason)
    assert shown == ["Step back: legs not visible", None]
