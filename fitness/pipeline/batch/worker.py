"""The batch worker: checks whether a recording is done, counts it, writes the results and marks it as done."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from fitness import __version__, stopping
from fitness.errors import FitnessError, OptionError, printable
from fitness.media.source import VideoFile
from fitness.pipeline.analyzer import Analyzer
from fitness.pipeline.batch import Outcome, Task, content_sha256, is_done, mark_done, result_key
from fitness.pipeline.outputs import Outputs
from fitness.pipeline.settings import Settings, sample_folder
from fitness.session import Session
from fitness.session.own_files import free_stems

if TYPE_CHECKING:
    from fitness.drawing.overlay import Privacy

P = ParamSpec("P")
T = TypeVar("T")

_LOADED: Final = threading.local()
"""The networks of one thread of a worker process, loaded for its first task and used for all others."""


@dataclass(frozen=True, slots=True)
class CountRecording:
    """Counts recordings one after the other. It can be pickled; another process then loads the networks once.

    settings: how to count.   folder: for the results, reachable by every worker.
    annotate: also write the annotated video.   start, end: part of the recording, seconds, or None.
    privacy: how people are hidden in it.   audio: copy the sound into it, unless a privacy mode is set.
    hand_back: return the session with the outcome, without landmarks, which are in their file.
    tidy: as in `Analyzer`; a function that can be pickled.
    identity: `identity_of` these settings; a result with another identity is not up to date.
    """

    settings: Settings
    folder: Path
    identity: str
    annotate: bool = False
    start: float | None = None
    end: float | None = None
    privacy: Privacy = "none"
    hand_back: bool = False
    tidy: Callable[[], None] | None = None
    audio: bool = True

    def __call__(self, task: Task) -> Outcome:
        """Count the recording unless the same result exists; errors that the user can correct become the outcome's error."""
        content = ""
        try:
            content = content_sha256(task.path)
            key = result_key(content, self._decisive())
            if is_done(self.folder, task.stem, key):
                return Outcome(task, content, resumed=True)
            session, files = self._count(task)
            mark_done(self.folder, task.stem, key, files)
        except FitnessError as error:
            text = str(error).replace(str(task.path), task.name)  # the same message wherever the worker runs
            return Outcome(task, content, error=" ".join(text.split()))
        return Outcome(task, content, session=session if self.hand_back else None)

    def _decisive(self) -> dict[str, Any]:
        return {
            "settings": self.identity,
            "annotate": self.annotate,
            "start": self.start,
            "end": self.end,
            "privacy": self.privacy,
            "audio": self.audio,
        }

    def _count(self, task: Task) -> tuple[Session, list[Path]]:
        outputs = Outputs(self.folder, task.stem, self.annotate, self.privacy, self.audio)
        with VideoFile(task.path, self.start, self.end) as video:
            analysis = _analyzer(self.settings, self.tidy).run(video, outputs)
        if analysis.interrupted:
            raise KeyboardInterrupt
        paths = outputs.session
        written = [paths.reps, paths.frames, paths.summary, paths.landmarks]
        if analysis.session.partials:
            written.append(paths.partials)
        if self.annotate:
            written.append(outputs.annotated)
        return analysis.session, written


def tasks_of(
    paths: Sequence[Path], folder: Path | None = None, on_note: Callable[[str], object] = lambda note: None
) -> list[Task]:
    """A task for each recording, in the same order; paths are absolute, for the workers.

    Args:
        paths: the recordings.
        folder: for the results; the user's own files in it are never replaced.
        on_note: called with notes for the user about the names of results.
    """
    stems, notes = free_stems(paths, folder)
    for note in notes:
        on_note(note)
    return [
        Task(index, path.absolute(), printable(path.as_posix()), stem)
        for index, (path, stem) in enumerate(zip(paths, stems, strict=True))
    ]


def identity_of(settings: Settings) -> str:
    """A hash of all settings that influence a count; samples and the user's own weights count by their content.

    The number of threads is left out, because it changes no result.

    Raises:
        SourceError: a file in the settings cannot be read.
    """
    plain = replace(
        settings, samples=None, taught=None, model_file=None, detector_file=None, cache_dir=None, threads=1
    )
    samples = sorted(path for path in sample_folder(settings).rglob("*") if path.is_file())
    if settings.taught is not None:
        for name in settings.recogniser.taught:
            samples += sorted((settings.taught / name).glob("*.csv"))
    weights = [path for path in (settings.model_file, settings.detector_file) if path is not None]
    parts = [__version__, repr(sorted(asdict(plain).items())), str(settings.model_file is None)]
    parts += [content_sha256(path) for path in (*samples, *weights)]
    return sha256("\n".join(parts).encode("utf-8")).hexdigest()


class _Pool(ProcessPoolExecutor):
    """A pool whose processes get no signal of the terminal while they start."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See `Executor.submit`; it may start a process."""
        with stopping.signals_blocked():
            return super().submit(fn, *args, **kwargs)


def processes(workers: int, prepare: Callable[[], None] | None = None) -> Executor:
    """An executor with fresh processes, which end when this process ends.

    Args:
        workers: number of processes.
        prepare: called first in each process.
    """
    import multiprocessing

    with stopping.signals_blocked():
        return _Pool(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(prepare,),
        )


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the Dask cluster with the scheduler at `address`, and its number of worker threads.

    Raises:
        OptionError: distributed is not installed, or no scheduler answers.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise OptionError(
            "--cluster needs the package distributed; install it with: pip install distributed"
        ) from error
    try:
        client = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise OptionError(
            f"option cluster: no Dask scheduler answers at {address}; start one with `dask scheduler`"
        ) from error
    with client:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


def _start_worker(prepare: Callable[[], None] | None) -> None:
    import signal

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    stopping.unblock_signals()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    """End this worker process when the process that started it is gone.

    Otherwise it would wait for its next task forever.
    """
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _analyzer(settings: Settings, tidy: Callable[[], None] | None) -> Analyzer:
    """The analyzer for these settings; its networks are loaded by the first call in a thread."""
    if getattr(_LOADED, "settings", None) != settings:
        _LOADED.analyzer = Analyzer.of(settings, tidy=tidy)
        _LOADED.settings = settings
    loaded: Analyzer = _LOADED.analyzer
    return loaded
