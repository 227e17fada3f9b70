"""Show how far the download of weights is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import click

from fitness.cli import Settings
from fitness.engine.model_sources import Progress, ProgressCallback


@contextlib.contextmanager
def download_progress(settings: Settings) -> Iterator[ProgressCallback | None]:
    """A callback for `ModelFiles(progress=...)`, on standard error.

    A bar where a person looks on, one line for each download elsewhere, None if `settings.quiet`.
    """
    if settings.quiet:
        yield None
    elif sys.stderr.isatty():
        with _bars() as callback:
            yield callback
    else:
        yield _say_once()


def _say_once() -> ProgressCallback:
    said: set[str] = set()

    def say(progress: Progress) -> None:
        if progress.title not in said:
            said.add(progress.title)
            size = f" ({progress.total / 1e6:.0f} MB)" if progress.total else ""
            click.echo(f"fetching {progress.title}{size} ...", err=True)

    return say


@contextlib.contextmanager
def _bars() -> Iterator[ProgressCallback]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(progress: Progress) -> None:
            if progress.title not in tasks:
                # A package tool does not say how far it is: until it is done the bar only moves.
                tasks[progress.title] = bars.add_task(progress.title, total=None)
            total = progress.total if progress.done else None
            bars.update(tasks[progress.title], completed=progress.done, total=total)

        yield show
