"""`python -m fitness` and the command `fitness`."""

from __future__ import annotations

import sys

from fitness import __version__


def main() -> int:
    """Run the command line of this process and return its exit code.

    `--version` alone is answered here: the command line's own imports take longer than the answer.
    """
    if sys.argv[1:] == ["--version"]:
        try:
            print(f"fitness {__version__}", flush=True)
            return 0
        except (OSError, ValueError, AttributeError):
            pass  # no usable standard output: the command line says so as for every other command
    from fitness.apps.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
