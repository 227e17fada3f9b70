"""Results never replace a recording that is counted, or a file that this program did not write."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.media.writer import VideoWriter
from fitness.pipeline.batch import Outcome, Task, combine
from fitness.session import whole_file, write_session
from fitness.session.own_files import RESULT_ENDINGS, free_path, free_stems, is_own, marked_png
from tests.support.clips import steady, write_clip
from tests.support.report_cases import session
from tests.support.video_files import write_clip as write_own


def test_result_files_are_distinguished_from_other_files(tmp_path: Path) -> None:
    """Each kind of result is recognised by its content, and other files of that name are not."""
    paths = write_session(session(), tmp_path, "x")
    combine([Outcome(Task(0, tmp_path / "x.mp4", "x.mp4", "x"))], tmp_path)
    write_own(tmp_path / "x.annotated.mp4")
    png = cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes()
    (tmp_path / "own.png").write_bytes(marked_png(png))
    own = [paths.reps, paths.frames, paths.summary, paths.landmarks]
    own += [tmp_path / name for name in ("recordings.csv", "reps.csv", "x.annotated.mp4", "own.png")]
    assert all(map(is_own, own))
    assert (cv2.imdecode(np.frombuffer((tmp_path / "own.png").read_bytes(), np.uint8), 1) == 0).all()
    for path in own:
        path.write_bytes(b"version,source,of something else\n" * 10)
    write_clip(tmp_path / "x.annotated.mp4", steady(5))
    (tmp_path / "own.png").write_bytes(png)
    assert not any(map(is_own, own)) and not is_own(tmp_path / "missing.csv")


def test_a_free_name_is_used_unchanged(tmp_path: Path) -> None:
    """Another name is chosen only if a file of the user, or a link to it, would be replaced."""
    path = tmp_path / "a.html"
    assert free_path(path) == path
    path.write_text("my notes")
    assert free_path(path) == tmp_path / "a-2.html"
    with whole_file(tmp_path / "a-2.html") as file:
        file.write(b'<!doctype html><html><head><meta name="generator" content="fitness">')
    assert free_path(path) == tmp_path / "a-2.html"
    assert free_path(path, [tmp_path / "a-2.html"]) == tmp_path / "a-3.html"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_to_nowhere_is_not_followed(tmp_path: Path) -> None:
    """Another user may have created the target."""
    (tmp_path / "a.csv").symlink_to(tmp_path / "nowhere")
    assert free_path(tmp_path / "a.csv") == tmp_path / "a-2.csv"


def test_stems_differ_are_short_and_can_be_printed(tmp_path: Path) -> None:
    """Sources of one name, names of 255 bytes, names that are no text, escape characters."""
    odd = [
        Path("b/x.mp4"),
        Path("a" * 251 + ".mp4"),
        Path(os.fsdecode(b"bad\xff.mp4")),
        Path("red\x1b[31m.mp4"),
    ]
    stems, notes = free_stems([Path("a/x.mp4"), *odd, Path("c/x.mp4")], tmp_path)
    assert len(set(stems)) == 6 and stems[0] == "x" and stems[1] == "x.mp4"
    for stem in stems:
        assert stem.isprintable() and len(f".{stem}{max(RESULT_ENDINGS, key=len)}.part".encode()) <= 255
    assert notes == []


def test_a_source_is_never_replaced(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The annotated video of the first source would have the name of the second one."""
    first, second = tmp_path / "x.mp4", tmp_path / "x.annotated.mp4"
    write_clip(first, steady(5))
    second.write_bytes(first.read_bytes())
    before = hashlib.sha256(second.read_bytes()).hexdigest()
    argv = ["analyze", str(first), str(second), "--model", "lite", "--no-store", "--out", str(tmp_path)]
    for _ in range(2):  # the second time the results of the first are replaced
        assert main(argv) == 0
        assert hashlib.sha256(second.read_bytes()).hexdigest() == before
        assert "x.mp4: its results are named x.mp4," in capsys.readouterr().err
    assert (tmp_path / "x.mp4.annotated.mp4").is_file() and not list(tmp_path.glob("x-2*"))


def test_a_live_video_does_not_replace_its_source(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does not replace another existing file either; a note has the path of the video."""
    film = write_own(tmp_path / "film.mp4")
    before = film.read_bytes()
    argv = ["live", "--headless", "--no-sound", "--no-store", "--model", "lite", "--camera", str(film)]
    assert main([*argv, "--save-video", str(film)]) == 0
    assert film.read_bytes() == before and (tmp_path / "film-2.mp4").is_file()
    assert "writing film-2.mp4 instead" in capsys.readouterr().err


def test_a_video_that_cannot_be_written_does_not_end_the_workout(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note says so, and counting continues to the end."""
    film = write_own(tmp_path / "film.mp4")

    def full(self: VideoWriter, image: object, t: float) -> None:
        from fitness.errors import OutputError

        raise OutputError("the disk is full")

    monkeypatch.setattr(VideoWriter, "write", full)
    argv = ["live", "--headless", "--no-sound", "--no-store", "--model", "lite", "--camera", str(film)]
    assert main([*argv, "--save-video", str(tmp_path / "out.mp4")]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("the video is not written: the disk is full") == 1 and "total:" in printed.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4"]


def test_a_failing_store_is_reported_at_once_and_at_the_end(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting continues; the exit code shows that something was not stored."""
    import fitness.session.store.live as live
    from fitness.errors import OutputError

    def full(*_: object, **__: object) -> None:
        raise OutputError("the disk is full")

    film = write_own(tmp_path / "film.mp4")
    monkeypatch.setattr(live, "write_chunk", full)
    argv = ["live", "--headless", "--no-sound", "--model", "lite", "--camera", str(film)]
    assert main([*argv, "--store", str(tmp_path / "s.db")]) == 1
    printed = capsys.readouterr()
    assert "not stored: the disk is full" in printed.err and "total:" in printed.out
    assert "s of this session are not stored" in printed.err
