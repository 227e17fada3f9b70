"""The state of a running server: models' thread, live workouts, recordings, exercises, history, private folder."""

from __future__ import annotations

import asyncio
import threading
import weakref
from contextlib import ExitStack

from fitness.apps.web.dependencies import Dependencies, Limits
from fitness.apps.web.history import History
from fitness.apps.web.inference import Inference
from fitness.apps.web.live_socket import LiveRoom
from fitness.apps.web.parts import Parts
from fitness.apps.web.recordings import Recordings
from fitness.apps.web.taught import Exercises
from fitness.apps.web.uploads import Arrivals
from fitness.session.private_folder import private_folder


class State:
    """Created with the server and closed when it stops. The private folder is then deleted with all its files."""

    def __init__(self, services: Dependencies, limits: Limits | None = None) -> None:
        self.services, self.limits = services, limits or Limits()
        self._private = ExitStack()
        self.folder = self._private.enter_context(private_folder("page"))
        weakref.finalize(self, self._private.close)  # if the server ends before it has started
        self.closing = False
        self.arrivals = Arrivals(self.limits.uploads, self.limits.upload_silence_s)
        self.one_picture = asyncio.Lock()
        self.one_clip = threading.Lock()
        self.inference = Inference()
        self.exercises = Exercises(services)
        parts = Parts(services, self.exercises, self.inference, self.limits)
        self.live = LiveRoom(parts)
        self.recordings = Recordings(parts, self.folder, self.arrivals)
        self.history = History(services.store)

    async def close(self) -> None:
        """End all sessions, stop all jobs, and delete the files in the private folder."""
        self.closing = True
        await asyncio.to_thread(self.recordings.close)
        await self.live.close()
        await asyncio.to_thread(self.inference.close)
        self._private.close()
