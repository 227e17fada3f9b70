"""Stores the sessions of commands, and reports errors of the store."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from fitness.apps.cli import one_line
from fitness.apps.cli.command import Expert
from fitness.errors import FitnessError, OptionError, SourceError, printable

if TYPE_CHECKING:
    from fitness.media.source import VideoFile
    from fitness.pipeline.settings import Settings
    from fitness.session import Session, SessionRecorder
    from fitness.session.store import LiveSession, SessionRow, Store
    from fitness.types import FrameResult

_Function = TypeVar("_Function", bound=Callable[..., Any])
_QUICKTIME_DATE: Final = "com.apple.quicktime.creationdate"
_SHORT_OFFSET: Final = re.compile(r"([+-]\d\d)(\d\d)$")
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Creation times before this are mistakes of a camera's clock (1904 and 1970 are common)."""


def store_option(function: _Function) -> _Function:
    """--store; the command takes it as `store`."""
    return click.option(
        "--store",
        cls=Expert,
        type=click.Path(path_type=Path),
        help="File of the session store (also FITNESS_STORE). The default is in the user's data directory.",
    )(function)


def moment_of(text: str | None, option: str) -> datetime | None:
    """Parse a date or time that the user typed. Without an offset, it is in this machine's time zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return moment if moment.utcoffset() is not None else moment.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise OptionError(
            f"{option} must be a date or time such as 2026-03-01 or 2026-03-01T18:30:00+01:00, got '{text}'"
        ) from error


@dataclass(frozen=True, slots=True)
class SessionDate:
    """The value of `--date`.   moment: this time.   from_file: the recording's own time.   Neither: now."""

    moment: datetime | None = None
    from_file: bool = False

    @classmethod
    def of(cls, text: str) -> SessionDate:
        """Parse `now`, `file`, or a date or time. OptionError for anything else."""
        if text in ("now", "file"):
            return cls(from_file=text == "file")
        return cls(moment_of(text, "--date"))


def date_option(function: _Function) -> _Function:
    """--date; the command takes it as `date`."""
    return click.option(
        "--date",
        default="now",
        show_default=True,
        metavar="now|file|DATE",
        help="Date of the stored session: now, file (the date in the recording), or a date such as 2026-03-01T18:30.",
    )(function)


def recorded_at(path: Path, now: datetime) -> datetime | None:
    """The start time that a recording states; None if it states none or an implausible one.

    QuickTime's `creationdate`, which iPhones write, has a UTC offset, which is kept. Other times are in UTC and are
    converted to this machine's time zone.
    """
    from fitness.media.container import open_video

    container, stream = open_video(path)
    with container:
        metadata = (container.metadata, stream.metadata)
        texts = [tags.get(key) for key in (_QUICKTIME_DATE, "creation_time") for tags in metadata]
    for text in texts:
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            iso = _SHORT_OFFSET.sub(r"\1:\2", str(text).replace("Z", "+00:00"))  # Python 3.10 needs the colon
            moment = datetime.fromisoformat(iso)
            local = moment.utcoffset() is not None and not str(text).endswith("Z")
            moment = moment if moment.utcoffset() is not None else moment.replace(tzinfo=timezone.utc)
            if _OLDEST <= moment <= now:
                return moment if local else moment.astimezone()
    return None


class Keeper:
    """Stores the counted sessions. An error is reported once, and counting continues.

    Args:
        store: the open store, or None to store nothing.
        date: the date of the sessions.
    """

    def __init__(self, store: Store | None, date: SessionDate | None = None) -> None:
        self._store = store
        self._date = date or SessionDate()
        self.kept: list[SessionRow] = []
        self._reported = False
        self._undated = 0
        self.failed = False

    @classmethod
    def of(cls, path: Path | None, *, wanted: bool, date: SessionDate | None = None) -> Keeper:
        """A keeper for --store and --no-store. An error is raised for a store given by --store, else only reported."""
        if not wanted:
            return cls(None)
        from fitness.session.store import Store

        try:
            return cls(Store.open(path), date)
        except FitnessError as error:
            if path is not None:
                raise
            keeper = cls(None)
            keeper._report(error)
            return keeper

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()

    @property
    def keeps(self) -> bool:
        """Whether sessions are stored."""
        return self._store is not None

    def add(self, session: Session, path: Path, log: Path, annotated: Path | None) -> None:
        """Store the session of the recording at `path`, which a worker counted.

        Args:
            log: its landmark log.   annotated: the annotated video that was written, or None.
        """
        from fitness.session import read_landmarks

        if self._store is None:
            return
        try:
            session = replace(session, landmarks=read_landmarks(log))
            number = self._store.add(session, started_at=self._started(path), video=annotated)
            self.kept.append(self._store.row(number))
        except FitnessError as error:
            self._report(error)
            self.failed = True

    @contextlib.contextmanager
    def session(
        self,
        video: VideoFile,
        path: Path,
        settings: Settings,
        recorder: SessionRecorder,
        annotated: Path | None = None,
    ) -> Iterator[Callable[[FrameResult], None]]:
        """Yields a function to call with each result of `video`; the session is finished at the end.

        Args:
            recorder: collects the results; it gets each result before the function is called.
            annotated: the annotated video that is written, or None.
        """
        live = self._begun(video, path, settings, recorder)
        if live is None:
            yield lambda result: None
            return

        def keep(result: FrameResult) -> None:
            try:
                live.add(result)
            except FitnessError as error:
                self._report(error)

        try:
            yield keep
        finally:
            try:
                live.end(duration_s=video.info.duration_s, warnings=video.warnings, video=annotated)
                self._note(live.id)
                if self._reported:
                    click.echo("the store works again; everything is stored", err=True)
                    self._reported = False
            except FitnessError as error:
                self._report(error)
                self.failed = True

    def _note(self, number: int) -> None:
        """Remember the session for `summary`, unless it was removed because it has no frame."""
        if self._store is None:
            return
        with contextlib.suppress(SourceError):
            self.kept.append(self._store.row(number))

    def _begun(
        self, video: VideoFile, path: Path, settings: Settings, recorder: SessionRecorder
    ) -> LiveSession | None:
        from fitness.pipeline.settings import noted

        if self._store is None:
            return None
        try:
            return self._store.begin(
                video.info,
                noted(settings),
                started_at=self._started(path),
                kind="analyze",
                model=settings.model,
                recorder=recorder,
            )
        except FitnessError as error:
            self._report(error)
            self.failed = True
            return None

    def _started(self, path: Path) -> datetime:
        """The date of the session of a recording."""
        now = datetime.now().astimezone()
        if self._date.from_file:
            moment = recorded_at(path, now)
            if moment is None:
                self._undated += 1
                click.echo(
                    printable(f"{path.name}: the file states no date; the session is dated now"), err=True
                )
            return moment or now
        return self._date.moment or now

    def summary(self) -> str | None:
        """A sentence with the stored sessions and their date; None if nothing was stored."""
        if not self.kept:
            return None
        first, last = self.kept[0], self.kept[-1]
        numbers = f"session {first.id}" if first is last else f"sessions {first.id} to {last.id}"
        moments = sorted(row.started_at for row in self.kept)
        dates = dict.fromkeys(f"{moment:%Y-%m-%d %H:%M}" for moment in (moments[0], moments[-1]))
        why = "the given date"
        if self._date.from_file and self._undated >= len(self.kept):
            why = (
                "now, as no recording states its date"
                if len(self.kept) > 1
                else "now, as the file states no date"
            )
        elif self._date.from_file:
            why = "the recording's own date" + "s" * (len(self.kept) > 1)
            why += f"; now for {self._undated} without a date" if self._undated else ""
        elif self._date.moment is None:
            why = "now; --date file uses the recording's own date"
        return f"stored as {numbers}, dated {' to '.join(dates)} ({why})"

    def _report(self, error: FitnessError) -> None:
        if not self._reported:
            click.echo(f"not stored: {one_line(error)} (--no-store stores nothing)", err=True)
        self._reported = True
