"""`python -m fitness` and the command `fitness`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fitness import __version__


def main() -> int:
    """Run the command line of this process and return its exit code.

    `--version` alone is answered here: the command line's own imports take longer than the answer.
    """
    if sys.argv[1:] == ["--version"]:
        try:
            sys.stdout.write(f"fitness {__version__}\n")
            sys.stdout.flush()
            return 0
        except (ValueError, AttributeError):
            pass  # no standard output: leave the error to the command line
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is written at exit
            if isinstance(error, BrokenPipeError):
                return 141
            sys.stderr.write(f"error: the version cannot be written: {error.strerror}\n")
            return 1
    with _interrupt_ends_quietly():
        from fitness.apps.cli import main as command_line
    return command_line()


@contextmanager
def _interrupt_ends_quietly() -> Iterator[None]:
    """Make Ctrl-C end the process during the imports, too, with exit code 130 and without a traceback."""
    handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not under nohup
    with suppress(ValueError):  # Ctrl-C does not interrupt other threads
        if handled:
            signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    try:
        yield
    finally:
        with suppress(ValueError):
            if handled:
                signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    sys.exit(main())
