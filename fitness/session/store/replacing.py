"""Replaces the counts of a stored session by those of a new count. The caller holds the transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from fitness.session.store.arranging import Arranged, SetKey
from fitness.session.store.writing import write_whole


def replace_counts(connection: sqlite3.Connection, session_id: int, new: Arranged) -> None:
    """Write the new count instead of the old one.   new: with the landmark log. Notes move with their sets."""
    for table in ("frame_chunks", "pose_chunks", "reps", "sets"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session_id,))
    connection.execute(
        "UPDATE sessions SET frames = 0, settings = ? WHERE id = ?",
        (json.dumps(dict(new.session.settings)), session_id),
    )
    write_whole(connection, session_id, new.session)
    stay = set(new.moved.values())
    connection.executemany(
        "INSERT INTO sets VALUES (?, ?, ?, ?, ?, ?)",
        [
            (session_id, one.set, one.exercise, one.start_s, one.end_s, one.target)
            for one in new.sets
            if (one.set, one.exercise) in stay
        ],
    )
    _move_notes(connection, session_id, new.moved)


def _move_notes(connection: sqlite3.Connection, session_id: int, moved: Mapping[SetKey, SetKey]) -> None:
    found = connection.execute("SELECT * FROM set_notes WHERE session = ?", (session_id,)).fetchall()
    connection.execute("DELETE FROM set_notes WHERE session = ?", (session_id,))
    # notes that an older version left at numbers without a set never take the place of others
    for one in sorted(found, key=lambda one: (one["set_number"], one["exercise"]) not in moved):
        number, exercise = moved.get(key := (one["set_number"], one["exercise"]), key)
        connection.execute(
            "INSERT OR IGNORE INTO set_notes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (session_id, number, exercise, *tuple(one)[3:]),
        )
