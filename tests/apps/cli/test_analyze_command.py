"""`fitness analyze`: dates of sessions, names of results, messages, refused photos and addresses, the report."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import av
import pytest
from PIL import Image

from fitness.apps.cli import main
from fitness.apps.cli.batch_run import open_report, print_counts
from fitness.apps.cli.results import counts_text, print_left_out
from fitness.apps.cli.storing import SessionDate, recorded_at
from fitness.apps.cli.tables import Column, print_table
from fitness.errors import OptionError
from fitness.media.source import Sources
from fitness.pipeline.batch import Outcome, Task
from fitness.session import SessionPaths, write_session, write_summary
from fitness.session.own_files import free_stems
from fitness.session.store import Store
from tests.support.clips import picture, steady, write_clip
from tests.support.session_cases import recorded

TEST_DATE = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


def dated(path: Path, tags: dict[str, str], seconds: float = 0.3) -> Path:
    """A short clip with these tags in its header, also QuickTime's own tags."""
    plain = write_clip(path.with_name("plain.mp4"), steady(round(seconds * 10), 10))
    with (
        av.open(str(plain)) as source,
        av.open(str(path), "w", format="mov", options={"movflags": "use_metadata_tags"}) as target,
    ):
        track = source.streams.video[0]
        copy = target.add_stream_from_template(track)
        target.metadata.update(tags)
        for packet in source.demux(track):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
    plain.unlink()
    return path


def test_quicktimes_date_keeps_the_offset_of_the_place(tmp_path: Path) -> None:
    """iPhones write QuickTime's date beside a time in UTC; QuickTime's date is used."""
    tags = {
        "com.apple.quicktime.creationdate": "2024-05-06T18:08:09+0530",
        "creation_time": "2024-05-06T12:38:09Z",
    }
    found = recorded_at(dated(tmp_path / "IMG_1.MOV", tags), datetime.now().astimezone())
    assert found is not None and found.isoformat() == "2024-05-06T18:08:09+05:30"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite3"


def started(store: Path) -> list[datetime]:
    with Store.open(store, readonly=True) as opened:
        return [row.started_at for row in opened.sessions()]


@pytest.mark.usefixtures("models")
def test_a_session_is_dated_now_unless_asked(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clip of 2024 is dated now; `--date file` and a given date are used instead, and the output says so."""
    clip = dated(tmp_path / "old.mov", {"creation_time": "2024-05-06T07:08:09Z"})
    for date, words in (
        ([], "(now; --date file uses the recording's own date)"),
        (["--date", "file"], "dated 2024-05-06"),
        (["--date", "2025-01-02T03:04"], "dated 2025-01-02 03:04 (the given date)"),
    ):
        assert main(["analyze", str(clip), "--model", "lite", "--store", str(store), *date]) == 0
        assert words in capsys.readouterr().out
    first, second, third = sorted(started(store), reverse=True)
    assert datetime.now().astimezone() - first < timedelta(minutes=30)
    assert third == TEST_DATE and second.replace(tzinfo=None) == datetime(2025, 1, 2, 3, 4)


@pytest.mark.usefixtures("models")
def test_a_recording_without_a_date_is_not_said_to_have_one(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--date file` uses now for a clip that states no date; the summary says so, also beside a clip with a date."""
    own = dated(tmp_path / "own.mov", {"creation_time": "2024-05-06T07:08:09Z"})
    none = dated(tmp_path / "none.mov", {})
    command = ["analyze", "--model", "lite", "--store", str(store), "--date", "file", "--no-annotate"]
    assert main([*command, str(none)]) == 0
    assert "(now, as the file states no date)" in capsys.readouterr().out
    assert main([*command, str(none), str(own)]) == 0
    assert "(the recording's own dates; now for 1 without a date)" in capsys.readouterr().out


def test_a_wrong_date_is_named() -> None:
    """A wrong date is refused with the same message as for other options."""
    with pytest.raises(OptionError, match="--date must be a date or time"):
        SessionDate.of("yesterday")


@pytest.mark.usefixtures("models")
def test_a_folder_reports_skipped_files_and_opens_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo beside a clip is skipped; `--open` shows the report beside the results."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    folder, out = tmp_path / "clips", tmp_path / "out"
    folder.mkdir()
    write_clip(folder / "clip", steady(6), container="mp4")
    Image.fromarray(picture(1)).save(folder / "photo.jpg")
    argv = [
        "analyze",
        str(folder),
        "--model",
        "lite",
        "--no-store",
        "--no-annotate",
        "--out",
        str(out),
        "--open",
    ]
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert "left out: photo.jpg (a photo)" in captured.err
    assert opened == [(out / "clip.report.html").resolve().as_uri()] and (out / "clip.report.html").is_file()
    assert [line.split()[0] for line in captured.out.splitlines()][:2] == ["file", "clip"]


def test_photos_and_addresses_are_refused_as_recordings(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each input is refused with what to do instead, and no session is stored."""
    photo = tmp_path / "photo.jpg"
    Image.fromarray(picture(1)).save(photo)
    assert main(["analyze", str(photo), "--model", "lite", "--store", str(store)]) == 1
    assert f"is a photo, not a video; `fitness image {photo}`" in capsys.readouterr().err
    assert started(store) == []
    assert main(["analyze", "https://example.org/a.mp4"]) == 1
    assert "addresses are not read; download the video first" in capsys.readouterr().err


def test_reps_of_others_are_shown_in_the_table() -> None:
    """The reps of a bystander are not counted, but listed as reps of others."""
    others = [{"person": 2, "exercise": "squat"}, {"person": 2, "exercise": "squat"}]
    assert counts_text({"totals": {"push-up": 5}, "others": others}) == "5 push-up; others: 2 squat"
    assert counts_text({"totals": {}, "others": []}) == "none"


def test_open_needs_results(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--open` without store and without folder is refused, because there is nothing to show."""
    clip = write_clip(tmp_path / "a.mp4", steady(3))
    assert main(["analyze", str(clip), "--no-store", "--open"]) == 2
    assert "error: --open needs a result" in capsys.readouterr().err


def summary_of(folder: Path, name: str, source: Path) -> None:
    """The files that a run writes for a recording."""
    from fitness.media.source import VideoFile

    with VideoFile(source) as video:
        info = video.info
    document = {
        "source": {
            "name": info.name,
            "width": info.width,
            "height": info.height,
            "duration_s": info.duration_s,
        }
    }
    SessionPaths.of(folder, name).summary.write_text(json.dumps({"version": 1, **document}))


def names_of(paths: list[Path], folder: Path) -> list[str]:
    return free_stems(paths, folder)[0]


def test_a_later_run_never_replaces_the_results_of_another_recording(tmp_path: Path) -> None:
    """IMG_0001.MOV, later IMG_0001.MP4, then another clip of the same name; only a second run of the same clip replaces
    results.
    """
    out = tmp_path / "out"
    out.mkdir()
    mov = write_clip(tmp_path / "IMG_0001.MOV", steady(6), container="mov")
    mp4 = write_clip(tmp_path / "IMG_0001.MP4", steady(9))
    assert names_of([mov], out) == ["IMG_0001"]
    summary_of(out, "IMG_0001", mov)
    assert names_of([mov], out) == ["IMG_0001"]
    assert names_of([mp4], out) == ["IMG_0001.MP4"]
    assert names_of([mp4, mov], out) == ["IMG_0001.MP4", "IMG_0001"]
    summary_of(out, "IMG_0001.MP4", mp4)
    (tmp_path / "other").mkdir()
    longer = write_clip(tmp_path / "other" / "IMG_0001.MP4", steady(60))
    assert names_of([longer], out) == ["IMG_0001-2"]
    assert names_of([Path(shutil.copy(mp4, tmp_path / "copy.MP4"))], out) == ["copy"]
    (out / "copy.summary.json").write_text('{"version": 1, "source": "damaged"')
    assert names_of([tmp_path / "copy.MP4"], out) == ["copy.MP4"]


def test_several_workers_report_the_counts_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has a line with reps for each recording, also for those finished before; failures are marked."""
    write_summary(SessionPaths.of(tmp_path, "a").summary, recorded())
    outcomes = [
        Outcome(Task(0, tmp_path / "a.mp4", "clips/a.mp4", "a"), resumed=True),
        Outcome(Task(1, tmp_path / "b.mp4", "clips/b.mp4", "b"), error="damaged"),
    ]
    print_counts(outcomes, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("clips/a.mp4") and "2 squat, 1 push-up" in lines[1]
    assert lines[2].split()[:2] == ["clips/b.mp4", "failed"]


def test_several_workers_open_one_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--workers --open` shows all counted recordings on one page."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    for stem in ("a", "b"):
        write_session(recorded(), tmp_path, stem)
    tasks = [Task(i, tmp_path / f"{stem}.mp4", f"{stem}.mp4", stem) for i, stem in enumerate("abc")]
    open_report(
        [Outcome(tasks[0]), Outcome(tasks[1], resumed=True), Outcome(tasks[2], error="damaged")], tmp_path
    )
    assert opened == [(tmp_path / "report.html").as_uri()] and (tmp_path / "report.html").is_file()


def test_a_file_name_that_is_not_text_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a skipped file is printed without control characters."""
    print_left_out(Sources((), ((Path("bad\udcff.bin"), "no video"),)))
    assert "left out: bad" in capsys.readouterr().err


def test_a_hold_is_reported_in_seconds() -> None:
    """Holds are shown in seconds, not as reps."""
    summary = {
        "totals": {"plank": 35, "lunge": 10}, "sides": {"lunge": {"left": 5, "right": 5, "both": 0}}, "partials": [{}],
    }  # fmt: skip
    assert counts_text(summary) == "plank 35 s, 10 lunge (5 left, 5 right) (and 1 partial)"


@pytest.mark.parametrize("columns", ["30", "80"])
def test_no_name_is_ever_cut(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a narrow terminal, cells are wrapped; if the output is not a terminal, each row is one line."""
    name = "a-long-name-of-a-recording-2026-03-01 (1).mp4"
    monkeypatch.setenv("COLUMNS", columns)
    print_table([Column("file", whole=True), Column("reps")], [[name, "12 squat, 10 push-up, plank 35 s"]])
    (_, line) = capsys.readouterr().out.splitlines()
    assert line.startswith(name) and "plank 35 s" in line
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_table([Column("file", whole=True), Column("reps")], [[name, "12 squat, 10 push-up, plank 35 s"]])
    out = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "…" not in out
    assert sorted("".join(out.split())) == sorted(
        "".join(f"filereps{name}12 squat, 10 push-up, plank 35 s".split())
    )


def test_annotate_without_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Typed, it asks for a video, and nothing says where that goes. As the default it asks for nothing."""
    assert main(["analyze", "a.mp4", "--annotate"]) == 2
    assert "--annotate needs --out" in capsys.readouterr().err
