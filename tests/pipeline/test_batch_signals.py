"""Signals while many recordings are counted: workers end, nothing half-written stays, nothing is printed but one line."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from fitness.apps.cli import main
from fitness.apps.cli.signals import noting_signals
from fitness.pipeline.batch import Task, run, running
from fitness.pipeline.batch.worker import processes
from fitness.stopping import hold
from tests.support.batch_clips import clips

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems")
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _signals_of_a_plain_process() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, signal.SIG_DFL) for one in numbers}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def sleep(_task: Task) -> Any:
    """A mock for work that takes ten minutes."""
    time.sleep(600)


def test_ctrl_c_ends_a_worker_that_is_just_starting_without_a_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Ctrl-C goes to all processes of the terminal, also to those that still load their libraries."""
    with processes(1) as pool:
        future = pool.submit(time.sleep, 600)
        os.kill(next(iter(pool._processes)), signal.SIGINT)  # type: ignore[attr-defined]
        with pytest.raises(BrokenProcessPool):
            future.result()
    assert capfd.readouterr().err == ""


def test_a_run_that_is_stopped_while_its_workers_start_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Tasks that no worker has taken yet are given up with the pool."""
    opened: list[Executor] = []

    def open_one(workers: int) -> Executor:
        opened.append(processes(workers))
        return opened[0]

    def interrupted(*args: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGTERM)
        return set(), set()

    monkeypatch.setattr(running, "wait", interrupted)
    with noting_signals():
        hold()
        with pytest.raises(KeyboardInterrupt):
            list(run([Task(i, Path(f"{i}"), f"{i}", f"{i}") for i in range(8)], sleep, open_one, 2))
    opened[0].shutdown()  # waits for the pool's thread
    assert capfd.readouterr().err == ""


_HELPER = """
import os, signal, time
from multiprocessing import resource_tracker
from fitness.pipeline.batch.worker import processes
if __name__ == "__main__":
    with processes(1) as pool:
        helper = resource_tracker._resource_tracker._pid
        os.kill(helper, signal.SIGHUP)
        print(pool.submit(pow, 2, 5).result())
"""


def test_a_closed_terminal_does_not_kill_the_helper_process_of_the_pool(tmp_path: Path) -> None:
    """Otherwise tracebacks of `multiprocessing` fill the screen."""
    script = tmp_path / "pool.py"
    script.write_text(_HELPER)
    done = subprocess.run(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("32\n", "")


def test_a_signal_ends_the_batch_and_the_same_command_continues_it(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The recordings that are finished stay, temporary files of the others go."""
    from fitness.apps.cli.storing import Keeper

    place, out = clips(tmp_path / "in", 3), tmp_path / "out"
    add, command = Keeper.add, ["analyze", str(place), "--out", str(out), "--workers", "2", "--model", "lite"]

    def interrupted(self: Keeper, *args: Any) -> None:
        add(self, *args)
        signal.raise_signal(signal.SIGTERM)
        (out / ".clip2.frames.csv.abcd.part").write_text("left by a worker that was ended")
        (out / "clip2.annotated.part.mp4").write_text("left by a worker that was ended")

    monkeypatch.setattr(Keeper, "add", interrupted)
    assert main(command) == 143
    told = re.fullmatch(
        r"stopped; ([123]) of 4 are finished\. Run the same .* continue\n", capfd.readouterr().err
    )
    assert told is not None
    assert not [path.name for path in out.iterdir() if ".part" in path.name]
    monkeypatch.setattr(Keeper, "add", add)
    assert main(command) == 1  # one of the files is not a recording
    resumed = re.search(r"(\d) finished before, 1 failed", capfd.readouterr().out)
    assert resumed is not None and int(told[1]) - 1 <= int(resumed[1]) <= 2  # one may be the file that failed
