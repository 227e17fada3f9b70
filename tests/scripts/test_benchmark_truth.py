"""The truth table: rows, damage, and who is the same person."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import SourceError
from scripts.benchmarks.truth import NONE, ClipTruth, people, read_truth
from tests.support.strategies import examples

_HEAD = "file,exercise,true_reps,rep_bottom_times_s,accept_min,accept_max,source_repo,source_path\n"


def _read(tmp_path: Path, text: str) -> list[ClipTruth]:
    path = tmp_path / "videos.csv"
    path.write_text(text, encoding="utf-8")
    return read_truth(path)


def test_a_row_becomes_a_clip(tmp_path: Path) -> None:
    """Counts are numbers, turning points a tuple of seconds, the origin one text."""
    (clip,) = _read(tmp_path, _HEAD + "a_m1.mp4,squat,3,2.7;5.6;8.4,2,4,who/what,clips/a.mp4\n")
    assert clip == ClipTruth("a_m1.mp4", "squat", 3, (2, 4), (2.7, 5.6, 8.4), "who/what/clips/a.mp4")


def test_columns_may_come_in_any_order_and_more_of_them(tmp_path: Path) -> None:
    """Columns are found by name; those for the origin may be missing."""
    text = "note,accept_max,accept_min,rep_bottom_times_s,true_reps,exercise,file\nx,0,0,,0,none,b.mp4\n"
    (clip,) = _read(tmp_path, text)
    assert clip == ClipTruth("b.mp4", NONE, 0, (0, 0), (), "")


@pytest.mark.parametrize(("count", "right"), [(1, False), (2, True), (3, True), (4, True), (5, False)])
def test_counts_in_the_accepted_range_are_right(count: int, right: bool) -> None:
    """The accepted range includes both of its ends."""
    assert ClipTruth("a", "squat", 3, (2, 4), ()).accepts(count) == right


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a.mp4,squat,three,1.0,3,3,,", "line 3"),
        ("a.mp4,squat,3,1.0;x,3,3,,", "line 3"),
        ("a.mp4,squat,3,1.0,,3,,", "line 3"),
        ("a.mp4,squat,3", "line 3"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    """A cell that is not a number, or a short row, gives a SourceError with file and line."""
    good = "b.mp4,squat,1,1.0,1,1,,\n"
    with pytest.raises(SourceError, match=problem) as caught:
        _read(tmp_path, _HEAD + good + row + "\n")
    assert "videos.csv" in str(caught.value)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """A table of something else says which columns it lacks."""
    with pytest.raises(SourceError, match="lacks the columns true_reps, accept_max"):
        _read(tmp_path, "file,exercise,rep_bottom_times_s,accept_min\n")
    with pytest.raises(SourceError, match="lacks the columns file"):
        _read(tmp_path, "")


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, or one that is not text, is a SourceError that names it."""
    with pytest.raises(SourceError, match=r"absent\.csv: the truth table cannot be read"):
        read_truth(tmp_path / "absent.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"bytes\.csv: the truth table cannot be read"):
        read_truth(tmp_path / "bytes.csv")


def _clip(file: str, origin: str = "") -> ClipTruth:
    return ClipTruth(file, "squat", 1, (1, 1), (), origin)


def test_file_names_identify_the_same_person() -> None:
    """Clips whose names end in the same letter and number, with or without a further letter, show one person."""
    found = people(
        [_clip(name) for name in ("squat_m1.mp4", "push_m1b.mp4", "squat_f1.mp4", "squat_m11.mp4")]
    )
    assert found["squat_m1.mp4"] == found["push_m1b.mp4"] == "m1"
    assert len(set(found.values())) == 3


def test_a_clip_without_a_person_field_is_a_separate_person() -> None:
    """Names without a person, and without a common origin, are never merged."""
    found = people([_clip("gym.mp4"), _clip("park.mp4")])
    assert len(set(found.values())) == 2


def test_one_original_file_is_one_person() -> None:
    """Clips made from the same original show the same person, whatever their names say, and so do that person's others."""
    found = people(
        [_clip("a_m1.mp4", "o1"), _clip("b_m2.mp4", "o2"), _clip("c_m2.mp4", "o1"), _clip("d.mp4", "o2")]
    )
    assert len(set(found.values())) == 1


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=10))
@examples(150)
def test_people_are_connected_components_of_clips(clips: list[tuple[int, int]]) -> None:
    """Two clips show one person if and only if names and origins (0: none) connect them, through others too."""
    made = [
        _clip(f"{k}_m{name}.mp4", f"o{origin}" if origin else "") for k, (name, origin) in enumerate(clips)
    ]
    group = list(range(len(clips)))
    for _ in clips:  # spread the smallest index over every connection until nothing changes
        for i, j in itertools.product(range(len(clips)), repeat=2):
            if clips[i][0] == clips[j][0] or (clips[i][1] and clips[i][1] == clips[j][1]):
                group[i] = group[j] = min(group[i], group[j])
    found = people(made)
    for i, j in itertools.combinations(range(len(clips)), 2):
        assert (found[made[i].file] == found[made[j].file]) == (group[i] == group[j])


@pytest.mark.corpus
def test_the_shared_clips_are_read(shared: Path) -> None:
    """The first 59 clips hold 98 squats and 145 push-ups; every true count is within its accepted range."""
    clips = read_truth(shared / "corpus" / "videos.csv")
    assert len(clips) >= 59
    reps = {name: sum(c.reps for c in clips[:59] if c.exercise == name) for name in ("squat", "push-up")}
    assert reps == {"squat": 98, "push-up": 145}
    assert all(clip.accepts(clip.reps) for clip in clips)
    assert set(people(clips)) == {clip.file for clip in clips}
