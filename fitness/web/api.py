"""The HTTP API: what the page uses, described by /openapi.json, for programs too. Bodies of uploads are the plain bytes."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from fitness import __version__
from fitness.errors import OptionError, SourceError
from fitness.recognition.classifier import embed_pose
from fitness.recognition.taught import exercise_name
from fitness.skeleton import LANDMARK_NAMES, POSE_CONNECTIONS
from fitness.teach.check import check
from fitness.types import Frame, ImageArray, JsonDict, Pose
from fitness.web.history import History
from fitness.web.live import pose_json
from fitness.web.pictures import stored_picture
from fitness.web.rooms import Rooms
from fitness.web.services import Limits
from fitness.web.taught import Lesson

Side = Literal["up", "down", "other"]
_LESSONS: Final = 16


def api(rooms: Rooms) -> APIRouter:
    """All routes below /api."""
    router = APIRouter(prefix="/api")
    _about(router, rooms)
    _pictures(router, rooms)
    _recordings(router, rooms)
    _teaching(router, rooms)
    _history(router, rooms.history)
    return router


def _about(router: APIRouter, rooms: Rooms) -> None:
    @router.get("/info", tags=["server"])
    async def info() -> JsonDict:
        """What may be chosen, and the limits."""
        return {
            "version": __version__,
            "models": list(rooms.services.models),
            "exercises": list(rooms.exercises.names),
            "taught": list(rooms.exercises.taught),
            "landmarks": list(LANDMARK_NAMES),
            "connections": sorted(list(edge) for edge in POSE_CONNECTIONS),
            "clients": rooms.live.clients,
            "privacy": rooms.services.privacy,
            "history": rooms.services.store is not None,
            "limits": {name: getattr(rooms.limits, name) for name in Limits.__dataclass_fields__},
        }


async def _body(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is too large."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise OptionError(f"the picture is larger than {limit // 1_000_000} MB")
    if not data:
        raise OptionError("the upload is empty")
    return bytes(data)


async def _pose_in(request: Request, rooms: Rooms, model: str | None) -> tuple[ImageArray, Pose | None]:
    """The picture of a request and the person in it."""
    chosen = model or rooms.services.models[0]
    if chosen not in rooms.services.models:
        raise OptionError(f"model must be one of {', '.join(rooms.services.models)}")
    data = await _body(request, rooms.limits.picture_bytes)
    image = await asyncio.to_thread(stored_picture, data, rooms.folder, rooms.limits.picture_pixels)

    def find() -> Pose | None:
        return next(iter(rooms.services.tracker(chosen, True).people(Frame(image, 0.0, 0))), None)

    return image, await rooms.inference.run(find)


_IMAGE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _pictures(router: APIRouter, rooms: Rooms) -> None:
    @router.post("/pictures", tags=["pictures"], openapi_extra=_IMAGE_BODY)
    async def picture(request: Request, model: str | None = None) -> JsonDict:
        """Landmarks and pose class of the person in a picture; `pose` is null where nobody is found."""
        image, pose = await _pose_in(request, rooms, model)
        height, width = image.shape[:2]
        document: JsonDict = {"width": width, "height": height, "pose": None}
        if pose is not None:
            shares, distances = rooms.exercises.base.query(embed_pose(pose.world)[None])
            classes = dict(zip(rooms.exercises.base.classes_, map(float, shares[0]), strict=True))
            document["pose"] = pose_json(pose, width, height)
            document["classes"] = dict(sorted(classes.items(), key=lambda item: -item[1]))
            document["distance"] = round(float(distances[0]), 4)
        return document


def _recordings(router: APIRouter, rooms: Rooms) -> None:
    recordings = rooms.recordings

    async def chunks(request: Request) -> AsyncIterator[bytes]:
        async for chunk in request.stream():
            yield chunk

    @router.post("/recordings", status_code=201, tags=["recordings"], openapi_extra=_IMAGE_BODY)
    async def upload(
        request: Request,
        name: Annotated[str, Query(max_length=300)] = "recording",
        exercise: str | None = None,
        model: str | None = None,
    ) -> JsonDict:
        """Upload a video; it is counted in the background."""
        services = rooms.services
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > rooms.limits.video_bytes:
            raise OptionError(f"the video is larger than {rooms.limits.video_bytes // 1_000_000} MB")
        one = await recordings.take(
            chunks(request), name, exercise or services.exercises[0], model or services.models[0]
        )
        return one.to_json()

    @router.get("/recordings", tags=["recordings"])
    async def every() -> list[JsonDict]:
        """All recordings, oldest first."""
        return [one.to_json() for one in recordings.all()]

    @router.get("/recordings/{recording_id}", tags=["recordings"])
    async def one(recording_id: str) -> JsonDict:
        """State and progress; the summary once it is done."""
        return recordings.get(recording_id).to_json()

    @router.get("/recordings/{recording_id}/series", tags=["recordings"])
    async def series(recording_id: str) -> JsonDict:
        """Phase, class scores and reps over time."""
        return await asyncio.to_thread(recordings.series, recording_id)

    @router.get("/recordings/{recording_id}/files/{kind}", tags=["recordings"])
    async def file(recording_id: str, kind: str) -> FileResponse:
        """video, reps, frames, summary or landmarks."""
        path, media, name = recordings.file(recording_id, kind)
        where = "inline" if kind == "video" else "attachment"
        return FileResponse(path, media_type=media, filename=name, content_disposition_type=where)

    @router.delete("/recordings/{recording_id}", status_code=204, tags=["recordings"])
    async def drop(recording_id: str) -> None:
        """Stop and delete it."""
        recordings.drop(recording_id)


def _teaching(router: APIRouter, rooms: Rooms) -> None:
    lessons: OrderedDict[str, Lesson] = OrderedDict()

    def lesson(lesson_id: str) -> Lesson:
        if lesson_id not in lessons:
            raise OptionError("no such lesson; start a new one")
        return lessons[lesson_id]

    @router.post("/lessons", status_code=201, tags=["teach"])
    async def begin() -> JsonDict:
        """An empty lesson; it is kept in memory until it is saved, the oldest of 16 gives way."""
        while len(lessons) >= _LESSONS:
            lessons.popitem(last=False)
        name = secrets.token_urlsafe(12)
        lessons[name] = Lesson(rooms.limits.samples)
        return {"id": name}

    @router.post("/lessons/{lesson_id}/{side}", status_code=201, tags=["teach"], openapi_extra=_IMAGE_BODY)
    async def add(request: Request, lesson_id: str, side: Side, model: str | None = None) -> JsonDict:
        """One more picture of the upper or lower turning point, or of what is neither."""
        chosen = lesson(lesson_id)
        image, pose = await _pose_in(request, rooms, model)
        if pose is None:
            raise SourceError("no person was found in the picture")
        count = chosen.add(side, f"page-{secrets.token_hex(4)}", pose)
        return {"class": side, "count": count, "pose": pose_json(pose, image.shape[1], image.shape[0])}

    @router.delete("/lessons/{lesson_id}/{index}", status_code=204, tags=["teach"])
    async def remove(lesson_id: str, index: int) -> None:
        """Take picture `index` (in the order they were added) out again."""
        lesson(lesson_id).remove(index)

    @router.get("/lessons/{lesson_id}/report", tags=["teach"])
    async def report(lesson_id: str, name: str) -> JsonDict:
        """The quality report: each picture classified by all the others."""
        samples = lesson(lesson_id).samples(exercise_name(name))
        return (await asyncio.to_thread(check, samples)).document()

    @router.put("/exercises/{name}", tags=["teach"])
    async def save(name: str, lesson_id: str) -> JsonDict:
        """Keep a lesson as an exercise; it can be counted at once."""
        rooms.exercises.save(name, lesson(lesson_id).samples(exercise_name(name)))
        return {"exercises": list(rooms.exercises.names)}

    @router.delete("/exercises/{name}", status_code=204, tags=["teach"])
    async def forget(name: str) -> None:
        """Delete a taught exercise."""
        rooms.exercises.forget(name)


def _history(router: APIRouter, history: History) -> None:
    @router.get("/sessions", tags=["history"])
    async def sessions() -> list[JsonDict]:
        """Stored sessions, newest first."""
        return await asyncio.to_thread(history.sessions)

    @router.get("/progress", tags=["history"])
    async def progress() -> JsonDict:
        """Reps, sets and best set a day, for every exercise."""
        return await asyncio.to_thread(history.progress)

    @router.delete("/sessions/{session_id}", status_code=204, tags=["history"])
    async def delete(session_id: int) -> None:
        """Delete a stored session."""
        await asyncio.to_thread(history.delete, session_id)

    @router.get("/export/{form}", tags=["history"])
    async def export(form: str, session: int | None = None) -> Response:
        """All sessions, or one, as csv, json, jsonl, strong, hevy, fitnotes, liftlog, fit or tcx."""
        data, name = await asyncio.to_thread(partial(history.export, form, session))
        return Response(
            data, media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip
