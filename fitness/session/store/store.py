"""The store: one SQLite file with all sessions of a user."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from fitness.errors import OptionError
from fitness.media.info import SourceInfo
from fitness.session.recorder import SessionRecorder
from fitness.session.session import Session
from fitness.session.store.connection import open_connection, plain_errors, transaction
from fitness.session.store.live import LiveSession
from fitness.session.store.merging import joined
from fitness.session.store.reading import StoreReader
from fitness.session.store.replacing import replace_counts
from fitness.session.store.rows import (
    SessionRow,
    SetEdit,
    SetRow,
)
from fitness.session.store.writing import as_text, insert_session, video_text, write_whole
from fitness.session.store_place import default_store_path

_SET_FIELDS: Final = ("reps", "weight_kg", "rpe", "kind", "note")


class Store(StoreReader):
    """An open store; use `Store.open`. Close it, or use it as a context manager; use it from one thread at a time.

    Several programs may open the same file. Readers never wait; writers wait some milliseconds for each other.
    """

    @classmethod
    def open(
        cls, path: str | os.PathLike[str] | None = None, *, readonly: bool = False, create: bool = True
    ) -> Store:
        """The store at `path` (None: FITNESS_STORE, else the user's data directory), made if missing.

        Args:
            readonly: only read; the file must exist, and its folder need not be writable.
            create: create the file if it is missing.

        Raises:
            SourceError: it is missing (readonly, or not `create`), not a store, damaged, or of a newer version.
            OutputError: it cannot be created or written.
        """
        place = default_store_path() if path is None else Path(path)
        return cls(open_connection(place, readonly=readonly, create=create), place)

    def close(self) -> None:
        """Close the file. End all live sessions first."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(
        self,
        source: SourceInfo,
        settings: Mapping[str, Any] | None = None,
        *,
        started_at: datetime,
        kind: str = "live",
        model: str = "",
        title: str = "",
        recorder: SessionRecorder | None = None,
    ) -> LiveSession:
        """Begin a new session, to which frames are added one by one.

        Args:
            source: the stream's description.   settings: options to store; JSON values only.
            started_at: wall-clock time of stream time 0, with its offset (`datetime.now().astimezone()`).
            kind: one of `KINDS`.   model: name of the landmark model.   title: text to show.
            recorder: as for `LiveSession`.

        Raises:
            OptionError: the time has no offset, the kind is unknown, or settings are not JSON.
            OutputError: the store cannot be written.
        """
        with plain_errors(self.path), transaction(self._connection):
            session_id = insert_session(
                self._connection, source, settings or {}, started_at, kind, model, title
            )
        return LiveSession(self._connection, self.path, session_id, source, model, recorder)

    def add(
        self,
        session: Session,
        *,
        started_at: datetime,
        kind: str = "analyze",
        title: str = "",
        video: Path | None = None,
    ) -> int:
        """Store a complete session; returns its id. Poses are stored if the session has its landmark log.

        Args:
            video: the annotated video that was written of it; left out if the file is missing.

        Raises:
            OptionError, OutputError: as for `begin`.
        """
        with plain_errors(self.path), transaction(self._connection):
            number = self._write(session, started_at, kind, title)
            self._connection.execute(
                "UPDATE sessions SET video = ? WHERE id = ?", (video_text(video), number)
            )
            return number

    def delete(self, session_id: int) -> None:
        """Delete a session with all its data. SourceError if there is none; OutputError if the store cannot be written."""
        self.row(session_id)
        with plain_errors(self.path), transaction(self._connection):
            self._connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))

    def merge(self, session_ids: Sequence[int], *, replace: bool = False) -> int:
        """Merge sessions into one, in the order of their starts; returns the new session's id.

        The sessions keep their wall-clock distance. If two overlap (or the clock was set back), the later one follows
        the earlier one directly. Sets are numbered consecutively. On an error, nothing is changed.

        Args:
            replace: delete the merged sessions; else they are kept.

        Raises:
            OptionError: fewer than two sessions, the same one twice, or different frame sizes or models.
            SourceError, OutputError: a session is missing or damaged; the store cannot be written.
        """
        if len(session_ids) < 2 or len(set(session_ids)) != len(session_ids):
            raise OptionError(f"sessions must be two or more different ones, got {list(session_ids)}")
        rows = sorted((self.row(one) for one in session_ids), key=lambda row: (row.started_at, row.id))
        last = [max((one.set for one in self.workout(row.id).sets), default=0) for row in rows]
        session, offsets = joined(rows, [self.load(row.id) for row in rows], last)
        title = " + ".join(dict.fromkeys(row.title for row in rows if row.title))
        with plain_errors(self.path), transaction(self._connection):
            new = self._write(session, rows[0].started_at, "merge", title)
            for row, (shift, later_s) in zip(rows, offsets, strict=True):
                self._connection.execute(
                    "INSERT INTO set_notes SELECT ?, set_number + ?, exercise, reps, weight_kg, rpe, kind, note"
                    " FROM set_notes WHERE session = ?",
                    (new, shift, row.id),
                )
                self._connection.execute(
                    "INSERT INTO sets SELECT ?, set_number + ?, exercise, start_s + ?, end_s + ?, target"
                    " FROM sets WHERE session = ?",
                    (new, shift, later_s, later_s, row.id),
                )
                if replace:
                    self._connection.execute("DELETE FROM sessions WHERE id = ?", (row.id,))
            note = "\n".join(row.note for row in rows if row.note)
            self._connection.execute("UPDATE sessions SET note = ? WHERE id = ?", (note, new))
        return new

    def edit(
        self,
        session_id: int,
        *,
        title: str | None = None,
        note: str | None = None,
        started_at: datetime | None = None,
    ) -> SessionRow:
        """Change the given values of a session; returns the new row.

        Raises:
            OptionError: the time has no offset.   SourceError, OutputError: as elsewhere.
        """
        self.row(session_id)
        begun = None if started_at is None else as_text(started_at)
        with plain_errors(self.path), transaction(self._connection):
            self._connection.execute(
                "UPDATE sessions SET title = coalesce(?, title), note = coalesce(?, note),"
                " started_at = coalesce(?, started_at) WHERE id = ?",
                (title, note, begun, session_id),
            )
        return self.row(session_id)

    def edit_set(self, session_id: int, number: int, change: SetEdit, exercise: str | None = None) -> SetRow:
        """Store the user's notes about a set. The counted reps are not changed.

        Args:
            number: the set's number.   exercise: needed only where two exercises share that number.

        Raises:
            OptionError: there is no such set, or more than one.   SourceError, OutputError: as elsewhere.
        """
        sets = self.workout(session_id).sets
        found = [one for one in sets if one.set == number and exercise in (None, one.exercise)]
        if len(found) > 1:
            names = " and ".join(one.exercise for one in found)
            raise OptionError(f"set {number} of session {session_id} has {names}; choose one with --exercise")
        if not found:
            known = ", ".join(f"{one.set} ({one.exercise})" for one in sets)
            wanted = f"{number}" if exercise is None else f"{number} of {exercise}"
            raise OptionError(f"session {session_id} has no set {wanted}; its sets are {known or 'none'}")
        key = (session_id, number, found[0].exercise)
        with plain_errors(self.path), transaction(self._connection):
            self._connection.execute(
                "INSERT OR IGNORE INTO set_notes (session, set_number, exercise) VALUES (?, ?, ?)", key
            )
            for name in _SET_FIELDS:
                if (value := getattr(change, name)) is None:
                    continue
                if not isinstance(value, str) and value < 0:
                    value = None
                self._connection.execute(
                    f"UPDATE set_notes SET {name} = ? WHERE session = ? AND set_number = ? AND exercise = ?",
                    (value, *key),
                )
        return next(one for one in self.workout(session_id).sets if (one.set, one.exercise) == key[1:])

    def recounted(self, session_id: int, session: Session) -> None:
        """Replace the counts of a session. On an error, nothing is changed.

        The user's notes and the sets that a workout recorded are kept, as `arranged` states.

        Args:
            session: the same frames, counted again, with their landmark log.

        Raises:
            SourceError, OutputError: there is no such session; the store cannot be written.
        """
        self.row(session_id)
        with plain_errors(self.path), transaction(self._connection):
            replace_counts(self._connection, session_id, self.arranged(session_id, session))

    def set_weekly_goal(self, days: int) -> None:
        """Store the weekly goal. OptionError if it is not 1 to 7; OutputError if the store cannot be written."""
        if not 1 <= days <= 7:
            raise OptionError(f"the weekly goal must be 1 to 7 days, got {days}")
        with plain_errors(self.path), transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO preferences VALUES ('weekly_goal', ?)", (json.dumps(days),)
            )

    def _write(self, session: Session, started_at: datetime, kind: str, title: str) -> int:
        model = (
            session.landmarks.model
            if session.landmarks is not None
            else str(session.settings.get("model", ""))
        )
        new = insert_session(
            self._connection, session.source, session.settings, started_at, kind, model, title
        )
        write_whole(self._connection, new, session)
        return new
