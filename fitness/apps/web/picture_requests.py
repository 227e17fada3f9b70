"""Requests with a picture: stored, decoded one at a time, and searched for a person."""

from __future__ import annotations

import asyncio
import secrets

from fastapi import Request

from fitness.apps.web.decoding import decoder
from fitness.apps.web.state import State
from fitness.errors import OptionError, SourceError
from fitness.types import Frame, Pose


def chosen_model(state: State, model: str | None) -> str:
    """The model of that name, the first one for None. OptionError for an unknown one."""
    chosen = model or state.services.models[0]
    if chosen not in state.services.models:
        raise OptionError(f"model must be one of {', '.join(state.services.models)}")
    return chosen


async def pose_in(request: Request, state: State, model: str | None) -> tuple[tuple[int, int], Pose | None]:
    """Width and height of a request's picture in pixels, and the person in it.

    One picture is decoded at a time in the whole server, so that several large ones are never in memory together.

    Raises:
        OptionError: there is no such model, or the upload is empty, too large or too slow.
        SourceError: the picture cannot be decoded within the limits.
    """
    chosen = chosen_model(state, model)
    limits = state.limits
    path = state.folder / f"picture-{secrets.token_hex(8)}"
    await state.arrivals.store(request.stream(), path, limits.picture_bytes, "picture")
    try:
        async with state.one_picture:
            image = await asyncio.to_thread(decoder().picture, path, limits.picture_pixels)
            frame = Frame(image, 0.0, 0)

            def find() -> Pose | None:
                return next(iter(state.services.tracker(chosen, True).people(frame)), None)

            return (image.shape[1], image.shape[0]), await state.inference.run(find)
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), "picture").replace(path.name, "picture")) from None
    finally:
        path.unlink(missing_ok=True)
