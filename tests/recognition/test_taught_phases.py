"""Reps counted by cycles start in the taught start position and turn in the taught end position."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest

from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_phases import PositionTrack
from fitness.recognition.taught_recogniser import recogniser_with
from fitness.recognition.trajectory import SwingName
from fitness.teach.clips import TeachingClip, clip_lesson
from fitness.teach.fitting import fit
from fitness.teach.reference import load_reference
from fitness.types import Count, Pose
from tests.support.candidate_streams import stream

PERIOD_S = 2.4
TURNS = [1.2 + PERIOD_S * at for at in range(6)]
"""Seconds at which a person reaches the end position."""


def track(reps: int = 6, noise: float = 0.03) -> PositionTrack:
    """A second at the start, then `reps` reps without a pause, then a second at the start."""
    rng, one = np.random.default_rng(3), PositionTrack()
    for t in np.arange(-1.0, reps * PERIOD_S + 1, 1 / 15):
        position = (1 - np.cos(2 * np.pi * min(max(t / PERIOD_S, 0.0), reps))) / 2
        one.add(float(t), float(position + rng.normal(0, noise)))
    return one


def cycles(*edges: float) -> list[SwingName]:
    return [
        SwingName("dip", start, (start + end) / 2, end, 0.9, "both", any_phase=True)
        for start, end in pairwise(edges)
    ]


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75])
def test_cycles_may_begin_anywhere(shift: float) -> None:
    """A set of cycles that begins at any position gives reps from start to start that turn at the end position."""
    whole = cycles(*(PERIOD_S * (shift + at) for at in range(5)))
    found = track().foreseen(whole)
    first = found[0][1]
    assert min(abs(first - turn) for turn in TURNS[:2]) < 0.2
    assert np.allclose(np.diff([turn for _, turn, _ in found]), PERIOD_S, atol=0.25)
    assert all(0.7 < turn - start < 1.4 and 0.7 < end - turn < 1.4 for start, turn, end in found)
    assert all(one[2] <= other[0] for one, other in pairwise(found))


def test_a_set_that_begins_with_half_a_cycle_is_shifted_as_a_whole() -> None:
    """The first rep is the first visit to the end position; each visit belongs to one rep, also when they come singly."""
    reps = cycles(0.1, *TURNS)
    one = track()
    foreseen = one.foreseen(reps)
    assert np.allclose([turn for _, turn, _ in foreseen], TURNS, atol=0.2)
    assert [one.take(rep) for rep in reps] == foreseen


def test_two_reps_of_a_cycle_have_a_visit_each() -> None:
    """Where left and right alternate, the halves of a cycle are reps."""
    halves = cycles(*(PERIOD_S * (0.5 + at) for at in range(4)))
    assert np.allclose([turn for _, turn, _ in track().foreseen(halves)], TURNS[:3], atol=0.2)


def test_the_end_of_a_rep_that_is_not_over_is_the_last_position() -> None:
    """The recording ends at the end position."""
    one = PositionTrack()
    for t in np.arange(0.0, 3.7, 0.05):
        one.add(float(t), float((1 - np.cos(2 * np.pi * t / PERIOD_S)) / 2))
    (_, turn, end) = one.foreseen(cycles(1.2, 3.6))[0]
    assert turn == pytest.approx(1.2, abs=0.2) and end == pytest.approx(2.4, abs=0.35)
    (first, second) = one.foreseen(cycles(0.0, 1.2, 3.6))
    assert first[1] == pytest.approx(1.2, abs=0.2)
    assert second[1] == pytest.approx(3.6, abs=0.2) and second[2] == pytest.approx(3.65, abs=0.06)


def test_a_cycle_without_a_visit_of_its_own_does_not_overlap_the_rep_before() -> None:
    """The counter may find half a cycle more than there are visits to the end position."""
    one, last = track(2), 2 * PERIOD_S
    first, second, third = one.foreseen(cycles(0.1, *TURNS[:2], last + 0.3))
    assert np.allclose([first[1], second[1]], TURNS[:2], atol=0.2)
    assert second[2] <= third[0] < third[1] < third[2]


def test_reps_without_positions_and_swings_keep_their_times() -> None:
    """The person was not seen, the position does not change, or a swing was counted, whose phase is known."""
    (rep,) = cycles(2.0, 4.4)
    times = rep.t_start, rep.t_turn, rep.t_end
    still = PositionTrack()
    for t in np.arange(0.0, 8.0, 0.1):
        still.add(float(t), 0.5)
    assert PositionTrack().take(rep) == still.take(rep) == times
    assert track().take(replace(rep, any_phase=False)) == times


def counted(taught: TaughtExercise, poses: list[Pose], named: bool) -> list[tuple[float, float, float]]:
    name = taught.name
    options = RecogniserOptions(exercise=name if named else "auto", taught=(name,))
    recogniser = recogniser_with(taught.classifier, options, [taught], count(1))
    found, state = [], Count({})
    for pose in poses:
        state = recogniser.step(pose, pose.t)[1]
        found += [rep for rep in state.new_reps if rep.exercise == name]
    found += [rep for rep in state.pending if rep.exercise == name]
    return [(rep.t_start, rep.t_peak, rep.t_end) for rep in found]


def test_the_clip_that_taught_is_counted_with_its_own_turning_points() -> None:
    """Cycles of a movement that the trajectory model does not know; the reps turn where the lesson found the turns."""
    poses = stream("front-raise", 5, 20.0, yaw_deg=40.0)
    lesson = clip_lesson("raise", TeachingClip("clip", poses, 5))
    assert lesson.learned is not None
    swings = fit([replace(lesson.learned, kinds={})], load_reference())
    assert swings.by_cycles and not swings.by_swings
    found = counted(TaughtExercise.of("raise", lesson.samples, swings), poses, named=True)
    assert np.allclose([turn for _, turn, _ in found], lesson.down_s, atol=0.08)
    assert all(start < turn < end for start, turn, end in found)
    assert all(one[2] <= other[0] + 1e-9 for one, other in pairwise(found))
