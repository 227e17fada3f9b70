"""`python -m fitness` and the command `fitness`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

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
    _signals_end_quietly()
    from fitness.apps.cli import main as command_line

    return command_line()


def _signals_end_quietly() -> None:
    """A signal during the imports, or after the command, ends the process with its usual exit code, without a traceback."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        with suppress(ValueError):  # outside the main thread no signal is handled
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # ignored with nohup
                signal.signal(number, lambda number, _: os._exit(128 + number))


if __name__ == "__main__":
    sys.exit(main())
