"""A file on disk -> its main picture track, packets and decoded pictures (PyAV), with errors in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fitness.errors import SourceError

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

_TEXT_FORMATS: Final = frozenset({"tty", "bin", "xbin", "adf", "idf"})
"""FFmpeg readers that would draw a plain text file as a picture."""


MAX_FPS: Final = 1000.0
"""A stated average rate above this is a time base, not a frame rate."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file states about its picture track.

    duration_s: seconds, 0 when unknown.   own_duration: it is the picture track's, not that of sound or the
        file.
    frames: number of pictures, 0 when unknown.   fps: average rate, 0 when unknown or not believable.
    time_base: seconds per tick of the time stamps, None when unknown.   pixel_aspect: width / height of a
        pixel.
    width, height: of the stored picture, pixels.
    """

    duration_s: float
    own_duration: bool
    frames: int
    fps: float
    time_base: Fraction | None
    pixel_aspect: Fraction
    width: int
    height: int

    @classmethod
    def of(cls, container: InputContainer, stream: VideoStream) -> Header:
        """The header of an open file."""
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        fps = rate if 0 < rate <= MAX_FPS else 0.0
        frames = max(0, stream.frames)
        if stream.duration and stream.time_base:
            duration_s, own = float(stream.duration * stream.time_base), True
        elif container.duration:
            duration_s, own = container.duration / 1e6, len(container.streams) == 1
        else:
            duration_s, own = (frames / fps if fps else 0.0), False
        return cls(
            max(0.0, duration_s), own, frames, fps, stream.time_base,
            stream.sample_aspect_ratio or Fraction(1), stream.codec_context.width, stream.codec_context.height,
        )  # fmt: skip


def ffmpeg_error() -> type[Exception]:
    """PyAV's error class, imported when it is needed."""
    import av

    return av.FFmpegError


def _lenient() -> dict[str, Any]:
    """What keeps titles that are not UTF-8 from being an error; PyAV 19 needs no telling."""
    import av

    return {} if int(av.__version__.split(".")[0]) >= 19 else {"metadata_errors": "replace"}


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """The opened file and its main picture track, with messages in words."""
    import av

    if path.is_dir():
        raise SourceError(f"{path} is a folder; name a video file in it")
    if not path.exists():
        raise SourceError(f"{path}: no such file; check the path")
    try:
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty (0 bytes); copy or record it again")
        if not os.access(path, os.R_OK):
            raise SourceError(f"{path}: not allowed to read this file; check its permissions")
        # An absolute path can not be mistaken for a protocol; the whitelist keeps play lists off the network.
        container = av.open(str(path.absolute()), options={"protocol_whitelist": "file"}, **_lenient())
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"{path}: not a video, or damaged before its first frame") from error
    tracks = [s for s in container.streams.video if not s.disposition & type(s.disposition).attached_pic]
    if not tracks or container.format.name in _TEXT_FORMATS:
        container.close()
        raise SourceError(f"{path}: no video stream; the file holds no moving picture")
    stream = container.streams.best("video")
    if stream not in tracks:
        stream = tracks[0]
    if stream.codec_context is None:
        container.close()
        raise SourceError(
            f"{path}: the picture is stored in a way that cannot be decoded; convert it to MP4 (H.264)"
        )
    stream.thread_type = "AUTO"
    return container, stream


def packet_stamps(container: InputContainer, stream: VideoStream, target: int) -> tuple[set[int], int | None]:
    """Time stamps of the packets up to `target` (and a little beyond), and the last key frame's among them.

    The key frame is None when a packet carries no time stamp or the file cannot go back to its start.
    """
    stamps: set[int] = set()
    key: int | None = None
    try:
        container.seek(stream.start_time or 0, stream=stream, backward=True)
        for packet in container.demux(stream):
            if not packet.size:
                break
            if packet.pts is None:
                return stamps, None
            if packet.dts is not None and packet.dts > target:
                break
            if not packet.is_discard:
                stamps.add(packet.pts)
            if packet.is_keyframe and packet.pts <= target:
                key = packet.pts
    except ffmpeg_error():
        return stamps, None
    return stamps, key


def decoded_frames(
    container: InputContainer, stream: VideoStream, on_error: Callable[[], None]
) -> Iterator[av.VideoFrame]:
    """All pictures from where the container stands, in order of presentation.

    A packet that cannot be read or decoded is left out.

    Args:
        container, stream: from `open_video`.
        on_error: called once for each thing left out.
    """
    error = ffmpeg_error()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except error:
            on_error()
            packet = None
        try:
            yield from stream.decode(packet)
        except EOFError:
            return
        except error:
            on_error()
        if packet is None or not packet.size:
            return
