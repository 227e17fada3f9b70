"""Progress of the download of weights."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fitness.apps.cli import Settings

if TYPE_CHECKING:
    from fitness.engine.runtime.weight_sources import Progress, ProgressCallback


@contextlib.contextmanager
def download_progress(settings: Settings) -> Iterator[ProgressCallback | None]:
    """Yields a callback for `ModelFiles(progress=...)`, which prints on standard error.

    A progress bar on a terminal, else one line for each download; None if `settings.quiet`.
    """
    if settings.quiet:
        yield None
    elif sys.stderr.isatty():
        with _bars() as callback:
            yield callback
    else:
        yield _say_once()


def _say_once() -> ProgressCallback:
    announced: set[str] = set()

    def say(progress: Progress) -> None:
        if progress.title not in announced:
            announced.add(progress.title)
            size = f" ({progress.total / 1e6:.0f} MB)" if progress.total else ""
            click.echo(f"fetching {progress.title}{size} ...", err=True)

    return say


@contextlib.contextmanager
def _bars() -> Iterator[ProgressCallback]:
    """Progress bars that appear with the first download; most runs need no download."""
    tasks: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        bars: Any = None

        def show(progress: Progress) -> None:
            nonlocal bars
            bars = bars or stack.enter_context(_new_bars())
            if progress.title not in tasks:
                # A package tool reports no progress, so the bar has no percentage until it is done.
                tasks[progress.title] = bars.add_task(progress.title, total=None)
            total = progress.total if progress.done else None
            bars.update(tasks[progress.title], completed=progress.done, total=total)

        yield show


def _new_bars() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
