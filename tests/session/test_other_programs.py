"""Exports as other programs read them: their names, held seconds, and files read by independent readers."""

from __future__ import annotations

import csv
import io
import math
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import fitdecode
import pytest
import xmlschema
from garmin_fit_sdk import Decoder, Profile, Stream

from fitness.errors import OptionError, SourceError
from fitness.recognition.exercises import EXERCISES, is_held
from fitness.session.amounts import counted_rows
from fitness.session.exports import FORMATS, export_files, format_named, shipped_text
from fitness.session.exports.names import app_names, read_names, shipped_names
from fitness.session.store import SetEdit, Store, Workout
from fitness.types import Count, Rep, RepCounted
from tests.support.store_cases import SETTINGS, SOURCE, START

FITNOTES_CATEGORIES = {"Abs", "Back", "Biceps", "Cardio", "Chest", "Legs", "Shoulders", "Triceps"}
"""The categories that FitNotes comes with."""

STRONG_LIST = {
    "Bench Press (Barbell)", "Bent Over Row (Dumbbell)", "Bicep Curl (Dumbbell)", "Burpee", "Deadlift (Barbell)",
    "Flat Leg Raise", "Front Raise (Dumbbell)", "High Knee Skips", "Jumping Jack", "Kettlebell Swing",
    "Lateral Raise (Dumbbell)", "Lunge (Bodyweight)", "Lunge (Dumbbell)", "Mountain Climber", "Overhead Press (Barbell)",
    "Plank", "Pull Up", "Push Up", "Sit Up", "Squat (Barbell)", "Squat (Bodyweight)",
}  # fmt: skip
HEVY_LIST = {
    "Bench Press (Barbell)", "Bent Over Row (Dumbbell)", "Bicep Curl (Dumbbell)", "Burpee", "Deadlift (Barbell)",
    "Front Raise (Dumbbell)", "High Knees", "Jumping Jack", "Kettlebell Swing", "Lateral Raise (Dumbbell)", "Lunge",
    "Lunge (Dumbbell)", "Lying Leg Raise", "Mountain Climber", "Overhead Press (Barbell)", "Plank", "Pull Up",
    "Pull Up (Weighted)", "Push Up", "Push Up (Weighted)", "Sit Up", "Sit Up (Weighted)", "Squat (Barbell)",
    "Squat (Bodyweight)", "Wall Sit",
}  # fmt: skip
FITNOTES_LIST = {
    "Barbell Squat", "Deadlift", "Dumbbell Curl", "Dumbbell Row", "Flat Barbell Bench Press", "Front Dumbbell Raise",
    "Lateral Dumbbell Raise", "Overhead Press", "Plank", "Pull Up",
}  # fmt: skip
FITNOTES_MISSING = {
    "Bodyweight Squat", "Burpee", "Dumbbell Lunge", "High Knees", "Jumping Jack", "Kettlebell Swing", "Lunge",
    "Lying Leg Raise", "Mountain Climber", "Push Up", "Sit Up", "Wall Sit",
}  # fmt: skip
APP_LISTS: dict[str, tuple[set[str], set[str]]] = {
    "strong": (STRONG_LIST, {"Wall Sit"}),
    "hevy": (HEVY_LIST, set()),
    "fitnotes": (FITNOTES_LIST, FITNOTES_MISSING),
}
"""App -> names of its list that we use, and names that its list lacks; sources in `fitness.session.exports.names`."""


def workout_of(folder: Path, reps: list[Rep], edits: dict[int, SetEdit] | None = None) -> Workout:
    """A stored session with these reps, counted at their ends, at 10 fps."""
    totals: dict[str, int] = {}
    with Store.open(folder / "s.sqlite3") as store:
        with store.begin(SOURCE, SETTINGS, started_at=START) as live:
            ends = {math.ceil(rep.t_end * 10 - 1e-6): rep for rep in reps}
            for i in range(max(ends) + 20):
                t, done = i / 10, [ends[i]] if i in ends else []
                for rep in done:
                    totals = {**totals, rep.exercise: totals.get(rep.exercise, 0) + 1}
                live.add_counted(t, None, None, Count(totals, events=tuple(map(RepCounted, done))))
        for number, edit in (edits or {}).items():
            store.edit_set(live.id, number, edit)
        return store.workout(live.id)


def seconds_of(exercise: str, set_number: int, begin_s: float, seconds: int) -> list[Rep]:
    """The result of counting a hold: a `Rep` for each of its seconds."""
    return [
        Rep(exercise, set_number, i + 1, begin_s + i, begin_s + i + 0.5, begin_s + i + 1.05, 0.9)
        for i in range(seconds)
    ]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Workout:
    """Three squats; a plank of 20 and, after a break in form, 15 s; five weighted push-ups; 12 s against the wall."""
    reps = [Rep("squat", 1, i + 1, 2.0 * i, 2.0 * i + 1, 2.0 * i + 2, 0.9) for i in range(3)]
    reps += seconds_of("plank", 2, 10.0, 20) + seconds_of("plank", 2, 34.0, 15)
    reps += [Rep("push-up", 3, i + 1, 60 + 2.0 * i, 61 + 2.0 * i, 62 + 2.0 * i, 0.9) for i in range(5)]
    reps += seconds_of("wall-sit", 4, 80.0, 12)
    edits = {3: SetEdit(weight_kg=10.0), 4: SetEdit(reps=14)}
    return workout_of(tmp_path_factory.mktemp("store"), reps, edits)


def rows_of(workout: Workout, name: str) -> list[dict[str, str]]:
    made = FORMATS[name].whole
    assert made is not None
    return list(csv.DictReader(io.StringIO(made([workout]).decode("utf-8"), newline=""), strict=True))


def test_held_seconds_are_seconds_in_every_app(mixed: Workout) -> None:
    """The plank has 35 s and no reps; the wall sit the 14 s that the user entered."""
    strong = [(row["Exercise Name"], row["Reps"], row["Seconds"]) for row in rows_of(mixed, "strong")]
    assert strong == [
        ("Squat (Bodyweight)", "3", "0"), ("Plank", "0", "35"), ("Push Up", "5", "0"), ("Wall Sit", "0", "14"),
    ]  # fmt: skip
    hevy = [(row["exercise_title"], row["reps"], row["duration_seconds"]) for row in rows_of(mixed, "hevy")]
    assert hevy == [
        ("Squat (Bodyweight)", "3", ""), ("Plank", "", "35"), ("Push Up (Weighted)", "5", ""), ("Wall Sit", "", "14"),
    ]  # fmt: skip
    notes = [(row["Category"], row["Weight"], row["Reps"], row["Time"]) for row in rows_of(mixed, "fitnotes")]
    assert notes == [
        ("Legs", "0", "3", ""), ("Abs", "", "", "0:00:35"), ("Chest", "10", "5", ""), ("Legs", "", "", "0:00:14"),
    ]  # fmt: skip


def test_our_tables_have_one_row_per_hold(mixed: Workout) -> None:
    """Two rows for the two holds of the plank, with their seconds; sets have held_s, counted and corrected."""
    rows = rows_of(mixed, "csv")
    holds = [(row["exercise"], row["rep"], row["held_s"]) for row in rows if row["held_s"]]
    assert holds == [("plank", "1", "20"), ("plank", "2", "15"), ("wall-sit", "1", "12")]
    plank = next(row for row in rows if row["exercise"] == "plank")
    assert float(plank["start_s"]) == 10.0 and float(plank["duration_s"]) == pytest.approx(20.05, abs=1e-3)
    assert sum(row["held_s"] == "" for row in rows) == 8
    beside = FORMATS["csv"].beside
    assert beside is not None
    sets = list(csv.DictReader(io.StringIO(beside[1]([mixed]).decode())))
    assert [(row["reps"], row["counted_reps"], row["held_s"], row["counted_held_s"]) for row in sets] == [
        ("3", "3", "", ""), ("0", "0", "35", "35"), ("5", "5", "", ""), ("0", "0", "14", "12"),
    ]  # fmt: skip


def test_holds_of_different_sets_stay_apart() -> None:
    """Seconds that follow directly are one hold only within one set; other reps between them do not matter."""
    reps = [
        *seconds_of("plank", 1, 0.0, 3),
        Rep("squat", 2, 1, 1.0, 1.5, 2.0, 0.9),
        *seconds_of("plank", 3, 3.0, 2),
    ]
    rows = counted_rows(sorted(reps, key=lambda rep: rep.t_end))
    assert [(one.rep.exercise, one.rep.set, one.rep.number, one.held_s) for one in rows] == [
        ("plank", 1, 1, 3), ("squat", 2, 1, None), ("plank", 3, 1, 2),
    ]  # fmt: skip


def liftlog_sets(text: str) -> list[tuple[date, str, float, int, str]]:
    """The sets that LiftLog's FitNotes importer reads: it needs these columns and skips rows without either number."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    names = {name.lower() for name in reader.fieldnames or ()}
    assert {"date", "exercise", "weight", "weight unit", "reps"} <= names
    found = []
    for row in reader:
        if row["Date"] and row["Exercise"] and row["Weight"] and row["Reps"]:
            assert row["Weight Unit"].strip().lower() in ("kg", "kgs", "lb", "lbs")
            found.append(
                (
                    date.fromisoformat(row["Date"]),
                    row["Exercise"],
                    float(row["Weight"]),
                    int(row["Reps"]),
                    row["Comment"],
                )
            )
    return found


def test_liftlog_imports_every_set(mixed: Workout) -> None:
    """No set is skipped: a hold has 0 reps and its seconds in the note."""
    made = FORMATS["liftlog"].whole
    assert made is not None
    day = START.date()
    assert liftlog_sets(made([mixed]).decode()) == [
        (day, "Bodyweight Squat", 0.0, 3, ""),
        (day, "Plank", 0.0, 0, "held 35 s"),
        (day, "Push Up", 10.0, 5, ""),
        (day, "Wall Sit", 0.0, 0, "held 14 s"),
    ]


def test_every_exercise_has_names_in_every_app() -> None:
    """All that the program counts is in the table, with a FitNotes category that exists."""
    table = shipped_names()
    assert set(table) == set(EXERCISES) and len(table) == 20
    assert {one.category for one in table.values()} <= FITNOTES_CATEGORIES
    assert table["biceps-curl"].name("strong", None) == "Bicep Curl (Dumbbell)"
    assert table["squat"].name("hevy", 60.0) == "Squat (Barbell)"
    assert app_names("my-move").name("strong", None) == "My Move" and app_names("my-move").category == "Other"


def test_names_are_those_of_the_apps_lists() -> None:
    """Each name is in the app's own list, except where the list has no such exercise."""
    for app, (listed, missing) in APP_LISTS.items():
        used = {app_names(exercise).name(app, kg) for exercise in EXERCISES for kg in (None, 5.0)}
        assert used <= listed | missing and not listed & missing, app
        text = shipped_text()
        for name in missing:
            lines = [
                line for line in text.splitlines() if line.startswith(f"{app} = ") and f'"{name}"' in line
            ]
            assert lines and all("not in the list" in line for line in lines), (app, name)


def fit_names(exercise: str, weight_kg: float | None) -> tuple[str, str]:
    """Category and name in words, from the profile of Garmin's own SDK."""
    category, name = app_names(exercise).fit[bool(weight_kg)]
    types: dict[str, dict[Any, str]] = Profile["types"]  # type: ignore[assignment]
    word = types["exercise_category"][category]
    return word, types[f"{word}_exercise_name"][name]


def test_fit_numbers_mean_the_exercise() -> None:
    """Every number of the table exists in the profile; names are those of the exercise, weighted where there is one."""
    assert fit_names("pull-up", None) == ("pull_up", "pull_up")
    assert fit_names("push-up", 10.0) == ("push_up", "weighted_push_up")
    assert fit_names("plank", None) == ("plank", "plank")
    for exercise in EXERCISES:
        words = "_".join(fit_names(exercise, None)) + "_".join(fit_names(exercise, 5.0))
        expected = {"overhead-press": "overhead_barbell_press", "wall-sit": "wall_squat"}
        assert expected.get(exercise, exercise.replace("-", "_")) in words, words


@pytest.fixture(scope="module")
def all_exercises(tmp_path_factory: pytest.TempPathFactory) -> Workout:
    """A set of each exercise, three reps or seconds."""
    reps: list[Rep] = []
    for number, exercise in enumerate(EXERCISES, 1):
        begin = 10.0 * number
        if is_held(exercise):
            reps += seconds_of(exercise, number, begin, 3)
        else:
            reps += [
                Rep(exercise, number, i + 1, begin + i, begin + i + 0.5, begin + i + 1, 0.9) for i in range(3)
            ]
    return workout_of(tmp_path_factory.mktemp("all"), reps)


def test_fit_is_read_by_two_decoders(all_exercises: Workout, tmp_path: Path) -> None:
    """fitdecode and Garmin's SDK agree on every set: category, name, reps or seconds."""
    (made,) = export_files([all_exercises], format_named("fit"), tmp_path / "all.fit")
    assert made.path == tmp_path / "all.fit"
    wanted = [
        (*app_names(one.exercise).fit[0], None if is_held(one.exercise) else 3) for one in all_exercises.sets
    ]

    stream = Stream.from_file(str(made.path))
    decoder = Decoder(stream)
    assert decoder.is_fit() and decoder.check_integrity()
    stream.reset()
    messages, errors = Decoder(stream).read(convert_types_to_strings=False, apply_scale_and_offset=True)
    assert not errors
    sets = [one for one in messages["set_mesgs"] if one["set_type"] == 1]
    assert [
        (_first(one["category"]), _first(one["category_subtype"]), one.get("repetitions")) for one in sets
    ] == wanted
    held = [one for one, (*_, reps) in zip(sets, wanted, strict=True) if reps is None]
    assert [one["duration"] for one in held] == [3.0] * 2

    with fitdecode.FitReader(made.path, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        read = [
            one
            for one in reader
            if getattr(one, "name", "") == "set" and one.frame_type == fitdecode.FIT_FRAME_DATA
        ]
    active = [one for one in read if one.get_value("set_type") == "active"]
    assert [one.get_raw_value("repetitions") for one in active] == [reps for *_, reps in wanted]
    assert [
        (_first(one.get_raw_value("category")), _first(one.get_raw_value("category_subtype")))
        for one in active
    ] == [row[:2] for row in wanted]


def _first(value: Any) -> int:
    return int(value[0] if isinstance(value, (list, tuple)) else value)


def test_tcx_follows_the_schema(mixed: Workout, tmp_path: Path) -> None:
    """Element order, types and values are those of the schema; held seconds stand in the notes."""
    (made,) = export_files([mixed], format_named("tcx"), tmp_path / "one.tcx")
    schema = xmlschema.XMLSchema(str(Path(__file__).parents[1] / "data" / "tcx_activity.xsd"))
    schema.validate(str(made.path))
    text = made.path.read_text("utf-8")
    assert "Plank: 35 s" in text and "Wall Sit: 14 s" in text and "Squat (Bodyweight): 3 reps" in text
    with pytest.raises(xmlschema.XMLSchemaException):
        schema.validate(text.replace("<Intensity>Active</Intensity>", "<Intensity>Busy</Intensity>"))


def strong_sets(text: str) -> list[tuple[datetime, timedelta, str, float, int, int]]:
    """Strong's file as importers read it (Hevy's among them): local start, duration, name, kilograms, reps, seconds."""
    found = []
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        parts = {part[-1]: int(part[:-1]) for part in row["Duration"].split()}
        length = timedelta(hours=parts.get("h", 0), minutes=parts.get("m", 0))
        assert row["Set Order"] in ("W", "D", "F") or int(row["Set Order"]) >= 1
        found.append(
            (
                datetime.strptime(row["Date"], "%Y-%m-%d %H:%M:%S"),
                length,
                row["Exercise Name"],
                float(row["Weight"]),
                int(row["Reps"]),
                int(row["Seconds"]),
            )
        )
    return found


def test_strong_is_read_back(mixed: Workout) -> None:
    """One row a set, in order, with the local time of the start and its length."""
    made = FORMATS["strong"].whole
    assert made is not None
    rows = strong_sets(made([mixed]).decode())
    assert {row[:2] for row in rows} == {(datetime(2026, 3, 1, 18, 30, 15), timedelta(minutes=2))}
    assert [row[2:] for row in rows] == [
        ("Squat (Bodyweight)", 0.0, 3, 0), ("Plank", 0.0, 0, 35), ("Push Up", 10.0, 5, 0), ("Wall Sit", 0.0, 0, 14),
    ]  # fmt: skip


def test_the_users_table_comes_first(mixed: Workout, tmp_path: Path) -> None:
    """An entry may name a few apps only, and a taught exercise gets its place in FIT."""
    path = tmp_path / "names.toml"
    path.write_text(
        '[squat]\nstrong = "My Squat"\n\n["kettle-swing"]\nfit = [10, 23]\ncategory = "Legs"\n', "utf-8"
    )
    names = read_names(path)
    assert (
        names["squat"].strong == ("My Squat", "My Squat")
        and names["squat"].hevy == shipped_names()["squat"].hevy
    )
    assert (
        names["kettle-swing"].fit == ((10, 23), (10, 23))
        and names["kettle-swing"].name("hevy", None) == "Kettle Swing"
    )
    made = FORMATS["strong"].whole
    assert made is not None and b"My Squat" in made([mixed], names)


def test_the_shipped_table_can_be_edited(tmp_path: Path) -> None:
    """What --write-names writes reads back as the table itself."""
    path = tmp_path / "names.toml"
    path.write_text(shipped_text(), "utf-8")
    assert read_names(path) == shipped_names()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[squat]\nstrongg = 'x'\n", "strongg"),
        ("[squat]\nstrong = 3\n", "strong must be a name"),
        ("[squat]\nfit = [28]\n", "fit must be"),
        ("[squat]\nfit = [[1, 2], [3, -4]]\n", "fit must be"),
        ("[squat]\ncategory = ''\n", "category must be"),
        ("squat = 'x'\n", "must be a table"),
        ("[squat\n", "not a table of names in TOML"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, text: str, words: str) -> None:
    """One sentence with the file, the entry and what it must be."""
    path = tmp_path / "names.toml"
    path.write_text(text, "utf-8")
    with pytest.raises((OptionError, SourceError), match=words):
        read_names(path)


def test_one_session_goes_into_the_file_that_is_named(mixed: Workout, tmp_path: Path) -> None:
    """`--out ex.fit` is a file; two sessions need a folder, and the error says so."""
    export_files([mixed], format_named("fit"), tmp_path / "new" / "ex.fit")
    assert (tmp_path / "new" / "ex.fit").is_file()
    with pytest.raises(OptionError, match="must be a folder for 2 sessions"):
        export_files([mixed, mixed], format_named("fit"), tmp_path / "two.fit")


def test_a_misspelt_format_is_suggested() -> None:
    """The error names the one that was meant."""
    with pytest.raises(OptionError, match="got 'hevvy'; did you mean 'hevy'"):
        format_named("hevvy")
