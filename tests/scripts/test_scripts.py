"""The set-up of scripts/fitness, on a copy of the scripts with a stub of Python that installs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REAL_TOOLS = (
    "bash",
    "cat",
    "chmod",
    "cmp",
    "cp",
    "dirname",
    "env",
    "grep",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sleep",
    "tail",
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for Unix shells")

# Stands for python3 and for .venv/bin/python: notes what it is asked in $LOG and does the least of it.
STUB = r"""#!/usr/bin/env bash
echo "$*" >>"$LOG"
case "$*" in
*version_info*) exit "${STUB_VERSION_EXIT:-0}" ;;
*ensurepip*) exit "${STUB_VENV_EXIT:-0}" ;;
*fcntl*) exec "$REAL_PYTHON" "$@" ;;
"-m venv "*)
    for target; do :; done
    if [ "$3" = --clear ]; then rm -rf -- "$target"; fi
    mkdir -p -- "$target/bin" && cp -- "$0" "$target/bin/python" ;;
"-m pip --version") exit 0 ;;
"-m pip install "*) echo "ERROR: said by pip"; exit "${STUB_PIP_EXIT:-0}" ;;
"-m compileall "*) exit 0 ;;
"-m fitness"*) printf '%s|' "$PWD" "$PYTHONPATH" "$@"; exit 7 ;;
*) exit 99 ;;
esac
"""


class Copy:
    """A copy of the scripts in a folder with spaces, and the stub as the only Python on PATH."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "a checkout"
        shutil.copytree(ROOT / "scripts", self.root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for lock in (
            "requirements.txt",
            "requirements-web.txt",
            "requirements-dev.txt",
            "requirements-build.txt",
        ):
            (self.root / lock).write_text(f"{lock} 1\n")
        self.bin = tmp_path / "bin"
        self.bin.mkdir()
        for tool in REAL_TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (self.bin / tool).symlink_to(found)
        self.add_python("python3")
        self.elsewhere = tmp_path / "else where"
        self.elsewhere.mkdir()
        self.log = tmp_path / "log"

    def add_python(self, name: str) -> None:
        """Put the stub on PATH under a name."""
        (self.bin / name).write_text(STUB)
        (self.bin / name).chmod(0o755)

    def start(self, *args: str, script: Path | None = None, **environ: str) -> subprocess.Popen[str]:
        """Start scripts/fitness from another folder."""
        environ = {
            "PATH": str(self.bin), "LOG": str(self.log), "REAL_PYTHON": sys.executable, "CDPATH": "/", **environ,
        }  # fmt: skip
        command = [str(script or self.root / "scripts" / "fitness"), *args]
        return subprocess.Popen(
            command,
            cwd=self.elsewhere,
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *args: str, script: Path | None = None, **environ: str) -> tuple[int, str, str]:
        """Run scripts/fitness; exit code, standard output, standard error."""
        process = self.start(*args, script=script, **environ)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def asked(self, what: str) -> int:
        """Number of calls of the stub with this argument."""
        return sum(what in line for line in self.log.read_text().splitlines())


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A fresh copy without .venv."""
    return Copy(tmp_path)


def test_the_first_run_installs_and_later_runs_do_not(copy: Copy) -> None:
    """Packages come from the lock with hashes; afterwards Python is started once, for the program itself."""
    code, out, err = copy.run("analyze", "my clip.mp4")
    assert code == 7
    assert out == f"{copy.elsewhere}|{copy.root}|-m|fitness|analyze|my clip.mp4|"
    assert (
        err.splitlines()[0].startswith("fitness: setting up Python packages") and len(err.splitlines()) == 2
    )
    assert copy.asked(f"--require-hashes --only-binary :all: --requirement {copy.root}/requirements.txt") == 1
    copy.log.unlink()
    assert copy.run("x") == (7, f"{copy.elsewhere}|{copy.root}|-m|fitness|x|", "")
    assert copy.log.read_text() == "-m fitness x\n"


def test_the_packages_of_the_page_are_installed_on_first_use(copy: Copy) -> None:
    """`serve` installs the larger lock, once; other commands use the same environment."""
    copy.run("x")
    assert "setting up" in copy.run("--quiet", "serve")[2]
    assert (
        copy.asked(f"--require-hashes --only-binary :all: --requirement {copy.root}/requirements-web.txt")
        == 1
    )
    assert copy.run("serve")[2] == copy.run("x")[2] == ""


def test_another_lock_installs_again_into_the_same_venv(copy: Copy) -> None:
    """When the lock's text changes, packages are installed; .venv is kept."""
    copy.run()
    (copy.root / "requirements.txt").write_text("requirements.txt 2\n")
    assert "setting up" in copy.run()[2]
    assert (copy.asked("--require-hashes"), copy.asked("-m venv")) == (2, 1)
    assert copy.run()[2] == ""


def test_a_killed_set_up_starts_again(copy: Copy) -> None:
    """The remains of a killed installation are not used: .venv is created again."""
    copy.run()
    (copy.root / ".venv" / ".fitness" / "requirements.txt").unlink()
    (copy.root / ".venv" / ".fitness" / "busy").touch()
    code, _, err = copy.run()
    assert code == 7 and "making .venv anew" in err
    assert copy.asked("-m venv --clear") == 1
    assert not (copy.root / ".venv" / ".fitness" / "busy").exists()


def test_a_failed_install_is_reported_and_retried(copy: Copy) -> None:
    """pip's error, one line with the path of the log, exit code 1; the next run tries again, in the same .venv."""
    code, out, err = copy.run(STUB_PIP_EXIT="1")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[-2] == "ERROR: said by pip"
    assert lines[-1] == (
        "error: the Python packages could not be installed; "
        f"the whole log is {copy.root}/.venv/.fitness/install.log"
    )
    assert copy.run()[0] == 7
    assert (copy.asked("--require-hashes"), copy.asked("-m venv")) == (2, 1)


def test_another_interpreter_behind_venv_sets_up_again(copy: Copy) -> None:
    """If a system upgrade changes the target of .venv/bin/python, the set-up runs again."""
    copy.run()
    python = copy.root / ".venv" / "bin" / "python"
    copy.add_python("python9")
    python.unlink()
    python.symlink_to(copy.bin / "python9")
    assert "setting up" in copy.run()[2]
    assert copy.run()[2] == ""


def test_two_simultaneous_runs_install_once(copy: Copy) -> None:
    """The second set-up waits for the first and then finds everything installed."""
    processes = [copy.start("x") for _ in range(3)]
    ends = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [7, 7, 7]
    assert {out for out, _ in ends} == {f"{copy.elsewhere}|{copy.root}|-m|fitness|x|"}
    assert copy.asked("--require-hashes") == 1


def test_it_runs_through_a_link(copy: Copy, tmp_path: Path) -> None:
    """A link in a folder of PATH works, relative or absolute, also a link to a link."""
    (copy.elsewhere / "fit").symlink_to(copy.root / "scripts" / "fitness")
    (copy.elsewhere / "again").symlink_to("fit")
    assert copy.run("x", script=copy.elsewhere / "again")[0] == 7


def test_without_a_supported_python_a_one_line_error_is_shown(copy: Copy) -> None:
    """Too old, too new or no Python: one line says so."""
    expected = (
        1,
        "",
        "error: no Python 3.10 to 3.14 was found; install one from your system's packages or from python.org\n",
    )
    assert copy.run(STUB_VERSION_EXIT="1") == expected
    (copy.bin / "python3").unlink()
    assert copy.run() == expected


def test_a_python_without_venv_says_what_to_install(copy: Copy) -> None:
    """Debian's python3 comes without the venv module."""
    code, _, err = copy.run(STUB_VENV_EXIT="1")
    assert code == 1
    assert err == (
        "error: python3 cannot make virtual environments; install its venv module "
        "(on Debian or Ubuntu: apt install python3-venv)\n"
    )


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_checkout_says_so(copy: Copy) -> None:
    """A checkout that cannot be written to ends with one line."""
    copy.root.chmod(0o555)
    try:
        code, _, err = copy.run()
    finally:
        copy.root.chmod(0o755)
    assert (code, len(err.splitlines())) == (1, 1) and "cannot be written to" in err
