"""Makes .venv with the locked packages and this checkout in it, on any system; scripts/fitness.cmd calls it on Windows.

    python scripts/set_up.py [--for "ARGUMENTS OF fitness"]

Does nothing if the environment is complete. On Linux and macOS, scripts/_setup.sh does the same but starts Python once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 10), (3, 14)


def interpreter(venv: Path, platform: str = sys.platform) -> Path:
    """The Python of a virtual environment: in `Scripts` on Windows, else in `bin`."""
    return venv / ("Scripts/python.exe" if platform == "win32" else "bin/python")


def lock_for(arguments: str) -> str:
    """The lock that the given arguments of `fitness` need: the page needs more packages."""
    return "requirements-web.txt" if "serve" in arguments.split() else "requirements.txt"


def wanted(root: Path, lock: str) -> str:
    """Content of a complete environment's stamp: the checkout, and the text of its locks."""
    locks = [root / lock, root / "requirements-build.txt"]
    return "\n".join([str(root), *(path.read_text(encoding="utf-8") for path in locks)])


def commands(root: Path, lock: str, platform: str = sys.platform) -> list[list[str]]:
    """Commands that install the packages of a lock, and the checkout itself, into root/.venv."""
    python = str(interpreter(root / ".venv", platform))
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    locked = [*install, "--require-hashes", "--only-binary", ":all:", "--requirement"]
    return [
        [*locked, str(root / lock), "--requirement", str(root / "requirements-build.txt")],
        [*install, "--no-deps", "--no-build-isolation", "--editable", str(root)],
    ]


def set_up(root: Path, lock: str) -> None:
    """Make or complete root/.venv. SystemExit with one sentence if that fails."""
    stamp = root / ".venv" / ".fitness" / f"set-up-{lock}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted(root, lock):
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SystemExit(f"error: Python 3.10 to 3.14 is needed, this is {sys.version.split()[0]}")
    print("fitness: setting up Python packages in .venv (once; takes some minutes) ...", file=sys.stderr)
    if not interpreter(root / ".venv").is_file():
        subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True)
    for command in commands(root, lock):
        if subprocess.run(command).returncode != 0:
            raise SystemExit("error: the Python packages could not be installed; see above")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted(root, lock), encoding="utf-8")


def main() -> None:
    """Set up for the given arguments of `fitness`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--for", dest="arguments", default="", help="arguments that fitness is to be run with"
    )
    set_up(ROOT, lock_for(parser.parse_args().arguments))


if __name__ == "__main__":
    main()
