"""Waits for a condition, however slow the machine is."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any, Final

LIMIT_S: Final = 300.0
"""Time after which a test gives up. It never decides a test on a machine that works, also if other programs use it."""


def wait_until(
    what: Callable[[], object], process: subprocess.Popen[Any] | None = None, limit_s: float = LIMIT_S
) -> None:
    """Wait until `what()` is true.

    Args:
        what: the condition; called about fifty times a second.
        process: the program that makes it true; if it ends before, the test fails at once.

    Raises:
        AssertionError: the process has ended, or `limit_s` has passed.
    """
    end = time.monotonic() + limit_s
    while not what():
        assert process is None or process.poll() is None, f"the program ended with code {process.returncode}"
        assert time.monotonic() < end, f"it did not happen in {limit_s:.0f} s"
        time.sleep(0.02)
