"""The checksum of a file."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; cached until the file's size or modification time changes.

    Raises OSError if it cannot be read.
    """
    state = path.stat()
    return _file_sha256(path, state.st_size, state.st_mtime_ns, state.st_ino)


@functools.lru_cache(maxsize=32)
def _file_sha256(path: Path, *_state: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()
