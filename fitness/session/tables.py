"""Session -> CSV tables of reps and frames; reads the table of reps back."""

from __future__ import annotations

import codecs
import csv
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast, get_args

from fitness.errors import SourceError
from fitness.session.amounts import CountedRow, counted_reps, counted_rows
from fitness.session.output import whole_file
from fitness.session.session import FrameTable
from fitness.types import RECORD_FIELDS, JsonDict, Rep, RepRecord, Side

REP_COLUMNS: Final = (
    "exercise", "set", "rep", "start_s", "peak_s", "end_s", "duration_s", "confidence",
    "partial", "side", "cues", *RECORD_FIELDS,
)  # fmt: skip
"""New columns are added at the end. partial: 1 or 0.   cues: ids, separated by spaces.   Then the fields of `RepRecord`."""

OLD_COLUMNS: Final = 8
"""Columns of old tables, from before reps had a `RepRecord`; they can still be read."""

FRAME_COLUMNS: Final = ("time_s", "found", "exercise", "phase", "count")
"""Columns before the scores; then one `score_<class>` per pose class, then `message`.

found: 1 or 0.   phase: empty where unknown.   count: reps so far of all exercises together.
"""

DECIMALS: Final = 3
"""Decimals of seconds, phases, scores and confidences in CSV and JSON: finer than their accuracy."""

DEGREE_DECIMALS: Final = 1
"""Decimals of degrees and degrees per second."""


def rounded(rep: Rep) -> Rep:
    """The rep as it is written to files: times and shares to a thousandth, degrees to a tenth, no details."""
    return replace(
        rep,
        t_start=round(rep.t_start, DECIMALS),
        t_peak=round(rep.t_peak, DECIMALS),
        t_end=round(rep.t_end, DECIMALS),
        confidence=round(rep.confidence, DECIMALS),
        details={},
        record=RepRecord(
            **{
                name: None if value is None else round(value, _decimals(name)) + 0.0
                for name in RECORD_FIELDS
                for value in [getattr(rep.record, name)]
            }
        ),
    )


def rep_values(rep: Rep) -> JsonDict:
    """`REP_COLUMNS` of a rep that is `rounded`, as JSON values."""
    return {
        "exercise": rep.exercise,
        "set": rep.set,
        "rep": rep.number,
        "start_s": rep.t_start,
        "peak_s": rep.t_peak,
        "end_s": rep.t_end,
        "duration_s": duration_s(rep),
        "confidence": rep.confidence,
        "partial": rep.partial,
        "side": rep.side,
        "cues": list(rep.cues),
        **{name: getattr(rep.record, name) for name in RECORD_FIELDS},
    }


def rep_of(values: Mapping[str, Any]) -> Rep:
    """The rep from `rep_values`, or from old values without a `RepRecord`.

    Raises:
        KeyError, TypeError, ValueError: a value is missing or of the wrong kind.
    """
    return Rep(
        values["exercise"],
        values["set"],
        values["rep"],
        values["start_s"],
        values["peak_s"],
        values["end_s"],
        values["confidence"],
        partial=bool(values.get("partial", False)),
        side=_side(values.get("side")),
        cues=tuple(map(str, values.get("cues", ()))),
        record=record_of(values),
    )


def reps_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Rep, ...]:
    """The reps of a summary's rows; a row with `held_s` becomes one rep for each second. Errors as `rep_of`."""
    found = [CountedRow(rep_of(row), row.get("held_s")) for row in rows]
    return tuple(rep for one in found for rep in counted_reps(one))


def record_of(values: Mapping[str, Any]) -> RepRecord:
    """The `RepRecord` in `values`; None if a number is missing. TypeError or ValueError for a value that is not a number."""
    found = {name: values.get(name) for name in RECORD_FIELDS}
    return RepRecord(**{name: None if value is None else float(value) for name, value in found.items()})


def _side(value: str | None) -> Side | None:
    if value is not None and value not in get_args(Side):
        raise ValueError(f"side must be left, right, both or empty, got '{value}'")
    return cast("Side | None", value)


def _decimals(name: str) -> int:
    return DEGREE_DECIMALS if "_deg" in name else DECIMALS


def duration_s(rep: Rep) -> float:
    """`Rep.duration` of a rounded rep, so that the parts still add up to it in the files."""
    return round(rep.duration, DECIMALS)


def write_reps_csv(path: str | os.PathLike[str], reps: tuple[Rep, ...]) -> None:
    """Write one row per rep or hold, with `REP_COLUMNS`.

    Raises:
        OutputError: the file cannot be written.
    """
    rows = [
        [rep_cell(name, value) for name, value in rep_values(rounded(one.rep)).items()]
        for one in counted_rows(reps)
    ]
    _write_csv(path, list(REP_COLUMNS), rows)


def rep_cell(name: str, value: object) -> object:
    """A value of `rep_values` as a cell, with the column's decimals; empty if unknown."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return _number(value, _decimals(name))
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else value


def write_frames_csv(path: str | os.PathLike[str], frames: FrameTable) -> None:
    """Write one row per frame: `FRAME_COLUMNS`, a score column for each class, and the message.

    Raises:
        OutputError: the file cannot be written.
    """
    header = [*FRAME_COLUMNS, *(f"score_{name}" for name in frames.classes), "message"]
    rows = (
        [
            _number(float(frames.t[i])),
            int(frames.found[i]),
            frames.exercise[i] or "",
            _number(float(frames.phase[i])),
            int(frames.count[i]),
            *map(_number, frames.scores[i].tolist()),
            frames.message[i] or "",
        ]
        for i in range(len(frames))
    )
    _write_csv(path, header, rows)


def read_reps_csv(path: str | os.PathLike[str]) -> tuple[Rep, ...]:
    """Read the reps that `write_reps_csv` wrote, rounded as by `rounded`.

    Raises:
        SourceError: the file is missing or not a table of reps; the text names the line.
    """
    path = Path(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: cannot be read as a table of reps ({error})") from error
    if not rows or tuple(rows[0]) not in (REP_COLUMNS, REP_COLUMNS[:OLD_COLUMNS]):
        raise SourceError(f"{path}: not a table of reps; the first line must be {','.join(REP_COLUMNS)}")
    return tuple(_rep(path, line, row, len(rows[0])) for line, row in enumerate(rows[1:], start=2))


def _rep(path: Path, line: int, row: list[str], columns: int) -> Rep:
    if len(row) != columns:
        raise SourceError(f"{path}, line {line}: must have {columns} columns, got {len(row)}")
    try:
        start, peak, end, _, confidence = (_finite(value) for value in row[3:OLD_COLUMNS])
        rep = Rep(row[0], int(row[1]), int(row[2]), start, peak, end, confidence)
        return rep if columns == OLD_COLUMNS else _with_record(rep, dict(zip(REP_COLUMNS, row, strict=True)))
    except ValueError as error:
        raise SourceError(f"{path}, line {line}: {error}") from error


def _with_record(rep: Rep, cells: dict[str, str]) -> Rep:
    if cells["partial"] not in ("0", "1"):
        raise ValueError(f"partial must be 0 or 1, got '{cells['partial']}'")
    numbers = {name: _finite(cells[name]) if cells[name] else None for name in RECORD_FIELDS}
    return replace(
        rep,
        partial=cells["partial"] == "1",
        side=_side(cells["side"] or None),
        cues=tuple(cells["cues"].split()),
        record=RepRecord(**numbers),
    )


def _finite(cell: str) -> float:
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    return value


def _number(value: float, decimals: int = DECIMALS) -> str:
    return (
        "" if math.isnan(value) else f"{round(value, decimals) + 0.0:.{decimals}f}"
    )  # + 0.0: never "-0.000"


def _write_csv(path: str | os.PathLike[str], header: list[str], rows: Iterable[Sequence[object]]) -> None:
    with whole_file(path) as file:
        writer = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
