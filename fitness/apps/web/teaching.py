"""The routes below /api that teach: lessons of pictures and clips, their quality report, taught exercises."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request

from fitness.apps.web.inference import TurnTracker
from fitness.apps.web.lesson import Lesson
from fitness.apps.web.live import pose_json
from fitness.apps.web.picture_requests import chosen_model, pose_in
from fitness.apps.web.state import State
from fitness.apps.web.uploads import PLAIN_BODY
from fitness.errors import OptionError, SourceError
from fitness.recognition.taught_folders import exercise_name
from fitness.types import JsonDict, Pose

Side = Literal["up", "down", "other"]
_LESSONS: Final = 16
_MOST_REPS: Final = 100


class _Lessons:
    """Lessons by their random names; the oldest of 16 is removed for a new one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._all: OrderedDict[str, Lesson] = OrderedDict()

    def begin(self) -> str:
        """Begin an empty lesson; returns its name."""
        while len(self._all) >= _LESSONS:
            self._all.popitem(last=False)
        name = secrets.token_urlsafe(12)
        self._all[name] = Lesson(self._limit)
        return name

    def get(self, name: str) -> Lesson:
        """OptionError if there is none of that name."""
        if name not in self._all:
            raise OptionError("no such lesson; start a new one")
        return self._all[name]

    def has(self, lesson: Lesson) -> bool:
        """Whether the lesson still exists."""
        return lesson in self._all.values()


def teaching(router: APIRouter, state: State) -> None:
    """Add the routes."""
    lessons = _Lessons(state.limits.samples)
    _collecting(router, state, lessons)
    _clips(router, state, lessons)

    @router.get("/lessons/{lesson_id}/report", tags=["teach"])
    async def report(lesson_id: str, name: str) -> JsonDict:
        """The quality report: each picture classified by all the others, and how the clip is counted."""
        lesson = lessons.get(lesson_id)
        return await asyncio.to_thread(lesson.report, exercise_name(name))

    @router.put("/exercises/{name}", tags=["teach"])
    async def save(name: str, lesson_id: str, force: bool = False) -> JsonDict:
        """Save a lesson as an exercise; it can be counted immediately.

        If other movements would count as this exercise, `confused` names them, and it is saved only with `force`.
        """
        lesson, exercises = lessons.get(lesson_id), state.exercises
        samples = lesson.samples(exercise_name(name))
        confused = await asyncio.to_thread(exercises.save, name, samples, lesson.taught, force=force)
        return {"exercises": list(state.exercises.names), "confused": confused}

    @router.delete("/exercises/{name}", status_code=204, tags=["teach"])
    async def forget(name: str) -> None:
        """Delete a taught exercise."""
        state.exercises.forget(name)


def _collecting(router: APIRouter, state: State, lessons: _Lessons) -> None:
    @router.post("/lessons", status_code=201, tags=["teach"])
    async def begin() -> JsonDict:
        """Begin an empty lesson. It is kept in memory until it is saved; the oldest of 16 is removed for a new one."""
        return {"id": lessons.begin()}

    @router.post("/lessons/{lesson_id}/{side}", status_code=201, tags=["teach"], openapi_extra=PLAIN_BODY)
    async def add(request: Request, lesson_id: str, side: Side, model: str | None = None) -> JsonDict:
        """Add a picture of the upper or lower turning point, or of another pose."""
        lesson = lessons.get(lesson_id)
        size, pose = await pose_in(request, state, model)
        if pose is None:
            raise SourceError("no person was found in the picture")
        source = f"page-{secrets.token_hex(4)}"
        count = lesson.add(side, source, pose)
        found = pose_json(pose, *size)
        return {"class": side, "count": count, "source": source, "pose": found}

    @router.delete("/lessons/{lesson_id}/{source}", status_code=204, tags=["teach"])
    async def remove(lesson_id: str, source: str) -> None:
        """Remove a picture; `source` is from the answer to its upload."""
        lessons.get(lesson_id).remove(source)


def _clips(router: APIRouter, state: State, lessons: _Lessons) -> None:
    @router.put("/lessons/{lesson_id}/clip", tags=["teach"], openapi_extra=PLAIN_BODY)
    async def clip(
        request: Request,
        lesson_id: str,
        reps: Annotated[int, Query(ge=1, le=_MOST_REPS)],
        model: str | None = None,
    ) -> JsonDict:
        """Add a clip of `reps` reps: its turning points become samples. Answers when the clip is analysed."""
        lesson = lessons.get(lesson_id)
        if lesson.total:
            raise OptionError("a clip of this lesson is already being analysed")
        chosen = chosen_model(state, model)
        path = state.folder / f"clip-{secrets.token_hex(8)}"
        try:
            await state.arrivals.store(request.stream(), path, state.limits.video_bytes, "video")
            gone = partial(_gone, lessons, lesson, state)
            return await asyncio.to_thread(_learn, state, lesson, path, reps, chosen, gone)
        finally:
            path.unlink(missing_ok=True)

    @router.get("/lessons/{lesson_id}/clip", tags=["teach"])
    async def progress(lesson_id: str) -> JsonDict:
        """Progress of the clip in frames; `total` is 0 if none is being analysed."""
        lesson = lessons.get(lesson_id)
        return {"done": lesson.done, "total": lesson.total}


def _gone(lessons: _Lessons, lesson: Lesson, state: State) -> bool:
    """Whether the lesson was removed, so that the clip is no longer needed."""
    return state.closing or not lessons.has(lesson)


def _learn(
    state: State, lesson: Lesson, path: Path, reps: int, model: str, stop: Callable[[], bool]
) -> JsonDict:
    tracker = TurnTracker(state.inference, lambda: state.services.tracker(model, False))
    with state.one_clip, state.recordings.opened(path) as video:

        def poses() -> Iterator[Pose | None]:
            for frame in video:
                if frame.t > state.limits.video_s:  # the header states no length
                    raise OptionError("the clip is too long; cut it to the reps only")
                yield next(iter(tracker.people(frame)), None)

        return lesson.learn_clip(lesson.watched(poses(), video.expected_frames, stop), reps)
