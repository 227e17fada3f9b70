"""The notes at the end of a recording do not contradict its counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from fitness.recognition.sets import PersonResult
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_recogniser import TaughtRecogniser
from fitness.recognition.uncounted_notes import UncountedNotes
from fitness.teach.clips import TeachingClip, clip_lesson
from fitness.teach.fitting import fit
from fitness.teach.reference import load_reference
from fitness.types import Classification, Pose, Rep, RepCounted, RepRejected
from tests.support.candidate_streams import stream

REASON = "step back: legs not visible"


def rep(start: float, end: float) -> RepCounted:
    return RepCounted(Rep("raise", 1, 1, start, (start + end) / 2, end, 0.9))


def notes(counted: Sequence[RepCounted], pending: Sequence[RepCounted] = ()) -> list[str]:
    """The notes of 40 seconds with a reason from 10 s on."""
    one = UncountedNotes()
    for t in range(41):
        one.add_reason(REASON if t >= 10 else None, float(t))
        one.add_events([event for event in counted if t == 40], tuple(pending) if t == 40 else ())
    return list(one.texts)


@pytest.mark.parametrize(
    ("first", "last", "spans"),
    [
        (None, None, ["0 to 40"]),
        (1, 16, ["16 to 40"]),
        (15, 25, ["0 to 15", "25 to 40"]),
        (6, 34, []),
    ],
)
def test_spans_in_which_reps_count_later_are_no_notes(
    first: float | None, last: float | None, spans: list[str]
) -> None:
    """Reps that count late, also those pending at the end, are cut out; parts below ten seconds are no notes."""
    reps = (
        []
        if first is None or last is None
        else [rep(first + k, first + k + 1) for k in range(int(last - first))]
    )
    expected = [f"not counted from {one} s: {REASON}" for one in spans]
    assert notes(reps) == notes([], reps) == notes(reps[:2], reps[2:]) == expected


def test_a_hint_about_a_movement_that_counts_is_no_note() -> None:
    """The counter of the joint angle could not judge two movements; the model counted one of them later."""
    one = UncountedNotes()
    hint = "Not counted: step back, feet not visible"
    one.add_events([RepRejected("squat", "quality", at, at + 0.5, at + 1, hint) for at in (1.0, 3.0)])
    assert one.texts == (f"{hint} (2 x)",)
    one.add_events([rep(0.9, 2.1)])
    assert one.texts == (f"{hint} (1 x)",)


class Unsure:
    """A recogniser of the built-in exercises that always says why it counts nothing."""

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        return Classification({}, 0.0), PersonResult(message=REASON, uncounted=REASON)


def test_a_taught_exercise_that_is_counted_has_no_message() -> None:
    """The built-in counters ask to step back, but the taught raise is counted; ten seconds later they are right."""
    poses = stream("front-raise", 5, 20.0)
    lesson = clip_lesson("raise", TeachingClip("clip", poses, 5))
    assert lesson.learned is not None
    swings = fit([replace(lesson.learned, kinds={})], load_reference())
    taught = TaughtExercise.of("raise", lesson.samples, swings)
    recogniser = TaughtRecogniser(Unsure(), [taught], 10.0)  # type: ignore[arg-type]
    first, counted, shown = math.inf, 0, {}
    for pose in poses:
        _, result = recogniser.recognise(pose, pose.t)
        if result.pending:
            first = min(first, pose.t)
        counted += sum(isinstance(event, RepCounted) for event in result.events)
        shown[pose.t] = result.message, result.uncounted
    assert counted > 0
    assert all(both == (REASON, REASON) for t, both in shown.items() if t < first)
    assert all(both == (None, None) for t, both in shown.items() if t >= first)
    last = poses[-1]
    late = [recogniser.recognise(replace(last, t=last.t + t), last.t + t)[1] for t in range(1, 30)]
    assert late[-1].uncounted == REASON
