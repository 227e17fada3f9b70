"""Taught exercises with damaged files: "auto" counts without them, and every list reports them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fitness.apps.cli import main
from fitness.errors import SamplesError
from fitness.pipeline.settings import Settings, recogniser
from fitness.recognition.exercises import AUTO
from fitness.recognition.recogniser import RecogniserOptions
from fitness.recognition.taught import load_taught, load_usable
from fitness.recognition.taught_folders import taught_names
from fitness.teach.keeping import forget, keep
from scripts.benchmarks import recordings
from tests.teach.test_teach import _clip, _samples

CURE = "fitness teach --remove dip"


def _shortened(folder: Path) -> None:
    text = (folder / "dip_up.csv").read_text("utf-8")
    (folder / "dip_up.csv").write_text(text[:60], "utf-8")


def _no_zip(folder: Path) -> None:
    (folder / "swings.npz").write_bytes(b"PK\x03\x04 and nothing else")


def _one_file_gone(folder: Path) -> None:
    (folder / "dip_down.csv").unlink()


def _no_body(folder: Path) -> None:
    file = folder / "dip_up.csv"
    first, second, *rows = file.read_text("utf-8").splitlines()
    zeros = [",".join([row.split(",")[0], *["0"] * 99]) for row in rows]
    file.write_text("\n".join([first, second, *zeros]), "utf-8")


DAMAGES = (_shortened, _no_zip, _one_file_gone, _no_body)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the taught exercises `dip` and `step`."""
    keep(tmp_path / "taught", "dip", _samples())
    keep(tmp_path / "taught", "step", _samples("step"))
    monkeypatch.setenv("FITNESS_TAUGHT_DIR", str(tmp_path / "taught"))
    return tmp_path / "taught"


@pytest.mark.parametrize("damage", DAMAGES)
def test_auto_counts_without_a_damaged_exercise(folder: Path, damage: Callable[[Path], None]) -> None:
    """It is left out with its cure; named, it is an error with the cure; it can be removed or taught again."""
    damage(folder / "dip")
    assert taught_names(folder) == ("dip", "step")
    usable, damaged = load_usable(folder, taught_names(folder))
    assert [one.name for one in usable] == ["step"]
    assert list(damaged) == ["dip"] and CURE in damaged["dip"]
    options = RecogniserOptions(exercise=AUTO, taught=("dip", "step"))
    counter = recogniser(Settings(taught=folder, recogniser=options))
    for pose in _clip(3):
        _, state = counter.step(pose, pose.t)
    assert dict(state.totals) in ({"step": 3}, {"squat": 3})
    with pytest.raises(SamplesError, match=CURE):
        load_taught(folder, "dip")
    keep(folder, "dip", _samples())
    assert load_taught(folder, "dip").name == "dip"
    damage(folder / "dip")
    forget(folder, "dip")
    assert taught_names(folder) == ("step",)


def test_the_commands_report_a_damaged_exercise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lists and `replay` give one line with name and cure; `replay` by its name fails with that line."""
    _one_file_gone(folder / "dip")
    assert main(["teach", "--list"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "dip (damaged)\nstep\n" and CURE in printed.err
    assert main(["exercises", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["dip"]["auto"], rows["step"]["auto"]) == (False, True) and CURE in rows["dip"]["tested"]
    log = str(recordings.FOLDER / "neg_textscreen_no_person.landmarks.npz")
    assert main(["replay", log]) == 0
    assert [CURE in line for line in capsys.readouterr().err.splitlines()] == [True]
    assert main(["replay", log, "--exercise", "dip"]) == 1
    assert [CURE in line for line in capsys.readouterr().err.splitlines()] == [True]
    assert main(["replay", log, "--exercise", "squat"]) == 0
    assert capsys.readouterr().err == ""


def test_the_doctor_names_a_damaged_exercise(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one of the problems."""
    monkeypatch.setattr("fitness.apps.cli.doctor_command._add_models", lambda report, cache_dir: None)
    main(["doctor", "--json"])
    assert not any(CURE in one for one in json.loads(capsys.readouterr().out)["problems"])
    _shortened(folder / "dip")
    assert main(["doctor", "--json"]) == 1
    assert any(CURE in one for one in json.loads(capsys.readouterr().out)["problems"])


def _refused(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    """Let the system refuse what is in a folder, as it refuses users who are not root."""
    is_file, access, iterdir = Path.is_file, os.access, Path.iterdir

    def refusing(path: Path) -> bool:
        if closed in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    def refusing_list(path: Path) -> Iterator[Path]:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return iterdir(path)

    monkeypatch.setattr(Path, "is_file", refusing)
    monkeypatch.setattr(Path, "iterdir", refusing_list)
    monkeypatch.setattr(
        os, "access", lambda path, mode, **k: Path(path) != closed and access(path, mode, **k)
    )


def test_an_exercise_that_must_not_be_read_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the permissions: removing the exercise would lose good samples."""
    _refused(monkeypatch, folder / "dip")
    assert taught_names(folder) == ("dip", "step")
    usable, problems = load_usable(folder, ["dip", "step"])
    assert [one.name for one in usable] == ["step"]
    assert "check its permissions" in problems["dip"] and "remove" not in problems["dip"]


def test_a_folder_that_must_not_be_read_holds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _refused(monkeypatch, folder)
    assert taught_names(folder) == ()
