"""Decodes uploads in a child process, one at a time, with limits of memory and time.

Decoders are native code that reads files from strangers. A file that takes too much memory, hangs or crashes affects only
the child process, which is then replaced; the page continues.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import tempfile
import threading
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import numpy as np

from fitness import stopping
from fitness.errors import FitnessError, SourceError
from fitness.types import ImageArray

LIMIT_S: Final = 60.0
"""Time limit for one picture or the first frame of a video, seconds; enough for a busy machine."""

CPU_S: Final = 15
"""Limit of CPU time for it, seconds; a picture of 50 megapixels takes 1 to 2."""

MOST_BYTES: Final = 300_000_000
"""Memory limit for decoding one picture, estimated from its header. It allows 50 megapixels in an ordinary JPEG (also if it
must be rotated), 42 in a PNG with alpha, and 33 in a progressive JPEG."""

LARGE_PIXELS: Final = 1920 * 1080
"""Videos with more pixels per frame are large: only one large video is decoded at a time."""

_MESSAGE_BYTES: Final = 100_000

_EXTRA_BYTES: Final = 600_000_000
"""Memory that the child process may allocate after its start, bytes."""


class Decoder:
    """The child process; started at its first use. Safe to use from several threads, which then take turns."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = threading.Lock()
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    def picture(self, path: Path, max_pixels: int) -> ImageArray:
        """The picture in a file: (H, W, 3) uint8 RGB, upright.

        Raises:
            SourceError: it cannot be read, has more than `max_pixels` pixels, or takes too long or too much memory.
        """
        with self._turn, tempfile.TemporaryDirectory(dir=path.parent) as folder:
            result = Path(folder) / "rgb"
            height, width = self._request("picture", path, max_pixels, result)
            return np.fromfile(result, np.uint8).reshape(height, width, 3)

    def video_pixels(self, path: Path, max_pixels: int, max_samples: int) -> int:
        """Open a video and decode its first frame; returns the number of pixels in it.
        Raises:
            SourceError: it cannot be read, is above a limit, or takes too long or too much memory.
        """
        with self._turn:
            pixels = int(self._request("video", path, max_pixels, max_samples))
            if pixels > LARGE_PIXELS:
                self.close()  # the child would keep the memory of this decoder, up to 17 frames
            return pixels

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if self._pipe is not None:
            self._pipe.close()
        if child is not None:
            child.kill()
            child.join()

    def _request(self, *job: Any) -> Any:
        pipe = self._started()
        try:
            pipe.send_bytes(json.dumps([str(one) if isinstance(one, Path) else one for one in job]).encode())
            if not pipe.poll(self._limit_s):
                raise TimeoutError
            problem, answer = json.loads(
                pipe.recv_bytes(_MESSAGE_BYTES)
            )  # plain values only, because a hostile file may control the child
        except (EOFError, OSError) as error:
            self.close()
            what = "takes too long to decode" if isinstance(error, TimeoutError) else "ends the decoder"
            raise SourceError(f"{job[1].name}: the file {what}; it is damaged, or made to do harm") from None
        if problem is not None:
            raise SourceError(str(problem))
        return answer

    def _started(self) -> Connection:
        if self._child is None or not self._child.is_alive() or self._pipe is None:
            self.close()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._child = context.Process(target=_serve, args=(theirs,), name="decoder", daemon=True)
            with stopping.signals_blocked():
                self._child.start()
            theirs.close()
            self._pipe.poll(60.0)  # wait until it has loaded its libraries; the time limit begins after that
            with suppress(EOFError, OSError):
                self._pipe.recv_bytes(_MESSAGE_BYTES)
        return self._pipe


@cache
def decoder() -> Decoder:
    """The decoder of this process."""
    one = Decoder()
    atexit.register(one.close)
    return one


def _serve(pipe: Connection) -> None:
    """Main loop of the child process: do one job after the other until the parent has ended."""
    import signal

    import av  # noqa: F401
    import cv2  # noqa: F401

    from fitness.media.images import load_image
    from fitness.media.video_file import VideoFile

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the parent ends this process
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    _limit_memory()
    pipe.send_bytes(b"null")
    with suppress(EOFError, OSError):
        while True:
            kind, path, *rest = json.loads(pipe.recv_bytes())
            problem: str | None = None
            answer: Any = None
            _limit_time()
            try:
                if kind == "picture":
                    image = load_image(path, max_pixels=rest[0], max_bytes=MOST_BYTES)
                    image.tofile(rest[1])
                    answer = image.shape[:2]
                    del image
                else:
                    with VideoFile(path, max_pixels=rest[0], max_samples=rest[1]) as video:
                        answer = video.info.width * video.info.height
            except FitnessError as error:
                problem = str(error)
            except (MemoryError, OSError) as error:
                problem = f"{path}: the file takes too much memory or disk to decode ({error})"
            pipe.send_bytes(json.dumps([problem, answer]).encode())


def _limit_memory() -> None:
    """Limit this process to `_EXTRA_BYTES` more memory, if the system supports that."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[5])  # of data and stacks (proc(5))
        most = pages * resource.getpagesize() + _EXTRA_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _limit_time() -> None:
    """Let the system end this process when the next job has taken `CPU_S`, if the system supports that."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_S + 1, hard))
