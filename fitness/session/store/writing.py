"""Writes the rows of a session into the tables. The caller holds the transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.session.session import FrameTable, Session, WorkoutSet
from fitness.session.store.blobs import pack_frames, pack_poses
from fitness.session.store.rows import KINDS, REP_ROW, rep_row
from fitness.types import Rep

_CHUNK_FRAMES: Final = 300
"""Frames in a chunk of a session that is written as a whole: about 300 KB of landmarks."""


def as_text(moment: datetime) -> str:
    """The time as stored: ISO 8601 with offset. OptionError for a time without offset."""
    if moment.utcoffset() is None:
        raise OptionError(f"time must have an offset from UTC, got {moment.isoformat()}")
    return moment.isoformat(timespec="milliseconds")


def video_text(video: Path | None) -> str:
    """The absolute path as stored; empty for no video, and for a file that is missing."""
    return "" if video is None or not video.is_file() else str(video.absolute())


def insert_session(
    connection: sqlite3.Connection,
    source: SourceInfo,
    settings: Mapping[str, Any],
    started_at: datetime,
    kind: str,
    model: str,
    title: str,
) -> int:
    """Insert a session without frames; returns its id. OptionError for values that are not allowed."""
    if kind not in KINDS:
        raise OptionError(f"kind must be one of {', '.join(KINDS)}, got '{kind}'")
    try:
        noted = json.dumps(dict(settings), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise OptionError(f"option settings must hold JSON values only: {error}") from error
    cursor = connection.execute(
        "INSERT INTO sessions (started_at, kind, title, model, settings, source_name, source_duration_s,"
        " source_fps, source_width, source_height) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            as_text(started_at),
            kind,
            title,
            model,
            noted,
            source.name,
            source.duration_s,
            source.fps,
            source.width,
            source.height,
        ),
    )
    return int(cursor.lastrowid or 0)


def write_whole(connection: sqlite3.Connection, session_id: int, session: Session) -> None:
    """Write all frames, poses and reps of a complete session, and mark it as finished."""
    for number, part in enumerate(_parts(session)):
        write_chunk(connection, session_id, part, number=number, first_rep=0)
    connection.execute(
        "UPDATE sessions SET finished = 1, totals = ?, warnings = ? WHERE id = ?",
        (json.dumps(dict(session.totals)), json.dumps(list(session.warnings)), session_id),
    )


def write_chunk(
    connection: sqlite3.Connection, session_id: int, part: Session, *, number: int, first_rep: int
) -> None:
    """Write the next frames of a session, and the reps that they completed.

    Args:
        part: these frames alone; its totals are those of the whole session so far.
        number: 0-based number of the chunk.   first_rep: number of reps already written, partial reps included.
    """
    run = connection.execute
    run("INSERT INTO frame_chunks VALUES (?, ?, ?)", (session_id, number, pack_frames(part.frames)))
    if part.landmarks is not None:
        run("INSERT INTO pose_chunks VALUES (?, ?, ?)", (session_id, number, pack_poses(part.landmarks)))
    reps = [*((rep, True) for rep in part.reps), *((rep, False) for rep in part.partials)]
    write_reps(connection, session_id, reps, part.totals, first_rep=first_rep)
    run(
        "UPDATE sessions SET first_s = iif(frames = 0, ?, first_s), frames = frames + ?, last_s = ? WHERE id = ?",
        (float(part.frames.t[0]), len(part.frames), float(part.frames.t[-1]), session_id),
    )


def write_reps(
    connection: sqlite3.Connection,
    session_id: int,
    reps: Sequence[tuple[Rep, bool]],
    totals: Mapping[str, int],
    *,
    first_rep: int,
) -> None:
    """Write more reps of a session, each with whether it was counted, and the new totals."""
    connection.executemany(
        f"INSERT INTO reps ({', '.join(REP_ROW)}) VALUES ({', '.join('?' * len(REP_ROW))})",
        [
            rep_row(session_id, index, rep, counted)
            for index, (rep, counted) in enumerate(reps, start=first_rep)
        ],
    )
    connection.execute("UPDATE sessions SET totals = ? WHERE id = ?", (json.dumps(dict(totals)), session_id))


def amend_reps(connection: sqlite3.Connection, session_id: int, better: Mapping[int, Rep]) -> None:
    """Update reps that were written before.   better: number of the row -> the amended rep."""
    columns = REP_ROW[2:-5] + REP_ROW[-4:]  # all but the key, and whether it was counted
    connection.executemany(
        f"UPDATE reps SET {', '.join(f'{name} = ?' for name in columns)} WHERE session = ? AND number = ?",
        [
            (*row[2:-5], *row[-4:], session_id, number)
            for number, rep in better.items()
            for row in [rep_row(session_id, number, rep, True)]
        ],
    )


def write_sets(
    connection: sqlite3.Connection, session_id: int, sets: Sequence[WorkoutSet], rows: Mapping[int, int]
) -> None:
    """Write sets as the screen showed them. Each one replaces the stored set with its number.

    Reps get their set and number from the screen. If the user corrected the number of reps, the correction is stored as
    a note; other notes about the set are kept.

    Args:
        rows: id of each stored rep -> number of its row. A rep without an id is found by exercise and turning point.
    """
    run = connection.execute
    for one in sets:
        place = (session_id, one.set, one.exercise)
        run(
            "INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?, ?, ?)",
            (*place, one.start_s, one.end_s, one.target),
        )
        for number, rep in enumerate(one.counted, start=1):
            what = "UPDATE reps SET set_number = ?, rep_number = ? WHERE session = ? AND "
            if rep.id in rows:
                run(what + "number = ?", (one.set, number, session_id, rows[rep.id]))
            else:
                key = (rep.exercise, rep.t_peak)
                run(what + "counted = 1 AND exercise = ? AND peak_s = ?", (one.set, number, session_id, *key))
        run("DELETE FROM set_notes WHERE session = ? AND set_number = ? AND exercise <> ?", place)
        corrected = None if one.reps == len(one.counted) else one.reps
        if corrected is not None or one.weight_kg is not None:
            run("INSERT OR IGNORE INTO set_notes (session, set_number, exercise) VALUES (?, ?, ?)", place)
        run(
            "UPDATE set_notes SET reps = ?, weight_kg = coalesce(weight_kg, ?)"
            " WHERE session = ? AND set_number = ? AND exercise = ?",
            (corrected, one.weight_kg, *place),
        )


def _parts(session: Session) -> Iterator[Session]:
    """The session in pieces of `_CHUNK_FRAMES` frames; all reps are in the first piece."""
    for start in range(0, len(session.frames), _CHUNK_FRAMES):
        rows = slice(start, start + _CHUNK_FRAMES)
        log = session.landmarks
        yield replace(
            session,
            frames=_frame_rows(session.frames, rows),
            landmarks=None if log is None else log.part(rows),
            reps=() if start else session.reps,
            partials=() if start else session.partials,
        )


def _frame_rows(table: FrameTable, rows: slice) -> FrameTable:
    return FrameTable(
        t=table.t[rows],
        found=table.found[rows],
        exercise=table.exercise[rows],
        phase=table.phase[rows],
        count=table.count[rows],
        message=table.message[rows],
        classes=table.classes,
        scores=np.ascontiguousarray(table.scores[rows]),
    )
