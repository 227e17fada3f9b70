"""scripts/system_packages, with stubs of the programs that it looks for and of apt-get."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "system_packages"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for Unix shells")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH that has bash and a user with all rights, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "env", "cat"):
        (folder / name).symlink_to(str(shutil.which(name)))
    _add(folder, "id", "echo 0")
    return folder


def _add(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/usr/bin/env bash\n{body}\n")
    (folder / name).chmod(0o755)


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT)],
        env={"PATH": str(folder), "LOG": str(folder / "log")},
        text=True,
        capture_output=True,
        timeout=60,
    )


def test_only_what_is_missing_is_installed(programs: Path) -> None:
    _add(programs, "Xvfb", "exit 0")
    _add(programs, "apt-get", 'echo "$*" >>"$LOG"')
    assert _run(programs).returncode == 0
    installed = (programs / "log").read_text().splitlines()[-1].split()
    assert [name for name in installed if name in ("chromium", "xvfb", "xdotool")] == ["chromium", "xdotool"]


def test_nothing_is_installed_where_all_programs_are(programs: Path) -> None:
    for name in ("chromium-browser", "Xvfb", "xdotool"):
        _add(programs, name, "exit 0")
    _add(programs, "apt-get", 'echo "$*" >>"$LOG"')
    done = _run(programs)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (programs / "log").exists()


@pytest.mark.parametrize("apt", [None, "exit 100"])
def test_tests_go_on_where_nothing_can_be_installed(programs: Path, apt: str | None) -> None:
    if apt is not None:
        _add(programs, "apt-get", apt)
    done = _run(programs)
    assert done.returncode == 0
    assert "skipped" in done.stderr
    assert "chromium xvfb xdotool" in done.stderr
