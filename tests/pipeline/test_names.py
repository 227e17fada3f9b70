"""File names are arbitrary bytes: such files are counted, stored and listed without harm, and circular links are
not followed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fitness.apps.cli import main
from fitness.errors import SamplesError, SourceError, printable
from fitness.media.info import SourceInfo
from fitness.media.source import expand_sources
from fitness.pipeline.batch import is_done, marker_path
from fitness.recognition import samples
from fitness.recognition.samples import HEADER, load_samples
from fitness.session import read_landmarks
from fitness.session.store import Store
from tests.support.clips import steady, write_clip

POSIX = pytest.mark.skipif(sys.platform != "linux", reason="such names are allowed on Linux")


@POSIX
@pytest.mark.parametrize("name", [b"bad\xff.mp4", b"u" * 251 + b".mp4", b"red\x1b[31m\x07.mp4"])
def test_any_name_is_analysed(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    """Names that are not UTF-8, have 255 bytes, or contain terminal control characters; none is printed unchanged."""
    path = write_clip(tmp_path / "plain.mp4", steady(3)).rename(tmp_path / os.fsdecode(name))
    store, out = tmp_path / "s.db", tmp_path / "out"
    argv = [
        "analyze",
        str(path),
        "--model",
        "lite",
        "--store",
        str(store),
        "--out",
        str(out),
        "--no-annotate",
    ]
    assert main(argv) == 0
    assert main([*argv[:-1], "--json"]) == 0
    assert main(["analyze", str(path.with_name("no\x1b.mp4"))]) == 1
    printed = capsys.readouterr()
    assert "\x1b[31m" not in printed.out + printed.err and "\x07" not in printed.out + printed.err
    (printed.out + printed.err).encode()
    with Store.open(store) as opened:
        assert all(row.source.name == printable(path.name) for row in opened.sessions())
    assert len(list(out.glob("*.summary.json"))) == 1


def test_names_are_shown_without_control_characters() -> None:
    """Letters of all scripts stay; control characters and bytes that are no text do not."""
    assert printable("Übung 1 深蹲.mp4") == "Übung 1 深蹲.mp4"
    assert printable("a\x1b\udcff\u202e\n") == "a" + "\N{REPLACEMENT CHARACTER}" * 4
    assert SourceInfo("a\udcff", 0, 0, 1, 1, 0).name == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_circular_links_are_not_followed(tmp_path: Path) -> None:
    """One file is listed once, however deep the pattern searches."""
    folder = tmp_path / "a"
    (folder / ".hidden").mkdir(parents=True)
    for number in range(2):
        (folder / f"loop{number}").symlink_to(folder, target_is_directory=True)
    film = write_clip(folder / "film.mp4", steady(3))
    (folder / ".hidden" / "b.mp4").write_bytes(film.read_bytes())
    assert expand_sources([f"{tmp_path}/**/*.mp4"]) == [film]
    assert expand_sources([f"{tmp_path}/*/film.mp4"]) == [film]


def test_the_partial_file_of_a_killed_run_is_ignored(tmp_path: Path) -> None:
    """`.part.mp4` files of a killed run are skipped, other videos are not."""
    film = write_clip(tmp_path / "film.mp4", steady(3))
    (tmp_path / "film.annotated.part.mp4").write_bytes(film.read_bytes())
    assert expand_sources([tmp_path]) == [film]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX systems")
def test_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    """A pipe is refused as pose samples and as a landmark log."""
    os.mkfifo(tmp_path / "squat_up.csv")
    with pytest.raises(SamplesError, match="not a file"):
        load_samples(tmp_path)
    os.mkfifo(tmp_path / "a.landmarks.npz")
    with pytest.raises(SourceError, match="pipe"):
        read_landmarks(tmp_path / "a.landmarks.npz")


def test_endless_brackets_are_refused(tmp_path: Path) -> None:
    """A marker of 200,000 brackets is ignored, and the recording is counted again."""
    marker_path(tmp_path, "a").write_text("[" * 200_000)
    assert not is_done(tmp_path, "a", "key")


def test_too_many_samples_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are read one by one, so refusing too many takes no memory."""
    row = ",".join(["x", *["0.1"] * (len(HEADER) - 1)])
    lines = ["# fitness pose samples; space=world-metres", ",".join(HEADER), *[row] * 4]
    (tmp_path / "squat_up.csv").write_text("\n".join(lines) + "\n")
    assert len(load_samples(tmp_path)) == 4
    monkeypatch.setattr(samples, "MAX_SAMPLES", 3)
    with pytest.raises(SamplesError, match="more than 3 samples"):
        load_samples(tmp_path)
