"""Reads sessions from the store."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from fitness.errors import SourceError
from fitness.session.session import Session, seconds_where
from fitness.session.store.arranging import Arranged, arranged
from fitness.session.store.blobs import unpack_frames, unpack_poses
from fitness.session.store.connection import plain_errors
from fitness.session.store.rows import (
    SessionRow,
    Workout,
    counted_set,
    led_set,
    rep_of_row,
    row_of,
    with_notes,
)
from fitness.types import Rep

WEEKLY_GOAL: Final = 3
"""Default goal: days of training per week."""


class StoreReader:
    """The part of `Store` that changes nothing."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path: Final = path
        self._connection = connection

    def sessions(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SessionRow, ...]:
        """All sessions, oldest first (by start, then by id); `since` and `until` limit their starts."""
        with plain_errors(self.path):
            corrected = self._corrected()
            rows = [
                row_of(one, corrected.get(one["id"]))
                for one in self._connection.execute("SELECT * FROM sessions")
            ]
        chosen = [
            row
            for row in rows
            if (since is None or row.started_at >= since) and (until is None or row.started_at < until)
        ]
        return tuple(sorted(chosen, key=lambda row: (row.started_at, row.id)))

    def row(self, session_id: int) -> SessionRow:
        """A session's row. SourceError if there is no session with that number."""
        with plain_errors(self.path):
            found = self._connection.execute("SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone()
            corrected = self._corrected(session_id)
        if found is None:
            raise SourceError(f"{self.path}: no session {session_id}; `fitness sessions list` shows them")
        return row_of(found, corrected.get(session_id))

    def workout(self, session_id: int) -> Workout:
        """A session's row, sets and reps, without its frames. SourceError if there is no session with that number."""
        row = self.row(session_id)
        reps, partials = self._reps(session_id), self._reps(session_id, counted=False)
        with plain_errors(self.path):
            noted, led = (
                self._connection.execute(
                    f"SELECT * FROM {table} WHERE session = ? ORDER BY set_number", (session_id,)
                ).fetchall()
                for table in ("set_notes", "sets")
            )
        notes = {(one["set_number"], one["exercise"]): one for one in noted}
        number = Counter((rep.set, rep.exercise) for rep in reps)
        sets = [led_set(one, number[(one["set_number"], one["exercise"])]) for one in led]
        known = {(one.set, one.exercise) for one in sets}
        records = Session(row.source, unpack_frames([]), reps, {}, 0.0).sets
        sets += [counted_set(one) for one in records if (one.set, one.exercise) not in known]
        if led:
            sets.sort(key=lambda one: one.set)
        found = tuple(with_notes(one, notes.get((one.set, one.exercise))) for one in sets)
        return Workout(row, found, reps, partials)

    def arranged(self, session_id: int, session: Session) -> Arranged:
        """A new count of a stored session, arranged in its sets; nothing is changed.

        A set with notes of the user, or recorded by a live workout, stays one set with its times, notes and target. Its
        reps are those of the new count in that time. All other sets are those of the new count.

        Args:
            session: the same frames, counted again.

        Raises:
            SourceError: there is no session with that number.
        """
        old = self.workout(session_id).sets
        with plain_errors(self.path):
            kept = {
                (one["set_number"], one["exercise"])
                for table in ("set_notes", "sets")
                for one in self._connection.execute(
                    f"SELECT set_number, exercise FROM {table} WHERE session = ?", (session_id,)
                )
            }
        return arranged(session, old, kept & {(one.set, one.exercise) for one in old})

    def _corrected(self, session_id: int | None = None) -> dict[int, Counter[str]]:
        """Session -> exercise -> reps that the user added (negative: removed); for one session or for all."""
        found: dict[int, Counter[str]] = {}
        for one in self._connection.execute(
            "SELECT session, exercise, reps - (SELECT count(*) FROM reps AS r WHERE r.session = n.session"
            " AND r.counted = 1 AND r.set_number = n.set_number AND r.exercise = n.exercise) AS added"
            " FROM set_notes AS n WHERE reps IS NOT NULL AND session = coalesce(?, session)",
            (session_id,),
        ):
            found.setdefault(one["session"], Counter())[one["exercise"]] += one["added"]
        return found

    def load(self, session_id: int, *, landmarks: bool = True) -> Session:
        """The whole session as it was recorded, bit for bit.

        Args:
            landmarks: include the landmark log, 1.1 KB per frame; if False, `Session.landmarks` is None.

        Raises:
            SourceError: there is no session with that number, or it is damaged.
        """
        row = self.row(session_id)
        try:
            frames = unpack_frames(self._chunks("frame_chunks", session_id))
            chunks = self._chunks("pose_chunks", session_id) if landmarks else []
            log = unpack_poses(chunks, row.source, row.model) if chunks else None
        except (ValueError, KeyError, IndexError) as error:
            raise SourceError(f"{self.path}: session {session_id} is damaged ({error})") from error
        measured = frames.found & np.array([message is None for message in frames.message], np.bool_)
        return Session(
            source=row.source,
            frames=frames,
            reps=self._reps(session_id),
            totals=row.counted,
            unmeasurable_s=seconds_where(~measured, frames.t, row.source.fps),
            landmarks=log,
            warnings=row.warnings,
            settings=row.settings,
            partials=self._reps(session_id, counted=False),
        )

    @property
    def weekly_goal(self) -> int:
        """The user's goal: days of training per week."""
        with plain_errors(self.path):
            found = self._connection.execute(
                "SELECT value FROM preferences WHERE name = 'weekly_goal'"
            ).fetchone()
        return WEEKLY_GOAL if found is None else int(json.loads(found["value"]))

    def check(self) -> None:
        """Check the whole file. SourceError if it is damaged."""
        with plain_errors(self.path):
            (answer,) = self._connection.execute("PRAGMA integrity_check").fetchone()
        if answer != "ok":
            raise SourceError(f"{self.path} is damaged: {answer}")

    def _chunks(self, table: str, session_id: int) -> list[bytes]:
        with plain_errors(self.path):
            found = self._connection.execute(
                f"SELECT data FROM {table} WHERE session = ? ORDER BY number", (session_id,)
            )
            return [one["data"] for one in found]

    def _reps(self, session_id: int, *, counted: bool = True) -> tuple[Rep, ...]:
        with plain_errors(self.path):
            found = self._connection.execute(
                "SELECT * FROM reps WHERE session = ? AND counted = ? ORDER BY number", (session_id, counted)
            ).fetchall()
        return tuple(map(rep_of_row, found))
