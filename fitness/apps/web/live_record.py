"""Stores one browser's workout while it runs: its session, and the time of each stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fitness.errors import FitnessError
from fitness.media.info import SourceInfo
from fitness.pipeline.history import Highlights, highlights
from fitness.session import WorkoutSet
from fitness.session.latency import CAMERA_TO_COUNT, Latencies
from fitness.session.store import LiveSession, Store
from fitness.types import FrameResult

_MOST_LATENCIES: Final = 600
"""Maximum number of latencies in one message; the page sends those of the last seconds."""


class LiveRecord:
    """Writes a live session to the store. Errors are reported once, storing is tried again, and counting continues.

    Args:
        path: the store, or None to store nothing. It is opened here, so that no frame waits for a new store.
        model, settings: stored with the session.   now: the time with its offset.
    """

    def __init__(
        self, path: Path | None, model: str, settings: Mapping[str, Any], now: Callable[[], datetime]
    ) -> None:
        self.latencies: Final = Latencies()
        self._model, self._settings, self._now = model, settings, now
        self._store: Store | None = None
        self._session: LiveSession | None = None
        self._problems: dict[str, bool] = {}
        """Text -> whether it was reported to the user."""
        if path is not None:
            with self._reporting_faults():
                self._store = Store.open(path)

    def add(self, result: FrameResult) -> None:
        """Add the next result; the image of the first one gives the frame size."""
        with self._reporting_faults():
            if self._store is None:
                return
            if self._session is None:
                height, width = result.frame.image.shape[:2]
                source = SourceInfo("browser camera", 0.0, 0.0, width, height, 0)
                self._session = self._store.begin(
                    source, self._settings, started_at=self._now(), model=self._model
                )
            self._session.add(result)

    def arrange(self, sets: Sequence[WorkoutSet]) -> None:
        """Replace the stored sets by those that the screen shows."""
        with self._reporting_faults():
            if self._session is not None:
                self._session.arrange(sets)

    def add_browser_latencies(self, milliseconds: object) -> None:
        """Add latencies from camera to count, as the browser measured them; other values are ignored."""
        for one in milliseconds[:_MOST_LATENCIES] if isinstance(milliseconds, list) else ():
            if isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one < 1e6:
                self.latencies.add({CAMERA_TO_COUNT: one})

    def highlights(self) -> Highlights:
        """Weeks in a row with training, and the records that this workout set; nothing if there is no store."""
        with self._reporting_faults():
            if self._store is not None and self._session is not None:
                return highlights(self._store, self._session.id, self._now().date())
        return Highlights()

    def warning(self) -> str | None:
        """A problem that was not yet reported to the user, or None."""
        for text, reported in self._problems.items():
            if not reported:
                self._problems[text] = True
                return text
        return None

    def end(
        self,
        duration_s: float,
        warnings: Sequence[str],
        sets: Sequence[WorkoutSet] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Finish the session and write as much of it as possible.

        Args:
            duration_s: seconds.   sets: as shown on the screen.   settings: JSON values to add to the stored settings.
        """
        store, session, self._store, self._session = self._store, self._session, None, None
        with self._reporting_faults():
            if session is not None:
                sentence = self.latencies.sentence()
                notes = [*warnings, *([] if sentence is None else [sentence])]
                latency = self.latencies.to_json()
                more = {**(settings or {}), **({"latency": latency} if latency else {})}
                session.end(duration_s=duration_s, warnings=notes, settings=more, sets=sets)
        if store is not None:
            store.close()

    @contextmanager
    def _reporting_faults(self) -> Iterator[None]:
        try:
            yield
        except FitnessError as error:
            self._problems.setdefault(f"this session is not being recorded: {error}", False)
