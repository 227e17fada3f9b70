"""The routes below /api that show and change the history: sessions, their sets and reports, progress, export."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from fitness.apps.web.history import VIDEO_TYPES, History
from fitness.types import JsonDict


@dataclass(frozen=True, slots=True)
class SessionChange:
    """Changes to a session. None leaves a value as it is."""

    title: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SetChange:
    """Changes to a set. None leaves a value as it is; a negative number removes the user's value.

    exercise: needed only if two exercises have the same set number.
    """

    exercise: str | None = None
    reps: int | None = None
    weight_kg: float | None = None
    rpe: float | None = None
    kind: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """The weekly goal.   days: of training, 1 to 7."""

    days: int


def history_routes(router: APIRouter, history: History) -> None:
    """Add the routes."""
    _sessions(router, history)
    _reports(router, history)
    _progress(router, history)

    @router.get("/export/{form}", tags=["history"])
    async def export(form: str, session: int | None = None) -> Response:
        """All sessions, or one, as csv, json, jsonl, strong, hevy, fitnotes, liftlog, fit or tcx."""
        data, name = await asyncio.to_thread(partial(history.export, form, session))
        return Response(
            data, media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip


def _sessions(router: APIRouter, history: History) -> None:
    @router.get("/sessions", tags=["history"])
    async def sessions() -> list[JsonDict]:
        """Stored sessions, newest first."""
        return await asyncio.to_thread(history.sessions)

    @router.get("/sessions/{session_id}", tags=["history"])
    async def session(session_id: int) -> JsonDict:
        """One stored session with its sets."""
        return await asyncio.to_thread(history.session, session_id)

    @router.patch("/sessions/{session_id}", tags=["history"])
    async def change(session_id: int, to: SessionChange) -> JsonDict:
        """Change a session's title or note; returns the changed session."""
        return await asyncio.to_thread(history.edit, session_id, to.title, to.note)

    @router.patch("/sessions/{session_id}/sets/{number}", tags=["history"])
    async def change_set(session_id: int, number: int, to: SetChange) -> JsonDict:
        """Correct a set's reps, or store its weight, RPE, kind or a note; returns the changed set."""
        edits: dict[str, Any] = {
            name: getattr(to, name) for name in ("reps", "weight_kg", "rpe", "kind", "note")
        }
        return await asyncio.to_thread(partial(history.edit_set, session_id, number, to.exercise, **edits))

    @router.delete("/sessions/{session_id}", status_code=204, tags=["history"])
    async def delete(session_id: int) -> None:
        """Delete a stored session."""
        await asyncio.to_thread(history.delete, session_id)


def _reports(router: APIRouter, history: History) -> None:
    @router.get("/sessions/{session_id}/report", tags=["history"])
    async def report(session_id: int, part: Literal["page", "body"] = "page") -> HTMLResponse:
        """The report of a session: a self-contained page, or only its body."""
        if part == "body":
            return HTMLResponse(await asyncio.to_thread(history.report_body, [session_id]))
        text, policy = await asyncio.to_thread(history.report_page, session_id)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    @router.get("/sessions/{session_id}/video", tags=["history"])
    async def video(session_id: int) -> FileResponse:
        """The annotated video of a session."""
        path = await asyncio.to_thread(history.video, session_id)
        return FileResponse(
            path, media_type=VIDEO_TYPES[path.suffix.lower()], content_disposition_type="inline"
        )

    @router.get("/compare", tags=["history"])
    async def compare(one: int, other: int) -> HTMLResponse:
        """The report of two sessions side by side, without the page around it."""
        return HTMLResponse(await asyncio.to_thread(history.report_body, [one, other]))


def _progress(router: APIRouter, history: History) -> None:
    @router.get("/progress", tags=["history"])
    async def progress() -> JsonDict:
        """Reps, sets and best set of each day, for every exercise."""
        return await asyncio.to_thread(history.progress)

    @router.get("/overview", tags=["history"])
    async def overview(today: date | None = None) -> JsonDict:
        """Weeks in a row, this week's days of training, the weekly goal, and personal records."""
        return await asyncio.to_thread(history.overview, today or date.today())

    @router.put("/goal", status_code=204, tags=["history"])
    async def goal(to: Goal) -> None:
        """Store the weekly goal."""
        await asyncio.to_thread(history.set_weekly_goal, to.days)

    @router.get("/trend/{exercise}", tags=["history"])
    async def trend(exercise: str) -> list[JsonDict]:
        """Reps, sets, best set, weight, tempo and range of each day on which an exercise was done."""
        return await asyncio.to_thread(history.trend, exercise)
