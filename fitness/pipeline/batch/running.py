"""Runs tasks on an executor. If a worker dies, no result is lost and nothing is counted twice.

Each task writes complete files of its own, so running it again gives the same bytes. When one worker of a process pool
dies, the whole pool is lost. Its unfinished tasks are run again, each alone in a fresh pool, so that only the task that
kills its worker fails. Dask replaces dead workers itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, TypeAlias

from fitness import stopping
from fitness.errors import OptionError
from fitness.session import Session

TASKS_PER_WORKER: Final = 2
"""Tasks submitted per worker ahead of time: no worker waits, and few tasks are repeated when one dies."""

ATTEMPTS_ALONE: Final = 2
"""Attempts at a task whose worker died; the second one is for workers that died of another cause."""


_END_S: Final = 5.0
"""Longest time to wait for a worker that was asked to end."""

_POLL_S: Final = 0.1
"""Longest time until a run that waits for its workers notices a signal, seconds."""


@dataclass(frozen=True, slots=True)
class Task:
    """One recording.

    index: 0-based position in the run.   path: of the file, for a worker.   name: as the user gave it.
    stem: beginning of its results' file names.
    """

    index: int
    path: Path
    name: str
    stem: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a task.

    sha256: of the recording's content, "" if it could not be read.   resumed: it was done in an earlier run.
    error: why there is no result, in one line, or None.
    session: the counts; None unless they were requested.
    """

    task: Task
    sha256: str = ""
    resumed: bool = False
    error: str | None = None
    session: Session | None = field(default=None, compare=False, repr=False)


Work: TypeAlias = Callable[[Task], Outcome]
"""Runs one task. It and its outcome can be pickled; an exception becomes the task's error."""

Open: TypeAlias = Callable[[int], Executor]
"""Opens an executor with the given number of workers."""


def run(
    tasks: Sequence[Task], work: Work, open_executor: Open, workers: int
) -> Generator[Outcome, None, None]:
    """Yield each task's outcome, in the order in which they finish.

    Args:
        tasks: the recordings.   work: runs one task.
        open_executor: called for the first executor, and again each time one is lost.
        workers: of the executor, at least 1.

    In a command, the wait for an outcome is a safe point to end (`fitness.stopping`); the workers then end, too.

    Raises:
        OptionError: workers is below 1.
    """
    if workers < 1:
        raise OptionError(f"option workers must be at least 1, got {workers}")
    waiting = deque(tasks)
    while waiting:
        lost: list[Task] = []
        yield from _until_broken(waiting, lost, work, open_executor(workers), workers * TASKS_PER_WORKER)
        for task in lost:
            yield from _alone(task, work, open_executor)


def _alone(task: Task, work: Work, open_executor: Open) -> Iterator[Outcome]:
    """Run a task again that was unfinished when a worker died, alone, because its cause is not known yet."""
    for _ in range(ATTEMPTS_ALONE):
        dead: list[Task] = []
        yield from _until_broken(deque([task]), dead, work, open_executor(1), 1)
        if not dead:
            return
    yield Outcome(task, error="the worker process died each time; out of memory, or a damaged file")


def _until_broken(
    waiting: deque[Task], lost: list[Task], work: Work, executor: Executor, ahead: int
) -> Iterator[Outcome]:
    """Run the tasks in `waiting` until it is empty or the executor is lost; `lost` receives the unfinished tasks."""
    running: dict[Future[Outcome], Task] = {}
    finished = False
    try:
        while waiting or running:
            stopping.check()
            while waiting and len(running) < ahead:
                running[executor.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            done, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            stopping.check()  # Ctrl-C also ends the workers; their tasks must not be run again
            for future in sorted(done, key=lambda one: running[one].index):
                outcome = _outcome(future, running[future])
                del running[future]
                yield outcome
        finished = True
    except BrokenExecutor:
        lost.extend(sorted(running.values(), key=lambda task: task.index))
        finished = True
    finally:
        if not finished and not end_workers(executor):
            for future in running:
                future.cancel()
        executor.shutdown(wait=finished)


def end_workers(executor: Executor) -> bool:
    """Stop the processes of a pool at once; their unfinished recordings are counted again in the next run.

    Otherwise they would continue although no one waits for the results. Other executors are not changed. Do not cancel the
    futures of a pool before: its thread prints a traceback if a cancelled future's worker dies.

    Returns:
        Whether there were processes.
    """
    processes: Mapping[int, BaseProcess] = getattr(executor, "_processes", None) or {}
    for process in list(processes.values()):
        process.terminate()
    for process in list(processes.values()):
        process.join(_END_S)
        if process.is_alive():
            process.kill()
    return bool(processes)


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # an error of the task or the cluster; one task never stops the others
        text = " ".join(str(error).split())
        return Outcome(task, error=f"{type(error).__name__}: {text}")
