"""Tasks -> outcomes over an executor; a worker that dies loses nothing and nothing is counted twice.

Every task writes its own whole files, so running it again overwrites the same bytes. When a worker dies, a process
pool is lost as a whole: what was under way is then run again, each task alone in a fresh pool, so that only the task
that kills its worker is blamed for it. Dask replaces dead workers itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, TypeAlias

from fitness.errors import OptionError
from fitness.session import Session

TASKS_PER_WORKER: Final = 2
"""Tasks handed out ahead, so that no worker waits and few have to be repeated when one dies."""

ATTEMPTS_ALONE: Final = 2
"""Attempts at a task whose worker died; the second one is for deaths that had another cause."""


_END_S: Final = 5.0
"""Longest time to wait for a worker that was told to end."""


@dataclass(frozen=True, slots=True)
class Task:
    """One recording.

    index: 0-based place in the run.   path: where it lies, as a worker finds it.   name: as the user named it.
    stem: how its results' names begin.
    """

    index: int
    path: Path
    name: str
    stem: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task.

    sha256: of the recording's content, "" where it could not be read.   resumed: it was done before.
    error: why there is no result, in one line, or None.
    session: what was counted; None unless it was asked for.
    """

    task: Task
    sha256: str = ""
    resumed: bool = False
    error: str | None = None
    session: Session | None = field(default=None, compare=False, repr=False)


Work: TypeAlias = Callable[[Task], Outcome]
"""Does one task; it and its outcome can be pickled. What it raises becomes the task's error."""

Open: TypeAlias = Callable[[int], Executor]
"""Opens an executor of that many workers."""


def run(tasks: Sequence[Task], work: Work, open_executor: Open, workers: int) -> Iterator[Outcome]:
    """Each task's outcome, in the order in which they are done.

    Args:
        tasks: what to do.   work: does one.
        open_executor: called for the first executor, and again each time one broke.
        workers: of the executor, at least 1.

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
    """Run a task that was under way when a worker died; whose fault that was is not known yet."""
    for _ in range(ATTEMPTS_ALONE):
        dead: list[Task] = []
        yield from _until_broken(deque([task]), dead, work, open_executor(1), 1)
        if not dead:
            return
    yield Outcome(task, error="the worker process died each time; out of memory, or a damaged file")


def _until_broken(
    waiting: deque[Task], lost: list[Task], work: Work, executor: Executor, ahead: int
) -> Iterator[Outcome]:
    """Work off `waiting` until it is empty or the executor broke; `lost` gets what was under way then."""
    running: dict[Future[Outcome], Task] = {}
    finished = False
    try:
        while waiting or running:
            while waiting and len(running) < ahead:
                running[executor.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda one: running[one].index):
                outcome = _outcome(future, running[future])
                del running[future]
                yield outcome
        finished = True
    except BrokenExecutor:
        lost.extend(sorted(running.values(), key=lambda task: task.index))
        finished = True
    finally:
        for future in running:
            future.cancel()
        if not finished:
            end_workers(executor)
        executor.shutdown(wait=finished)


def end_workers(executor: Executor) -> None:
    """Stop the processes of a pool at once; what they were counting is lost and is counted again next time.

    They would go on with their tasks otherwise, although nobody waits for them. Other executors are left alone.
    """
    processes: Mapping[int, BaseProcess] = getattr(executor, "_processes", None) or {}
    for process in list(processes.values()):
        process.terminate()
    for process in list(processes.values()):
        process.join(_END_S)


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # of the work or of the cluster; one task never stops the others
        text = " ".join(str(error).split())
        return Outcome(task, error=f"{type(error).__name__}: {text}")
