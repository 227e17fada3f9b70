"""Runs a program written for MediaPipe on this program's engine: `python -m fitness.mediapipe_api PROGRAM.py ARGS`.

`-m MODULE ARGS` runs a module instead. Imports of mediapipe lead to the facade, see `fitness.mediapipe_api.install`.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from fitness.errors import FitnessError
from fitness.mediapipe_api.import_hook import install

_USAGE = "usage: python -m fitness.mediapipe_api (PROGRAM.py | -m MODULE) [ARGS...]"


def main(arguments: list[str]) -> None:
    """Run the program as `python` would. SystemExit with a one-line message if it cannot be started."""
    if not arguments or arguments[0] in ("-h", "--help") or (arguments[0] == "-m" and len(arguments) == 1):
        asked = bool(arguments) and arguments[0] != "-m"
        (sys.stdout if asked else sys.stderr).write(f"{_USAGE}\n")
        raise SystemExit(0 if asked else 2)
    if arguments[0] != "-m" and not Path(arguments[0]).is_file():
        raise SystemExit(f"error: no program {arguments[0]!r}; give the path of a Python file")
    try:
        install()
    except FitnessError as error:
        raise SystemExit(f"error: {error}") from None
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = str(Path.cwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).resolve().parent)
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
