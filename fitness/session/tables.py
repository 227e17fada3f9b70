"""Session -> CSV tables of reps and frames, and the reps read back."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from fitness.errors import SourceError
from fitness.session.output import whole_file
from fitness.session.session import FrameTable
from fitness.types import Rep

REP_COLUMNS: Final = (
    "exercise", "set", "rep", "start_s", "peak_s", "end_s", "duration_s", "confidence",
)  # fmt: skip

FRAME_COLUMNS: Final = ("time_s", "found", "exercise", "phase", "count")
"""Columns before the scores; then one `score_<class>` per pose class, then `message`.

found: 1 or 0.   phase: empty where unknown.   count: reps so far of all exercises together.
"""

DECIMALS: Final = 3
"""Of seconds, phases, scores and confidences in CSV and JSON: a thousandth is finer than any of them is known."""


def rounded(rep: Rep) -> Rep:
    """The rep as the files have it: times and confidence to a thousandth, no details."""
    return Rep(
        rep.exercise,
        rep.set,
        rep.number,
        round(rep.t_start, DECIMALS),
        round(rep.t_peak, DECIMALS),
        round(rep.t_end, DECIMALS),
        round(rep.confidence, DECIMALS),
    )


def duration_s(rep: Rep) -> float:
    """A rounded rep's length, so that start_s + duration_s = end_s also in the files."""
    return round(rep.t_end - rep.t_start, DECIMALS)


def write_reps_csv(path: str | os.PathLike[str], reps: tuple[Rep, ...]) -> None:
    """One row per rep, `REP_COLUMNS`.

    Raises:
        OutputError: the place cannot be written.
    """
    rows = []
    for rep in map(rounded, reps):
        times = (rep.t_start, rep.t_peak, rep.t_end, duration_s(rep), rep.confidence)
        rows.append([rep.exercise, rep.set, rep.number, *map(_number, times)])
    _write_csv(path, list(REP_COLUMNS), rows)


def write_frames_csv(path: str | os.PathLike[str], frames: FrameTable) -> None:
    """One row per frame: `FRAME_COLUMNS`, a score column for each class, and the message.

    Raises:
        OutputError: the place cannot be written.
    """
    header = [*FRAME_COLUMNS, *(f"score_{name}" for name in frames.classes), "message"]
    rows = [
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
    ]
    _write_csv(path, header, rows)


def read_reps_csv(path: str | os.PathLike[str]) -> tuple[Rep, ...]:
    """The reps that `write_reps_csv` wrote, as `rounded` has them.

    Raises:
        SourceError: the file is missing or not such a table; the text names the line.
    """
    path = Path(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: cannot be read as a table of reps ({error})") from error
    if not rows or tuple(rows[0]) != REP_COLUMNS:
        raise SourceError(f"{path}: not a table of reps; the first line must be {','.join(REP_COLUMNS)}")
    return tuple(_rep(path, line, row) for line, row in enumerate(rows[1:], start=2))


def _rep(path: Path, line: int, row: list[str]) -> Rep:
    if len(row) != len(REP_COLUMNS):
        raise SourceError(f"{path}, line {line}: must have {len(REP_COLUMNS)} columns, got {len(row)}")
    try:
        start, peak, end, _, confidence = (float(value) for value in row[3:])
        if not all(map(math.isfinite, (start, peak, end, confidence))):
            raise ValueError("a number is not finite")
        return Rep(row[0], int(row[1]), int(row[2]), start, peak, end, confidence)
    except ValueError as error:
        raise SourceError(f"{path}, line {line}: {error}") from error


def _number(value: float) -> str:
    return (
        "" if math.isnan(value) else f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"
    )  # + 0.0: never "-0.000"


def _write_csv(path: str | os.PathLike[str], header: list[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    with whole_file(path) as file:
        file.write(text.getvalue().encode("utf-8"))
