"""Exercises that are held: seconds in form, from every side; the clock stands still when the form is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fitness.recognition.exercises import HELD, is_held
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.types import Count, Pose
from scripts.figure import Hold, Idle, Reps
from tests.support.rep_clips import clip_of, counted, fitted, poses

NAMES = [exercise.name for exercise in HELD]


def held_s(clip: object, name: str) -> float:
    return sum(a.t_end - a.t_start for a in clip.truth.activities if a.name == name)  # type: ignore[attr-defined]


@pytest.mark.parametrize("exercise", NAMES)
@pytest.mark.parametrize("yaw_deg", range(0, 360, 45))
def test_seconds_in_form_are_counted_from_every_side(exercise: str, yaw_deg: float) -> None:
    """Six seconds between standing and standing again; getting there may give or take one."""
    clip = clip_of(Idle(1.0), Hold(exercise, 6.0), Idle(1.0), yaw_deg=float(yaw_deg))
    session = counted(exercise, poses(clip, 12))
    assert 5 <= session.totals[exercise] <= held_s(clip, exercise) + 0.5
    assert len(session.sets) == 1 and session.sets[0].reps == session.totals[exercise] == len(session.reps)


@pytest.mark.parametrize("exercise", NAMES)
@pytest.mark.parametrize("other", ["squat", "push-up", "deadlift", "sit-up"])
def test_repeating_something_else_is_not_holding(exercise: str, other: str) -> None:
    """Moving through the posture does not start the clock. The top of a push-up is a plank on straight arms."""
    if (exercise, other) == ("plank", "push-up"):
        pytest.skip("a push-up is a moving plank")
    clip = clip_of(Idle(1.0), Reps(other, 3), Idle(1.0))
    assert counted(exercise, poses(clip, 12)).totals.get(exercise, 0) <= 1


def test_standing_is_no_hold() -> None:
    """Standing is not a hold."""
    for name in NAMES:
        assert not counted(name, poses(clip_of(Idle(4.0)), 12)).totals


def plank(seconds: float = 6.0) -> list[Pose]:
    """Poses of one plank, from the first second in form on."""
    clip = clip_of(Hold("plank", seconds + 2), yaw_deg=80)
    middle = clip.duration_s / 2
    return [pose for pose in poses(clip, 20) if abs(pose.t - middle) <= seconds / 2]


def at(stream: list[Pose], start_s: float) -> list[Pose]:
    first = stream[0].t
    return [replace(pose, t=pose.t - first + start_s) for pose in stream]


def last(stream: list[tuple[float, Pose | None]]) -> tuple[Count, list[Count]]:
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="plank"))
    counts = [recogniser.step(pose, t)[1] for t, pose in stream]
    return counts[-1], counts


def sagged(pose: Pose, by_m: float = 0.3) -> Pose:
    """The same with the hips on the floor."""
    world = np.array(pose.world)
    world[[23, 24], 1] += by_m
    return replace(pose, world=world)


def test_the_clock_stands_still_while_the_form_is_lost() -> None:
    """Four seconds, three with sagging hips, three more: seven, in one set, and a cue about the hips."""
    stream = [
        *at(plank(4.0), 0.0),
        *(sagged(pose) for pose in at(plank(3.0), 4.1)),
        *at(plank(3.0), 7.2),
    ]
    count, counts = last([(pose.t, pose) for pose in stream])
    assert count.totals["plank"] in (6, 7) and count.set == 1
    assert any(one.cue == "Hips up: straight line" for one in counts)
    during = [
        one.totals.get("plank", 0) for one, pose in zip(counts, stream, strict=True) if 4.8 < pose.t < 7.2
    ]
    assert len(set(during)) == 1


def test_the_clock_stops_when_the_hips_sink_a_little_to_the_floor() -> None:
    """After six seconds the hips sink by 7 cm: less than any plank may sag, but more than this one did."""
    stream = [*at(plank(6.0), 0.0), *(sagged(pose, 0.07) for pose in at(plank(5.0), 6.1))]
    count, counts = last([(pose.t, pose) for pose in stream])
    assert count.totals["plank"] in (6, 7)
    assert counts[-1].cue == "Hips up: straight line"
    sunk = last([(pose.t, sagged(pose, 0.07)) for pose in at(plank(6.0), 0.0)])[0]
    assert sunk.totals["plank"] >= 5  # who holds it so from the start is timed


def test_a_flicker_does_not_stop_the_clock_and_a_lost_person_does() -> None:
    """Two wrong frames change nothing; ten seconds out of the frame are a rest, and begin a new set."""
    stream = at(plank(6.0), 0.0)
    flicker = [sagged(pose) if 2.0 < pose.t < 2.1 else pose for pose in stream]
    assert last([(pose.t, pose) for pose in flicker])[0].totals["plank"] >= 5
    away: list[tuple[float, Pose | None]] = [(6.2 + 0.1 * k, None) for k in range(100)]
    count, counts = last([*((p.t, p) for p in stream), *away, *((p.t, p) for p in at(plank(3.0), 17.0))])
    assert count.set == 2 and count.reps_in_set in (2, 3) and count.totals["plank"] in (8, 9)
    assert "nobody found: step into view, or come closer" in {one.message for one in counts}


def test_hidden_joints_stop_the_clock() -> None:
    """Legs out of the frame: the hold cannot be judged, and the message says so."""
    hidden = np.full(33, 0.95)
    hidden[25:] = 0.1
    count, counts = last([(p.t, replace(p, visibility=hidden)) for p in at(plank(4.0), 0.0)])
    assert not count.totals and counts[-1].message == "step back: body from shoulders to ankles not visible"


def test_the_frame_rate_does_not_matter() -> None:
    """The same seconds at every rate."""
    clip = clip_of(Idle(1.0), Hold("wall-sit", 4.5), Idle(1.0))
    totals = {counted("wall-sit", poses(clip, rate_hz)).totals["wall-sit"] for rate_hz in (5, 10, 24, 60)}
    assert len(totals) == 1 and totals <= {4, 5, 6}


def test_holds_are_known_by_name() -> None:
    """Plank and wall sit are listed as held."""
    assert (
        set(NAMES) == {"plank", "wall-sit"}
        and is_held("plank")
        and not is_held("squat")
        and not is_held(None)
    )
