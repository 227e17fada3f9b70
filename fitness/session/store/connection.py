"""SQLite opened the way a store needs it, and its failures in words a person can act on."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fitness.errors import FitnessError, OutputError, SourceError
from fitness.session.store.schema import APPLICATION_ID, SCHEMA_VERSION, migrate

BUSY_S: Final = 5.0
"""How long to wait for another writer; every write of this program takes milliseconds."""

_ELSEWHERE: Final = "choose another place with --store FILE or FITNESS_STORE"


def open_connection(path: Path, *, readonly: bool = False, create: bool = True) -> sqlite3.Connection:
    """A checked connection to the store at `path`, its tables up to date.

    WAL: readers and a writer do not wait for each other, and a killed writer leaves only whole transactions.
    synchronous=FULL: what is committed is on the disk, also when the power fails.

    Raises:
        SourceError: there is no such file (readonly, or not `create`), it is no store, damaged, or of a newer version.
        OutputError: it cannot be made or written.
    """
    with told(path):
        if readonly or not create:
            _must_exist(path)
        if readonly:
            return _opened_readonly(path)
        _make_folder(path)
        _make_private(path)
        connection = _connected(path, "rwc")
        try:
            version = _checked_version(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if version < SCHEMA_VERSION:
                with transaction(connection):
                    if _checked_version(connection, path) < SCHEMA_VERSION:  # unless another process just did
                        migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits for other writers at its beginning and never in its middle."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


@contextmanager
def told(path: Path) -> Iterator[None]:
    """SQLite's errors as SourceError or OutputError that name the file and say what to try."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(path, error) from error


def _in_words(path: Path, error: sqlite3.Error) -> FitnessError:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return OutputError(
            f"{path}: the disk is full or fails ({text}); what is stored is safe; free some space or {_ELSEWHERE}"
        )
    if "readonly" in text or "unable to open" in text or "authoriz" in text:
        return OutputError(f"{path} cannot be opened or written ({text}); {_ELSEWHERE}")
    if "locked" in text or "busy" in text:
        return OutputError(f"{path}: another program keeps writing to it; wait for it to end and try again")
    if "malformed" in text or "not a database" in text:
        return SourceError(f"{path} is damaged or no session store ({text}); move it away or {_ELSEWHERE}")
    if "FOREIGN KEY" in text:
        return OutputError(f"{path}: the session was deleted meanwhile; nothing more of it is stored")
    return OutputError(f"{path}: the store failed ({text}); {_ELSEWHERE}")


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise SourceError(
            f"{path}: no sessions are stored there; count something first, or name it with --store"
        )


def _make_folder(path: Path) -> None:
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be made ({error.strerror}); {_ELSEWHERE}") from error
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file for the store")


def _make_private(path: Path) -> None:
    """See to it that only this user can read the store: it is a diary of a body.

    A new file is made with that right, from which SQLite takes those of the files beside it. An older file, which may
    have been made by a program that did not care, loses the rights of others.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise OutputError(f"{path} cannot be opened or written ({error.strerror}); {_ELSEWHERE}") from error
    for one in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        with suppress(OSError):  # it is missing, or somebody else's
            mode = stat.S_IMODE(one.stat().st_mode)
            if mode & 0o077:
                one.chmod(mode & 0o700)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _opened_readonly(path: Path) -> sqlite3.Connection:
    """Without writing anything where that can be; a folder that cannot be written needs SQLite's immutable mode."""
    try:
        connection, version = _looked_at(path, "ro")
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise  # the newest sessions are in that file, and immutable would not see them
        connection, version = _looked_at(path, "ro&immutable=1")
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    return open_connection(path)


def _looked_at(path: Path, mode: str) -> tuple[sqlite3.Connection, int]:
    connection = _connected(path, mode)
    try:
        return connection, _checked_version(connection, path)
    except BaseException:
        connection.close()
        raise


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; 0 for a file without any."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    kind = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if tables and kind != APPLICATION_ID:
        raise SourceError(f"{path} is another program's database; {_ELSEWHERE}")
    if version > SCHEMA_VERSION:
        raise SourceError(
            f"{path}: store of version {version}, this program knows {SCHEMA_VERSION}; use a newer program"
        )
    return version
