"""Who is counted when several people are in the frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.recognition.hidden_reps import HIDDEN
from fitness.recognition.person_selector import PeopleOptions, PersonSelector
from fitness.recognition.sets import PersonResult
from fitness.session import LandmarkLog, SessionRecorder, read_landmarks, summary, write_landmarks
from fitness.session.store.blobs import pack_poses, unpack_poses
from fitness.types import Classification, Count, OtherRep, Pose, Rep, RepCounted, Side
from tests.support.strategies import pose_of, squatting

_BODY = squatting(170.0)
_DONE = 0.25
SOURCE = SourceInfo("two.mp4", 4.0, 10, 64, 48, 40)


class OnePerson:
    """Counts the poses with the score `_DONE`; every third rep opens a set."""

    side: Side | None = None

    def __init__(self, ids: Iterator[int]) -> None:
        self.reps = 0
        self._ids = ids

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        events = []
        if pose is not None and pose.score == _DONE:
            rep = Rep("squat", 0, 0, t - 0.05, t - 0.02, t, 1.0, side=self.side, id=next(self._ids))
            events.append(RepCounted(rep, opens_set=self.reps % 3 == 0))
            self.reps += 1
        return None, PersonResult("squat", events=tuple(events))


def person(number: int, t: float, *, rep: bool = False, aside_px: float = 0.0) -> Pose:
    """A person with an id, `aside_px` pixels to the right, who completes a rep or not."""
    pose = replace(pose_of(_BODY, t), id=number, score=_DONE if rep else 0.9)
    return replace(pose, image=pose.image + np.array([aside_px, 0, 0], np.float32))


def play(
    script: Sequence[Sequence[int]],
    *,
    step_s: float = 1.0,
    options: PeopleOptions | None = None,
    selector: PersonSelector | None = None,
) -> list[Count]:
    """Counts of frames that list ids; a negative one completes a rep. The first is the tracker's subject."""
    counter = selector or PersonSelector(OnePerson, options)
    counts = []
    for i, ids in enumerate(script):
        t = i * step_s
        pose, _, count = counter.step([person(abs(k), t, rep=k < 0) for k in ids], t)
        assert pose is None or pose.id in map(abs, ids)
        counts.append(count)
    return counts


def numbers(counts: Sequence[Count]) -> list[tuple[int, int]]:
    """Set and number of every counted rep."""
    return [(rep.set, rep.number) for count in counts for rep in count.new_reps]


def others(counts: Sequence[Count]) -> list[Rep]:
    """The reps of bystanders."""
    return [event.rep for count in counts for event in count.events if isinstance(event, OtherRep)]


@pytest.mark.parametrize(("other", "reps"), [([2], 4), ([], 3)], ids=["hidden", "out of view"])
def test_a_rep_behind_a_bystander_is_counted_by_the_rhythm(other: list[int], reps: int) -> None:
    """A rep every two seconds; when the third is due, another person stands in front, or the frame is empty."""
    counts = play([[-1, 2], [1, 2], [-1, 2], other, other, other, [-1, 2], [1, 2]])
    assert sum(counts[-1].totals.values()) == reps
    assert [rep.details for count in counts for rep in count.new_reps if rep.details] == [{HIDDEN: 1.0}] * (
        reps - 3
    )


def test_the_person_who_exercises_is_counted() -> None:
    """The trainer in front is the tracker's subject, the client behind does the reps."""
    counts = play([[1, 2], [1, -2], [1, 2], [1, -2], [1, 2]])
    assert [sum(count.totals.values()) for count in counts] == [0, 1, 1, 2, 2]
    assert [number for _, number in numbers(counts)] == [1, 2]
    assert not others(counts)


def sized(number: int, t: float, share: float, *, rep: bool) -> Pose:
    """The same person `share` times as large in the frame."""
    pose = person(number, t, rep=rep)
    return replace(pose, image=pose.image * np.float32(share))


def test_a_small_person_in_an_inset_does_not_take_the_count() -> None:
    """The inset shows the same squats and is a little earlier; the person who fills the frame is counted from the start."""
    selector = PersonSelector(OnePerson)
    counts = []
    for i in range(60):
        t = i / 10
        people = [sized(1, t, 0.2, rep=i % 12 == 5), sized(2, t, 1.0, rep=i % 12 == 7)]
        pose, _, count = selector.step(people[::-1], t)
        counts.append(count)
        if i > 7:
            assert pose is not None and pose.id == 2
    assert counts[-1].totals == {"squat": 5}
    assert [rep.person for rep in others(counts)] == [1] * 5


def test_a_small_person_who_alone_exercises_is_counted_from_the_first_rep() -> None:
    """Two reps are not enough in the background; they are pending, and the third one brings all three."""
    selector = PersonSelector(OnePerson)
    totals, pending, numbered = [], [], []
    for i in range(40):
        t = i / 10
        _, _, count = selector.step([sized(1, t, 1.0, rep=False), sized(2, t, 0.3, rep=i % 10 == 5)], t)
        totals.append(sum(count.totals.values()))
        pending.append(len(count.pending))
        numbered += [(rep.set, rep.number) for rep in count.new_reps]
    assert (totals[24], pending[24]) == (0, 2)
    assert (totals[25], pending[25]) == (3, 0)
    assert totals[-1] == 4 and numbered == [(1, 1), (1, 2), (1, 3), (2, 1)]


def _moving(pose: Pose, t: float) -> Pose:
    """The pose with knees that go to and fro, as in a slow exercise: 0.3 m/s and more."""
    world = np.array(pose.world)
    world[[13, 14, 15, 16, 25, 26, 27, 28], 1] += 0.3 * np.sin(2 * t)
    return replace(pose, world=world)


@pytest.mark.parametrize(
    ("moving", "totals", "of_others"),
    [(True, {"squat": 1}, [2] * 9), (False, {"squat": 9}, [1])],
    ids=["the person in front moves", "the person in front stands"],
)
def test_quick_reps_in_the_background_do_not_win_against_a_slow_one_in_front(
    moving: bool, totals: dict[str, int], of_others: list[int]
) -> None:
    """A rep a second by person 2, two thirds as large; person 1, who leads, completes the first one after nine seconds."""
    selector = PersonSelector(OnePerson)
    counts, shown = [], []
    for i in range(100):
        t = i / 10
        front = sized(1, t, 1.0, rep=i == 95)
        people = [_moving(front, t) if moving else front, sized(2, t, 0.66, rep=i % 10 == 5 and i < 90)]
        pose, _, count = selector.step(people, t)
        counts.append(count)
        shown.append(pose)
    assert counts[-1].totals == totals
    assert [rep.person for rep in others(counts)] == of_others
    assert len(counts[80].pending) == (8 if moving else 0)


def test_after_a_while_the_person_in_the_background_is_counted() -> None:
    """A trainer who moves about in front does no rep in `quiet_s`: the reps of the other count, those before too."""
    selector = PersonSelector(OnePerson, PeopleOptions(quiet_s=5))
    counts = []
    for i in range(100):
        t = i / 10
        people = [_moving(sized(1, t, 1.0, rep=False), t), sized(2, t, 0.66, rep=i % 10 == 5)]
        counts.append(selector.step(people, t)[2])
    assert not counts[45].totals and counts[60].totals == {"squat": 6}
    assert counts[-1].totals == {"squat": 10} and not others(counts)


def test_a_pose_that_jumps_is_doubtful() -> None:
    """The track of the counted person jumps to a bystander and back: an uncertain rep at that time is none.

    A person alone in the frame only moves quickly.
    """

    class Uncertain(OnePerson):
        def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
            classification, result = super().recognise(pose, t)
            events = [
                replace(event, rep=replace(event.rep, confidence=0.5 if 3 < event.rep.t_end < 4 else 1.0))
                for event in result.events
                if isinstance(event, RepCounted)
            ]
            return classification, replace(result, events=tuple(events))

    for aside_px, company, reps in ((0.0, True, 3), (150.0, False, 3), (150.0, True, 2)):
        selector = PersonSelector(Uncertain)
        for i in range(60):
            t = i / 10
            pose = person(1, t, rep=i in (10, 36, 50), aside_px=aside_px if 30 <= i < 35 else 0.0)
            people = [pose, person(2, t, aside_px=900.0)] if company else [pose]
            _, _, count = selector.step(people, t)
        assert count.totals == {"squat": reps}


def test_a_new_track_is_not_chosen_for_a_rep_that_began_earlier() -> None:
    """Two equal people: one who is found at the end of a rep does not prevent the other from being counted."""
    selector = PersonSelector(OnePerson)
    script = [[1], [1], [1, -2], [1, 2], [-1, 2], [-1, 2]]
    counts = [
        selector.step([person(abs(k), i / 10, rep=k < 0) for k in ids], i / 10)[2]
        for i, ids in enumerate(script)
    ]
    assert counts[-1].totals == {"squat": 2}
    assert [rep.person for rep in others(counts)] == [2]


def test_doubtful_reps_do_not_choose_a_person() -> None:
    """Two doubtful reps of a person who fidgets: the person with a certain rep is counted."""

    class Doubtful(OnePerson):
        def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
            classification, result = super().recognise(pose, t)
            if pose is None or pose.id == 2:
                return classification, result
            events = [
                replace(event, rep=replace(event.rep, confidence=0.3))
                for event in result.events
                if isinstance(event, RepCounted)
            ]
            return classification, replace(result, events=tuple(events))

    selector, counts = PersonSelector(Doubtful), []
    for i, ids in enumerate([[1, 2], [-1, 2], [-1, 2], [1, -2], [1, -2]]):
        counts.append(selector.step([person(abs(k), i / 10, rep=k < 0) for k in ids], i / 10)[2])
    assert counts[-1].totals == {"squat": 2}
    assert [rep.person for rep in others(counts)] == [1, 1]


def test_one_person_alone_is_counted_as_without_ids() -> None:
    """New ids of one person who is alone in the frame change nothing."""
    counts = play([[1], [-1], [], [5], [-5], [7], [-7], [-7]])
    assert counts[-1].totals == {"squat": 4}
    assert numbers(counts) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_a_bystander_does_not_take_over() -> None:
    """A bystander who does one rep is reported separately, with an id."""
    counts = play([[1], [-1], [1, 2], [1, -2], [-1, 2], [-1]])
    assert counts[-1].totals == {"squat": 3}
    assert [(rep.person, rep.exercise) for rep in others(counts)] == [(2, "squat")]


def test_a_returning_person_continues() -> None:
    """The counted person stays the counted one after another was alone in the frame."""
    counts = play([[1], [-1], [2], [2], [1, 2], [-1, 2]])
    assert counts[-1].totals == {"squat": 2}


def test_a_changed_id_at_the_same_place_is_the_same_person() -> None:
    """If the tracker gives the counted person an earlier id, counting continues, and no rep goes to another person."""
    counts = play([[1], [1, 2], [1], [-2], [-2], [-2], [1], [-1], [-1]], step_s=0.2)
    assert counts[-1].totals == {"squat": 5} and not others(counts)


def test_a_bystander_in_front_is_another_person() -> None:
    """Both were in the frame just now, and one hides the other: the reps of the one in front are not counted."""
    counts = play([[1, 2], [-1, 2], [2], [-2], [2], [-1, 2]], step_s=0.2)
    assert counts[-1].totals == {"squat": 2} and len(others(counts)) == 1


def test_an_earlier_id_at_another_place_is_another_person() -> None:
    """A known person who is alone in the frame, elsewhere than the counted person was, is not counted for them."""
    counter = PersonSelector(OnePerson)
    for i, (number, aside_px) in enumerate([(1, 0), (2, 300), (-2, 300), (-2, 300), (-1, 0), (-1, 0)]):
        pose = person(abs(number), 0.2 * i, rep=number < 0, aside_px=aside_px)
        first = person(1, 0.2 * i)
        _, _, count = counter.step([first, pose] if i == 1 else [pose], 0.2 * i)
    assert count.totals == {"squat": 2}


def test_another_person_takes_over_after_a_long_absence() -> None:
    """After `away_s`, the reps of another person are added; numbers of sets and reps continue."""
    options = PeopleOptions(away_s=5)
    counts = play([[1, 2], [-1, 2], [-1, 2], *[[2, 3]] * 8, [-2, 3], [-2, 3], [-2, 3]], options=options)
    assert counts[-1].totals == {"squat": 5}
    assert numbers(counts) == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]
    assert counts[6].message == "the person who is counted is out of view"


def test_another_person_takes_over_from_a_standing_person() -> None:
    """One false rep of a bystander does not prevent the person who exercises from being counted."""
    counts = play([[1, 2], [-1, 2], *[[1, 2], [1, -2]] * 12])
    assert counts[-1].exercise == "squat"
    assert [rep.person for rep in others(counts)] == [2] * 7
    assert counts[-1].totals == {"squat": 6}
    assert numbers(counts) == [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]


class OneSided(OnePerson):
    """Every rep is of the left side."""

    side = "left"


def test_sides_continue_when_another_person_takes_over() -> None:
    """Left and right of the session are those of its reps: not of reps before the person was counted."""
    counter = PersonSelector(OneSided, PeopleOptions(away_s=5))
    script = [[1, 2], [-1, 2], [-1, -2], *[[2, 3]] * 8, [-2, 3], [-2, 3]]
    for t, ids in enumerate(script):
        _, _, count = counter.step([person(abs(k), float(t), rep=k < 0) for k in ids], float(t))
        assert sum(count.sides.get("squat", (0, 0))) == count.totals.get("squat", 0)
    assert count.sides == {"squat": (4, 0)}


@given(st.lists(st.lists(st.sampled_from([1, -1, 2, -2, 3, -3]), unique_by=abs, max_size=3), max_size=25))
@example([[-1], [], [], [-1], [], [], [2], [-2], [-1]])  # another is counted when the hidden rep is found
def test_counts_only_grow_and_every_rep_is_somewhere(script: list[list[int]]) -> None:
    """People come and go: totals never fall, and rise by the counted reps; no rep is lost, no id is given twice.

    Reps that were hidden are added to these; reps during a crossing may wait for a second one.
    """
    script = [[1, 2, 3], *script]  # reps that began before a person was found do not count for the choice
    selector = PersonSelector(OnePerson, PeopleOptions(away_s=6, quiet_s=4))
    counts = play(script, step_s=2.0, selector=selector)
    before, done = 0, 0
    for count, ids in zip(counts, script, strict=True):
        now = sum(count.totals.values())
        assert now - before == len(count.new_reps)
        before = now
        done += sum(k < 0 for k in ids)
    reps = [*(rep for count in counts for rep in count.new_reps), *others(counts)]
    ids = [rep.id for rep in reps if HIDDEN not in rep.details]
    waiting = sum(len(slot.overlaps.held) for slot in selector._slots)
    assert len(ids) == len(set(ids)) == done - waiting


@pytest.mark.parametrize("wrong", [{"away_s": -1}, {"quiet_s": -0.1}, {"takeover_reps": 0}])
def test_options_are_checked(wrong: dict[str, float]) -> None:
    """The message names the wrong option."""
    with pytest.raises(OptionError, match=next(iter(wrong))):
        PeopleOptions(**wrong)  # type: ignore[arg-type]


def _two() -> SessionRecorder:
    """Two people; the counted one is away for some frames."""
    recorder, counter = SessionRecorder(), PersonSelector(OnePerson)
    for i in range(40):
        t = i / 10
        people = [person(1, t, rep=i == 30, aside_px=300)]
        if not 20 <= i < 23:
            people.append(person(2, t, rep=i % 10 == 5))
        pose, classification, count = counter.step(people, t)
        recorder.add_counted(t, pose, classification, count, [one for one in people if one is not pose])
    return recorder


def _same(first: LandmarkLog, second: LandmarkLog) -> bool:
    names = ("t", "found", "world", "image", "visibility", "presence", "score", "person")
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names) and all(
        np.array_equal(first.others[name], second.others[name]) for name in first.others
    )


def test_a_replay_of_two_people_gives_the_same_count(tmp_path: Path) -> None:
    """The log has all people; written, read, cut in parts and packed for the store, it gives the same session."""
    session = _two().session(SOURCE)
    log = session.landmarks
    assert log is not None and len(log.others["row"]) == 40 and session.totals == {"squat": 4}
    assert [rep.person for rep in session.others] == [1]
    write_landmarks(tmp_path / "two.npz", log)
    assert _same(read_landmarks(tmp_path / "two.npz"), log)
    chunks = [pack_poses(log.part(slice(start, start + 7))) for start in range(0, len(log), 7)]
    assert _same(unpack_poses(chunks, SOURCE, ""), log)
    again, counter = SessionRecorder(), PersonSelector(OnePerson)
    for t, people in log.people():
        pose, classification, count = counter.step(people, t)
        again.add_counted(t, pose, classification, count, [one for one in people if one is not pose])
    assert summary(again.session(SOURCE)) == summary(session)


def test_the_counted_person_is_found_before_the_first_rep_too() -> None:
    """The client was the tracker's second choice until the first rep; alone, the log holds the client from the start."""
    recorder, counter = SessionRecorder(), PersonSelector(OnePerson)
    for i in range(10):
        people = [person(1, i / 10), person(2, i / 10, rep=i == 6)] if i != 3 else [person(1, i / 10)]
        pose, classification, count = counter.step(people, i / 10)
        recorder.add_counted(i / 10, pose, classification, count, [one for one in people if one is not pose])
    session = recorder.session(SOURCE)
    assert session.landmarks is not None
    assert session.landmarks.person.tolist() == [1] * 6 + [2] * 4
    alone = session.landmarks.counted_alone(session.reps[0].t_end)
    assert [None if pose is None else pose.id for _, pose in alone.poses()] == [2, 2, 2, None, *[2] * 6]
    assert [len(people) for _, people in alone.people()] == [1, 1, 1, 0, *[1] * 6]


def test_an_old_log_of_one_person_is_read(tmp_path: Path) -> None:
    """Version 1 of the log had neither ids nor bystanders."""
    recorder = SessionRecorder()
    for i in range(5):
        recorder.add_counted(i / 10, pose_of(_BODY, i / 10), None, Count({}))
    log = recorder.session(SOURCE).landmarks
    assert log is not None
    write_landmarks(tmp_path / "new.npz", log)
    with np.load(tmp_path / "new.npz") as file:
        old = {name: file[name] for name in file if name != "person" and not name.startswith("other_")}
    with open(tmp_path / "old.npz", "wb") as data:
        np.savez(data, **(old | {"version": np.int64(1)}))
    assert _same(read_landmarks(tmp_path / "old.npz"), log)
