"""Opens SQLite for the store, and turns its errors into messages that the user can act on."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fitness.errors import FitnessError, OutputError, SourceError
from fitness.session.store.schema import APPLICATION_ID, SCHEMA_VERSION, migrate

BUSY_S: Final = 5.0
"""Time to wait for another writer, seconds; each write of this program takes milliseconds."""

_RETRY_S: Final = 0.02

_ELSEWHERE: Final = "choose another place with --store FILE or FITNESS_STORE"


def open_connection(path: Path, *, readonly: bool = False, create: bool = True) -> sqlite3.Connection:
    """A checked connection to the store at `path`, its tables up to date.

    WAL: readers and a writer do not wait for each other, and a killed writer leaves only complete transactions.
    synchronous=FULL: committed data is on the disk, even after a power failure.

    Raises:
        SourceError: the file is missing (readonly, or not `create`), not a store, damaged, or of a newer version.
        OutputError: it cannot be created or written.
    """
    with plain_errors(path):
        if readonly or not create:
            _must_exist(path)
        if readonly:
            return _opened_readonly(path)
        _make_folder(path)
        _make_private(path)
        connection = _connected(path, "rwc")
        try:
            version = _checked_version(connection, path)
            _use_wal(connection)
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


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait here while another program does the same to a new store, so this tries again."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_RETRY_S)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction. It waits for other writers at its beginning only."""
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
def plain_errors(path: Path) -> Iterator[None]:
    """Convert errors of SQLite inside the block into SourceError or OutputError, with the file's name and advice."""
    try:
        yield
    except sqlite3.Error as error:
        raise _plain_error(path, error) from error


def _plain_error(path: Path, error: sqlite3.Error) -> FitnessError:
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
        return SourceError(
            f"{path} is damaged, or not a session store ({text}); move it away or {_ELSEWHERE}"
        )
    if "FOREIGN KEY" in text:
        return OutputError(f"{path}: the session was deleted meanwhile; the rest of it is not stored")
    return OutputError(f"{path}: the store failed ({text}); {_ELSEWHERE}")


def _must_exist(path: Path) -> None:
    try:
        exists = path.is_file()
    except PermissionError as error:
        raise SourceError(f"{path} cannot be opened ({error.strerror}); {_ELSEWHERE}") from error
    if not exists:
        raise SourceError(
            f"{path}: no sessions are stored there; count something first, or name it with --store"
        )


def _make_folder(path: Path) -> None:
    try:
        missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be created ({error.strerror}); {_ELSEWHERE}") from error
    try:
        is_folder = path.is_dir()
    except PermissionError as error:
        raise OutputError(f"{path} cannot be opened ({error.strerror}); {_ELSEWHERE}") from error
    if is_folder:
        raise OutputError(f"{path} is a folder; name a file for the store")


def _make_private(path: Path) -> None:
    """Make the store readable by this user only, because it holds personal data.

    A new file is created with these permissions, and SQLite copies them to its -wal and -shm files. The permissions of
    other users on an existing file are removed.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise OutputError(f"{path} cannot be opened or written ({error.strerror}); {_ELSEWHERE}") from error
    for one in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        with suppress(OSError):  # the file is missing or belongs to another user
            mode = stat.S_IMODE(one.stat().st_mode)
            if mode & 0o077:
                one.chmod(mode & 0o700)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _opened_readonly(path: Path) -> sqlite3.Connection:
    """Open without writing if possible. A folder that is not writable needs SQLite's immutable mode."""
    try:
        connection, version = _opened(path, "ro")
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise  # immutable mode would miss the newest sessions, which are in this file
        connection, version = _opened(path, "ro&immutable=1")
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    return open_connection(path)


def _opened(path: Path, mode: str) -> tuple[sqlite3.Connection, int]:
    connection = _connected(path, mode)
    try:
        return connection, _checked_version(connection, path)
    except BaseException:
        connection.close()
        raise


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; 0 for an empty file. SourceError for another program's database or a newer version."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    kind = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if tables and kind != APPLICATION_ID:
        raise SourceError(f"{path} is another program's database; {_ELSEWHERE}")
    if version > SCHEMA_VERSION:
        raise SourceError(
            f"{path}: store of version {version}, this program reads up to version {SCHEMA_VERSION}; use a newer version"
        )
    return version
