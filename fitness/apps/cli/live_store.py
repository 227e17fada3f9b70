"""Stores a live workout while it runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fitness.apps.cli import one_line
from fitness.errors import FitnessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fitness.media.camera import Camera
    from fitness.pipeline.history import Highlights
    from fitness.session import WorkoutSet
    from fitness.types import JsonDict

_AGAIN_S: Final = 10.0
"""Stream time between two attempts to open a store that cannot be opened, seconds."""


class StoreLog:
    """Writes results to the store, from the first frame on."""

    def __init__(self, path: Path | None, settings: Any, source: Camera) -> None:
        self._path, self._settings, self._source = path, settings, source
        self._session: Any = None
        self._again_s = -math.inf
        self._reported: set[str] = set()

    def add(self, result: Any) -> None:
        """Store a result. An error is reported once; storing is tried again later and counting continues."""
        t = result.frame.t
        try:
            if self._session is None:
                if t < self._again_s:
                    return
                self._again_s = t + _AGAIN_S
                self._begin()
            self._session.add(result)
        except FitnessError as error:
            self._report(f"not stored: {one_line(error)}")

    def _report(self, text: str) -> None:
        if text not in self._reported:
            self._reported.add(text)
            click.echo(text, err=True)

    def arrange(self, sets: Sequence[WorkoutSet]) -> None:
        """Replace the stored sets; after an error they are written with the next results."""
        try:
            if self._session is not None:
                self._session.arrange(sets)
        except FitnessError as error:
            self._report(f"not stored: {one_line(error)}")

    def _begin(self) -> None:
        from datetime import datetime

        from fitness.pipeline.settings import noted
        from fitness.session.store import Store

        store = Store.open(self._path)
        self._session = store.begin(
            self._source.info,
            noted(self._settings),
            started_at=datetime.now().astimezone(),
            model=self._settings.model,
        )
        self._store = store

    def highlights(self) -> Highlights:
        """Records and streak from earlier workouts in the store; empty if the store cannot be read."""
        from datetime import date

        from fitness.pipeline.history import Highlights, highlights
        from fitness.session.store import Store

        if self._session is None:
            return Highlights()
        try:
            with Store.open(self._path, readonly=True) as store:
                return highlights(store, self._session.id, date.today())
        except FitnessError:
            return Highlights()

    def end(
        self, warnings: list[str], sets: Sequence[WorkoutSet], settings: JsonDict, video: Path | None
    ) -> bool:
        """Store the remaining results, with the sets that the screen showed. Returns whether everything is stored.

        Args:
            video: the annotated video that was written, or None.
        """
        if self._session is None:
            return not self._reported
        try:
            self._session.end(warnings=warnings, settings=settings, sets=sets, video=video)
            self._store.close()
        except FitnessError as error:
            lost_s = self._session.unstored_s
            self._report(f"the last {lost_s:.1f} s of this session are not stored: {one_line(error)}")
            return False
        return True
