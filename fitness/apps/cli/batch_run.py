"""`fitness analyze --workers` and `--cluster`: many recordings at once."""

from __future__ import annotations

import contextlib
import glob
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fitness import stopping
from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.options import load_engine
from fitness.apps.cli.storing import Keeper
from fitness.errors import printable
from fitness.plural import some

if TYPE_CHECKING:
    from fitness.drawing.overlay import Privacy
    from fitness.pipeline.batch import Outcome, Task
    from fitness.pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """Options of one run.   workers: number of processes; None with a cluster.   cluster: address of a Dask scheduler.

    opened: show the report in the browser afterwards.
    """

    workers: int | None
    cluster: str | None
    parquet: bool
    as_json: bool
    annotate: bool
    start: float | None
    end: float | None
    privacy: Privacy = "none"
    opened: bool = False
    audio: bool = True


# long: the steps of one run, in order
def run_batch(
    paths: Sequence[Path],
    settings: Settings,
    out: Path,
    options: BatchOptions,
    keeper: Keeper,
    common: CommonSettings,
) -> int:
    """Count all recordings that are not finished, combine the results, and print failures. Returns the exit code.

    Only this process writes to the store, as soon as a recording is counted.
    """
    from fitness.apps.cli._malloc import give_back
    from fitness.pipeline.batch import combine
    from fitness.pipeline.batch import run as run_tasks
    from fitness.pipeline.batch.combining import check_parquet
    from fitness.pipeline.batch.worker import CountRecording, identity_of, tasks_of
    from fitness.session import SessionPaths, prepare_out_dir

    if options.parquet:
        check_parquet()
    folder = prepare_out_dir(out).absolute()
    if options.cluster is None:
        load_engine(
            settings, common
        )  # downloads missing weights once, and reports damaged ones before workers start
    work = CountRecording(
        settings,
        folder,
        identity_of(settings),
        options.annotate,
        options.start,
        options.end,
        options.privacy,
        keeper.keeps,
        give_back,
        options.audio,
    )
    tasks = tasks_of(paths, folder, lambda note: click.echo(note, err=True))
    outcomes: list[Outcome] = []
    stopping.hold()
    with (
        _executors(options) as (open_executor, workers),
        contextlib.closing(run_tasks(tasks, work, open_executor, workers)) as finished,
        _bar(len(tasks), common) as advance,
    ):
        try:
            for outcome in finished:
                if outcome.session is not None:
                    log = SessionPaths.of(folder, outcome.task.stem).landmarks
                    video = folder / f"{outcome.task.stem}.annotated.mp4"
                    keeper.add(outcome.session, outcome.task.path, log, video if options.annotate else None)
                outcomes.append(replace(outcome, session=None))
                advance(outcome)
        except KeyboardInterrupt:
            _remove_unfinished(folder, tasks)
            click.echo(
                f"stopped; {len(outcomes)} of {len(tasks)} are finished. Run the same command again to continue",
                err=True,
            )
            return 130
    tables = combine(outcomes, folder, parquet=options.parquet)
    outcomes.sort(key=lambda outcome: outcome.task.index)
    if options.as_json:
        _print_json(outcomes, folder)
    else:
        print_counts(outcomes, folder)
        _print_failures(outcomes)
        resumed = sum(outcome.resumed for outcome in outcomes)
        failed = sum(outcome.error is not None for outcome in outcomes)
        click.echo(
            f"{some(len(outcomes), 'recording')}: {len(outcomes) - resumed - failed} counted, "
            f"{resumed} finished before, {failed} failed"
        )
        click.echo(f"results: {tables.recordings}, {tables.reps}")
        if (stored := keeper.summary()) is not None:
            click.echo(stored)
    if options.opened:
        open_report(outcomes, folder)
    return 1 if keeper.failed or any(outcome.error is not None for outcome in outcomes) else 0


def _remove_unfinished(folder: Path, tasks: Sequence[Task]) -> None:
    """Delete the temporary files of the results that the ended workers were writing."""
    for task in tasks:
        (folder / f"{task.stem}.annotated.part.mp4").unlink(missing_ok=True)
        for path in folder.glob(f".{glob.escape(task.stem)}.*.part"):
            path.unlink(missing_ok=True)


def _prepare_worker() -> None:
    """Prepare a worker process."""
    from fitness.apps.cli._malloc import share_heaps
    from fitness.apps.cli.cores import one_opencv_thread

    share_heaps()
    one_opencv_thread()


@contextlib.contextmanager
def _executors(options: BatchOptions) -> Iterator[tuple[Callable[[int], Executor], int]]:
    """Yields a function that opens an executor, and the number of workers."""
    from fitness.pipeline.batch.worker import dask, processes

    if options.cluster is None:
        yield (lambda workers: processes(workers, _prepare_worker)), options.workers or 1
        return
    with dask(options.cluster) as (executor, workers):
        yield (lambda _: executor), workers


@contextlib.contextmanager
def _bar(total: int, common: CommonSettings) -> Iterator[Callable[[Outcome], None]]:
    """A progress bar over the recordings, on a terminal."""
    if common.quiet or not sys.stderr.isatty():
        yield lambda outcome: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=total)
        yield lambda outcome: progress.update(
            bar, advance=1, description=escape(printable(outcome.task.path.name))
        )


def _print_json(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Print the summary of each recording as one line, in order; failures are printed on standard error."""
    from fitness.session import SessionPaths, read_summary

    for outcome in outcomes:
        if outcome.error is not None:
            click.echo(f"error: {outcome.error}", err=True)
        else:
            click.echo(json.dumps(read_summary(SessionPaths.of(folder, outcome.task.stem).summary)))


def print_counts(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Print the counts of each recording, including those finished in earlier runs."""
    from fitness.apps.cli.results import Result, print_results
    from fitness.session import SessionPaths, read_summary

    print_results(
        [
            Result(
                outcome.task.name,
                None
                if outcome.error is not None
                else read_summary(SessionPaths.of(folder, outcome.task.stem).summary),
            )
            for outcome in outcomes
        ]
    )


def open_report(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Show the report of all recordings that were counted."""
    from fitness.apps.cli.report_command import show_report
    from fitness.session import SessionPaths

    done = [str(SessionPaths.of(folder, one.task.stem).summary) for one in outcomes if one.error is None]
    if done:
        show_report(done, folder / "report.html", None)


def _print_failures(outcomes: Sequence[Outcome]) -> None:
    from fitness.apps.cli.tables import Column, print_table

    failed = [[outcome.task.name, outcome.error] for outcome in outcomes if outcome.error is not None]
    if failed:
        print_table([Column("failed", whole=True), Column("why")], failed)
