"""The files of a session are read back as written; broken files give a one-line error."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OutputError, SourceError
from fitness.media.info import SourceInfo
from fitness.session import (
    LandmarkLog,
    SessionRecorder,
    prepare_out_dir,
    read_landmarks,
    read_reps_csv,
    read_summary,
    rep_of,
    reps_of,
    summary,
    summary_json,
    whole_file,
    write_landmarks,
    write_reps_csv,
    write_session,
    write_summary,
)
from fitness.session.tables import REP_COLUMNS, rounded
from fitness.types import RECORD_FIELDS, Count, Renamed, Rep, RepAmended, RepCounted, RepRecord, Side
from tests.support.session_cases import SOURCE, recorded

SIDES: tuple[Side, ...] = ("left", "right", "left")

numbers = st.floats(0, 1e5)
reps = st.builds(
    Rep, st.sampled_from(["squat", "push-up", 'odd, "name"', "zweifüßig\nneu"]), st.integers(1, 99),
    st.integers(1, 999), numbers, numbers, numbers, st.floats(0, 1),
)  # fmt: skip


def test_all_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    """Four files with the stem's name, in a folder that is made with its parents."""
    paths = write_session(recorded(), tmp_path / "a" / "b", "mein clip.v2")
    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == {
        "mein clip.v2.reps.csv",
        "mein clip.v2.frames.csv",
        "mein clip.v2.summary.json",
        "mein clip.v2.landmarks.npz",
    }
    assert paths.summary == tmp_path / "a" / "b" / "mein clip.v2.summary.json"


def test_partial_reps_have_a_table_of_their_own(tmp_path: Path) -> None:
    """The file exists only if there are partial reps; the table of an older run is deleted."""
    partial = Rep("squat", 1, 0, 0.5, 1.0, 1.5, 0.9, partial=True)
    session = replace(recorded(), partials=(partial,))
    paths = write_session(session, tmp_path, "a")
    assert read_reps_csv(paths.partials) == (partial,)
    assert summary(session)["partials"][0]["partial"] and len(summary(session)["reps"]) == 3
    assert not write_session(recorded(), tmp_path, "a").partials.exists()


def test_without_landmarks_there_is_no_log(tmp_path: Path) -> None:
    """A session that kept no poses writes three files."""
    paths = write_session(recorded(keep_landmarks=False), tmp_path, "a")
    assert not paths.landmarks.exists() and paths.frames.exists()


def test_the_summary_is_exactly_this() -> None:
    """The document's keys, order and values are fixed."""
    document = summary(recorded())
    assert list(document) == [
        "version", "source", "length_s", "totals", "sets", "reps", "others", "partials", "sides",
        "unmeasurable_s", "warnings", "settings",
    ]  # fmt: skip
    assert document["version"] == 1
    assert document["source"] == {
        "name": "clip.mp4", "duration_s": 4.0, "fps": 10, "width": 64, "height": 48, "frames": 40,
    }  # fmt: skip
    assert document["totals"] == {"squat": 2, "push-up": 1}
    assert document["sets"][0] == {
        "exercise": "squat", "set": 1, "reps": 2, "start_s": 0.588, "end_s": 2.5, "unit": "reps",
        "speed_loss": None,
    }  # fmt: skip
    assert document["reps"][2] == {
        "held_s": None,
        "exercise": "push-up", "set": 2, "rep": 1, "start_s": 2.588, "peak_s": 3.1, "end_s": 3.5,
        "duration_s": 0.912, "confidence": 0.877, "partial": False, "side": None, "cues": [],
        **dict.fromkeys(RECORD_FIELDS),
    }  # fmt: skip
    assert document["unmeasurable_s"] == 0.5
    assert document["warnings"] == ["odd times"] and document["settings"] == {"enter": 0.6}


def test_the_summary_reads_back(tmp_path: Path) -> None:
    """File, text and document are the same."""
    session = recorded()
    write_summary(tmp_path / "s.json", session)
    assert read_summary(tmp_path / "s.json") == summary(session) == json.loads(summary_json(session))
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == summary_json(session)


def test_names_in_any_writing_system_are_read_back(tmp_path: Path) -> None:
    """Source names are not escaped or lost."""
    source = SourceInfo("Kniebeuge 深蹲 é.mp4", 1, 30, 4, 3, 0)
    session = SessionRecorder().session(source)
    paths = write_session(session, tmp_path, "x")
    assert read_summary(paths.summary)["source"]["name"] == source.name
    assert read_landmarks(paths.landmarks).source.name == source.name
    assert "深蹲" in paths.summary.read_text(encoding="utf-8")


@given(st.lists(reps, max_size=5))
def test_reps_read_back_as_rounded(tmp_path_factory: pytest.TempPathFactory, made: list[Rep]) -> None:
    """Any exercise name and number survives; writing what was read gives the same bytes."""
    path = tmp_path_factory.mktemp("reps") / "r.csv"
    write_reps_csv(path, tuple(made))
    back = read_reps_csv(path)
    assert back == tuple(map(rounded, made))
    first = path.read_bytes()
    write_reps_csv(path, back)
    assert path.read_bytes() == first


@given(st.lists(reps, max_size=5))
def test_csv_and_json_say_the_same(made: list[Rep]) -> None:
    """A rep's row in the table and its entry in the summary hold equal numbers, and start + duration = end."""
    document = summary(replace(recorded(0), reps=tuple(made)))
    for rep, entry in zip(map(rounded, made), document["reps"], strict=True):
        assert (entry["start_s"], entry["peak_s"], entry["end_s"]) == (rep.t_start, rep.t_peak, rep.t_end)
        assert entry["start_s"] + entry["duration_s"] == pytest.approx(entry["end_s"], abs=1e-6)
        assert entry["confidence"] == rep.confidence


def test_the_table_of_reps_is_exactly_this(tmp_path: Path) -> None:
    """Constant columns, three decimals, one line per rep."""
    write_reps_csv(tmp_path / "r.csv", recorded().reps)
    header, *rows = (tmp_path / "r.csv").read_text().splitlines()
    assert header.startswith(
        "exercise,set,rep,start_s,peak_s,end_s,duration_s,confidence,partial,side,cues,eccen"
    )
    empty = ",0,," + "," * len(RECORD_FIELDS)
    assert rows == [
        "squat,1,1,0.588,1.100,1.500,0.912,0.877" + empty,
        "squat,1,2,1.588,2.100,2.500,0.912,0.877" + empty,
        "push-up,2,1,2.588,3.100,3.500,0.912,0.877" + empty,
    ]


def test_records_are_written_and_read(tmp_path: Path) -> None:
    """Partial flag, side, cues and numbers: the same in table and summary; degrees to a tenth; tables of before too."""
    record = RepRecord(eccentric_s=1.23456, depth_deg=71.26, speed_loss=0.1)
    rep = Rep(
        "lunge", 1, 2, 0.5, 1.0, 1.5, 0.9, partial=True, side="left", cues=("deeper", "lean"), record=record
    )
    known = replace(rep, record=RepRecord(eccentric_s=1.235, depth_deg=71.3, speed_loss=0.1))
    write_reps_csv(tmp_path / "r.csv", (rep,))
    assert read_reps_csv(tmp_path / "r.csv") == (known,)
    row = (tmp_path / "r.csv").read_text().splitlines()[1]
    assert row.startswith("lunge,1,2,0.500,1.000,1.500,1.000,0.900,1,left,deeper lean,1.235,,,,,71.3,")
    assert rep_of(summary(replace(recorded(0), reps=(rep,)))["reps"][0]) == known
    (tmp_path / "old.csv").write_text(",".join(REP_COLUMNS[:8]) + "\nsquat,1,1,0,1,2,2,0.5\n")
    assert read_reps_csv(tmp_path / "old.csv") == (Rep("squat", 1, 1, 0.0, 1.0, 2.0, 0.5),)


def test_sides_are_counted() -> None:
    """Only exercises of one side at a time are listed."""
    reps = [Rep("lunge", 1, n + 1, n, n + 0.5, n + 1, 1, side=side) for n, side in enumerate(SIDES)]
    session = replace(recorded(0), reps=(*reps, Rep("squat", 2, 1, 9, 9.5, 10, 1)))
    assert summary(session)["sides"] == {"lunge": {"left": 2, "right": 1, "both": 0}}


def test_amended_records_replace_older_ones(tmp_path: Path) -> None:
    """By the id; changes of a rep that this recorder does not have are ignored."""
    recorder = SessionRecorder()
    rep = Rep("squat", 1, 1, 0.0, 0.5, 1.0, 1.0, id=1)
    better = replace(rep, cues=("deeper",))
    recorder.add_counted(1.0, None, None, Count({"squat": 1}, events=(RepCounted(rep),)))
    recorder.add_counted(2.0, None, None, Count({"squat": 1}, events=(RepAmended(better),)))
    recorder.add_counted(
        3.0, None, None, Count({"squat": 1}, events=(RepAmended(replace(rep, id=2)), Renamed((2,), "lunge")))
    )
    assert recorder.session(SOURCE).reps == (better,)
    recorder.add_counted(4.0, None, None, Count({"lunge": 1}, events=(Renamed((1,), "lunge"),)))
    assert recorder.session(SOURCE).reps == (replace(better, exercise="lunge"),)


def test_the_table_of_frames_has_a_row_per_frame(tmp_path: Path) -> None:
    """Columns as documented; unknown values are empty, never a number."""
    paths = write_session(recorded(), tmp_path, "a")
    with open(paths.frames, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "time_s", "found", "exercise", "phase", "count",
        "score_squat_up", "score_other", "score_pushup_up", "message",
    ]  # fmt: skip
    assert len(rows) == 40
    assert list(rows[5].values()) == ["0.500", "0", "", "", "0", "", "", "", ""]
    assert list(rows[10].values()) == [
        "1.000", "1", "squat", "0.250", "0", "0.250", "0.750", "", "Feet not visible",
    ]  # fmt: skip
    assert rows[35]["count"] == "3"


def test_the_log_is_read_back_exactly(tmp_path: Path) -> None:
    """Every array, the source and the model's name are equal after a round trip; equal logs are equal files."""
    log = recorded().landmarks
    assert log is not None
    write_landmarks(tmp_path / "a.npz", log)
    back = read_landmarks(tmp_path / "a.npz")
    assert back.source == log.source == SOURCE and back.model == "full" and len(back) == 40
    for name in ("t", "found", "world", "image", "visibility", "presence", "score"):
        one, other = getattr(back, name), getattr(log, name)
        assert one.dtype == other.dtype and one.tobytes() == other.tobytes()
    write_landmarks(tmp_path / "b.npz", back)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def stored(path: Path, **changes: Any) -> Path:
    """A log file with some of its arrays replaced, or left out where None is given."""
    log = recorded().landmarks
    assert log is not None
    write_landmarks(path, log)
    with np.load(path) as file:
        arrays = dict(file) | changes
    with open(path, "wb") as file:
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": np.int64(3)}, "version 3, this program reads 2"),
        ({"other_row": np.array([40])}, "other_score must be|other_person must be|other_\\w+ must be"),
        ({"version": None}, "version"),
        ({"world": None}, "world"),
        ({"world": np.zeros((40, 17, 3), np.float32)}, r"world must be \(40, 33, 3\)"),
        ({"world": np.zeros((40, 33, 3), np.float64)}, "world must be .* float32"),
        ({"visibility": np.full((40, 33), np.nan, np.float32)}, "visibility .* not finite"),
        ({"t": np.zeros(40)}, "t must increase"),
        ({"t": np.arange(39.0)}, "must be"),
        ({"found": np.zeros(40)}, "found must be"),
        ({"fps": np.float64(-1)}, "fps must be"),
        ({"name": np.array(["a", "b"], dtype=object)}, "not a landmark log"),
    ],
)
def test_wrong_logs_are_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    """Each way in which a log can be wrong is named, in one line with the file."""
    path = stored(tmp_path / "bad.npz", **changes)
    with pytest.raises(SourceError, match=words) as caught:
        read_landmarks(path)
    assert "bad.npz" in str(caught.value) and "\n" not in str(caught.value)


def test_files_that_are_not_logs_are_refused(tmp_path: Path) -> None:
    """Missing, empty, text, array, folder, foreign zip and cut off files are SourceErrors."""
    whole = stored(tmp_path / "whole.npz").read_bytes()
    single = io.BytesIO()
    np.save(single, np.zeros(3))
    cases = {"empty": b"", "text": b"hello\n", "single": single.getvalue(), "cut": whole[: len(whole) // 2]}
    middle = len(whole) // 2
    cases["flipped"] = (
        whole[:middle] + bytes(b ^ 0xFF for b in whole[middle : middle + 50]) + whole[middle + 50 :]
    )
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "zip", "w") as file:
        file.writestr("a.txt", "hello")
    for name in [*cases, "zip", "missing", "."]:
        with pytest.raises(SourceError) as caught:
            read_landmarks(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_log_with_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    """A zip file may state that a part has a password; found by guided fuzzing."""
    path = stored(tmp_path / "a.npz")
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    path.write_bytes(data)
    with pytest.raises(SourceError, match="not a landmark log, or damaged"):
        read_landmarks(path)


def test_a_log_checks_its_arrays() -> None:
    """Made by hand with the wrong shape, a log is a ValueError."""
    with pytest.raises(ValueError, match=r"world must be \(1, 33, 3\)"):
        LandmarkLog(
            SOURCE, "full", np.zeros(1), np.ones(1, np.bool_), np.zeros((1, 33), np.float32),
            np.zeros((1, 33, 3), np.float32), np.zeros((1, 33), np.float32), np.zeros((1, 33), np.float32),
            np.zeros(1),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no such file"),
        ("", "not a table of reps"),
        ("time,reps\n1,2\n", "not a table of reps"),
        (",".join(REP_COLUMNS[:8]) + "\nsquat,1,1\n", "line 2: must have 8 columns, got 3"),
        (",".join(REP_COLUMNS[:8]) + "\nsquat,1,1,0,1,2,2,0.5\nsquat,1,x,0,1,2,2,1\n", "line 3: .*'x'"),
        (",".join(REP_COLUMNS[:8]) + "\nsquat,1,1,0,nan,2,2,0.5\n", "line 2: a number is not finite"),
    ],
)
def test_broken_rep_tables_are_refused(tmp_path: Path, text: str | None, words: str) -> None:
    """The line that is wrong is named."""
    path = tmp_path / "r.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SourceError, match=words):
        read_reps_csv(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, "no such file"),
        ("{", "cannot be read as a summary"),
        ("[1]", "not a summary"),
        ({"version": 2}, "version 2"),
        ({"reps": None}, "reps is missing or of the wrong kind"),
        ({"reps": [{"exercise": "squat"}]}, "reps lacks set"),
        ({"source": {}}, "source lacks name"),
    ],
)
def test_broken_summaries_are_refused(
    tmp_path: Path, change: str | dict[str, Any] | None, words: str
) -> None:
    """What is wrong with a summary is named."""
    path = tmp_path / "s.json"
    if isinstance(change, dict):
        path.write_text(json.dumps(summary(recorded()) | change))
    elif change is not None:
        path.write_text(change)
    with pytest.raises(SourceError, match=words):
        read_summary(path)


def test_an_error_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    """No partly written file is visible, and no file remains."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
        _ = 1 / 0
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"] and path.read_text() == "old"
    with whole_file(path) as file:
        file.write(b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"] and path.read_text() == "new"


def test_unwritable_paths_are_refused(tmp_path: Path) -> None:
    """A file where the folder should be, or a missing folder, is one plain OutputError."""
    (tmp_path / "file").touch()
    for place in ("file", "file/inner"):
        with pytest.raises(OutputError, match="not a folder"):
            prepare_out_dir(tmp_path / place)
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / "no" / "a.txt"):
        pass
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path):
        pass
    assert prepare_out_dir(tmp_path / "x" / "y").is_dir()
    assert prepare_out_dir(tmp_path / "x" / "y") == tmp_path / "x" / "y"


def test_a_hold_is_written_as_one_row(tmp_path: Path) -> None:
    """Twenty counted seconds of a plank are one row in the summary, the table and the data frame; they are read back."""
    seconds = [Rep("plank", 1, i + 1, 10.0 + i, 10.5 + i, 11.0 + i, 0.9) for i in range(20)]
    session = replace(recorded(0), reps=(*seconds, Rep("squat", 2, 1, 40.0, 41.0, 42.0, 0.8)))
    frame = session.to_frame()
    assert [(row.exercise, row.rep, row.duration_s) for row in frame.itertuples()] == [
        ("plank", 1, 20.0), ("squat", 1, 2.0),
    ]  # fmt: skip
    assert frame["held_s"].tolist()[0] == 20 and np.isnan(frame["held_s"].tolist()[1])
    write_summary(tmp_path / "a.summary.json", session)
    rows = read_summary(tmp_path / "a.summary.json")["reps"]
    assert [(row["exercise"], row["held_s"]) for row in rows] == [("plank", 20), ("squat", None)]
    back = reps_of(rows)
    assert [one.t_start for one in back] == [one.t_start for one in session.reps]
    assert [one.t_end for one in back] == [one.t_end for one in session.reps]
    write_reps_csv(tmp_path / "a.reps.csv", back)
    assert [one.exercise for one in read_reps_csv(tmp_path / "a.reps.csv")] == ["plank", "squat"]
