"""`fitness sessions` and `fitness export` on the command line, and the sessions that `fitness analyze` stores."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from fitness.apps.cli import main
from fitness.apps.cli.differences import difference, print_difference
from fitness.apps.cli.storing import Keeper, moment_of, recorded_at
from fitness.errors import OptionError, OutputError, SourceError
from fitness.media.source import VideoFile
from fitness.media.writer import VideoWriter
from fitness.pipeline.analyzer import recount
from fitness.pipeline.settings import Settings, counter, noted
from fitness.session import SessionRecorder
from fitness.session.store import Arranged, SessionRow, SetRow, Store, Workout, default_store_path
from fitness.session.store.connection import open_connection
from fitness.types import Count, Frame, FrameResult
from scripts.figure import Clip, Idle, Motion, Reps
from tests.support.store_cases import SETTINGS, SOURCE, START, limit_pages, recorded, stream


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a store with two sessions, a day apart; FITNESS_STORE names it."""
    path = tmp_path / "mine.sqlite3"
    monkeypatch.setenv("FITNESS_STORE", str(path))
    with Store.open() as store:
        for days in (0, 1):
            with store.begin(SOURCE, SETTINGS, started_at=START + timedelta(days=days), model="lite") as live:
                for step in stream(8.0, seed=days):
                    live.add_counted(*step)
    return path


def output(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    """The standard output of a command; its exit code must be `code`."""
    capsys.readouterr()
    found = main(argv)
    captured = capsys.readouterr()
    assert found == code, captured.err
    return captured.out if code == 0 else captured.err


def document(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    """The JSON that a command prints with --json."""
    return json.loads(output(capsys, *argv, "--json"))


def test_list_and_show(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The default is a table, --json prints JSON; --since selects; --store uses another file."""
    assert "3 squat" in output(capsys, "sessions", "list")
    assert [row["session"] for row in document(capsys, "sessions", "list")] == [1, 2]
    since = document(capsys, "sessions", "list", "--since", "2026-03-02T00:00:00+00:00")
    assert [row["session"] for row in since] == [2]
    assert since[0]["started_at"] == "2026-03-02T18:30:15.250+05:30" and since[0]["totals"] == {"squat": 3}
    shown = document(capsys, "sessions", "show", "1")
    assert [rep["rep"] for rep in shown["reps"]] == [1, 2, 3] and shown["sets"][0]["reps"] == 3
    assert "squat" in output(capsys, "sessions", "show", "1", "--store", str(place))
    assert "no session 7" in output(capsys, "sessions", "show", "7", code=1)


def test_a_missing_store_has_no_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first session the list is empty; a file given by --store must exist."""
    monkeypatch.setenv("FITNESS_STORE", str(tmp_path / "none.sqlite3"))
    assert document(capsys, "sessions", "list") == []
    missing = str(tmp_path / "other.sqlite3")
    for argv in (["list"], ["show", "1"], ["delete", "1", "--yes"], ["merge", "1", "2"], ["redo", "1"]):
        assert "no sessions are stored" in output(capsys, "sessions", *argv, "--store", missing, code=1)
    assert list(tmp_path.iterdir()) == []


def test_edit(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts, the start and a set's numbers can be changed; `none` removes a number."""
    row = document(
        capsys, "sessions", "edit", "1", "--title", "Legs [x]", "--started", "2026-02-01T10:00:00Z"
    )
    assert row["title"] == "Legs [x]" and row["started_at"] == "2026-02-01T10:00:00.000+00:00"
    shown = output(
        capsys, "sessions", "edit", "1", "--set", "1", "--reps", "4", "--weight", "7.5", "--rpe", "9"
    )
    assert "4 (counted 3)" in shown and "7.5 kg" in shown and "Legs [x]" in shown
    output(capsys, "sessions", "edit", "1", "--set", "1", "--reps", "none", "--note", "[bold]deep")
    (one,) = document(capsys, "sessions", "show", "1")["sets"]
    assert (one["reps"], one["weight_kg"], one["rpe"], one["note"]) == (3, 7.5, 9.0, "[bold]deep")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--reps", "3"], 2, "give --set"),
        (["--set", "1", "--title", "x"], 2, "for a session"),
        (["--set", "1", "--reps", "2.5"], 1, "--reps must be a number"),
        (["--set", "1", "--weight", "-2"], 1, "--weight must be a number"),
        (["--set", "1", "--weight", "nan"], 1, "--weight must be a number"),
        (["--set", "1", "--kind", "odd"], 1, "kind must be one of"),
        (["--set", "3", "--reps", "1"], 1, "session 1 has no set 3; its sets are 1 (squat)"),
        (["--started", "yesterday"], 1, "--started must be a date"),
    ],
)
def test_wrong_edits_change_nothing(
    place: Path, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, words: str
) -> None:
    """Each value is refused with a line that names the option."""
    before = document(capsys, "sessions", "show", "1")
    assert words in output(capsys, "sessions", "edit", "1", *argv, code=code)
    assert document(capsys, "sessions", "show", "1") == before


def test_merge_and_delete(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging keeps the old sessions unless --replace is given; deleting asks first, and deletes all or none."""
    assert document(capsys, "sessions", "merge", "1", "2")["totals"] == {"squat": 6}
    assert {row["session"] for row in document(capsys, "sessions", "list")} == {1, 2, 3}
    output(capsys, "sessions", "delete", "3", "--yes")
    assert document(capsys, "sessions", "merge", "1", "2", "--replace")["session"] == 4
    assert [row["session"] for row in document(capsys, "sessions", "list")] == [4]
    assert "no session 1" in output(capsys, "sessions", "delete", "4", "1", "--yes", code=1)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    output(capsys, "sessions", "delete", "4", code=130)
    assert len(document(capsys, "sessions", "list")) == 1
    output(capsys, "sessions", "delete", "4", "--yes")
    assert document(capsys, "sessions", "list") == []


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "strong", "hevy", "fitnotes", "liftlog"])
def test_text_goes_to_standard_output(place: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Without --out, the same bytes are printed that --out would write."""
    printed = output(capsys, "export", "2", "1", "--format", name)
    out = place.parent / "out"
    assert main(["-q", "export", "2", "1", "--format", name, "--out", str(out)]) == 0
    assert out.read_bytes() == printed.encode("utf-8") and printed.count("2026") >= 2


def test_export_chooses_sessions(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sessions are chosen by number, by date, or all."""

    def ids(*argv: str) -> set[str]:
        text = output(capsys, "export", *argv, "--format", "csv")
        return {row["session"] for row in csv.DictReader(io.StringIO(text))}

    assert ids() == {"1", "2"} and ids("2") == {"2"} and ids("--since", "2026-03-02T00:00:00Z") == {"2"}
    assert ids("--since", "2030-01-01") == set()
    assert "not both" in output(capsys, "export", "1", "--since", "2026-01-01", "--format", "csv", code=2)
    for name in ("fit", "tcx", "parquet"):
        if name != "tcx":
            assert "needs --out" in output(capsys, "export", "--format", name, code=2)
    assert "format must be one of" in output(capsys, "export", "--format", "xls", code=1)
    folder = place.parent / "watch"
    output(capsys, "export", "--format", "fit", "--out", str(folder))
    assert len(list(folder.glob("session-*.fit"))) == 2


def film(path: Path, created: str | None = None) -> Path:
    """A short video file that states `created` as its recording time."""
    with VideoWriter(path, 64, 64, 10) as writer:
        for i in range(5):
            writer.write(np.full((64, 64, 3), 40 * i, np.uint8), i / 10)
    if created is not None:
        again = path.with_suffix(".mov")
        with av.open(str(path)) as source, av.open(str(again), "w") as target:
            target.metadata["creation_time"] = created
            track = source.streams.video[0]
            copy = target.add_stream_from_template(track)
            for packet in source.demux(track):
                if packet.dts is not None:
                    packet.stream = copy
                    target.mux(packet)
        again.replace(path)
    return path


@pytest.mark.parametrize(
    ("created", "wanted"),
    [
        ("2024-05-06T07:08:09.000000Z", datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)),
        ("1970-01-01T00:00:00Z", None),
        ("2099-01-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_the_start_time_of_a_recording_is_read(
    tmp_path: Path, created: str | None, wanted: datetime | None
) -> None:
    """The recording time that a file states is used, unless it is implausible."""
    path = film(tmp_path / "clip.mp4", created)
    assert recorded_at(path, START) == wanted


def test_moments_without_offset_are_local() -> None:
    """A date means midnight in this machine's time zone; an invalid date is refused."""
    moment = moment_of("2026-03-01", "--since")
    assert moment == datetime(2026, 3, 1).astimezone() and moment.utcoffset() is not None
    assert moment_of(None, "--since") is None
    with pytest.raises(OptionError, match="--since must be a date or time"):
        moment_of("soon", "--since")


def test_a_failing_store_does_not_stop_counting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the default store cannot be opened, a line says so and counting continues; a store given by --store is an error."""
    (tmp_path / "file").write_text("")
    bad = tmp_path / "file" / "s.sqlite3"
    monkeypatch.setenv("FITNESS_STORE", str(bad))
    keeper = Keeper.of(None, wanted=True)
    assert "not stored: " in capsys.readouterr().err
    with (
        VideoFile(film(tmp_path / "a.mp4")) as video,
        keeper.session(video, tmp_path / "a.mp4", Settings(), SessionRecorder()) as keep,
    ):
        keep(FrameResult(Frame(np.zeros((2, 2, 3), np.uint8), 0.0, 0), None, None, Count({})))
    assert capsys.readouterr().err == "" and not keeper.failed
    with pytest.raises(OutputError):
        Keeper.of(bad, wanted=True)


@pytest.mark.parametrize("space_again", [True, False])
def test_a_full_disk_is_reported_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], space_again: bool
) -> None:
    """Counting continues on a full disk. With space again, everything is stored and a message says so; else the command
    fails.
    """
    database = open_connection(tmp_path / "s.sqlite3")
    store = Store(database, tmp_path / "s.sqlite3")
    keeper, path = Keeper(store), film(tmp_path / "a.mp4")
    recorder = SessionRecorder()
    with VideoFile(path) as video, keeper.session(video, path, Settings(), recorder) as keep:
        limit_pages(database, 5)
        for i, (t, pose, classification, count) in enumerate(stream()):
            if i == 150 and space_again:
                limit_pages(database, 100_000)
            result = FrameResult(Frame(np.zeros((2, 2, 3), np.uint8), t, i), pose, classification, count)
            recorder.add(result)
            keep(result)
    reported = capsys.readouterr().err.splitlines()
    assert "disk is full" in reported[0] and keeper.failed is not space_again
    assert reported[1:] == (["the store works again; everything is stored"] if space_again else [])
    (row,) = store.sessions()
    assert (row.source.frames == 200) is space_again and row.finished is space_again
    keeper.close()


@pytest.fixture(scope="module")
def squats(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A video of two squats."""
    clip = Clip(Motion(Idle(0.6), Reps("squat", 2, seconds=1.6), Idle(0.4)), fps=12, width=320, height=320)
    path = tmp_path_factory.mktemp("film") / "squats.mp4"
    with VideoWriter(path, clip.width, clip.height, clip.fps) as writer:
        for frame in clip.frames():
            writer.write(frame.image, frame.t)
    return path


def test_analyze_keeps_the_session(
    squats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stored session equals the files of --out; --no-store stores nothing; redo shows differences, or that there are
    none.
    """
    monkeypatch.setenv("FITNESS_STORE", str(tmp_path / "s.sqlite3"))
    output(capsys, "analyze", str(squats), "--no-store", "--end", "0.5")
    assert not default_store_path().exists()
    reported = output(capsys, "analyze", str(squats), "--out", str(tmp_path / "out"))
    (row,) = document(capsys, "sessions", "list")
    written = json.loads((tmp_path / "out" / "squats.summary.json").read_text())
    assert row["totals"] == written["totals"] == {"squat": 2} and row["kind"] == "analyze" and row["finished"]
    listed = output(capsys, "sessions", "list")
    assert (
        re.findall(r"[\d.]+ s\b", reported)[0]
        == re.findall(r"[\d.]+ s\b", listed)[0]
        == f"{row['duration_s']:.1f} s"
    )
    assert "Squat - " in listed and row["name"] in listed and "squats.mp4" not in listed
    with Store.open() as store:
        assert store.row(row["session"]).video == tmp_path / "out" / "squats.annotated.mp4"
        session = store.load(row["session"])
        assert [rep.t_end for rep in session.reps] == pytest.approx(
            [r["end_s"] for r in written["reps"]], abs=1e-3
        )
        assert session.settings == noted(Settings())
        assert session.landmarks is not None
        again = recount(session.landmarks, counter(Settings()))
        assert again.reps == session.reps and again.frames.count.tolist() == session.frames.count.tolist()
    same = document(capsys, "sessions", "redo", "1")
    assert same["totals"] == {"squat": {"old": 2, "new": 2}} and same["gone"] == same["found"] == []
    other = document(capsys, "sessions", "redo", "1", "--exercise", "push-up", "--replace")
    assert other["totals"]["squat"] == {"old": 2, "new": 0} and len(other["gone"]) == 2
    with Store.open() as store:
        stored = store.load(1)
    assert (
        stored.reps == ()
        and stored.settings["exercise"] == "push-up"
        and len(stored.frames) == len(session.frames)
    )
    assert "no reps before or now" in output(capsys, "sessions", "redo", "1")
    assert "+2; sets none -> 2" in output(capsys, "sessions", "redo", "1", "--exercise", "auto")


def test_same_is_said_only_of_the_same_sets(capsys: pytest.CaptureFixture[str]) -> None:
    """Totals may be the same with other sets; corrections that stay are shown."""
    old = recorded(stream(8.0))
    row = SetRow("squat", 1, 3, 0.0, 6.0)
    sets = (SetRow("squat", 1, 1, 0.0, 2.0, corrected=2), SetRow("squat", 2, 2, 2.0, 6.0))
    workout = Workout(SessionRow(1, START, "live", "", "", True, "", SOURCE, 8.0, {}), (row,), old.reps)
    print_difference(difference(workout, old, Arranged(old, (row,))))
    assert capsys.readouterr().out == "squat: 3 -> 3 (same)\n"
    print_difference(difference(workout, old, Arranged(old, sets)))
    assert capsys.readouterr().out.splitlines() == [
        "squat: 3 -> 3 (sets 3 -> 1, 2)",
        "  set 1 keeps your correction: squat 2 (counted 1)",
    ]


def test_redo_of_an_exercise_that_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says how to count the session as another exercise, and the session stays as it was."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        session = replace(recorded(stream(2.0)), settings={**SETTINGS, "exercise": "chin"})
        store.add(session, started_at=START)
    found = output(capsys, "sessions", "redo", "1", "--replace", "--store", str(path), code=1)
    assert "was counted as 'chin'" in found and "--exercise auto" in found


def test_redo_needs_landmarks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A session that was stored without poses cannot be counted again, and the message says so."""
    path = tmp_path / "s.sqlite3"
    with Store.open(path) as store:
        store.add(replace(recorded(stream(2.0)), landmarks=None), started_at=START)
    assert "landmarks" in output(capsys, "sessions", "redo", "1", "--store", str(path), code=1)
    shutil.copy(path, tmp_path / "copy.sqlite3")
    with Store.open(tmp_path / "copy.sqlite3", readonly=True) as store, pytest.raises(SourceError):
        store.load(2)


def test_a_folder_that_must_not_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Permissions are the user's matter, not a bug: no traceback, wherever a command meets them."""

    def refused(path: Path, *_: object, **__: object) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setenv("FITNESS_STORE", str(tmp_path / "s.sqlite3"))
    monkeypatch.setattr(Path, "exists", refused)
    assert main(["sessions", "list"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "Permission denied); check its permissions" in lines[0]
