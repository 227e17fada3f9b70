"""Every signal that asks a command to end is handled like Ctrl-C, at whatever moment it comes."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import click
import pytest

from fitness import stopping
from fitness.apps.cli import main
from fitness.apps.cli.signals import NAMES, noting_signals
from fitness.atomic_file import atomic_file, scratch_folder
from fitness.session.private_folder import private_folder

SIGNALS = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
POSIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems")


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _signals_of_a_plain_process() -> Iterator[None]:
    """Signals as in a process started without `nohup`, however the tests were started."""
    before = {one: signal.signal(one, signal.SIG_DFL) for one in SIGNALS}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have been ended at once."""
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    return codes


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_command_that_holds_signals_ends_at_its_next_safe_point(name: str, code: int) -> None:
    """What it does between two safe points is never interrupted."""
    done = []

    @click.command()
    def working() -> None:
        stopping.hold()
        try:
            for step in range(5):
                stopping.check()
                if step == 2:
                    signal.raise_signal(getattr(signal, name))
                done.append(step)
        finally:
            done.append("cleaned")

    before = signal.getsignal(getattr(signal, name))
    assert main([], command=working) == code and done == [0, 1, 2, "cleaned"]
    assert signal.getsignal(getattr(signal, name)) is before


@POSIX
def test_a_signal_in_a_destructor_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """Python swallows an exception that a destructor raises, and the command would continue."""

    class Resource:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    @click.command()
    def working() -> None:
        stopping.hold()
        for _ in range(3):
            stopping.check()
            Resource()
        raise AssertionError("it was not stopped")

    assert main([], command=working) == 143
    assert "ignored" not in capsys.readouterr().err


@POSIX
def test_where_nothing_is_at_stake_a_signal_ends_the_process_at_once(
    codes: list[int], tmp_path: Path
) -> None:
    """The temporary files and private folders are deleted before."""
    with pytest.raises(Ended), noting_signals(), private_folder("page") as folder, scratch_folder() as other:
        (folder / "key.pem").write_text("private")
        with atomic_file(tmp_path / "a.csv") as file:
            file.write(b"half")
            assert len(list(tmp_path.iterdir())) == 1
            try:
                signal.raise_signal(signal.SIGHUP)
            finally:  # before the blocks delete what is theirs
                assert not folder.exists() and not other.exists() and not list(tmp_path.iterdir())
    assert codes == [129]


@POSIX
def test_a_signal_while_a_private_folder_is_made_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the making of the folder and its entry in the list of temporary ones, the end waits."""
    left: list[Path] = []
    make = tempfile.mkdtemp

    def interrupted(*args: str, **options: str) -> str:
        folder = make(*args, **options)
        signal.raise_signal(signal.SIGTERM)
        return folder

    def end(_code: int) -> None:
        left.extend(tmp_path.iterdir())
        raise Ended

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "mkdtemp", interrupted)
    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(Ended), noting_signals(), private_folder("tls"):
        raise AssertionError("the process continues")
    assert left == []


@POSIX
def test_a_second_signal_ends_the_process_only_if_it_comes_later(
    codes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed terminal sends several signals within milliseconds; a user who is tired of waiting sends one later."""
    now_s = 100.0
    monkeypatch.setattr(stopping, "monotonic", lambda: now_s)
    with noting_signals() as came:
        stopping.hold()
        signal.raise_signal(signal.SIGHUP)
        now_s = 100.2
        signal.raise_signal(signal.SIGTERM)
        assert came == [signal.SIGHUP, signal.SIGTERM] and codes == []
        with pytest.raises(KeyboardInterrupt):
            stopping.check()
        stopping.check()  # only once: results are being written now
        now_s = 101.5
        with pytest.raises(Ended):
            signal.raise_signal(signal.SIGINT)
    assert codes == [129]


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 0), ("SIGTERM", 143)])
def test_ctrl_c_can_be_a_usual_way_to_end(name: str, code: int) -> None:
    """The window ends with Ctrl-C as with the key q; `kill` still gives its exit code."""

    @click.command()
    def window() -> None:
        stopping.hold()
        signal.raise_signal(getattr(signal, name))
        with pytest.raises(KeyboardInterrupt):
            stopping.check()
        stopping.accept_ctrl_c()

    assert main([], command=window) == code


def test_safe_points_are_in_the_main_thread_only() -> None:
    """A thread that works for the main one continues until that one stops it."""
    with noting_signals():
        stopping.hold()
        signal.raise_signal(signal.SIGINT)
        found: list[object] = []
        queue: SimpleQueue[int] = SimpleQueue()
        queue.put(7)
        thread = threading.Thread(target=lambda: found.extend([stopping.check(), stopping.next_item(queue)]))
        thread.start()
        thread.join()
        assert found == [None, 7]
        with pytest.raises(KeyboardInterrupt):
            stopping.check()


def test_waiting_for_an_item_is_a_safe_point() -> None:
    """Also if the signal comes while the main thread waits, and no item ever comes."""

    def interrupt() -> None:
        while not waiting:
            time.sleep(0.001)
        signal.raise_signal(signal.SIGINT)

    class Queue(SimpleQueue[int]):
        def get(self, block: bool = True, timeout: float | None = None) -> int:
            waiting.append(True)
            return super().get(block, timeout)

    waiting: list[bool] = []
    with noting_signals():
        stopping.hold()
        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            stopping.next_item(Queue())
        thread.join()


@POSIX
def test_a_signal_that_is_switched_off_stays_so() -> None:
    """A signal that is ignored (`nohup`) stays ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with noting_signals() as came:
        signal.raise_signal(signal.SIGHUP)
    assert came == []


def test_outside_the_main_thread_no_signal_is_handled() -> None:
    """Only the main thread may set handlers; a command in another thread runs all the same."""
    found: list[list[int]] = []

    def run() -> None:
        with noting_signals() as came:
            found.append(came)

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [[]] and signal.getsignal(signal.SIGINT) is before
