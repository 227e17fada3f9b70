"""The tables of the store and their migrations.

To change the tables, add a step at the end of `STEPS`; never change the steps before it.
"""

from __future__ import annotations

import sqlite3
from itertools import chain
from typing import Final

APPLICATION_ID: Final = 0x46697473
"""`PRAGMA application_id` of a store ("Fits"), which distinguishes it from other programs' SQLite files."""

_FIRST: Final = (
    """
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again after a deletion
        started_at TEXT NOT NULL,              -- ISO 8601 with offset; stream time 0
        kind TEXT NOT NULL,                    -- live, page, analyze, merge
        title TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        finished INTEGER NOT NULL DEFAULT 0,
        model TEXT NOT NULL,
        source_name TEXT NOT NULL,
        source_duration_s REAL NOT NULL,
        source_fps REAL NOT NULL,
        source_width INTEGER NOT NULL,
        source_height INTEGER NOT NULL,
        frames INTEGER NOT NULL DEFAULT 0,
        last_s REAL NOT NULL DEFAULT 0,        -- stream time of the last frame
        totals TEXT NOT NULL DEFAULT '{}',
        settings TEXT NOT NULL,
        warnings TEXT NOT NULL DEFAULT '[]'
    )
    """,
    """
    CREATE TABLE reps (
        session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,               -- 0-based, in the order they were counted
        exercise TEXT NOT NULL,
        set_number INTEGER NOT NULL,
        rep_number INTEGER NOT NULL,
        start_s REAL NOT NULL,
        peak_s REAL NOT NULL,
        end_s REAL NOT NULL,
        confidence REAL NOT NULL,
        details TEXT NOT NULL,
        PRIMARY KEY (session, number)
    )
    """,
    """
    CREATE TABLE set_notes (                   -- the user's notes about a set
        session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        set_number INTEGER NOT NULL,
        exercise TEXT NOT NULL,
        reps INTEGER,                          -- the true number, where counting was wrong
        weight_kg REAL,
        rpe REAL,
        kind TEXT NOT NULL DEFAULT 'normal',
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (session, set_number, exercise)
    )
    """,
    """
    CREATE TABLE frame_chunks (
        session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (session, number)
    )
    """,
    """
    CREATE TABLE pose_chunks (
        session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (session, number)
    )
    """,
)


_RECORDS: Final = (
    "ALTER TABLE reps ADD COLUMN counted INTEGER NOT NULL DEFAULT 1",  # 0: partial, and not counted
    "ALTER TABLE reps ADD COLUMN partial INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE reps ADD COLUMN side TEXT",
    "ALTER TABLE reps ADD COLUMN cues TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE reps ADD COLUMN record TEXT NOT NULL DEFAULT '{}'",  # known numbers, by name
)


_SETS: Final = (
    """
    CREATE TABLE sets (                        -- sets of a live workout, as its screen had them
        session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        set_number INTEGER NOT NULL,
        exercise TEXT NOT NULL,
        start_s REAL NOT NULL,
        end_s REAL NOT NULL,
        target INTEGER,                        -- reps (or seconds) wanted
        PRIMARY KEY (session, set_number)
    )
    """,
)


_KEPT: Final = (
    "ALTER TABLE sessions ADD COLUMN first_s REAL NOT NULL DEFAULT 0",  # stream time of the first frame
    "ALTER TABLE sessions ADD COLUMN video TEXT NOT NULL DEFAULT ''",  # absolute path of the annotated video
    "CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL)",  # of the user; JSON values
)


STEPS: Final = (_FIRST, _RECORDS, _SETS, _KEPT)
"""For each version 0, 1, ...: the statements that migrate the tables to the next version."""

SCHEMA_VERSION: Final = len(STEPS)
"""`PRAGMA user_version` of a store that this program writes."""


def migrate(connection: sqlite3.Connection) -> None:
    """Migrate the tables to `SCHEMA_VERSION`. The caller holds a write transaction and commits it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for statement in chain.from_iterable(STEPS[version:]):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
