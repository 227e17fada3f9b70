"""The HTTP API: what the page uses, described by /openapi.json, for programs too. Bodies of uploads are the plain bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from fitness import __version__
from fitness.apps.web.dependencies import Limits
from fitness.apps.web.history_routes import history_routes
from fitness.apps.web.live import plan_of, pose_json
from fitness.apps.web.picture_requests import pose_in
from fitness.apps.web.state import State
from fitness.apps.web.teaching import teaching
from fitness.apps.web.uploads import PLAIN_BODY
from fitness.errors import OptionError
from fitness.recognition.classifier import embed_pose
from fitness.recognition.exercises import is_held
from fitness.skeleton import LANDMARK_NAMES, POSE_CONNECTIONS
from fitness.types import JsonDict


def api(state: State) -> APIRouter:
    """All routes below /api."""
    router = APIRouter(prefix="/api")
    _about(router, state)
    _pictures(router, state)
    _recordings(router, state)
    teaching(router, state)
    history_routes(router, state.history)
    return router


def _about(router: APIRouter, state: State) -> None:
    @router.get("/info", tags=["server"])
    async def info() -> JsonDict:
        """The choices for exercise and model, and the limits."""
        return {
            "version": __version__,
            "models": list(state.services.models),
            "exercises": list(state.exercises.names),
            "held": [name for name in state.exercises.names if is_held(name)],
            "taught": list(state.exercises.taught),
            "damaged": await asyncio.to_thread(state.exercises.damaged),
            "landmarks": list(LANDMARK_NAMES),
            "connections": sorted(list(edge) for edge in POSE_CONNECTIONS),
            "clients": state.live.clients,
            # The browser does not find faces, so the whole live frame is hidden.
            "privacy": {"face": "blur", "person": "blur"}.get(state.services.privacy, state.services.privacy),
            "history": state.services.store is not None,
            "last_plan": state.history.last_plan(),
            "limits": {name: getattr(state.limits, name) for name in Limits.__dataclass_fields__},
        }

    @router.get("/plan", tags=["server"])
    async def plan(text: Annotated[str, Query(max_length=4000)]) -> JsonDict:
        """Read a plan such as "squat 3x8 @ 40kg rest 60, plank 3x45s"; an error if it is not one.

        `items` are its exercises: `amount` is reps, or seconds of a held exercise; null without a rest or a weight.
        """
        return {"items": [asdict(one) for one in plan_of(text, state.exercises.names).items]}


def _pictures(router: APIRouter, state: State) -> None:
    @router.post("/pictures", tags=["pictures"], openapi_extra=PLAIN_BODY)
    async def picture(request: Request, model: str | None = None) -> JsonDict:
        """Landmarks and pose class of the person in a picture; `pose` is null if no person is found."""
        (width, height), pose = await pose_in(request, state, model)
        document: JsonDict = {"width": width, "height": height, "pose": None}
        if pose is not None:
            shares, distance = state.exercises.base.query_one(embed_pose(pose.world))
            classes = dict(zip(state.exercises.base.classes_, map(float, shares), strict=True))
            document["pose"] = pose_json(pose, width, height)
            document["classes"] = dict(sorted(classes.items(), key=lambda item: -item[1]))
            document["distance"] = round(distance, 4)
        return document


# long: six short routes of one kind
def _recordings(router: APIRouter, state: State) -> None:
    recordings = state.recordings

    async def chunks(request: Request) -> AsyncIterator[bytes]:
        async for chunk in request.stream():
            yield chunk

    @router.post("/recordings", status_code=201, tags=["recordings"], openapi_extra=PLAIN_BODY)
    async def upload(
        request: Request,
        name: Annotated[str, Query(max_length=300)] = "recording",
        exercise: str | None = None,
        model: str | None = None,
    ) -> JsonDict:
        """Upload a video; it is counted in the background."""
        services = state.services
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > state.limits.video_bytes:
            raise OptionError(f"the video is larger than {state.limits.video_bytes // 1_000_000} MB")
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
        """State and progress, and the summary when the recording is counted."""
        return recordings.get(recording_id).to_json()

    @router.get("/recordings/{recording_id}/series", tags=["recordings"])
    async def series(recording_id: str) -> JsonDict:
        """Phase, class scores and reps over time."""
        return await asyncio.to_thread(recordings.series, recording_id)

    @router.get("/recordings/{recording_id}/files/{kind}", tags=["recordings"])
    async def file(recording_id: str, kind: str) -> FileResponse:
        """Download a result: video, reps, frames, summary or landmarks."""
        path, media, name = recordings.file(recording_id, kind)
        where = "inline" if kind == "video" else "attachment"
        return FileResponse(path, media_type=media, filename=name, content_disposition_type=where)

    @router.delete("/recordings/{recording_id}", status_code=204, tags=["recordings"])
    async def drop(recording_id: str) -> None:
        """Stop counting the recording and delete it."""
        recordings.drop(recording_id)
