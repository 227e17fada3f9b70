"""CSV files of workout-log apps: one row a set, times local to the session as those apps have them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from fitness.session.exports.cells import csv_bytes, number_text, safe_text
from fitness.session.exports.names import app_name, other_name
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
LIFTLOG_COLUMNS: Final = (
    "SessionId", "Timestamp", "Exercise", "Weight", "WeightUnit", "Reps", "TargetReps", "Notes",
)  # fmt: skip

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STRONG_ORDER: Final = {"warmup": "W", "dropset": "D", "failure": "F"}
_WEIGHT_DECIMALS: Final = 2


def strong_csv(workouts: Sequence[Workout]) -> bytes:
    """Strong's older columns, the ones that most other apps read; weights in kilograms, 0 for what is not used."""
    rows = []
    for row, one, index in _sets(workouts):
        rows.append(
            [
                row.started_at.strftime("%Y-%m-%d %H:%M:%S"),
                safe_text(row.name),
                _strong_duration(row.last_s),
                app_name(one.exercise, one.weight_kg),
                _STRONG_ORDER.get(one.kind, index + 1),
                number_text(one.weight_kg or 0.0, _WEIGHT_DECIMALS),
                one.reps,
                0,
                0,
                safe_text(one.note),
                safe_text(row.note),
                number_text(one.rpe, 1),
            ]
        )
    return csv_bytes(STRONG_COLUMNS, rows)


def hevy_csv(workouts: Sequence[Workout]) -> bytes:
    """Hevy's export in kilograms: every field quoted, sets counted from 0, times like `1 Mar 2026, 18:30`."""
    rows = [
        [
            safe_text(row.name),
            _hevy_time(row.started_at),
            _hevy_time(row.ended_at),
            safe_text(row.note),
            app_name(one.exercise, one.weight_kg),
            "",
            safe_text(one.note),
            index,
            one.kind,
            number_text(one.weight_kg, _WEIGHT_DECIMALS),
            one.reps,
            "",
            "",
            number_text(one.rpe, 1),
        ]
        for row, one, index in _sets(workouts)
    ]
    return csv_bytes(HEVY_COLUMNS, rows, quote_all=True)


def fitnotes_csv(workouts: Sequence[Workout]) -> bytes:
    """FitNotes for Android."""
    rows = [
        [
            row.at(one.start_s).strftime("%Y-%m-%d"),
            app_name(one.exercise, one.weight_kg),
            other_name(one.exercise).category,
            number_text(one.weight_kg or 0.0, _WEIGHT_DECIMALS),
            "kgs",
            one.reps,
            "",
            "",
            "",
            safe_text(one.note),
        ]
        for row, one, _ in _sets(workouts)
    ]
    return csv_bytes(FITNOTES_COLUMNS, rows)


def liftlog_csv(workouts: Sequence[Workout]) -> bytes:
    """LiftLog's plain-text export: a set's end, a session's number made of its start."""
    rows = [
        [
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"fitness session {row.id} {row.started_at.isoformat()}")),
            row.at(one.end_s).strftime("%Y-%m-%dT%H:%M:%S"),
            app_name(one.exercise, one.weight_kg),
            number_text(one.weight_kg or 0.0, _WEIGHT_DECIMALS),
            "kg",
            one.reps,
            one.reps,
            safe_text(one.note),
        ]
        for row, one, _ in _sets(workouts)
    ]
    return csv_bytes(LIFTLOG_COLUMNS, rows)


def _sets(workouts: Sequence[Workout]) -> Iterator[tuple[SessionRow, SetRow, int]]:
    """Every set with reps, with its 0-based number among those of its exercise in the session."""
    for workout in workouts:
        seen: Counter[str] = Counter()
        for one in workout.sets:
            if one.reps:
                yield workout.row, one, seen[one.exercise]
                seen[one.exercise] += 1


def _strong_duration(seconds: float) -> str:
    """Like `1h 10m` or `10m`; never less than a minute."""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join([*([f"{hours}h"] if hours else []), *([f"{minutes}m"] if minutes or not hours else [])])


def _hevy_time(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"
