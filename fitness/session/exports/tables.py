"""Our own tables: one record per rep or hold, and one per set; as CSV, JSON, JSON lines and Parquet.

New fields are added at the end; the names and the order of the others never change. A held exercise (plank, wall sit)
has seconds in `held_s` and no reps.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from fitness.errors import OptionError
from fitness.recognition.exercises import is_held
from fitness.session.amounts import counted_rows
from fitness.session.exports.cells import csv_bytes, iso_time, number_text, safe_text
from fitness.session.store import SessionRow, Workout
from fitness.types import RECORD_FIELDS, JsonDict, Rep

DOCUMENT_VERSION: Final = 1

REP_FIELDS: Final = (
    "session", "title", "source", "exercise", "set", "rep", "started_at", "peaked_at", "ended_at",
    "start_s", "peak_s", "end_s", "duration_s", "lowering_s", "lifting_s", "confidence", "details",
    "partial", "side", "cues", *RECORD_FIELDS, "held_s",
)  # fmt: skip
"""Columns of the table of reps; `docs/guides/sessions.md` says what each holds."""

SET_FIELDS: Final = (
    "session", "title", "source", "exercise", "set", "kind", "reps", "counted_reps", "weight_kg", "rpe",
    "started_at", "ended_at", "start_s", "end_s", "duration_s", "note",
    "held_s", "counted_held_s", "target",
)  # fmt: skip
"""Columns of the table of sets."""

_DECIMALS: Final = 3


def rep_records(workouts: Sequence[Workout]) -> list[JsonDict]:
    """`REP_FIELDS` of every counted rep and hold, in order; times as datetime, numbers as they were counted."""
    return _records((workout.row, workout.reps) for workout in workouts)


def partial_records(workout: Workout) -> list[JsonDict]:
    """`REP_FIELDS` of partial reps that were not counted; their number is 0."""
    return _records([(workout.row, workout.partials)])


def _records(groups: Iterable[tuple[SessionRow, tuple[Rep, ...]]]) -> list[JsonDict]:
    return [
        dict(
            zip(
                REP_FIELDS,
                (
                    row.id, row.title, row.source.name, rep.exercise, rep.set, rep.number,
                    row.at(rep.t_start), row.at(rep.t_peak), row.at(rep.t_end),
                    rep.t_start, rep.t_peak, rep.t_end, rep.duration,
                    rep.lowering_s, rep.lifting_s, rep.confidence, dict(rep.details),
                    rep.partial, rep.side, list(rep.cues), *(getattr(rep.record, name) for name in RECORD_FIELDS),
                    one.held_s,
                ),
                strict=True,
            )
        )
        for row, reps in groups
        for one in counted_rows(reps)
        for rep in [one.rep]
    ]  # fmt: skip


def set_records(workouts: Sequence[Workout]) -> list[JsonDict]:
    """`SET_FIELDS` of every set, in order; `reps` and `held_s` are the user's number if one was given."""
    return [
        dict(
            zip(
                SET_FIELDS,
                (
                    row.id, row.title, row.source.name, one.exercise, one.set, one.kind,
                    0 if held else one.reps, 0 if held else one.counted,
                    one.weight_kg, one.rpe, row.at(one.start_s), row.at(one.end_s), one.start_s, one.end_s,
                    one.end_s - one.start_s, one.note, one.reps if held else None, one.counted if held else None,
                    one.target,
                ),
                strict=True,
            )
        )
        for row, sets in ((workout.row, workout.sets) for workout in workouts)
        for one in sets
        for held in [is_held(one.exercise)]
    ]  # fmt: skip


def reps_csv(workouts: Sequence[Workout]) -> bytes:
    """One row per rep or hold; seconds and confidence to a thousandth."""
    return csv_bytes(REP_FIELDS, [[_cell(value) for value in one.values()] for one in rep_records(workouts)])


def sets_csv(workouts: Sequence[Workout]) -> bytes:
    """One row per set."""
    return csv_bytes(SET_FIELDS, [[_cell(value) for value in one.values()] for one in set_records(workouts)])


def document_json(workouts: Sequence[Workout]) -> bytes:
    """One document: {"version": 1, "sessions": [{..., "sets": [...], "reps": [...]}]}; nothing is rounded."""
    sessions = []
    for one in workouts:
        row = one.row
        sessions.append(
            {
                "session": row.id,
                "title": row.title,
                "source": row.source.name,
                "kind": row.kind,
                "finished": row.finished,
                "started_at": iso_time(row.started_at),
                "ended_at": iso_time(row.ended_at),
                "duration_s": row.length_s,
                "note": row.note,
                "model": row.model,
                "totals": dict(row.totals),
                "counted_totals": dict(row.counted),
                "settings": dict(row.settings),
                "warnings": list(row.warnings),
                "sets": _without_session(set_records([one])),
                "reps": _without_session(rep_records([one])),
                "partials": _without_session(partial_records(one)),
            }
        )
    document = {"version": DOCUMENT_VERSION, "sessions": sessions}
    return (json.dumps(document, indent=2, ensure_ascii=False, default=_json_value) + "\n").encode("utf-8")


def reps_jsonl(workouts: Sequence[Workout]) -> bytes:
    """One line of JSON per rep, with the fields of the table of reps; nothing is rounded."""
    lines = (json.dumps(one, ensure_ascii=False, default=_json_value) for one in rep_records(workouts))
    return "".join(line + "\n" for line in lines).encode("utf-8")


def reps_parquet(workouts: Sequence[Workout]) -> bytes:
    """The table of reps; times are instants in UTC to a microsecond, the offset in the column `utc_offset_s`.

    Raises:
        OptionError: PyArrow is not installed.
    """
    arrow, write = _arrow()
    records = rep_records(workouts)
    for one in records:
        one["utc_offset_s"] = _offset_s(one["started_at"])
        one["details"] = json.dumps(one["details"])
        one["cues"] = " ".join(one["cues"])
    moment = arrow.timestamp("us", tz="UTC")
    text, whole, real = arrow.string(), arrow.int64(), arrow.float64()
    kinds = [
        whole, text, text, text, whole, whole, moment, moment, moment,
        real, real, real, real, real, real, real, text,
        arrow.bool_(), text, text, *[real] * len(RECORD_FIELDS), whole, whole,
    ]  # fmt: skip
    names = (*REP_FIELDS, "utc_offset_s")
    schema = arrow.schema(list(zip(names, kinds, strict=True)))
    target = io.BytesIO()
    write(arrow.Table.from_pylist(records, schema=schema), target)
    return target.getvalue()


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise OptionError("format parquet needs PyArrow; install it with: pip install pyarrow") from error
    return pyarrow, parquet.write_table


def _offset_s(moment: datetime) -> int:
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _without_session(records: list[JsonDict]) -> list[JsonDict]:
    return [{k: v for k, v in one.items() if k not in ("session", "title", "source")} for one in records]


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return iso_time(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return iso_time(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return safe_text(" ".join(value))
    if isinstance(value, float):
        return number_text(value, _DECIMALS)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True) if value else ""
    return safe_text(value) if isinstance(value, str) else "" if value is None else value
