"""The live WebSocket: manages connections and their workouts, with one frame in progress for each.

A client sends `{"type": "start", "exercise", "model", "target", "plan", "rest_s", "session"}`, then binary messages of
eight bytes (capture time in ms, little-endian float64) and a JPEG. Each frame is answered by one JSON message; a frame that
comes while another is being worked on replaces the one waiting. `{"type": "finish"}` ends the workout: its summary comes
back. The buttons are `correct` (delta 1 or -1), `pause`, `next`, `skip`, `reset`, and `change` with other choices.
"""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from fitness.apps.web.live import LiveOptions, LiveWorkout, Stages
from fitness.apps.web.live_inbox import GOING_AWAY, TRY_LATER, UNSUPPORTED, Inbox, command_of
from fitness.apps.web.live_record import LiveRecord
from fitness.apps.web.parts import Parts, now
from fitness.apps.web.pictures import decode_jpeg
from fitness.errors import FitnessError, OptionError
from fitness.types import ImageArray, JsonDict

_STAMP: Final = struct.Struct("<d")
_DECODERS: Final = 2
"""Threads that decode live frames; each client has one frame at a time in them."""

_SWEEP_S: Final = 30.0
"""Interval of the check for workouts whose browser has gone, seconds."""


@dataclass
class _Seat:
    """A workout and its connection, or None without one.   left_at: monotonic seconds when it lost its last one."""

    workout: LiveWorkout
    socket: WebSocket | None = None
    left_at: float = 0.0


class LiveRoom:
    """All live workouts of a server."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._seats: dict[str, _Seat] = {}
        self._clients = 0
        self._decoders = ThreadPoolExecutor(_DECODERS, thread_name_prefix="live-decoder")
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def clients(self) -> int:
        """Number of open connections."""
        return self._clients

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection from its handshake to its end."""
        await socket.accept()
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep_again_and_again())
        if self._clients >= self._parts.limits.clients:
            await socket.close(
                TRY_LATER, f"{self._parts.limits.clients} cameras are connected already; try later"
            )
            return
        self._clients += 1
        seat: _Seat | None = None
        try:
            first = await asyncio.wait_for(socket.receive_text(), self._parts.limits.silence_s)
            seat = await self._seat(command_of(first))
            await self._take(seat, socket)
            await self._converse(seat, socket)
        except (FitnessError, asyncio.TimeoutError, KeyError) as error:
            text = (
                str(error) if isinstance(error, FitnessError) else "the first message must be a start message"
            )
            await _refuse(socket, UNSUPPORTED, text)
        except WebSocketDisconnect:
            pass
        finally:
            self._clients -= 1
            if seat is not None:
                if seat.socket is socket:
                    seat.socket, seat.left_at = None, monotonic()
                with suppress(RuntimeError):  # the server stops and ends every workout itself
                    await self._parts.inference.run(seat.workout.keep)

    async def _seat(self, message: Mapping[str, Any]) -> _Seat:
        """The workout that the client continues, or a new one."""
        if message.get("type") != "start":
            raise OptionError("the first message must be a start message")
        services = self._parts.services
        options = LiveOptions.of(message, self._parts.exercises.names, services.models)
        await self._sweep()
        known = self._seats.get(str(message.get("session")))
        if known is not None:
            known.workout.time.new_camera()
            await self._parts.inference.run(lambda: known.workout.lead(options))
            return known
        await self._make_room()
        workout = await self._parts.inference.run(lambda: self._workout(options))
        self._seats[workout.id] = _Seat(workout)
        return self._seats[workout.id]

    def _workout(self, options: LiveOptions) -> LiveWorkout:
        services = self._parts.services
        settings = services.noted(options.model, options.exercise)
        record = LiveRecord(services.store, options.model, settings, now)
        stages = Stages(
            lambda model: services.tracker(model, False),
            self._parts.exercises.recogniser,
            self._parts.exercises.names,
        )
        return LiveWorkout(options, stages, record)

    async def _take(self, seat: _Seat, socket: WebSocket) -> None:
        """Assign the seat to this connection; an older connection of the same browser is closed."""
        older, seat.socket = seat.socket, socket
        if older is not None:
            await _refuse(older, GOING_AWAY, "this session continues in another window")
        await socket.send_json(
            {
                "type": "started",
                "session": seat.workout.id,
                "exercise": seat.workout.exercise,
                "model": seat.workout.options.model,
            }
        )

    async def _converse(self, seat: _Seat, socket: WebSocket) -> None:
        """Answer until the client leaves; messages are read while a frame is processed."""
        inbox = Inbox()
        reader = asyncio.create_task(inbox.fill(socket, self._parts.limits))
        try:
            while inbox.problem is None and seat.socket is socket:
                await inbox.news.wait()
                inbox.news.clear()
                while inbox.commands:
                    await self._command(seat, socket, inbox.commands.pop(0))
                if inbox.picture is not None:
                    data, inbox.picture = inbox.picture, None
                    await self._picture(seat, socket, data, inbox)
            if inbox.problem is not None and inbox.problem[0]:
                await _refuse(socket, *inbox.problem)
        finally:
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader

    async def _command(self, seat: _Seat, socket: WebSocket, message: JsonDict) -> None:
        seat.workout.record.add_browser_latencies(message.get("latency_ms"))
        if message.get("type") == "ping":
            await socket.send_json({"type": "pong"})
            return
        if message.get("type") == "finish":
            summary = await self._parts.inference.run(seat.workout.summary)
            await self._drop(seat)
            await socket.send_json({"type": "finished", **summary})
            return
        try:
            answer = await self._parts.inference.run(
                lambda: seat.workout.act(message, self._parts.services.models)
            )
        except OptionError as error:
            answer = {"type": "error", "message": str(error)}
        await socket.send_json(answer)

    async def _picture(self, seat: _Seat, socket: WebSocket, data: bytes, inbox: Inbox) -> None:
        """Answer a frame.

        It is decoded in a separate thread, so that a slow frame delays no other client. The models' thread then processes
        it, and it is stored after the answer.
        """
        arrived = monotonic()
        camera_ms = _STAMP.unpack_from(data)[0] if len(data) > _STAMP.size else math.nan
        began = 0.0

        def decode() -> tuple[ImageArray, float]:
            start = monotonic()
            image = decode_jpeg(data[_STAMP.size :], self._parts.limits.frame_pixels)
            return image, monotonic() - start

        def work() -> JsonDict:
            nonlocal began
            began = monotonic()
            return seat.workout.picture(image, seat.workout.time.step(camera_ms / 1e3, arrived))

        try:
            image, decoding_s = await asyncio.wrap_future(self._decoders.submit(decode))
            answer = await self._parts.inference.run(work)
        except FitnessError as error:
            await socket.send_json({"type": "error", "message": str(error), "answers": True})
            return
        answer["camera_ms"] = camera_ms if math.isfinite(camera_ms) else None
        answer["server_ms"] = round((monotonic() - arrived) * 1e3, 1)
        answer["waited_ms"] = round((began - arrived - decoding_s) * 1e3, 1)
        answer["dropped"], answer["clients"] = inbox.dropped, self._clients
        if timings := answer["timings_ms"]:  # not in a pause
            timings["decoding"] = round(decoding_s * 1e3, 1)
            seat.workout.record.latencies.add(
                {**timings, "waiting": answer["waited_ms"], "server": answer["server_ms"]}
            )
        try:
            await socket.send_json(answer)
        finally:
            self._parts.inference.submit(seat.workout.keep)

    async def _sweep(self) -> None:
        """End workouts whose browser has been away for too long."""
        for seat in [one for one in self._seats.values() if one.socket is None]:
            # Its browser may have come back while another one was ended.
            if seat.socket is None and monotonic() - seat.left_at > self._parts.limits.keep_s:
                await self._drop(seat)

    async def _sweep_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(min(self._parts.limits.keep_s, _SWEEP_S))
            await self._sweep()

    async def _make_room(self) -> None:
        """If all seats are taken, free the one whose browser left first."""
        while len(self._seats) >= self._parts.limits.sessions:
            left = [seat for seat in self._seats.values() if seat.socket is None]
            if not left:
                raise OptionError("too many sessions on this server; try later")
            await self._drop(min(left, key=lambda seat: seat.left_at))

    async def _drop(self, seat: _Seat) -> None:
        self._seats.pop(seat.workout.id, None)
        await self._parts.inference.run(seat.workout.end)

    async def close(self) -> None:
        """End every workout."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await asyncio.to_thread(self._decoders.shutdown, cancel_futures=True)
        for seat in list(self._seats.values()):
            await self._drop(seat)


async def _refuse(socket: WebSocket, code: int, reason: str) -> None:
    """Close the connection in any state; a reason has at most 123 bytes (RFC 6455, 5.5)."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason.encode()[:120].decode(errors="ignore"))
