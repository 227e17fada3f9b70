"""The set-up for Windows, as far as it can be tested without Windows: Python, locks and commands."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from scripts.set_up import commands, interpreter, lock_for, set_up, wanted

ROOT = Path(__file__).parents[2]


def test_the_interpreter_is_where_the_system_puts_it() -> None:
    """Virtual environments of Windows have Scripts instead of bin."""
    assert interpreter(Path("a"), "win32") == Path("a/Scripts/python.exe")
    assert interpreter(Path("a"), "linux") == interpreter(Path("a"), "darwin") == Path("a/bin/python")


@pytest.mark.parametrize(
    ("arguments", "lock"),
    [
        ("", "requirements.txt"),
        ("analyze served.mp4", "requirements.txt"),
        ("-q serve --port 1", "requirements-web.txt"),
    ],
)
def test_the_page_needs_more_packages(arguments: str, lock: str) -> None:
    """Only the command `serve` needs the larger lock."""
    assert lock_for(arguments) == lock


def test_packages_come_from_locks_with_hashes_and_the_checkout_without_dependencies() -> None:
    """Two installs: the locks, and the checkout itself."""
    locked, checkout = commands(ROOT, "requirements.txt", "win32")
    assert locked[0].endswith("python.exe") and "--require-hashes" in locked
    assert checkout[-2:] == ["--editable", str(ROOT)] and "--no-deps" in checkout


def test_a_complete_environment_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the stamp is that of these locks, nothing is started."""
    for name in ("requirements.txt", "requirements-build.txt"):
        (tmp_path / name).write_text(name)
    stamp = tmp_path / ".venv" / ".fitness" / "set-up-requirements.txt"
    stamp.parent.mkdir(parents=True)
    stamp.write_text(wanted(tmp_path, "requirements.txt"))
    monkeypatch.setattr(
        "scripts.set_up.subprocess.run", lambda *_, **__: pytest.fail("something was started")
    )
    set_up(tmp_path, "requirements.txt")


def test_the_launcher_of_windows_names_files_that_are_there() -> None:
    """Every file below %root%\\scripts that the launcher starts exists."""
    text = (ROOT / "scripts" / "fitness.cmd").read_text(encoding="utf-8")
    named = [word for word in text.replace('"', " ").split() if word.startswith("%root%\\scripts")]
    assert named
    for word in named:
        assert (ROOT / Path(*PureWindowsPath(word).parts[1:])).is_file()
