"""Files made from other files once, and kept for the next start."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fitness.atomic_file import write_whole

_TAG_DIGITS: Final = 16  # hexadecimal digits of a checksum in a file's name
_CHUNK: Final = 1 << 20
_log = logging.getLogger(__name__)


def cached_file(path: Path, what: str, version: int, make: Callable[[bytes], bytes], folder: Path) -> Path:
    """A file with what `make` makes of the file `path`; made once and kept in `folder`.

    The name of the kept file holds the checksum of the source, `what` was made of it, `version` of how, and its own
    checksum, which is verified at every use. So neither a new source nor a damaged copy go unnoticed. Files of other
    sources of the same name are removed. Several processes may do this at once.

    Raises what `make` raises; OSError if `folder` cannot be written to.
    """
    key = f"{path.stem}.{file_sha256(path)[:_TAG_DIGITS]}.{what}.v{version}."
    for kept in folder.glob(f"{key}*{path.suffix}"):
        with contextlib.suppress(OSError):
            if kept.name == f"{key}{file_sha256(kept)[:_TAG_DIGITS]}{path.suffix}":
                return kept
    made = make(path.read_bytes())
    target = folder / f"{key}{_tag(made)}{path.suffix}"
    write_whole(target, made)
    for old in folder.glob(f"{path.stem}.*.{what}.v*{path.suffix}"):
        if old != target:
            _log.info("%s is not needed any more; removing it", old)
            with contextlib.suppress(OSError):  # it may be in use on Windows, or gone already
                old.unlink()
    return target


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; read again only when its size or time of change is another.

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


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_TAG_DIGITS]
