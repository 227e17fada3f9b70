"""Private temporary folders: for uploads, results that were not fetched yet, a key.

A folder is deleted when its `with` block ends, or when a signal ends the process. A process that is killed (kill -9) cannot
delete its folder. So every folder holds a lock file, which the system unlocks when the process ends, and the next start
deletes the folders that are not locked.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from fitness import stopping

_LOCK: Final = ".fitness-lock"
_PREFIX: Final = "fitness-"


@contextmanager
def private_folder(kind: str) -> Iterator[Path]:
    """A new folder that only this user can read; it is deleted at the end of the block.

    Args:
        kind: a word in the folder's name, such as "page".
    """
    sweep()
    with contextlib.ExitStack() as stack:
        with stopping.held():
            folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{kind}-"))
            stack.enter_context(stopping.deleted_at_end(folder))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            lock = stack.enter_context((folder / _LOCK).open("wb"))
            _locked(lock)
        yield folder


def sweep() -> list[Path]:
    """Delete the private folders of processes that have ended, and return their paths."""
    swept = []
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
                swept.append(folder)
    return swept


def _abandoned(folder: Path) -> bool:
    """Whether it is a private folder of this user whose process has ended."""
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
        return False
    with (folder / _LOCK).open("r+b") as lock:
        return _locked(lock)


if sys.platform == "win32":

    def _locked(lock: IO[bytes]) -> bool:
        """Try to take the lock; whether it worked."""
        import msvcrt

        with contextlib.suppress(OSError):
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

else:

    def _locked(lock: IO[bytes]) -> bool:
        """Try to take the lock; whether it worked."""
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False
