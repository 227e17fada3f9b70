"""The thread that runs the models for all clients. Each client has at most one waiting frame, so all get an equal share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from fitness.pipeline.loop import Tracker
from fitness.types import Frame, Pose

_Result = TypeVar("_Result")


class Inference:
    """The models' thread.

    A live client waits for its answer before it sends its next frame, and a recording submits one frame at a
    time. So the queue gives each of n users every n-th turn: each gets fewer frames, and no user is left out.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="inference")

    def submit(self, job: Callable[[], _Result]) -> Future[_Result]:
        """Put `job` at the end of the queue."""
        return self._pool.submit(job)

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """Run `job` in its turn and return its result; for coroutines."""
        return await asyncio.wrap_future(self.submit(job))

    def close(self) -> None:
        """Finish the running job and drop the waiting ones."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class TurnTracker:
    """A tracker whose frames take turns with other clients in the models' thread.

    Args:
        inference: the models' thread.   make: makes the tracker, in that thread.
    """

    def __init__(self, inference: Inference, make: Callable[[], Tracker]) -> None:
        self._inference = inference
        self._tracker = inference.submit(make).result()

    def people(self, frame: Frame) -> tuple[Pose, ...]:
        """The people in a frame, like the tracker's own method."""
        return self._inference.submit(lambda: self._tracker.people(frame)).result()
