"""Output folders, and files that are written completely or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fitness.atomic_file import atomic_file
from fitness.errors import OutputError


def prepare_out_dir(path: str | os.PathLike[str]) -> Path:
    """The folder; it is created, with its parents, if it is missing.

    Raises:
        OutputError: it is a file, cannot be created, or is not writable.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(
            f"{folder} is not a folder, or lies inside a file; choose another folder"
        ) from error
    except OSError as error:
        raise OutputError(f"{folder} cannot be created: {error.strerror}; choose another folder") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: not allowed to write there; choose another folder")
    return folder


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file to write to. It gets the name `path` only when the block ends without an error (`atomic_file`).

    Raises:
        OutputError: the file cannot be written, or the disk is full.
    """
    try:
        with atomic_file(path) as file:
            yield file
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
