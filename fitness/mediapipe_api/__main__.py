"""Runs a program written for MediaPipe on this program's engine: `python -m fitness.mediapipe_api PROGRAM.py ARGS`.

`-m MODULE ARGS` and `-c CODE ARGS` run a module or code instead. Imports of mediapipe lead to the facade, see
`fitness.mediapipe_api.install`, also in processes of Python that the program starts.
"""

from __future__ import annotations

import importlib.util
import io
import os
import runpy
import sys
from pathlib import Path
from types import ModuleType

from fitness.errors import FitnessError
from fitness.mediapipe_api.import_hook import install

_USAGE = "usage: python -m fitness.mediapipe_api (PROGRAM.py | -m MODULE | -c CODE) [ARGS...]"
_OPTIONS = ("-m", "-c")


def main(arguments: list[str]) -> None:
    """Run the program as `python` would. SystemExit with a one-line message if it cannot be started."""
    incomplete = not arguments or (arguments[0] in _OPTIONS and len(arguments) == 1)
    if incomplete or arguments[0] in ("-h", "--help"):
        asked = not incomplete
        (sys.stdout if asked else sys.stderr).write(f"{_USAGE}\n")
        raise SystemExit(0 if asked else 2)
    if arguments[0] not in _OPTIONS and not _is_program(Path(arguments[0])):
        raise SystemExit(f"error: no program {arguments[0]!r}; give the path of a Python file")
    try:
        install()
    except FitnessError as error:
        raise SystemExit(f"error: {error}") from None
    _tell_children()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = str(Path.cwd())
        _check_module(arguments[1])
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        sys.path[0] = ""
        _run(arguments[1], "<string>")
    elif Path(arguments[0]).is_dir():
        sys.argv = arguments
        runpy.run_path(str(Path(arguments[0]).absolute()), run_name="__main__")
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).resolve().parent)
        path = str(Path(arguments[0]).absolute())
        with io.open_code(path) as file:
            _run(file.read(), path)


def _is_program(path: Path) -> bool:
    return path.is_file() or (path / "__main__.py").is_file()


def _check_module(name: str) -> None:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # of a package above it
        found = None
    if found is None:
        raise SystemExit(f"error: no module {name!r}; give the name that import would use")


def _run(code: str | bytes, path: str) -> None:
    """Run code as the main module, which stays the main module: threads that outlive the code still find its classes."""
    module = ModuleType("__main__")
    if path != "<string>":
        module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    exec(compile(code, path, "exec", dont_inherit=True), module.__dict__)


def _tell_children() -> None:
    """Let processes of Python that the program starts, such as those of multiprocessing, find mediapipe as this one does."""
    here = Path(__file__).parent
    root = here.parents[1]
    ways = [str(here / "child_processes")]
    # Folders of packages are found anyway, after the standard library.
    if root.name not in ("site-packages", "dist-packages"):
        ways.append(str(root))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [*ways, os.environ.get("PYTHONPATH", "")]))
    sys.path[1:1] = ways  # multiprocessing gives its processes this path


if __name__ == "__main__":
    main(sys.argv[1:])
