"""Pose samples on disk: written samples are read back, and damage is reported with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import SamplesError
from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.recognition.exercises import OTHER, STANDING
from fitness.recognition.samples import HEADER, SPACE, PoseSamples, load_samples, save_samples
from fitness.resources import resource_path
from tests.support.strategies import examples, locked, pressing, seeds, squatting

_FIRST = f"# fitness pose samples; space={SPACE}"


def _row(source: str = "clip.mp4@1.0", **cells: str) -> str:
    """A good row of 100 cells; `x3="abc"` replaces one."""
    return ",".join([source, *(cells.get(name, f"{k / 100:.2f}") for k, name in enumerate(HEADER[1:]))])


def _write(folder: Path, *rows: str, first: str = _FIRST, header: str = ",".join(HEADER)) -> Path:
    path = folder / "squat_down.csv"
    path.write_text("\n".join([first, header, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_header_names_the_source_and_99_coordinates() -> None:
    """Landmark by landmark, x, y, z each."""
    assert HEADER[:5] == ("source", "x0", "y0", "z0", "x1")
    assert HEADER[-1] == "z32" and len(HEADER) == 100


def test_written_samples_are_read_back(tmp_path: Path) -> None:
    """One file per class, rows in order, coordinates to a tenth of a millimetre."""
    world = locked(np.stack([squatting(80.0), pressing(90.0), squatting(100.0)]))
    samples = PoseSamples(world, ("squat_down", "push-up_down", "squat_down"), ("a@0.1", "b@0.2", "c@0.3"))
    folder = tmp_path / "new" / "folder"
    assert [path.name for path in save_samples(samples, folder)] == ["push-up_down.csv", "squat_down.csv"]
    found = load_samples(folder)
    assert found.labels == ("push-up_down", "squat_down", "squat_down")
    assert found.sources == ("b@0.2", "a@0.1", "c@0.3")
    assert np.abs(found.world - world[[1, 0, 2]]).max() <= 0.5e-4 + 1e-6
    assert found.world.dtype == np.float32


def test_writing_what_was_read_gives_the_same_file(tmp_path: Path) -> None:
    """The format loses nothing of what it holds: a second round trip is identical to the byte."""
    samples = PoseSamples(np.stack([squatting(80.0)] * 2), ("squat_down",) * 2, ("ä,b", 'c"d'))
    (first,) = save_samples(samples, tmp_path / "1")
    (second,) = save_samples(load_samples(tmp_path / "1"), tmp_path / "2")
    assert first.read_bytes() == second.read_bytes()


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n"), max_size=12)


@given(st.lists(_TEXT, min_size=1, max_size=4), seeds())
@examples(60)
def test_sources_may_be_any_text(
    tmp_path_factory: pytest.TempPathFactory, sources: list[str], seed: int
) -> None:
    """Commas, quotes, line ends and letters of any script survive in the names of sources."""
    folder = tmp_path_factory.mktemp("samples")
    world = np.random.default_rng(seed).normal(0, 0.5, (len(sources), 33, 3))
    save_samples(PoseSamples(world, ("kniebeuge_ü",) * len(sources), tuple(sources)), folder)
    found = load_samples(folder)
    assert found.sources == tuple(sources)
    assert found.labels == ("kniebeuge_ü",) * len(sources)
    assert np.abs(found.world - world).max() <= 1e-4


def test_files_that_went_through_another_program_are_read(tmp_path: Path) -> None:
    """Empty lines, Windows line ends, a byte order mark and a first line filled with commas do no harm."""
    path = _write(tmp_path, _row("a"), "", _row("b"), "", first=_FIRST + "," * 99)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_samples(tmp_path).sources == ("a", "b")


def _damage(tmp_path: Path, text: str) -> SamplesError:
    (tmp_path / "squat_down.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SamplesError) as caught:
        load_samples(tmp_path)
    return caught.value


_HEAD = f"{_FIRST}\n{','.join(HEADER)}\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        (_HEAD + _row() + "\n" + _row(y7="abc"), 4, "y7", "'abc' is not a number"),
        (_HEAD + _row(x0=""), 3, "x0", "'' is not a number"),
        (_HEAD + _row(z32="nan"), 3, "z32", "'nan' is not a finite number"),
        (_HEAD + _row(z32="-inf"), 3, "z32", "'-inf' is not a finite number"),
        (_HEAD + _row(x5="1e39"), 3, "x5", "'1e39' is not a finite number"),
        (_HEAD + "\n\n" + _row(x5="?"), 5, "x5", "'?' is not a number"),
        (_HEAD + _row('"two\nlines"') + "\n" + _row(x5="?"), 5, "x5", "'?' is not a number"),
        (_HEAD + _row() + "\n" + _row().rsplit(",", 1)[0], 4, None, "99 columns where 100 are needed"),
        (_HEAD + _row() + ",0.1", 3, None, "101 columns where 100 are needed"),
        (_HEAD + _row() + "\n" + _row('"open'), 4, None, "not a CSV file"),
        (_HEAD + _row('"a"b'), 3, None, "not a CSV file"),
        (_FIRST + "\n" + _row(), 2, None, "the header must be"),
        (_FIRST + "\n", 2, None, "the header must be"),
        (_FIRST + "\n" + ",".join(reversed(HEADER)) + "\n" + _row(), 2, None, "the header must be"),
        (_FIRST.replace(SPACE, "image-pixels") + "\n", 1, None, "space 'image-pixels' is not supported"),
        (_FIRST.replace(SPACE, "") + "\n", 1, None, "space '' is not supported"),
        (",".join(HEADER) + "\n" + _row(), 1, None, "the first line must be"),
        ("", 1, None, "the first line must be"),
    ],
)
def test_damage_is_reported_with_file_and_line(
    tmp_path: Path, text: str, line: int, column: str | None, problem: str
) -> None:
    """File, line and, where there is one, column: in the error's fields and in its one line of text."""
    error = _damage(tmp_path, text)
    assert (error.line, error.column) == (line, column)
    message = str(error)
    assert message.startswith(f"{tmp_path / 'squat_down.csv'}, line {line}")
    assert problem in message and "\n" not in message
    assert column is None or f"column {column}" in message


def test_samples_of_two_spaces_are_never_mixed(tmp_path: Path) -> None:
    """One file of another coordinate space among good ones is refused by name."""
    _write(tmp_path, _row())
    other = tmp_path / "squat_up.csv"
    other.write_text(
        f"# fitness pose samples; space=pixels\n{','.join(HEADER)}\n{_row()}\n", encoding="utf-8"
    )
    with pytest.raises(SamplesError, match=r"squat_up\.csv, line 1: coordinate space 'pixels'"):
        load_samples(tmp_path)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda folder: folder / "absent", "no such folder"),
        (lambda folder: folder, "holds no pose samples"),
        (lambda folder: _write(folder).parent, "hold no samples"),
        (lambda folder: _bytes(folder, b"\xff\xfe\x00"), "not a text file"),
        (lambda folder: _folder(folder), "squat_up.csv"),
    ],
    ids=["no folder", "no file", "no rows", "not text", "a folder as file"],
)
def test_unreadable_files_are_refused(tmp_path: Path, make: Callable[[Path], Path], problem: str) -> None:
    """Whole files and folders are named too."""
    with pytest.raises(SamplesError, match=problem) as caught:
        load_samples(make(tmp_path))
    assert caught.value.line is None and str(tmp_path) in str(caught.value)


def _bytes(folder: Path, content: bytes) -> Path:
    (folder / "squat_up.csv").write_bytes(content)
    return folder


def _folder(folder: Path) -> Path:
    (folder / "squat_up.csv").mkdir()
    return folder


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A giant CSV is refused before it fills the memory."""
    monkeypatch.setattr("fitness.recognition.samples._MAX_BYTES", 500)
    _write(tmp_path, _row())
    with pytest.raises(SamplesError, match="larger than"):
        load_samples(tmp_path)


def test_samples_can_be_selected() -> None:
    """`select` keeps rows, labels and sources together, in order."""
    samples = PoseSamples(np.arange(297.0).reshape(3, 33, 3), ("a", "b", "a"), ("1", "2", "3"))
    assert len(samples) == 3 and samples.classes == ("a", "b")
    kept = samples.select(label == "a" for label in samples.labels)
    assert (kept.labels, kept.sources, len(kept)) == (("a", "a"), ("1", "3"), 2)
    assert np.array_equal(kept.world, samples.world[[0, 2]])
    assert len(samples.select([False] * 3)) == 0


def test_samples_are_private_copies_of_the_right_shape() -> None:
    """Arrays are copied and locked; rows, labels and sources must be equally many."""
    world = np.zeros((1, 33, 3))
    samples = PoseSamples(world, ("a",), ("1",))
    world[:] = 5
    assert not samples.world.any()
    with pytest.raises(ValueError, match="read-only"):
        samples.world[0] = 1
    with pytest.raises(ValueError, match="world must have shape"):
        PoseSamples(world, ("a", "b"), ("1", "2"))
    with pytest.raises(ValueError, match="sources must have 1 entries, got 2"):
        PoseSamples(world, ("a",), ("1", "2"))


def test_only_samples_of_the_standing_class_show_standing() -> None:
    """Upright with straight knees and hips and arms down: this start pose of many exercises is a sample of none."""
    samples = load_samples(resource_path("pose_samples"))
    degrees = dict(zip(ANGLE_NAMES, angles(samples.world).T, strict=True))
    straight = [degrees[f"{side}_{joint}"] > 150 for side in ("left", "right") for joint in ("knee", "hip")]
    arms = np.maximum(degrees["left_shoulder"], degrees["right_shoulder"])
    stands = np.logical_and.reduce([*straight, arms < 60, degrees["trunk_tilt"] < 25])
    labels = np.array(samples.labels)
    assert stands[labels == STANDING].all() and (labels == STANDING).sum() > 50
    assert not stands[labels == OTHER].any()
