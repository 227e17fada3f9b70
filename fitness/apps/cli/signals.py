"""Ctrl-C, `kill` and a closed terminal all end a command in the same way, see `fitness.stopping`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from fitness import stopping

NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The signals that ask a program to end; a system may have only some of them."""


@contextmanager
def noting_signals() -> Iterator[list[int]]:
    """In this block, each signal that asks the program to end goes to `stopping.note`.

    Yields a list of the signal numbers received. A signal that is ignored (`nohup`) stays ignored. Outside the main
    thread no signal is handled.
    """
    if threading.current_thread() is not threading.main_thread():
        yield []
        return
    with stopping.command() as came:
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        before = {one: signal.getsignal(one) for one in numbers}
        mine = [one for one in numbers if before[one] not in (signal.SIG_IGN, None)]
        try:
            for one in mine:
                signal.signal(one, _note)
            yield came
        finally:
            for one in mine:
                signal.signal(one, before[one])


def _note(number: int, _frame: FrameType | None) -> None:
    stopping.note(number)
