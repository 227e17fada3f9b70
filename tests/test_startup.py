"""Modules that a start does not load, because importing them would take longer than the answer itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fitness import __version__

_LIBRARIES = (
    "av", "click", "cv2", "email", "google.protobuf", "importlib.metadata", "jinja2", "matplotlib", "numpy", "pandas",
    "scipy", "sklearn", "sqlite3",
)  # fmt: skip
_NOT_TO_COUNT = (
    "google.protobuf",
    "importlib.metadata",
    "jinja2",
    "matplotlib",
    "pandas",
    "scipy",
    "sklearn",
)
"""Counting a recording loads none of these."""


def _loaded(code: str, modules: tuple[str, ...]) -> list[str]:
    """Which of the modules a new process has loaded after `code`."""
    check = f"import sys\n{code}\nprint(*(m for m in {modules!r} if m in sys.modules), sep=',')"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [name for name in done.stdout.splitlines()[-1].split(",") if name]


def test_import_loads_no_library() -> None:
    """`import fitness` alone loads no library."""
    assert _loaded("import fitness", _LIBRARIES) == []


def test_version_loads_no_library() -> None:
    """`fitness --version` answers before the command line is imported."""
    code = "import fitness.__main__ as m\nsys.argv = ['fitness', '--version']\nassert m.main() == 0"
    assert _loaded(code, _LIBRARIES) == []


def test_help_loads_no_library_but_click() -> None:
    """`fitness --help` lists the commands without importing them."""
    code = "import fitness.__main__ as m\nsys.argv = ['fitness', '--help']\nassert m.main() == 0"
    assert _loaded(code, _LIBRARIES) == ["click"]


@pytest.mark.parametrize(
    "module", ["fitness.api", "fitness.pipeline.settings", "fitness.apps.cli.analyze_command"]
)
def test_counting_loads_no_library_of_other_commands(module: str) -> None:
    """Reports, exports, training and drawing are imported by the commands that need them."""
    assert _loaded(f"import {module}", (*_NOT_TO_COUNT, "fitness.drawing.overlay")) == []


def test_settings_load_no_recogniser() -> None:
    """`fitness analyze` tracks its first frame before it imports the recogniser."""
    code = "import fitness.pipeline.settings as s; s.Settings(); import fitness.recognition.taught_folders"
    assert _loaded(code, ("fitness.recognition.recogniser", "fitness.recognition.taught")) == []


def test_the_installed_command_starts_there() -> None:
    """The command `fitness` prints its version as quickly as `python -m fitness`."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'fitness = "fitness.__main__:main"' in text


def test_version_is_answered_without_a_terminal() -> None:
    """The version goes to standard output, and nothing else does."""
    done = subprocess.run(
        [sys.executable, "-m", "fitness", "--version"], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, f"fitness {__version__}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_one_line() -> None:
    """If the version cannot be written, one line says why."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fitness", "--version"], stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=120,
        )  # fmt: skip
    assert done.returncode == 1 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize("moment", ["import", "exit"])
def test_a_signal_in_the_first_and_last_moments_ends_it_quietly(name: str, code: int, moment: str) -> None:
    """While the program is imported, and while Python ends: the usual exit code, and no traceback."""
    program = f"""
import atexit, builtins, signal, sys
import fitness.__main__ as program
plain = builtins.__import__
def interrupted(name, *rest, **more):
    if name == "fitness.apps.cli":
        signal.raise_signal(signal.{name})
    return plain(name, *rest, **more)
signal.signal(signal.{name}, signal.default_int_handler if {name == "SIGINT"} else signal.SIG_DFL)
if {moment == "import"}:
    builtins.__import__ = interrupted
else:
    atexit.register(signal.raise_signal, signal.{name})
sys.argv = ["fitness", "--help"]
sys.exit(program.main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (code, "")
