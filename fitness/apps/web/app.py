"""The ASGI application: page, HTTP API and live WebSocket behind one guard."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.requests import ClientDisconnect

from fitness import __version__
from fitness.apps.web.access import Access, Guard
from fitness.apps.web.api import api
from fitness.apps.web.dependencies import Dependencies, Limits
from fitness.apps.web.state import State
from fitness.errors import FitnessError, OptionError, SamplesError, SourceError
from fitness.report.assets import STATIC as SHARED

STATIC: Final = Path(__file__).parent / "static"
mimetypes.add_type("application/manifest+json", ".webmanifest")  # older systems lack this type
_USER_ERRORS: Final = (OptionError, SourceError, SamplesError)


# long: the parts of the application, one after the other
def create_app(
    services: Dependencies,
    access: Access | None = None,
    limits: Limits | None = None,
    *,
    welcome: Callable[[str], None] = lambda address: None,
) -> FastAPI:
    """The application for `services`. Its lifespan opens and closes everything that it holds.

    Args:
        services: the dependencies. access: who may use the page; None for this machine only.
        limits: of one client.
        welcome: called with the address of each permitted client.
    """
    state = State(services, limits)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await state.close()

    # The interactive documentation of FastAPI loads scripts from another host, so only the description is served.
    app = FastAPI(
        title="fitness", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan,
        description="Count exercise repetitions and classify poses. Errors are JSON with one sentence in `detail`.",
    )  # fmt: skip
    app.include_router(api(state))

    @app.exception_handler(FitnessError)
    async def error_response(_: Request, error: Exception) -> JSONResponse:
        status = 422 if isinstance(error, _USER_ERRORS) else 500
        return JSONResponse({"detail": str(error)}, status)

    @app.exception_handler(ClientDisconnect)
    async def left(_: Request, __: Exception) -> Response:
        return Response(status_code=499)  # the client has left; 499 is nginx's status for this

    @app.websocket("/ws/live")
    async def live(socket: WebSocket) -> None:
        await state.live.serve(socket)

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/shared", StaticFiles(directory=SHARED), name="shared")
    app.add_middleware(Guard, access=access or Access.local(), welcome=welcome)
    return app
