"""Opens a source of live frames: a device (OpenCV), a network address (PyAV), or a file played in real time."""

from __future__ import annotations

import glob
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from fitness.errors import SourceError
from fitness.media.container import READ_FORMATS
from fitness.media.info import MAX_VIDEO_PIXELS
from fitness.media.source import VideoFile
from fitness.types import Frame, ImageArray

OPEN_TIMEOUT_S: Final = 8.0
READ_TIMEOUT_S: Final = 5.0
"""Seconds without data after which a network camera counts as lost."""

_SCHEMES: Final = ("rtsp://", "rtsps://", "http://", "https://", "rtmp://", "udp://", "tcp://")
_PROTOCOLS: Final = "http,https,tls,tcp,udp,rtp,rtsp,rtsps,srtp,rtmp,crypto,hls"

_FORMATS: Final = (
    *READ_FORMATS, "rtsp", "sdp", "rtp", "hls", "mpjpeg", "live_flv", "aac", "ac3", "mp3", "webvtt",
)  # fmt: skip
"""Formats and protocols that a network camera may use, also in the entries of an HLS playlist."""


class Capture(Protocol):
    """An open source of frames."""

    def read(self) -> ImageArray | None:
        """Wait for the next (H, W, 3) uint8 RGB frame; None if there are no more."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """name: shown to the user, without passwords.   open: opens it, or raises SourceError.   live: it may come back."""

    name: str
    open: Callable[[], Capture]
    live: bool


def open_capture(source: str, clock: Callable[[], float] = time.monotonic) -> Source:
    """Interpret `source` as a camera number or device, an address, or a file. SourceError if it is none of these."""
    if source.isdecimal():
        return Source(f"camera {source}", lambda: DeviceCapture(int(source)), live=True)
    if source.lower().startswith(_SCHEMES):
        return Source(plain_address(source), lambda: AddressCapture(source), live=True)
    if source.startswith("/dev/video") and source[10:].isdecimal():
        return Source(source, lambda: DeviceCapture(int(source[10:])), live=True)
    if "://" in source:
        raise SourceError(
            f"{plain_address(source)}: unknown kind of address; use rtsp://, http:// or https://"
        )
    path = Path(source)
    return Source(path.name, lambda: FileCapture(path, clock), live=False)


def plain_address(address: str) -> str:
    """The address without user, password and query string."""
    scheme, _, rest = address.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}://{place.rpartition('@')[2]}{slash}{path.partition('?')[0]}"


class DeviceCapture:
    """A camera of this machine. SourceError says why it cannot be used."""

    def __init__(self, number: int) -> None:
        import cv2

        self._number = number
        problem = _device_problem(number)
        if problem is not None:
            raise SourceError(problem)
        backends = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}
        self._device = cv2.VideoCapture(number, backends.get(sys.platform, cv2.CAP_ANY))
        self._device.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if not self._device.isOpened() or not self._device.grab():
            self._device.release()
            raise SourceError(
                f"camera {number} gives no frames; close other programs that use it, or choose another"
                " one (`fitness cameras` lists them)"
            )

    def read(self) -> ImageArray | None:
        import cv2

        done, image = self._device.read()
        if not done:
            return None
        if image.ndim == 2:
            return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)

    def close(self) -> None:
        self._device.release()


def _device_problem(number: int) -> str | None:
    """Why the camera cannot be used, as far as the system reports it without opening the camera."""
    if sys.platform != "linux":
        return None
    device = f"/dev/video{number}"
    if not os.path.exists(device):
        there = sorted(glob.glob("/dev/video*"))
        return f"there is no camera {number}" + (
            f"; this machine has {', '.join(there)} (`fitness cameras`)"
            if there
            else ": none is plugged in; name a file or an address with --camera"
        )
    if not os.access(device, os.R_OK | os.W_OK):
        return f"not allowed to use {device}; add yourself to the group `video` and log in again"
    return None


class AddressCapture:
    """A network camera or stream."""

    def __init__(self, address: str) -> None:
        import av

        options = {
            "protocol_whitelist": _PROTOCOLS,
            "format_whitelist": ",".join(_FORMATS),
            "max_pixels": str(MAX_VIDEO_PIXELS),
            "fflags": "nobuffer",
        }
        if address.lower().startswith("rtsp"):
            options["rtsp_transport"] = "tcp"
        self._name = plain_address(address)
        self._error: Any = (av.FFmpegError, OSError, ValueError)
        try:
            self._container = av.open(address, options=options, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S))
        except self._error as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise SourceError(
                f"{self._name} cannot be opened ({reason}); check address and network"
            ) from error
        if not self._container.streams.video:
            self._container.close()
            raise SourceError(f"{self._name} has no video stream; check the address")
        self._frames = self._container.decode(video=0)

    def read(self) -> ImageArray | None:
        try:
            frame = next(self._frames, None)
        except self._error as error:
            raise SourceError(f"{self._name} was interrupted") from error
        return None if frame is None else np.ascontiguousarray(frame.to_ndarray(format="rgb24"), np.uint8)

    def close(self) -> None:
        self._container.close()


class FileCapture:
    """A video file played in real time: each frame is given at its presentation time."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._video = VideoFile(path)
        self._frames: Iterator[Frame] = iter(self._video)
        self._clock, self._sleep = clock, sleep
        self._start_s: float | None = None

    def read(self) -> ImageArray | None:
        frame = next(self._frames, None)
        if frame is None:
            return None
        if self._start_s is None:
            self._start_s = self._clock() - frame.t
        early_s = self._start_s + frame.t - self._clock()
        if early_s > 0:
            self._sleep(early_s)
        return frame.image

    def close(self) -> None:
        self._video.close()
