"""CSV files for workout-log apps: one row per set, with the session's local times, as those apps use them.

A set of a held exercise (plank, wall sit) has its seconds in the app's column for time, and no reps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fitness.recognition.exercises import is_held
from fitness.session.exports.cells import csv_bytes, number_text, safe_text
from fitness.session.exports.names import Names, app_names
from fitness.session.store import SessionRow, SetRow, Workout

STRONG_COLUMNS: Final = (
    "Date", "Workout Name", "Duration", "Exercise Name", "Set Order", "Weight", "Reps", "Distance", "Seconds",
    "Notes", "Workout Notes", "RPE",
)  # fmt: skip
HEVY_COLUMNS: Final = (
    "title", "start_time", "end_time", "description", "exercise_title", "superset_id", "exercise_notes", "set_index",
    "set_type", "weight_kg", "reps", "distance_km", "duration_seconds", "rpe",
)  # fmt: skip
FITNOTES_COLUMNS: Final = (
    "Date", "Exercise", "Category", "Weight", "Weight Unit", "Reps", "Distance", "Distance Unit", "Time", "Comment",
)  # fmt: skip

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STRONG_ORDER: Final = {"warmup": "W", "dropset": "D", "failure": "F"}
_WEIGHT_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class _Set:
    """One set to export.   index: 0-based among the sets of its exercise in the session.

    reps: None for a held exercise.   held_s: its seconds, None for one that is counted in reps.
    """

    session: SessionRow
    row: SetRow
    index: int
    reps: int | None
    held_s: int | None


def strong_csv(workouts: Sequence[Workout], names: Names | None = None) -> bytes:
    """Strong's older columns, which most other apps read; weights in kilograms, 0 in unused columns."""
    rows = [
        [
            one.session.started_at.strftime("%Y-%m-%d %H:%M:%S"),
            safe_text(one.session.name),
            _strong_duration(one.session.length_s),
            safe_text(app_names(one.row.exercise, names).name("strong", one.row.weight_kg)),
            _STRONG_ORDER.get(one.row.kind, one.index + 1),
            number_text(one.row.weight_kg or 0.0, _WEIGHT_DECIMALS),
            one.reps or 0,
            0,
            one.held_s or 0,
            safe_text(one.row.note),
            safe_text(one.session.note),
            number_text(one.row.rpe, 1),
        ]
        for one in _sets(workouts)
    ]
    return csv_bytes(STRONG_COLUMNS, rows)


def hevy_csv(workouts: Sequence[Workout], names: Names | None = None) -> bytes:
    """Hevy's export in kilograms: every field quoted, sets counted from 0, times like `1 Mar 2026, 18:30`."""
    rows = [
        [
            safe_text(one.session.name),
            _hevy_time(one.session.started_at),
            _hevy_time(one.session.ended_at),
            safe_text(one.session.note),
            safe_text(app_names(one.row.exercise, names).name("hevy", one.row.weight_kg)),
            "",
            safe_text(one.row.note),
            one.index,
            one.row.kind,
            number_text(one.row.weight_kg, _WEIGHT_DECIMALS),
            "" if one.reps is None else one.reps,
            "",
            "" if one.held_s is None else one.held_s,
            number_text(one.row.rpe, 1),
        ]
        for one in _sets(workouts)
    ]
    return csv_bytes(HEVY_COLUMNS, rows, quote_all=True)


def fitnotes_csv(workouts: Sequence[Workout], names: Names | None = None) -> bytes:
    """FitNotes for Android; a held exercise has a Time like `0:00:35`, and neither weight nor reps unless given."""
    rows = [
        [
            *_fitnotes_start(one, names),
            number_text(
                one.row.weight_kg if one.reps is None else one.row.weight_kg or 0.0, _WEIGHT_DECIMALS
            ),
            "" if one.reps is None and one.row.weight_kg is None else "kgs",
            "" if one.reps is None else one.reps,
            "",
            "",
            "" if one.held_s is None else _clock(one.held_s),
            safe_text(one.row.note),
        ]
        for one in _sets(workouts)
    ]
    return csv_bytes(FITNOTES_COLUMNS, rows)


def liftlog_csv(workouts: Sequence[Workout], names: Names | None = None) -> bytes:
    """FitNotes' columns for LiftLog's FitNotes importer.

    The importer skips rows without a weight or without reps, so a held exercise has 0 of both here, and its seconds in
    the comment, which LiftLog shows as a note of the set.
    """
    rows = [
        [
            *_fitnotes_start(one, names),
            number_text(one.row.weight_kg or 0.0, _WEIGHT_DECIMALS),
            "kgs",
            one.reps or 0,
            "",
            "",
            "" if one.held_s is None else _clock(one.held_s),
            safe_text(" - ".join(text for text in (_held_note(one), one.row.note) if text)),
        ]
        for one in _sets(workouts)
    ]
    return csv_bytes(FITNOTES_COLUMNS, rows)


def _fitnotes_start(one: _Set, names: Names | None) -> list[object]:
    """Date, Exercise, Category."""
    called = app_names(one.row.exercise, names)
    return [
        one.session.at(one.row.start_s).strftime("%Y-%m-%d"),
        safe_text(called.name("fitnotes", one.row.weight_kg)),
        safe_text(called.category),
    ]


def _held_note(one: _Set) -> str:
    return "" if one.held_s is None else f"held {one.held_s} s"


def _sets(workouts: Sequence[Workout]) -> Iterator[_Set]:
    """Every set with reps or seconds, in order."""
    for workout in workouts:
        seen: Counter[str] = Counter()
        for one in workout.sets:
            if one.reps:
                held = is_held(one.exercise)
                yield _Set(
                    workout.row,
                    one,
                    seen[one.exercise],
                    None if held else one.reps,
                    one.reps if held else None,
                )
                seen[one.exercise] += 1


def _strong_duration(seconds: float) -> str:
    """Like `1h 10m` or `10m`; never less than a minute."""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join([*([f"{hours}h"] if hours else []), *([f"{minutes}m"] if minutes or not hours else [])])


def _hevy_time(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"


def _clock(seconds: int) -> str:
    """A duration as FitNotes writes it: hours:minutes:seconds."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
