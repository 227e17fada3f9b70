"""What a running server holds: the models' thread, live workouts, recordings, exercises, history, a private folder."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from fitness.apps.web.dependencies import Dependencies, Limits
from fitness.apps.web.history import History
from fitness.apps.web.inference import Inference
from fitness.apps.web.live_socket import LiveRoom
from fitness.apps.web.recordings import Recordings
from fitness.apps.web.taught import Exercises


class State:
    """Made when the server is made, closed when it stops; the private folder is deleted then with all in it."""

    def __init__(self, services: Dependencies, limits: Limits | None = None) -> None:
        self.services, self.limits = services, limits or Limits()
        self._private = tempfile.TemporaryDirectory(prefix="fitness-page-", ignore_cleanup_errors=True)
        self.folder = Path(self._private.name)
        self.closing = False
        self.inference = Inference()
        self.exercises = Exercises(services)
        self.live = LiveRoom(services, self.exercises, self.inference, self.limits)
        self.recordings = Recordings(services, self.exercises, self.inference, self.limits, self.folder)
        self.history = History(services.store)

    async def close(self) -> None:
        """End every session, stop every job, empty the private folder."""
        self.closing = True
        await asyncio.to_thread(self.recordings.close)
        await self.live.close()
        await asyncio.to_thread(self.inference.close)
        self._private.cleanup()
