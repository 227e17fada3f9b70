"""The tables of the store and their migrations.

A change of the tables is a new function at the end of `_migrations`; the functions before it stay as they are.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID: Final = 0x46697473
"""`PRAGMA application_id` of a store, so that another program's SQLite file is never taken for one ("Fits")."""

SCHEMA_VERSION: Final = 2
"""`PRAGMA user_version`: number of migrations that this program knows."""

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
    CREATE TABLE set_notes (                   -- what the user says about a set
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
    "ALTER TABLE reps ADD COLUMN record TEXT NOT NULL DEFAULT '{}'",  # numbers that are known, by name
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to `SCHEMA_VERSION`; the caller holds a write transaction and commits it."""
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    _migrations().apply(database)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _migrations() -> Migrations:
    from sqlite_utils import Migrations

    migrations = Migrations("fitness.session.store")

    @migrations(name="0001 sessions, reps, set notes, frames, poses")
    def first(database: Database) -> None:
        for statement in _FIRST:
            database.conn.execute(statement)

    @migrations(name="0002 records of reps, partial reps")
    def second(database: Database) -> None:
        for statement in _RECORDS:
            database.conn.execute(statement)

    return migrations
