"""`auto` counts unknown exercises, and nothing if people do not exercise."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from fitness.drawing.hud import Panel
from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.metrics.body import angles
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.unknown_exercise import UNKNOWN, UnknownExerciseCounter
from fitness.recognition.unknown_options import UnknownExerciseOptions
from fitness.session import Session, SessionRecorder
from fitness.types import Count, Pose
from scripts.figure import Camera, Clip, Idle, Motion, PickUp, Reps, Walk, Wave
from tests.support.clips import true_poses
from tests.support.rep_clips import fitted

RATE_HZ = 12
SOURCE = SourceInfo("made-up", 320, 320, float(RATE_HZ), 0.0, 0)


def poses(*parts: object, yaw_deg: float = 30.0, legs: float = 0.95) -> list[Pose]:
    """The true joints of a figure that does `parts`, as a perfect engine would find them."""
    clip = Clip(Motion(*parts), None, Camera(yaw_deg=yaw_deg, pitch_deg=5))  # type: ignore[arg-type]
    times = np.arange(int(clip.duration_s * RATE_HZ)) / RATE_HZ
    seen = np.full(33, 0.95)
    seen[25:] = legs
    return true_poses(clip, times, seen)


def counted(seen: list[Pose], exercise: str = "auto") -> tuple[Session, list[Count]]:
    """The session of these poses, and every count on the way."""
    recogniser, recorder, counts = (
        Recogniser(fitted(), RecogniserOptions(exercise=exercise, whole_reps=False)),
        SessionRecorder(),
        [],
    )
    for pose in seen:
        classification, count = recogniser.step(pose, pose.t)
        recorder.add_counted(pose.t, pose, classification, count)
        counts.append(count)
    return recorder.session(SOURCE), counts


@pytest.mark.parametrize("name", ["jumping-jack", "front-raise", "deadlift", "biceps-curl"])
def test_auto_counts_unknown_exercises(name: str) -> None:
    """Five reps of an exercise that auto does not know are five reps of an unknown exercise."""
    session, _ = counted(poses(Idle(1.0), Reps(name, 5), Idle(1.0)))
    assert session.totals == {UNKNOWN: 5}
    assert [(rep.exercise, rep.set, rep.number) for rep in session.reps] == [
        (UNKNOWN, 1, i) for i in range(1, 6)
    ]


def test_known_exercises_keep_their_name() -> None:
    """Squats are counted only as squats, not also as an unknown exercise."""
    session, counts = counted(poses(Idle(1.0), Reps("squat", 5), Idle(6.0)))
    assert session.totals == {"squat": 5}
    assert not any(count.pending for count in counts)


@pytest.mark.parametrize("squats", [4, 12])
def test_unknown_exercises_count_after_a_known_one(squats: int) -> None:
    """Frames of a known exercise are analysed late, or not at all after 20 s, but in time for the next exercise."""
    raises = Reps("front-raise", 6)
    session, counts = counted(poses(Idle(1.0), Reps("squat", squats), Idle(14.0), raises, Idle(6.0)))
    assert session.totals == {"squat": squats, UNKNOWN: 6}
    pending = [rep.t_start for count in counts for rep in count.pending if rep.exercise == UNKNOWN]
    assert min(pending) > max(rep.t_end for rep in session.reps if rep.exercise == "squat") + 8.0


@pytest.mark.parametrize("yaw_deg", [0.0, 75.0])
@pytest.mark.parametrize(
    "parts",
    [
        (Walk((-1.6, 0.4), (0, 0)), Idle(1.0), Walk((0, 0), (2, 0)), Walk((2, 0), (0, 0))),
        (Idle(1.0), Wave(), Idle(1.0), Wave(), Wave(), Wave(), Idle(5.0)),
        (Idle(1.0), PickUp(), Walk((0, 0), (1, 0)), PickUp(), Idle(5.0)),
    ],
    ids=["walking", "waving", "picking up"],
)
def test_people_who_do_not_exercise_are_not_counted(parts: tuple[object, ...], yaw_deg: float) -> None:
    """Neither decided nor pending, at any moment."""
    session, counts = counted(poses(*parts, yaw_deg=yaw_deg))
    assert UNKNOWN not in session.totals
    assert not any(count.pending for count in counts)


def test_auto_ignores_desk_work_and_any_counts_it() -> None:
    """Without visible legs, raising the arms is not an exercise for "auto"; "any" counts it."""
    seen = poses(Idle(1.0), Reps("front-raise", 4), Idle(1.0), legs=0.1)
    assert not counted(seen)[0].totals
    assert counted(seen, "any")[0].totals == {UNKNOWN: 4}


def test_reps_are_pending_first_and_count_when_the_stream_ends() -> None:
    """A rep is shown while it is pending, is an event once, and the last reps are not lost."""
    session, counts = counted(poses(Idle(1.0), Reps("jumping-jack", 6), Idle(0.5)))
    events = [rep for count in counts for rep in count.new_reps]
    last = counts[-1]
    assert last.pending, "the recording ends before the last reps are sure"
    assert [rep.t_peak for rep in session.reps] == [rep.t_peak for rep in (*events, *last.pending)]
    assert session.totals == {UNKNOWN: 6}
    totals = [sum(count.totals.values()) for count in counts]
    assert totals == sorted(totals) and totals[-1] == len(events)
    panel = Panel.of(last)
    assert (panel.number, panel.title) == ("6", "Unknown exercise")
    assert panel.detail == f"{len(last.pending)} not sure yet"


def test_three_reps_in_a_row_are_needed() -> None:
    """Two similar movements are not enough for auto."""
    assert not counted(poses(Idle(1.0), Reps("front-raise", 2), Idle(5.0)))[0].totals
    lenient = UnknownExerciseCounter(UnknownExerciseOptions(run=2))
    total: Counter[str] = Counter()
    for pose in poses(Idle(1.0), Reps("front-raise", 2), Idle(6.0)):
        total["reps"] += lenient.step(pose, angles(pose.world[None])[0], pose.t) is not None
    assert total["reps"] == 2


@pytest.mark.parametrize("options", [{"run": 0}, {"together": 1.5}, {"legs_seen": -0.1}, {"range_deg": -1.0}])
def test_options_are_checked(options: dict[str, float]) -> None:
    """The message names the option."""
    with pytest.raises(OptionError, match=next(iter(options))):
        UnknownExerciseOptions(**options)  # type: ignore[arg-type]
