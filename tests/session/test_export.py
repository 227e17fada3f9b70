"""Exports: each format is read by an independent reader, with the right counts and times."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fitdecode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError, OutputError
from fitness.session.exports import FORMATS, REP_FIELDS, SET_FIELDS, export_files, format_named
from fitness.session.exports.cells import number_text, safe_text
from fitness.session.exports.fit import crc16
from fitness.session.exports.segments import segments
from fitness.session.exports.tcx import NAMESPACE
from fitness.session.store import SetEdit, Store, Workout
from tests.support.store_cases import SETTINGS, SOURCE, START, stream

NOTE = '=HYPERLINK("x")\nsecond, "line"'


@pytest.fixture(scope="module")
def workouts(tmp_path_factory: pytest.TempPathFactory) -> list[Workout]:
    """Two sessions: nine reps in three sets, with a corrected and weighted set; one rep the day after."""
    with Store.open(tmp_path_factory.mktemp("store") / "s.sqlite3") as store:
        for seconds, days in ((20.0, 0), (3.0, 1)):
            start = START + timedelta(days=days)
            with store.begin(SOURCE, SETTINGS, started_at=start, model="lite") as live:
                for step in stream(seconds):
                    live.add_counted(*step)
        first, second = store.sessions()
        store.edit(first.id, title="+Leg day", note=NOTE)
        store.edit_set(first.id, 2, SetEdit(reps=5, weight_kg=12.5, rpe=8, kind="warmup", note="-slow"))
        return [store.workout(first.id), store.workout(second.id)]


def text_of(workouts: list[Workout], name: str) -> str:
    """The export as one text."""
    made = FORMATS[name].whole
    assert made is not None
    return made(workouts).decode("utf-8")


def rows_of(workouts: list[Workout], name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of an export in CSV, as Python's reader has them."""
    reader = csv.DictReader(io.StringIO(text_of(workouts, name), newline=""), strict=True)
    rows = list(reader)
    return list(reader.fieldnames or []), rows


def all_reps(workouts: list[Workout]) -> Iterator[tuple[Workout, Any]]:
    for workout in workouts:
        for rep in workout.reps:
            yield workout, rep


def test_rep_columns_are_those_that_are_documented() -> None:
    """The order of columns never changes; the guide names each column."""
    assert REP_FIELDS == (
        "session", "title", "source", "exercise", "set", "rep", "started_at", "peaked_at", "ended_at",
        "start_s", "peak_s", "end_s", "duration_s", "lowering_s", "lifting_s", "confidence", "details",
        "partial", "side", "cues", "eccentric_s", "pause_turn_s", "concentric_s", "pause_start_s", "depth",
        "depth_deg", "range_deg", "left_knee_deg", "right_knee_deg", "left_hip_deg", "right_hip_deg",
        "left_elbow_deg", "right_elbow_deg", "left_shoulder_deg", "right_shoulder_deg", "trunk_deg",
        "asymmetry_deg", "asymmetry_s", "mean_speed_deg_s", "peak_speed_deg_s", "mean_speed_trunks_s",
        "peak_speed_trunks_s", "speed_loss", "angle_error_deg", "time_error_s", "held_s",
    )  # fmt: skip
    assert SET_FIELDS == (
        "session", "title", "source", "exercise", "set", "kind", "reps", "counted_reps", "weight_kg", "rpe",
        "started_at", "ended_at", "start_s", "end_s", "duration_s", "note", "held_s", "counted_held_s",
        "target",
    )  # fmt: skip
    document = (Path(__file__).parents[2] / "docs" / "guides" / "sessions.md").read_text("utf-8")
    for name in (*REP_FIELDS, *SET_FIELDS, *FORMATS):
        assert f"`{name}`" in document


def test_csv_has_a_row_for_every_rep(workouts: list[Workout]) -> None:
    """Counts, seconds to a thousandth and wall-clock times with offset are read back."""
    header, rows = rows_of(workouts, "csv")
    assert tuple(header) == REP_FIELDS and len(rows) == 10
    for row, (workout, rep) in zip(rows, all_reps(workouts), strict=True):
        assert (int(row["session"]), int(row["set"]), int(row["rep"])) == (
            workout.row.id,
            rep.set,
            rep.number,
        )
        for column, value in (("start_s", rep.t_start), ("peak_s", rep.t_peak), ("end_s", rep.t_end)):
            assert float(row[column]) == pytest.approx(value, abs=5e-4)
        ended = datetime.fromisoformat(row["ended_at"])
        assert ended.utcoffset() == timedelta(hours=5.5)
        assert abs(
            ended - START - (workout.row.started_at - START) - timedelta(seconds=rep.t_end)
        ) < timedelta(seconds=0.001)
        assert json.loads(row["details"]) == rep.details
    assert rows[0]["title"].removeprefix("'") == "+Leg day" and rows[0]["title"] == "'+Leg day"


def test_the_table_of_sets_lies_beside(workouts: list[Workout], tmp_path: Path) -> None:
    """NAME.sets.csv has the corrected number beside the counted one, weight, kind and note."""
    made = export_files(workouts, format_named("csv"), tmp_path / "new" / "all.csv")
    assert [one.path.name for one in made] == ["all.csv", "all.sets.csv"]
    with made[1].path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert tuple(reader.fieldnames or ()) == SET_FIELDS
    assert [(row["reps"], row["counted_reps"]) for row in rows] == [
        ("3", "3"),
        ("5", "3"),
        ("3", "3"),
        ("1", "1"),
    ]
    assert (rows[1]["weight_kg"], rows[1]["rpe"], rows[1]["kind"], rows[1]["note"]) == (
        "12.5",
        "8",
        "warmup",
        "'-slow",
    )
    assert rows[0]["weight_kg"] == ""


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
def test_no_text_cell_runs_as_a_formula(text: str) -> None:
    """No cell begins with a sign that a spreadsheet runs, with or without blanks before it; the text comes back."""
    cell = safe_text(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.0, "0"), (-0.0001, "0"), (12.5, "12.5"), (100.0, "100"), (1.23456, "1.235")],
)
def test_numbers_are_short(value: float | None, text: str) -> None:
    """No exponent, no zeros at the end, no minus zero."""
    assert number_text(value, 3) == text


def test_json_holds_everything_unrounded(workouts: list[Workout]) -> None:
    """The document has sessions with sets and reps, every number as it was counted."""
    document = json.loads(text_of(workouts, "json"))
    assert document["version"] == 1 and len(document["sessions"]) == 2
    first = document["sessions"][0]
    assert (
        first["note"] == NOTE
        and first["title"] == "+Leg day"
        and first["totals"] == {"squat": 6, "push-up": 5}
        and first["counted_totals"] == {"squat": 6, "push-up": 3}
    )
    assert [one["end_s"] for one in first["reps"]] == [rep.t_end for rep in workouts[0].reps]
    assert [one["details"] for one in first["reps"]] == [dict(rep.details) for rep in workouts[0].reps]
    assert datetime.fromisoformat(first["started_at"]) == START


def test_json_lines_hold_a_rep_each(workouts: list[Workout]) -> None:
    """Every line is one document with the fields of the table, unrounded."""
    records = [json.loads(line) for line in text_of(workouts, "jsonl").splitlines()]
    assert all(tuple(one) == REP_FIELDS for one in records)
    assert [one["peak_s"] for one in records] == [rep.t_peak for _, rep in all_reps(workouts)]


def test_parquet_is_read_by_pandas(workouts: list[Workout], tmp_path: Path) -> None:
    """Types, instants and unrounded numbers come back; the offset has its own column."""
    pytest.importorskip("pyarrow")
    import pandas as pd

    (made,) = export_files(workouts, format_named("parquet"), tmp_path / "reps.parquet")
    frame = pd.read_parquet(made.path)
    assert list(frame.columns) == [*REP_FIELDS, "utc_offset_s"] and len(frame) == 10
    assert frame["end_s"].tolist() == [rep.t_end for _, rep in all_reps(workouts)]
    assert set(frame["utc_offset_s"]) == {19_800}
    times = [workout.row.at(rep.t_end) for workout, rep in all_reps(workouts)]
    assert frame["ended_at"].tolist() == times
    empty = FORMATS["parquet"].whole
    assert empty is not None and len(pd.read_parquet(io.BytesIO(empty([])))) == 0


def test_strong_export_has_a_row_per_set(workouts: list[Workout]) -> None:
    """Strong's twelve columns in their order; the start's local time; W for a warm-up set; the user's reps."""
    header, rows = rows_of(workouts, "strong")
    assert ",".join(header) == (
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
    )
    assert [row["Set Order"] for row in rows] == ["1", "W", "2", "1"]
    assert [row["Reps"] for row in rows] == ["3", "5", "3", "1"]
    assert [row["Exercise Name"] for row in rows] == [
        "Squat (Bodyweight)", "Push Up", "Squat (Bodyweight)", "Squat (Bodyweight)",
    ]  # fmt: skip
    assert rows[0]["Date"] == "2026-03-01 18:30:15" and rows[0]["Duration"] == "1m"
    assert (rows[1]["Weight"], rows[1]["RPE"], rows[0]["Weight"]) == ("12.5", "8", "0")
    assert rows[0]["Workout Notes"].removeprefix("'") == NOTE


def test_hevy_export_has_a_row_per_set(workouts: list[Workout]) -> None:
    """Hevy's columns, every field quoted, sets from 0, its way to write times."""
    header, rows = rows_of(workouts, "hevy")
    assert ",".join(header) == (
        "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,"
        "weight_kg,reps,distance_km,duration_seconds,rpe"
    )
    assert text_of(workouts, "hevy").splitlines()[0].startswith('"title","start_time"')
    assert rows[0]["start_time"] == "1 Mar 2026, 18:30"
    assert datetime.strptime(rows[3]["start_time"], "%d %b %Y, %H:%M").day == 2
    assert [(row["set_index"], row["set_type"], row["reps"]) for row in rows] == [
        ("0", "normal", "3"), ("0", "warmup", "5"), ("1", "normal", "3"), ("0", "normal", "1"),
    ]  # fmt: skip


def test_fitnotes_export_has_a_row_per_set(workouts: list[Workout]) -> None:
    """FitNotes' columns with category and unit."""
    header, rows = rows_of(workouts, "fitnotes")
    assert (
        ",".join(header)
        == "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"
    )
    assert [(row["Date"], row["Category"], row["Reps"]) for row in rows] == [
        ("2026-03-01", "Legs", "3"), ("2026-03-01", "Chest", "5"),
        ("2026-03-01", "Legs", "3"), ("2026-03-02", "Legs", "1"),
    ]  # fmt: skip
    assert {row["Weight Unit"] for row in rows} == {"kgs"}


def test_fit_is_read_by_a_fit_decoder(workouts: list[Workout], tmp_path: Path) -> None:
    """An independent decoder finds sets with reps, weight, times and names, and checks the sums."""
    made = export_files(workouts, format_named("fit"), tmp_path / "watch")
    assert [one.path.name for one in made] == ["session-1-20260301-1830.fit", "session-2-20260302-1830.fit"]
    with fitdecode.FitReader(
        made[0].path, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        messages = [frame for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_DATA]
    found = {
        name: [one for one in messages if one.name == name]
        for name in ("set", "session", "activity", "file_id")
    }
    assert found["file_id"][0].get_value("type") == "activity"
    session = found["session"][0]
    assert (session.get_value("sport"), session.get_value("sub_sport")) == ("training", "strength_training")
    assert session.get_value("total_timer_time") == pytest.approx(workouts[0].row.end_s)
    assert abs(session.get_value("start_time") - START) < timedelta(seconds=1)
    active = [one for one in found["set"] if one.get_value("set_type") == "active"]
    assert [one.get_value("repetitions") for one in active] == [3, 5, 3]
    assert [one.get_value("weight") for one in active] == [None, 12.5, None]
    for message, one in zip(active, workouts[0].sets, strict=True):
        assert message.get_value("duration") == pytest.approx(one.end_s - one.start_s, abs=1e-3)
        assert abs(message.get_value("start_time") - workouts[0].row.at(one.start_s)) <= timedelta(
            seconds=0.5
        )
        assert one.exercise.replace("-", "_") in str(message.get_value("category"))
    local = found["activity"][0].get_raw_value("local_timestamp") - found["activity"][0].get_raw_value(
        "timestamp"
    )
    assert local == 19_800


def test_the_checksum_is_crc_16_arc() -> None:
    """The check value of the catalogue of CRC algorithms."""
    assert crc16(b"123456789") == 0xBB3D


LAP_ORDER = (
    "TotalTimeSeconds", "DistanceMeters", "MaximumSpeed", "Calories", "AverageHeartRateBpm", "MaximumHeartRateBpm",
    "Intensity", "Cadence", "TriggerMethod", "Track", "Notes", "Extensions",
)  # fmt: skip
"""Sequence of the schema's type ActivityLap_t; the five below must be there."""


def test_tcx_has_the_schemas_structure(workouts: list[Workout], tmp_path: Path) -> None:
    """Elements in the schema's order with the schema's types; laps without a gap; reps in the notes."""
    path = export_files(workouts, format_named("tcx"), tmp_path / "tcx")[0].path
    root = ElementTree.parse(path).getroot()
    name = "{" + NAMESPACE + "}"
    assert root.tag == name + "TrainingCenterDatabase"
    (activity,) = root.findall(f"{name}Activities/{name}Activity")
    assert activity.get("Sport") == "Other"
    tags = [child.tag.removeprefix(name) for child in activity]
    assert tags == ["Id", *["Lap"] * (len(tags) - 2), "Notes"]
    at = activity.findtext(f"{name}Id")
    assert at == "2026-03-01T13:00:15.250Z"
    moment, notes = datetime.fromisoformat(at.replace("Z", "+00:00")), []
    for lap in activity.findall(f"{name}Lap"):
        children = [child.tag.removeprefix(name) for child in lap]
        assert children == [tag for tag in LAP_ORDER if tag in children]
        assert {"TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod"} <= set(
            children
        )
        assert lap.findtext(f"{name}Intensity") in ("Active", "Resting")
        assert lap.findtext(f"{name}TriggerMethod") == "Manual" and lap.findtext(f"{name}Calories") == "0"
        start = datetime.fromisoformat(str(lap.get("StartTime")).replace("Z", "+00:00"))
        assert abs(start - moment) <= timedelta(seconds=0.002)
        moment = start + timedelta(seconds=float(lap.findtext(f"{name}TotalTimeSeconds") or "nan"))
        notes.append(lap.findtext(f"{name}Notes"))
    assert [text for text in notes if text] == [
        "Squat (Bodyweight): 3 reps", "Push Up (Weighted): 5 reps at 12.5 kg", "Squat (Bodyweight): 3 reps",
    ]  # fmt: skip
    assert abs(moment - workouts[0].row.ended_at.astimezone(timezone.utc)) < timedelta(seconds=0.01)


def test_a_session_without_reps_is_exported_too(tmp_path: Path) -> None:
    """Nothing counted: tables have their header only, device files one rest."""
    with Store.open(tmp_path / "s.sqlite3") as store:
        with store.begin(SOURCE, started_at=START, title="bell \x07 & <tag>") as live:
            for step in stream(1.0):
                live.add_counted(*step)
        workout = store.workout(live.id)
    assert len(segments(workout)) == 1 and segments(workout)[0].set is None
    for one in FORMATS.values():
        export_files([workout], one, tmp_path / one.name)
    assert (tmp_path / "csv").read_text("utf-8") == ",".join(REP_FIELDS) + "\n"
    with fitdecode.FitReader(next((tmp_path / "fit").iterdir())) as reader:
        sets = [frame for frame in reader if getattr(frame, "name", "") == "set"]
    assert [one.get_value("set_type") for one in sets if one.frame_type == fitdecode.FIT_FRAME_DATA] == [
        "rest"
    ]
    root = ElementTree.parse(next((tmp_path / "tcx").iterdir())).getroot()
    assert any(text == "bell  & <tag>" for text in root.itertext())


def test_an_unknown_format_or_place_is_refused(workouts: list[Workout], tmp_path: Path) -> None:
    """The message lists the formats; a file in the way of a folder is named."""
    with pytest.raises(OptionError, match=r"one of csv, json, .* got 'xls'"):
        format_named("xls")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        export_files(workouts, format_named("fit"), tmp_path / "file")
