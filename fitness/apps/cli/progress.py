"""Progress bars of recordings and landmark logs that are being counted."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from fitness.apps.cli import Settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from fitness.media.source import VideoFile
    from fitness.types import FrameResult

OnFrame = Callable[["FrameResult"], None]
Advance = Callable[[], None]


class FramesProgress(Protocol):
    """Shows the progress of one recording after the other."""

    def file(self, video: VideoFile) -> contextlib.AbstractContextManager[OnFrame | None]:
        """Yields a function to call with each result of `video`, or None."""

    def steps(self, name: str, frames: int | None) -> contextlib.AbstractContextManager[Advance]:
        """Yields a function to call after each of `frames` frames of something else; None: their number is not known."""


class _Nothing:
    """Shows no progress."""

    @contextlib.contextmanager
    def file(self, video: VideoFile) -> Iterator[OnFrame | None]:
        yield None

    @contextlib.contextmanager
    def steps(self, name: str, frames: int | None) -> Iterator[Advance]:
        yield lambda: None


class _Bars:
    """A bar for each recording: name, percentage, fps, time left, reps so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextlib.contextmanager
    def file(self, video: VideoFile) -> Iterator[OnFrame | None]:
        from fitness.session.amounts import totals_text

        with self._task(video.info.name, video.expected_frames or None) as task:

            def show(result: FrameResult) -> None:
                totals = result.count.totals
                self._progress.update(task, advance=1, reps=totals_text(totals) if totals else "")

            yield show

    @contextlib.contextmanager
    def steps(self, name: str, frames: int | None) -> Iterator[Advance]:
        with self._task(name, frames) as task:
            yield lambda: self._progress.advance(task)

    @contextlib.contextmanager
    def _task(self, name: str, frames: int | None) -> Iterator[TaskID]:
        from rich.markup import escape

        task = self._progress.add_task(escape(name), total=frames, reps="")
        try:
            yield task
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
