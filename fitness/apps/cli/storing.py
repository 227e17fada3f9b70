"""Where commands keep sessions, and what they say when that does not work."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from fitness.apps.cli import one_line
from fitness.apps.cli.command import Expert
from fitness.errors import FitnessError, OptionError

if TYPE_CHECKING:
    from fitness.media.source import VideoFile
    from fitness.pipeline.settings import Settings
    from fitness.session import Session
    from fitness.session.store import LiveSession, Store
    from fitness.types import FrameResult

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Creation times before this are mistakes of a camera's clock (1904 and 1970 are common)."""


def store_option(function: _Function) -> _Function:
    """--store; the command takes it as `store`."""
    return click.option(
        "--store",
        cls=Expert,
        type=click.Path(path_type=Path),
        help="File with the sessions (also FITNESS_STORE); else the one in the user's data directory.",
    )(function)


def moment_of(text: str | None, option: str) -> datetime | None:
    """A date or time that the user typed; without an offset it is meant in this machine's time zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return moment if moment.utcoffset() is not None else moment.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise OptionError(
            f"{option} must be a date or time such as 2026-03-01 or 2026-03-01T18:30:00+01:00, got '{text}'"
        ) from error


def recorded_at(path: Path, now: datetime) -> datetime:
    """When a recording says it was begun, in this machine's time zone; `now` where it does not say it credibly."""
    from fitness.media.container import open_video

    container, stream = open_video(path)
    with container:
        texts = [tags.get("creation_time") for tags in (container.metadata, stream.metadata)]
    for text in texts:
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
            moment = moment if moment.utcoffset() is not None else moment.replace(tzinfo=timezone.utc)
            if _OLDEST <= moment <= now:
                return moment.astimezone()
    return now


class Keeper:
    """Stores what is counted; where that fails, it says so once and counting goes on.

    Args:
        store: the open store, or None to keep nothing.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._told = False
        self.failed = False

    @classmethod
    def of(cls, path: Path | None, *, wanted: bool) -> Keeper:
        """A keeper for --store and --no-store. A store that the user named must open; the usual one need not."""
        if not wanted:
            return cls(None)
        from fitness.session.store import Store

        try:
            return cls(Store.open(path))
        except FitnessError as error:
            if path is not None:
                raise
            keeper = cls(None)
            keeper._tell(error)
            return keeper

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    @property
    def keeps(self) -> bool:
        """Whether there is a store at all."""
        return self._store is not None

    def add(self, session: Session, path: Path, log: Path) -> None:
        """Keep the session of the recording at `path` that was counted elsewhere.   log: the file of its landmarks."""
        from fitness.session import read_landmarks

        if self._store is None:
            return
        try:
            session = replace(session, landmarks=read_landmarks(log))
            self._store.add(session, started_at=recorded_at(path, datetime.now().astimezone()))
        except FitnessError as error:
            self._tell(error)
            self.failed = True

    @contextlib.contextmanager
    def session(
        self, video: VideoFile, path: Path, settings: Settings
    ) -> Iterator[Callable[[FrameResult], None]]:
        """While inside: what to call with each result of `video`; the session is finished at the end."""
        live = self._begun(video, path, settings)
        if live is None:
            yield lambda result: None
            return

        def keep(result: FrameResult) -> None:
            try:
                live.add(result)
            except FitnessError as error:
                self._tell(error)

        try:
            yield keep
        finally:
            try:
                live.end(duration_s=video.info.duration_s, warnings=video.warnings)
                if self._told:
                    click.echo("the store works again; everything is stored", err=True)
                    self._told = False
            except FitnessError as error:
                self._tell(error)
                self.failed = True

    def _begun(self, video: VideoFile, path: Path, settings: Settings) -> LiveSession | None:
        from fitness.pipeline.settings import noted

        if self._store is None:
            return None
        now = datetime.now().astimezone()
        try:
            return self._store.begin(
                video.info,
                noted(settings),
                started_at=recorded_at(path, now),
                kind="analyze",
                model=settings.model,
            )
        except FitnessError as error:
            self._tell(error)
            self.failed = True
            return None

    def _tell(self, error: FitnessError) -> None:
        if not self._told:
            click.echo(f"not stored: {one_line(error)} (--no-store to refrain)", err=True)
        self._told = True
