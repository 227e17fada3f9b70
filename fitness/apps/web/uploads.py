"""Bodies of requests to files, refused as soon as they are too large or too slow.

An upload takes one of a few places while it is received. An upload that sends nothing for some seconds loses its place,
so unfinished uploads do not block others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from fitness.errors import OptionError, OutputError

PLAIN_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""For OpenAPI: the body is the plain bytes of a file."""


class Arrivals:
    """All uploads in progress.

    Args:
        places: maximum number at the same time.
        silence_s: an upload that sends nothing for this time is stopped, seconds. Another upload waits 1.5 times as
            long for a place, which is enough for stalled uploads to be stopped.
    """

    def __init__(self, places: int, silence_s: float) -> None:
        self._places = asyncio.Semaphore(places)
        self._silence_s, self._wait_s = silence_s, 1.5 * silence_s

    async def store(self, body: AsyncIterator[bytes], path: Path, limit: int, what: str) -> None:
        """Write the whole body to the new file `path`. After an error the file is deleted.

        Args:
            body: its pieces. path: of the file. limit: maximum size, bytes.   what: "video" or "picture", for messages.

        Raises:
            OptionError: it is empty, too large or too slow, or no place is free.
            OutputError: the disk is full.
        """
        try:
            await asyncio.wait_for(self._places.acquire(), self._wait_s)
        except asyncio.TimeoutError:
            raise OptionError("too many uploads are in progress; try again in a minute") from None
        try:
            await self._write(body, path, limit, what)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError) and not isinstance(error, asyncio.TimeoutError):
                reason = error.strerror or error
                raise OutputError(f"the {what} cannot be stored for analysis: {reason}") from error
            raise
        finally:
            self._places.release()

    async def _write(self, body: AsyncIterator[bytes], path: Path, limit: int, what: str) -> None:
        size = 0
        with path.open("xb") as file:
            while (piece := await self._next(body, what)) is not None:
                size += len(piece)
                if size > limit:
                    raise OptionError(f"the {what} is larger than {limit // 1_000_000} MB")
                await asyncio.to_thread(file.write, piece)
        if not size:
            raise OptionError("the upload is empty")

    async def _next(self, body: AsyncIterator[bytes], what: str) -> bytes | None:
        """The next piece of the body; None at the end."""
        try:
            return await asyncio.wait_for(anext(body), self._silence_s)
        except StopAsyncIteration:
            return None
        except asyncio.TimeoutError:
            raise OptionError(f"the {what} stopped arriving; send it again") from None
