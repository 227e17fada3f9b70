"""Receives the frames and commands of a live client while an earlier frame is processed; only the newest frame is kept."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Final

from starlette.websockets import WebSocket

from fitness.apps.web.dependencies import Limits
from fitness.errors import OptionError
from fitness.types import JsonDict

TOO_BIG: Final = 1009
TRY_LATER: Final = 1013
UNSUPPORTED: Final = 1003
GOING_AWAY: Final = 1001
"""Close codes of RFC 6455, 7.4.1, and of its registry (1013)."""

_MAX_TEXT: Final = 4096
_MAX_MISTAKES: Final = 10
"""Limits of invalid messages and of waiting commands; the connection is closed beyond them."""


@dataclass
class Inbox:
    """Messages of a client that are not processed yet.

    picture: the newest frame, encoded, or None.   dropped: frames that were replaced by newer ones.
    commands: waiting ones, in order.   problem: close code and reason once no more messages are read; code 0 if the
    client left by itself.   news: set when something changed.
    """

    picture: bytes | None = None
    dropped: int = 0
    commands: list[JsonDict] = field(default_factory=list)
    problem: tuple[int, str] | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def put_picture(self, data: bytes) -> None:
        """Store a new frame; a frame that still waits is dropped."""
        self.dropped += self.picture is not None
        self.picture = data
        self.news.set()

    async def fill(self, socket: WebSocket, limits: Limits) -> None:
        """Read messages until the client leaves or sends a forbidden message; then `problem` is set."""
        mistakes = 0
        self.problem = None
        while True:
            try:
                message = await asyncio.wait_for(socket.receive(), limits.silence_s)
            except asyncio.TimeoutError:
                problem = (GOING_AWAY, "no message for too long")
                break
            if message["type"] == "websocket.disconnect":
                problem = (0, "")
                break
            data, text = message.get("bytes"), message.get("text")
            if len(data or b"") > limits.frame_bytes or len(text or "") > _MAX_TEXT:
                problem = (TOO_BIG, "a message is too large")
                break
            if data is not None:
                self.put_picture(data)
                continue
            try:
                self.commands.append(command_of(text or ""))
                self.news.set()
            except OptionError as error:
                mistakes += 1
                if mistakes >= _MAX_MISTAKES:
                    problem = (UNSUPPORTED, str(error))
                    break
            if len(self.commands) > _MAX_MISTAKES:
                problem = (UNSUPPORTED, "too many commands are waiting")
                break
        self.problem = problem
        self.news.set()


def command_of(text: str) -> JsonDict:
    """The JSON object in a text message. OptionError if it is not one."""
    try:
        message = json.loads(text) if len(text) <= _MAX_TEXT else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise OptionError("a text message must be a JSON object")
    return message
