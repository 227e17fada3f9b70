"""`python -m fitness` and the command `fitness`."""

from __future__ import annotations

import os
import sys

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
            pass  # there is no standard output: the command line ends as for every other command
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is written at exit
            if isinstance(error, BrokenPipeError):
                return 141
            sys.stderr.write(f"error: the version cannot be written: {error.strerror}\n")
            return 1
    from fitness.apps.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
