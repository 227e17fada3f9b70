"""Combines outcomes and the summaries on disk into a table of recordings and one of reps, as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

from fitness.errors import OptionError
from fitness.pipeline.batch.running import Outcome
from fitness.recognition.exercises import is_held
from fitness.session import REP_COLUMNS as OWN_COLUMNS
from fitness.session import SessionPaths, read_summary, rep_values, reps_of, whole_file
from fitness.session.amounts import counted_rows
from fitness.session.exports.cells import safe_text
from fitness.session.own_files import free_path
from fitness.session.tables import rounded
from fitness.types import JsonDict

RECORDING_COLUMNS: Final = (
    "file", "sha256", "duration_s", "fps", "width", "height", "frames", "unmeasurable_s", "sets", "reps",
    "warnings", "error", "held_s",
)  # fmt: skip
"""One row per recording, in the order of the run; numbers are empty where `error` says why."""

REP_COLUMNS: Final = ("file", *OWN_COLUMNS)
"""One row per rep or hold: the recording's name, then the columns of its own table."""

_ROWS_AT_ONCE: Final = 50_000
_KINDS: Final = {
    "file": "string", "sha256": "string", "exercise": "string", "warnings": "string", "error": "string",
    "width": "int64", "height": "int64", "frames": "int64", "sets": "int64", "reps": "int64", "held_s": "int64",
    "set": "int64", "rep": "int64", "partial": "bool_", "side": "string", "cues": "string",
}  # fmt: skip
"""Parquet types; columns that are not named here are float64."""


@dataclass(frozen=True, slots=True)
class Combined:
    """Paths of the tables; those of the Parquet files are None if they were not requested."""

    recordings: Path
    reps: Path
    recordings_parquet: Path | None = None
    reps_parquet: Path | None = None


def combine(outcomes: Sequence[Outcome], folder: Path, *, parquet: bool = False) -> Combined:
    """Write `recordings.csv` and `reps.csv` of all outcomes, in the order of their tasks.

    Args:
        outcomes: in any order.   folder: contains the results of the tasks; the tables are written here.
        parquet: also write `recordings.parquet` and `reps.parquet`.

    Raises:
        OptionError: parquet needs a package that is not installed.
        SourceError: a task's summary is missing or damaged.
        OutputError: a table cannot be written.
    """
    ordered = sorted(outcomes, key=lambda outcome: outcome.task.index)
    paths = Combined(free_path(folder / "recordings.csv"), free_path(folder / "reps.csv"))
    _write_csv(paths.recordings, RECORDING_COLUMNS, _recording_rows(ordered, folder))
    _write_csv(paths.reps, REP_COLUMNS, _rep_rows(ordered, folder))
    if not parquet:
        return paths
    recordings = _free_parquet(paths.recordings.with_suffix(".parquet"), RECORDING_COLUMNS)
    reps = _free_parquet(paths.reps.with_suffix(".parquet"), REP_COLUMNS)
    _write_parquet(recordings, RECORDING_COLUMNS, _recording_rows(ordered, folder))
    _write_parquet(reps, REP_COLUMNS, _rep_rows(ordered, folder))
    return Combined(paths.recordings, paths.reps, recordings, reps)


def _free_parquet(path: Path, header: Sequence[str]) -> Path:
    """`path`, or another name if a file with other columns exists there."""
    if path.is_file():
        with suppress(Exception):  # pyarrow's errors for a file that is not Parquet
            if _pyarrow().parquet.read_schema(path).names[:2] == list(header[:2]):
                return path
    return free_path(path)


def check_parquet() -> None:
    """Raise OptionError if Parquet cannot be written, because its package is missing."""
    _pyarrow()


def _summaries(outcomes: Iterable[Outcome], folder: Path) -> Iterator[tuple[Outcome, JsonDict | None]]:
    for outcome in outcomes:
        if outcome.error is not None:
            yield outcome, None
        else:
            yield outcome, read_summary(SessionPaths.of(folder, outcome.task.stem).summary)


def _recording_rows(outcomes: Iterable[Outcome], folder: Path) -> Iterator[list[Any]]:
    for outcome, summary in _summaries(outcomes, folder):
        if summary is None:
            yield [outcome.task.name, outcome.sha256, *[None] * 8, "", outcome.error or "", None]
            continue
        source = summary["source"]
        yield [
            outcome.task.name,
            outcome.sha256,
            *(source[key] for key in ("duration_s", "fps", "width", "height", "frames")),
            summary["unmeasurable_s"],
            len(summary["sets"]),
            sum(count for name, count in summary["totals"].items() if not is_held(name)),
            "; ".join(summary["warnings"]),
            "",
            sum(count for name, count in summary["totals"].items() if is_held(name)),
        ]


def _rep_rows(outcomes: Iterable[Outcome], folder: Path) -> Iterator[list[Any]]:
    for outcome, summary in _summaries(outcomes, folder):
        reps = () if summary is None else reps_of(summary["reps"])
        for one in counted_rows(reps):
            yield [outcome.task.name, *map(_plain, rep_values(rounded(one.rep)).values())]


def _plain(value: Any) -> Any:
    """A list of words as one text."""
    return " ".join(value) if isinstance(value, list) else value


def _cell(value: Any) -> Any:
    """The value as a cell; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return int(value)
    return f"{value:.3f}" if isinstance(value, float) else value


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(map(_cell, row) for row in rows)
        text.flush()
        text.detach()


def _pyarrow() -> Any:
    try:
        pyarrow = import_module("pyarrow")
        import_module("pyarrow.parquet")
    except ImportError as error:
        raise OptionError(
            "Parquet needs the package pyarrow; install it with: pip install pyarrow, or leave out --parquet"
        ) from error
    return pyarrow


def _write_parquet(path: Path, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    arrow = _pyarrow()
    schema = arrow.schema([(name, getattr(arrow, _KINDS.get(name, "float64"))()) for name in header])
    with whole_file(path) as file, arrow.parquet.ParquetWriter(file, schema) as writer:
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            columns = {name: [row[i] for row in block] for i, name in enumerate(header)}
            writer.write_table(arrow.Table.from_pydict(columns, schema=schema))
