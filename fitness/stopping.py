"""Ends a command at a safe point when Ctrl-C, `kill` or a closed terminal asks it to end.

Python runs a signal handler between any two instructions of the main thread, also inside libraries. An exception raised
there may be swallowed by a destructor, become another error in native code, or leave work half done. So the handler
raises nothing. It calls `note`, which does one of two things:

- Before `hold()` nothing is at stake, and the process ends at once. Its temporary files are deleted.
- After `hold()` the signal is only noted. `check` raises KeyboardInterrupt at the next safe point, for example before
  the next frame. The command then writes its results. A further signal, a second later or more, ends it at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, TypeVar

T = TypeVar("T")

_AGAIN_S: Final = 1.0
"""A closed terminal sends several signals within milliseconds; one that comes this much later, seconds, is a new wish."""

_POLL_S: Final = 0.1
"""Longest time until a waiting main thread notices a signal, seconds."""


if sys.platform != "win32":
    _BLOCKED: Final = frozenset({signal.SIGINT, signal.SIGHUP})


class _Stop:
    """The signals of the running command, and what they may do."""

    def __init__(self) -> None:
        self.signals: list[int] = []
        self.first_s = 0.0
        self.raised = False
        self.holding = False
        self.blocks = 0
        self.lock = threading.Lock()
        self.temporary: dict[object, Path] = {}


_stop = _Stop()


@contextmanager
def command() -> Iterator[list[int]]:
    """The block is one command: it begins with no signal noted, and signals end the process at once.

    Yields the list of the signals noted so far.
    """
    before = (_stop.signals, _stop.raised, _stop.holding)
    _stop.signals, _stop.raised, _stop.holding = [], False, False
    try:
        yield _stop.signals
    finally:
        _stop.signals, _stop.raised, _stop.holding = before


def note(number: int) -> None:
    """Note a signal; signal handlers call this. It ends the process where nothing is at stake."""
    now = monotonic()
    if not _stop.signals:
        _stop.first_s = now
    _stop.signals.append(number)
    again = len(_stop.signals) > 1 and now - _stop.first_s >= _AGAIN_S
    if again or not (_stop.holding or _stop.blocks):
        _end_at_once()


def requested() -> bool:
    """Whether a signal asked the command to end."""
    return bool(_stop.signals)


def accept_ctrl_c() -> None:
    """Ctrl-C was a usual way to end this command: it does not decide the exit code. Other signals still do."""
    _stop.signals[:] = [number for number in _stop.signals if number != signal.SIGINT]


def check() -> None:
    """A safe point: raise KeyboardInterrupt if a signal asked the command to end.

    It raises once, so that results can be written afterwards, and only in the main thread.
    """
    if _stop.signals and not _stop.raised and _on_main_thread():
        _stop.raised = True
        raise KeyboardInterrupt


def next_item(queue: SimpleQueue[T]) -> T:
    """Wait for the next item of a queue. In the main thread this is a safe point, see `check`."""
    if not _on_main_thread():
        return queue.get()
    while True:
        check()
        with suppress(Empty):
            return queue.get(timeout=_POLL_S)


def hold() -> None:
    """From now on signals are only noted, until the command ends. The command must call `check` or `requested` often."""
    _stop.holding = True


@contextmanager
def held() -> Iterator[None]:
    """No signal ends the process within the block; one that came meanwhile ends it afterwards."""
    with _stop.lock:
        _stop.blocks += 1
    try:
        yield
    finally:
        with _stop.lock:
            _stop.blocks -= 1
        if _stop.signals and not (_stop.holding or _stop.blocks):
            _end_at_once()


@contextmanager
def deleted_at_end(path: Path) -> Iterator[None]:
    """Delete a temporary file or folder if the process is ended at once within the block.

    Otherwise the block deletes it itself. Make it within `held`, so that no signal comes between its making and this.
    """
    key = object()
    _stop.temporary[key] = path
    try:
        yield
    finally:
        _stop.temporary.pop(key, None)


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Child processes that are started in this block get no Ctrl-C or SIGHUP before they call `unblock_signals`.

    Both signals go to all processes of a terminal. A Python process that is just starting would print a traceback, and
    the helper process of `multiprocessing` would die of SIGHUP.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    before = signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED)
    try:
        resource_tracker.ensure_running()  # it unblocks Ctrl-C in this process
        signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def unblock_signals() -> None:
    """In a child process: take signals from now on, also one that came before."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _BLOCKED)


def _on_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _end_at_once() -> None:
    """Delete the temporary files and end the process, without running any other code of it."""
    for path in list(_stop.temporary.values()):
        with suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    with suppress(OSError, ValueError, AttributeError):
        if sys.stderr.isatty():
            os.write(sys.stderr.fileno(), b"\x1b[?25h\n")  # show the cursor, which a progress bar hides
    os._exit(128 + _stop.signals[0])
