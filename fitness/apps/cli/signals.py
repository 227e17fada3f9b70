"""Ctrl-C, `kill` and a closed terminal all end a command in the same way.

SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does. So each command handles all three in one place: it writes its
results, deletes private files, and ends.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_NAMES: Final = ("SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def ending_alike() -> Iterator[list[int]]:
    """In this block, SIGTERM, SIGHUP and SIGBREAK raise KeyboardInterrupt in the main thread.

    Yields a list of the signal numbers received. Only the first signal raises: a closed terminal sends SIGHUP and
    SIGTERM together, and files that are being written must still be finished. A signal that is ignored (`nohup`)
    stays ignored.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def end(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        if len(came) == 1:
            raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in numbers}
    for one in numbers:
        if before[one] is not signal.SIG_IGN and before[one] is not None:
            signal.signal(one, end)
    try:
        yield came
    finally:
        for one, handler in before.items():
            if handler is not None:
                signal.signal(one, handler)
