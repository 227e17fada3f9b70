"""Private folders are deleted when their program ends, or at the next start."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fitness.session.private_folder import private_folder, sweep
from tests.support.waiting import LIMIT_S, wait_until

_HOLDS = """
import sys, time
from fitness.session.private_folder import private_folder
with private_folder("page") as folder:
    (folder / "upload").write_bytes(b"private")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_a_folder_is_private_and_deleted_at_the_end(tmp_path: Path) -> None:
    """Also after an error, with all its files."""
    with pytest.raises(RuntimeError, match="a bug"), private_folder("page") as folder:
        assert folder.parent == tmp_path
        if sys.platform != "win32":
            assert folder.stat().st_mode & 0o077 == 0
        (folder / "inside").mkdir()
        raise RuntimeError("a bug")
    assert list(tmp_path.iterdir()) == []


def test_only_leftovers_of_a_killed_program_are_removed(tmp_path: Path) -> None:
    """Folders of running programs stay, and so do other folders with a similar name."""
    stranger = tmp_path / "fitness-page-of-somebody"
    stranger.mkdir()
    command = [sys.executable, "-c", _HOLDS]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as program:
        assert program.stdout is not None
        folder = Path(program.stdout.readline().strip())
        assert sweep() == [] and (folder / "upload").exists()
        with private_folder("tls") as own:
            assert sweep() == [] and own.exists()
        program.kill()
        program.wait()
        assert folder.exists()
        with private_folder("page"):
            assert not folder.exists()
    assert list(tmp_path.iterdir()) == [stranger]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems")
def test_the_page_leaves_nothing_on_any_signal(models: Path, tmp_path: Path) -> None:
    """Key and uploads are deleted on `kill`, on a closed terminal and on Ctrl-C."""
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "fitness",
        "serve",
        "--host",
        "0.0.0.0",
        "--port",
        "0",
        "--model",
        "lite",
    ]
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name)
        with subprocess.Popen(
            command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: B023 - called in this turn
        ) as page:  # fmt: skip
            assert page.stdout is not None
            while "the browser warns once" not in page.stdout.readline():
                assert page.poll() is None
            wait_until(  # the address is printed before the page has its folder
                lambda: {"tls", "page"} <= {one.name.split("-")[1] for one in tmp_path.glob("fitness-*")},
                page,
            )
            assert list(tmp_path.glob("*/key.pem"))
            page.send_signal(number)
            _, errors = page.communicate(timeout=LIMIT_S)
        assert page.returncode == 128 + number and "Traceback" not in errors
        assert list(tmp_path.glob("fitness-*")) == []
