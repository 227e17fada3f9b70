"""Files that appear complete or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from fitness import stopping


@contextmanager
def atomic_file(path: str | os.PathLike[str], mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a binary file that gets the name `path` only when the block ends without an error.

    Until then it has a name of its own, `.NAME.XXXX.part`, in the same folder, so two programs may write at once. After
    an error nothing is left, and an older file is unchanged.

    mode: permissions, without those that the umask removes.

    Raises the errors of the block, and OSError if the folder cannot be written to.
    """
    target = Path(path)
    with ExitStack() as stack:
        with stopping.held():
            handle, temporary = tempfile.mkstemp(
                dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".part"
            )
            stack.enter_context(stopping.deleted_at_end(Path(temporary)))
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode & ~_umask())
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for temporary files; it is deleted at the end of the block, also when a signal ends the process."""
    with ExitStack() as stack:
        with stopping.held():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fitness-")))
            stack.enter_context(stopping.deleted_at_end(folder))
        yield folder


def write_whole(path: str | os.PathLike[str], data: bytes, mode: int = 0o666) -> None:
    """Write a file completely or not at all. OSError if the folder cannot be written to."""
    with atomic_file(path, mode) as file:
        file.write(data)


def _umask() -> int:
    """The umask of the process; the system returns it only when a new one is set."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    current = os.umask(0o077)
    os.umask(current)
    return current
