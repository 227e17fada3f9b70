"""Marks finished recordings with a small file beside the results, tied to the recording's content and the settings."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fitness.errors import SourceError
from fitness.media.container import check_file
from fitness.session import whole_file

MARKER_VERSION: Final = 1

_BLOCK_BYTES: Final = 1 << 20


def content_sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits.

    Raises:
        SourceError: it cannot be read, or is no regular file.
    """
    check_file(Path(path))
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    return digest.hexdigest()


def result_key(content: str, settings: Mapping[str, Any]) -> str:
    """A hash of everything that a result depends on, 64 hexadecimal digits.

    Args:
        content: `content_sha256` of the recording.
        settings: everything else that influences the result; JSON values.
    """
    text = json.dumps({"content": content, "settings": dict(settings)}, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def marker_path(folder: Path, stem: str) -> Path:
    """<folder>/<stem>.done.json"""
    return folder / f"{stem}.done.json"


def mark_done(folder: Path, stem: str, key: str, files: Sequence[Path]) -> None:
    """Record that the results `files` are complete; call it after the last of them was written.

    Raises:
        OutputError: the marker cannot be written.
    """
    document = {
        "version": MARKER_VERSION,
        "key": key,
        "files": {path.name: path.stat().st_size for path in sorted(files)},
    }
    with whole_file(marker_path(folder, stem)) as file:
        file.write((json.dumps(document, indent=1) + "\n").encode("utf-8"))


def is_done(folder: Path, stem: str, key: str) -> bool:
    """Whether the folder has complete results of exactly this content and these settings.

    A marker that is missing, damaged or of another version counts as not done.
    """
    try:
        document = json.loads(marker_path(folder, stem).read_text(encoding="utf-8"))
        if document["version"] != MARKER_VERSION or document["key"] != key:
            return False
        return all((folder / name).stat().st_size == size for name, size in document["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
