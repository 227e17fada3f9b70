"""The page's HTTP server: uvicorn, with limits on what a connection may do before the application sees it.

Twice a second it closes connections that keep it waiting: too long without a request, a body that arrives too slowly,
or an answer that is not read.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from fitness import stopping
from fitness.apps.web.doorkeeper import Doorkeeper, guarded


@dataclass(frozen=True, slots=True)
class Patience:
    """Time limits for clients, seconds.

    headers_s: for the headers of a request, counted from the connection or the last answer.
    handshake_s: for the TLS handshake.
    window_s, least_bytes: an upload with fewer than `least_bytes` in `window_s` is aborted.
    unread_s: for reading an answer; a browser reads a video in pieces, with pauses.
    """

    headers_s: float = 10.0
    handshake_s: float = 10.0
    window_s: float = 15.0
    least_bytes: int = 15_000
    unread_s: float = 120.0


PING_S: Final = 20.0


class Visitor(H11Protocol):
    """One HTTP connection that knows what it is waiting for, and for how long."""

    doorkeeper: Doorkeeper
    patience: Patience

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._state, self._since = "headers", monotonic()
        self._bytes = 0
        self._peer = tuple(transport.get_extra_info("peername") or ("", 0))[:2]

    def data_received(self, data: bytes) -> None:
        """Note that more of a request has arrived."""
        self._bytes += len(data)
        super().data_received(data)
        self.look()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self.look()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the WebSocket's protocol, which has its own limits (pings)."""
        self.doorkeeper.served(self._peer, True)
        super().handle_websocket_upgrade(event)

    def waits_for(self) -> str:
        """What the server waits for: "headers" of a request, "body" (the rest of an upload), "reader" (the client reads
        the answer), or "nothing" (the application works).
        """
        if self.conn.their_state is h11.SEND_BODY and not self.flow.read_paused:
            return "body"  # also after a refusal: most browsers read it only after they have sent everything
        if self.cycle is None or self.cycle.response_complete:
            return "headers"
        return "reader" if self.flow.write_paused else "nothing"

    def look(self) -> None:
        """Note what the connection waits for now, and tell the doorkeeper whether it is being served."""
        state = self.waits_for()
        if state != self._state:
            self._state, self._since, self._bytes = state, monotonic(), 0
            self.doorkeeper.served(self._peer, self.cycle is not None and not self.cycle.response_complete)

    def check(self, now: float) -> None:
        """Close the connection if it keeps the server waiting for too long."""
        self.look()
        waited_s, patience = now - self._since, self.patience
        if self._state == "body" and waited_s > patience.window_s:
            if self._bytes < patience.least_bytes:
                self.transport.abort()
            self._since, self._bytes = now, 0
        longest_s = {"headers": patience.headers_s, "reader": patience.unread_s}.get(self._state)
        if longest_s is not None and waited_s > longest_s:
            self.transport.abort()


class Server(uvicorn.Server):
    """uvicorn's server, with a doorkeeper; it ends when a signal asked the command to end (`fitness.stopping`)."""

    def __init__(self, config: uvicorn.Config, doorkeeper: Doorkeeper, patience: Patience) -> None:
        super().__init__(config)
        self._doorkeeper, self._patience = doorkeeper, patience

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen at `sockets`."""
        loop = asyncio.get_running_loop()
        if self.config.is_ssl:  # uvicorn has no option for it
            listen = functools.partial(loop.create_server, ssl_handshake_timeout=self._patience.handshake_s)
            loop.create_server = listen  # type: ignore[method-assign]
        await super().startup([guarded(one, self._doorkeeper) for one in sockets or ()])

    async def on_tick(self, counter: int) -> bool:
        """Called at the start and ten times a second; returns whether to stop. Every fifth call closes connections that
        exceed a time limit.
        """
        if counter % 5 == 0:
            now = monotonic()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Visitor):
                    connection.check(now)
        return await super().on_tick(counter) or stopping.requested()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the command, which notes them also before the server runs, and while it ends."""
        yield


def server_of(
    app: Any, pair: tuple[Path, Path] | None, doorkeeper: Doorkeeper, patience: Patience | None = None
) -> Server:
    """A server for the application `app`.

    Args:
        app: an ASGI application.
        pair: files of certificate and key, or None for plain HTTP.
        doorkeeper: decides who may connect.
        patience: time limits for clients; None for the defaults.
    """
    patience = patience or Patience()
    tls = {} if pair is None else {"ssl_certfile": str(pair[0]), "ssl_keyfile": str(pair[1])}
    config = uvicorn.Config(
        app,
        http=type("_Visitor", (Visitor,), {"doorkeeper": doorkeeper, "patience": patience}),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=2_100_000,
        ws_per_message_deflate=False,  # JPEGs are compressed already
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        timeout_keep_alive=max(1, int(patience.headers_s)),
        timeout_graceful_shutdown=3,
        **tls,  # type: ignore[arg-type]
    )
    return Server(config, doorkeeper, patience)
