"""Bodies of requests -> bytes, files and poses, refused as soon as they are too large."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from fastapi import Request

from fitness.apps.web.pictures import stored_picture
from fitness.apps.web.state import State
from fitness.errors import OptionError
from fitness.types import Frame, ImageArray, Pose

PLAIN_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""For OpenAPI: the body is the plain bytes of a file."""


def chosen_model(state: State, model: str | None) -> str:
    """The model of that name, the first one for None. OptionError for an unknown one."""
    chosen = model or state.services.models[0]
    if chosen not in state.services.models:
        raise OptionError(f"model must be one of {', '.join(state.services.models)}")
    return chosen


async def body_bytes(request: Request, limit: int) -> bytes:
    """The whole body. OptionError when it is empty or has more than `limit` bytes."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise OptionError(f"the picture is larger than {limit // 1_000_000} MB")
    if not data:
        raise OptionError("the upload is empty")
    return bytes(data)


async def body_file(request: Request, path: Path, limit: int) -> None:
    """The body into a file. OptionError when it is empty or has more than `limit` bytes."""
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise OptionError(f"the video is larger than {limit // 1_000_000} MB")
            await asyncio.to_thread(file.write, chunk)
    if not size:
        raise OptionError("the upload is empty")


async def pose_in(request: Request, state: State, model: str | None) -> tuple[ImageArray, Pose | None]:
    """The picture of a request and the person in it."""
    chosen = chosen_model(state, model)
    data = await body_bytes(request, state.limits.picture_bytes)
    image = await asyncio.to_thread(stored_picture, data, state.folder, state.limits.picture_pixels)

    def find() -> Pose | None:
        return next(iter(state.services.tracker(chosen, True).people(Frame(image, 0.0, 0))), None)

    return image, await state.inference.run(find)
