"""Progress bars of recordings that are being counted."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from fitness.apps.cli import Settings

if TYPE_CHECKING:
    from rich.progress import Progress

    from fitness.media.source import VideoFile
    from fitness.types import FrameResult

OnFrame = Callable[["FrameResult"], None]


class FramesProgress(Protocol):
    """Shows the progress of one recording after the other."""

    def file(self, video: VideoFile) -> contextlib.AbstractContextManager[OnFrame | None]:
        """Yields a function to call with each result of `video`, or None."""


class _Nothing:
    """Shows no progress."""

    @contextlib.contextmanager
    def file(self, video: VideoFile) -> Iterator[OnFrame | None]:
        yield None


class _Bars:
    """A bar for each recording: name, percentage, fps, time left, reps so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextlib.contextmanager
    def file(self, video: VideoFile) -> Iterator[OnFrame | None]:
        from rich.markup import escape

        from fitness.session.amounts import totals_text

        task = self._progress.add_task(escape(video.info.name), total=video.expected_frames or None, reps="")

        def show(result: FrameResult) -> None:
            totals = result.count.totals
            self._progress.update(task, advance=1, reps=totals_text(totals) if totals else "")

        try:
            yield show
        finally:
            self._progress.remove_task(task)


@contextlib.contextmanager
def frames_progress(settings: Settings) -> Iterator[FramesProgress]:
    """Progress bars on standard error if it is a terminal; nothing otherwise or if `settings.quiet`."""
    if settings.quiet or not sys.stderr.isatty():
        yield _Nothing()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
        TextColumn("{task.fields[reps]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress)
