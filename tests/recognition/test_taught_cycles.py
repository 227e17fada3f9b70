"""Taught exercises that are counted by cycles of repeated motion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import SamplesError
from fitness.recognition.embedding import DIMENSIONS, mirror_embedding
from fitness.recognition.recogniser import MODEL
from fitness.recognition.repetition.cycles import PHASES, Cycle, CycleFinder, likeness, shape_of
from fitness.recognition.samples import PoseSamples
from fitness.recognition.sets import PersonResult
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_cycles import PAUSE_S, CycleNames, SetEvidence
from fitness.recognition.taught_model import TaughtSwings, load_swings, save_swings
from fitness.recognition.taught_recogniser import TaughtRecogniser
from fitness.recognition.taught_swings import IN_AUTO, NAMED, CountedOnce, TaughtSwingCounter
from fitness.recognition.trajectory import SwingName, TrajectoryModel, load_model
from fitness.teach.fitting import fit
from fitness.teach.kinds import LearnedClip, learned_clip
from fitness.teach.reference import load_reference
from fitness.teach.replay import IT, count_swings, judged_swings
from fitness.teach.reps import ClipSwings, swings_of_poses
from fitness.types import Classification, Count, DoubleArray, Pose
from tests.support.candidate_streams import stream
from tests.support.strategies import examples


def trajectories() -> TrajectoryModel:
    return load_model(MODEL)


@cache
def seen(exercise: str, reps: int = 5, yaw_deg: float = 40.0, rate_hz: float = 20.0) -> ClipSwings:
    return swings_of_poses(stream(exercise, reps, rate_hz, yaw_deg=yaw_deg))


def shape(clip: ClipSwings) -> DoubleArray:
    return shape_of(np.mean([one.poses for one in clip.cycles], axis=0))


def lesson(exercise: str, reps: int = 5) -> LearnedClip:
    """A clip that teaches an exercise which the trajectory model does not know."""
    return replace(learned_clip(seen(exercise, reps), reps, trajectories()), kinds={})


@cache
def unknown(exercise: str, reps: int = 5) -> TaughtSwings:
    return fit([lesson(exercise, reps)], load_reference())


def test_cycles_have_the_poses_of_sixteen_phases() -> None:
    """Of five squats five cycles are found, in time order, and the deepest pose is in the middle of each."""
    cycles = seen("squat").cycles
    assert len(cycles) == 5
    assert all(one.poses.shape == (PHASES, DIMENSIONS) for one in cycles)
    assert all(one.t_start < one.t_turn < one.t_end for one in cycles)
    knee = DIMENSIONS - 13 + 6
    assert all(abs(int(one.poses[:, knee].argmin()) - PHASES // 2) <= 2 for one in cycles[1:])


def test_the_frame_rate_changes_no_shape() -> None:
    """At 10 fps the same cycles are found, with nearly the same motion."""
    slow, fast = seen("squat", rate_hz=10.0), seen("squat", rate_hz=30.0)
    assert len(slow.cycles) == len(fast.cycles) == 5
    assert likeness(shape(slow), shape(fast)) > 0.98


def test_a_person_who_was_not_found_gives_no_cycle() -> None:
    """Frames without a person are allowed, also before the first pose."""
    finder = CycleFinder()
    assert all(finder.step(t / 10, None, None) == [] for t in range(100)) and finder.pending == ()


motions = st.integers(0, 2**32 - 1).map(
    lambda seed: shape_of(np.random.default_rng(seed).normal(size=(PHASES, DIMENSIONS)))
)


@examples(30)
@given(motions, st.integers(0, PHASES - 1))
def test_likeness_depends_on_no_start_and_no_side(motion: DoubleArray, start: int) -> None:
    """A motion is like itself from any start of the cycle, and seen from the other side."""
    assert likeness(motion, np.roll(motion, start, axis=0)) == pytest.approx(1.0)
    assert likeness(motion, mirror_embedding(np.roll(motion, start, axis=0))) == pytest.approx(1.0)


@examples(30)
@given(motions, motions, st.floats(0.1, 9.0))
def test_likeness_is_a_cosine(one: DoubleArray, other: DoubleArray, size: float) -> None:
    """It is symmetric, at most 1, and does not depend on posture and range."""
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=1e-9)
    assert likeness(one, other) <= 1 + 1e-9
    assert shape_of(size * one + 3.0) == pytest.approx(one, abs=1e-6)


def test_the_same_exercise_is_more_alike_than_another() -> None:
    """Squats from another side are like squats; jumping jacks and push-ups are not."""
    squat = shape(seen("squat"))
    assert likeness(squat, shape(seen("squat", yaw_deg=-50.0))) > 0.9
    assert all(likeness(squat, shape(seen(name))) < 0.6 for name in ("jumping-jack", "push-up"))


def test_an_unknown_movement_is_counted_by_its_cycles() -> None:
    """It is counted from another side, by name and in auto; in auto, other exercises are not."""
    it = unknown("squat")
    assert it.by_cycles and not it.by_swings and it.steps == 1 and len(it.shapes) == 1
    for options in (NAMED, IN_AUTO):
        assert count_swings(it, seen("squat", 4, -50.0), trajectories(), options) == 4
        assert count_swings(it, seen("push-up", 4), trajectories(), options) == 0
    assert count_swings(it, seen("jumping-jack", 4), trajectories(), IN_AUTO) == 0


def test_each_side_is_a_rep_if_the_clip_says_so() -> None:
    """In a clip of alternating steps that was taught with twice as many reps as cycles, each cycle is two reps."""
    clip = seen("lunge", 6)
    reps = replace(lesson("lunge", 6).reps, turns_s=(0.0,) * 12, alternating=True)
    twice = replace(lesson("lunge", 6), reps=reps)
    it = fit([twice], load_reference())
    assert it.steps == 2 and count_swings(it, clip, trajectories()) == 12
    for wrong in (replace(reps, turns_s=(0.0,) * 9), replace(reps, alternating=False)):
        assert fit([replace(twice, reps=wrong)], load_reference()).shapes == ()


def test_most_clips_must_show_their_reps_as_cycles() -> None:
    """One clip of three may not; its cycles are left out. With two of three, swings are counted."""
    good = lesson("squat")
    bad = replace(good, swings=replace(good.swings, cycles=good.swings.cycles[:2]))
    assert len(fit([good, bad, good], load_reference()).shapes) == 2
    it = fit([bad, bad, good], load_reference())
    assert it.shapes == () and it.by_swings


def test_live_and_replayed_counts_are_the_same() -> None:
    """`count_swings` counts as the counter does frame by frame; pending reps count at the end."""
    it, poses = unknown("squat"), stream("squat", 6, 30.0, yaw_deg=-30.0)
    counter = TaughtSwingCounter({"it": it}, trajectories(), NAMED)
    found = [rep for pose in poses for rep in counter.step(pose, pose.t)]
    pending = counter.pending
    assert len(found) + len(pending) == 6 == count_swings(it, swings_of_poses(poses), trajectories())
    assert pending and all(rep.exercise == "it" and 0 < rep.share < 1 for rep in (*found, *pending))
    ends = [rep.t_end for rep in (*found, *pending)]
    assert ends == sorted(ends)


def test_a_person_who_leaves_has_done_the_reps() -> None:
    """The pending reps are decided while nobody is in the frame."""
    it, poses = unknown("squat"), stream("squat", 4, 20.0)
    counter = TaughtSwingCounter({"it": it}, trajectories(), NAMED)
    found = [rep for pose in poses for rep in counter.step(pose, pose.t)]
    last = poses[-1].t
    for frame in range(1, 400):
        found += counter.step(None, last + frame / 20)
    assert len(found) == 4 and counter.pending == ()


def test_the_shapes_are_kept(tmp_path: Path) -> None:
    """A saved exercise counts as before; a file of an older version has no shapes, and a damaged one is refused."""
    it, path = unknown("squat"), tmp_path / "swings.npz"
    save_swings(it, path)
    again = load_swings(path)
    assert count_swings(again, seen("squat", 4, -50.0), trajectories()) == 4
    assert again.shapes[0] == pytest.approx(it.shapes[0], abs=1e-6)
    with np.load(path) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    old = {name: value for name, value in kept.items() if name not in ("shapes", "steps")} | {"version": 3}
    np.savez(path, **old)
    assert load_swings(path).shapes == () and load_swings(path).by_swings
    for damage in (
        {"shapes": kept["shapes"] * np.nan},
        {"shapes": kept["shapes"][:, :3]},
        {"shapes": kept["shapes"] * 1.1},
        {"shapes": np.full((1, PHASES, DIMENSIONS), 1e308)},
        {"steps": 7},
        {"steps": np.inf},
        {"clips": np.inf},
    ):
        np.savez(path, **kept | damage)
        with pytest.raises(SamplesError):
            load_swings(path)


def cycles(number: int, start_s: float = 0.0, seed: int = 1) -> list[Cycle]:
    """Even cycles of one second, with the same motion."""
    poses = np.random.default_rng(seed).normal(size=(PHASES, DIMENSIONS))
    return [Cycle(start_s + k, start_s + k + 0.5, start_s + k + 1, poses) for k in range(number)]


def names_of(least_score: float, *taught: str) -> CycleNames:
    """Exercises that differ in the motion they were taught with."""
    made = {
        name: replace(unknown("squat"), shapes=(shape_of(cycles(1, seed=seed)[0].poses),))
        for seed, name in enumerate(taught, 1)
    }
    return CycleNames(made, least_score)


def score(names: CycleNames, name: str, own: Sequence[Cycle]) -> float:
    names.step(own)
    return names.evidence(name).score


def test_the_reps_of_a_set_are_held_until_it_is_likely() -> None:
    """Swings that fit come late: then all reps of the set count, once."""
    one = seen("squat", 5)
    names = CycleNames({IT: unknown("squat")}, 2.0)
    assert names.step(one.cycles[:2]) == []
    names.add_swings(judged_swings(unknown("squat"), one, trajectories()))
    found = names.step(one.cycles[2:])
    assert [rep.t_turn for rep in found] == [cycle.t_turn for cycle in one.cycles]


def test_foreseeing_changes_nothing() -> None:
    """What would count does not depend on how often it is asked."""
    names = names_of(-20.0, "a")
    first = names.foreseen(cycles(3))
    assert len(first) == 3 and names.foreseen(cycles(3)) == first and names.step(cycles(3)) == first


def test_a_pause_begins_a_new_set() -> None:
    """Evidence of the set before does not count for the next one."""
    names = names_of(math.inf, "a")
    names.step(cycles(4))
    names.step(cycles(2, 5.0 + PAUSE_S, seed=2))
    assert names.evidence("a").likeness < 0.5


def test_the_likelier_of_two_taught_exercises_counts() -> None:
    """The motion decides; both have the same swings."""
    names = names_of(-20.0, "a", "b")
    assert {rep.exercise for rep in names.step(cycles(3, seed=2))} == {"b"}
    assert {rep.exercise for rep in names.step(cycles(3, 60.0, seed=1))} == {"a"}


@examples(30)
@given(st.floats(-6, 6), st.floats(-1, 1))
def test_more_evidence_makes_a_set_likelier(odds: float, like: float) -> None:
    """The score grows with each of the two numbers."""
    base = SetEvidence(odds, like).score
    assert SetEvidence(odds + 1, like).score > base and SetEvidence(odds, like + 0.1).score > base


def reps(*spans: tuple[float, float], name: str = "a") -> Iterator[SwingName]:
    return (SwingName(name, start, (start + end) / 2, end, 0.9, "both") for start, end in spans)


def test_a_movement_counts_once() -> None:
    """A rep that overlaps another one of the same exercise by more than three tenths is dropped."""
    once = CountedOnce()
    assert len(once.add(reps((0, 1), (1, 2)))) == 2
    assert once.foreseen(reps((1.5, 2.5))) == [] and len(once.foreseen(reps((1.8, 2.8), (2.0, 3.0)))) == 1
    assert once.add(reps((1.5, 2.5))) == []
    assert len(once.add(reps((1.8, 2.8)))) == 1
    assert len(once.add(reps((0, 1), name="b"))) == 1


def test_nobody_in_view_for_a_minute_is_no_fault() -> None:
    """A single rep stays pending after its poses were forgotten; the next set counts."""
    it, one = unknown("squat"), stream("squat", 1, 10.0)
    counter = TaughtSwingCounter({"it": it}, trajectories(), NAMED)
    for pose in one:
        counter.step(pose, pose.t)
    for frame in range(1, 700):
        counter.step(None, one[-1].t + frame / 10)
        assert len(counter.pending) <= 1
    found = []
    for pose in stream("squat", 4, 10.0):
        found += counter.step(replace(pose, t=pose.t + 100.0), pose.t + 100.0)
    assert len([*found, *counter.pending]) >= 4


def test_another_exercise_without_a_pause_does_not_count_for_long() -> None:
    """The last cycles decide: of twenty jumping jacks directly after the squats, few count."""
    names, it = CycleNames({IT: unknown("squat")}, IN_AUTO.least_score), unknown("squat")
    squats, jacks = seen("squat", 8), seen("jumping-jack", 8)
    names.add_swings(judged_swings(it, squats, trajectories()))
    assert len(names.step(squats.cycles)) == len(squats.cycles)
    last = squats.cycles[-1].t_end
    wrong = 0
    for number in range(3):
        shift = last + number * jacks.cycles[-1].t_end - jacks.cycles[0].t_start
        wrong += len(
            names.step(
                replace(one, t_start=one.t_start + shift, t_turn=one.t_turn + shift, t_end=one.t_end + shift)
                for one in jacks.cycles
            )
        )
    assert wrong <= 5


def test_cycles_that_stay_unlikely_never_count() -> None:
    """Only the last cycles are held, so a set that becomes likely brings back no movements of minutes ago."""
    names = names_of(0.5, "a")
    assert names.step(cycles(30, seed=2)) == []
    found = names.step(cycles(8, 30.0, seed=1))
    assert found and min(rep.t_start for rep in found) > 20.0


def test_forgotten_swings_decide_nothing() -> None:
    """A stream of hours keeps the swings of the last seconds only."""
    clip = seen("squat", 5)
    names = CycleNames({IT: unknown("squat")}, math.inf)
    names.add_swings(judged_swings(unknown("squat"), clip, trajectories()))
    names.forget(1e6)
    names.step(clip.cycles)
    assert names.evidence(IT).odds == -6.0


class Silent:
    """A recogniser of built-in exercises that recognises none."""

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        return (None if pose is None else Classification({}, 0.0)), PersonResult()


def test_the_last_reps_of_a_recording_are_pending_in_auto() -> None:
    """Cycles are decided four seconds late, and a recording ends sooner; pending reps count then."""
    it = replace(pictures_of_squats(), swings=unknown("squat"))
    recogniser = TaughtRecogniser(Silent(), [it], 15.0)  # type: ignore[arg-type]
    count = Count({})
    for pose in stream("squat", 6, 20.0, yaw_deg=-30.0):
        count = recogniser.step(pose, pose.t)[1]
    assert count.totals.get("dip", 0) + len(count.pending) == 6 and count.pending


def pictures_of_squats() -> TaughtExercise:
    poses = stream("squat", 2, 20.0)
    own = swings_of_poses(poses).cycles[0]
    worlds = [min(poses, key=lambda pose: abs(pose.t - t)).world for t in (own.t_start, own.t_turn)]
    labels = ("dip_up", "dip_up", "dip_down", "dip_down")
    return TaughtExercise.of("dip", PoseSamples(np.stack([worlds[0]] * 2 + [worlds[1]] * 2), labels, labels))
