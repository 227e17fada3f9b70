"""Opens a video file and reads packets and decoded frames of its main video track (PyAV)."""

from __future__ import annotations

import io
import os
import shlex
import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fitness.errors import SourceError
from fitness.media import heif
from fitness.media.info import MAX_VIDEO_PIXELS, check_size
from fitness.media.mp4_tables import MAX_SAMPLES, check_tables, index_is_missing
from fitness.media.webp_animation import as_video, is_animation

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

READ_FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "asf", "flv", "gif", "mpegts", "mpeg", "ogg",
    "h264", "hevc", "m4v", "mpegvideo", "mjpeg", "ivf", "dv", "yuv4mpegpipe", "nut",
)  # fmt: skip
"""Container formats that are read, by FFmpeg's names. FFmpeg supports hundreds more. Some of them are lists of other files
(concat, HLS, DASH), so one file could open many others; some render any text as an image."""


_PHOTOS: Final = (b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*")
_JPEG: Final = b"\xff\xd8\xff"
"""First bytes of files with a single image. A JPEG may also begin a Motion JPEG video, which the file's name shows."""

MAX_FPS: Final = 1000.0
"""A stated average rate above this is a time base, not a frame rate."""


@dataclass(frozen=True, slots=True)
class Header:
    """The metadata of a file's video track.

    duration_s: seconds, 0 if unknown.   own_duration: it is the video track's, not that of sound or the file.
    frames: number of frames, 0 if unknown.   fps: average frame rate, 0 if unknown or implausible.
    time_base: seconds per tick of the time stamps, None if unknown.   pixel_aspect: width / height of a pixel.
    width, height: of the stored frame, pixels.
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
    """Options that accept titles that are not UTF-8; PyAV 19 does so by default."""
    import av

    return {} if int(av.__version__.split(".")[0]) >= 19 else {"metadata_errors": "replace"}


# long: one check after another before a file is trusted
def open_video(
    path: Path, *, max_pixels: int | None = None, max_samples: int | None = None
) -> tuple[InputContainer, VideoStream]:
    """Open a video file and find its main video track.

    Nothing is decoded before the sizes that the file states were checked, and the decoder refuses larger frames.

    Args:
        path: the file.
        max_pixels: largest area of a frame, None for `MAX_VIDEO_PIXELS`.
        max_samples: maximum number of frames of the track, None for `MAX_SAMPLES`.

    Raises:
        SourceError: it cannot be read, is not a video, is of a kind that is not in `READ_FORMATS`, or is too large.
    """
    import av

    max_pixels = MAX_VIDEO_PIXELS if max_pixels is None else max_pixels
    check_file(path)
    check_tables(path, MAX_SAMPLES if max_samples is None else max_samples)
    _check_gif(path, max_pixels)
    options = {
        # An absolute path cannot be mistaken for a protocol.
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(READ_FORMATS),
        "max_pixels": str(max_pixels),
    }
    source: str | io.BytesIO = str(path.absolute())
    head = _head(path)
    if is_animation(head):
        source = as_video(path, max_pixels)
    elif (words := photo_words(path, head)) is not None:
        raise SourceError(words)
    try:
        container = av.open(source, options=options, **_lenient())
    except (av.FFmpegError, OSError, ValueError) as error:
        if index_is_missing(path):
            raise SourceError(
                f"{path}: not a video, or damaged: its index is missing, because recording or copying it was interrupted;"
                " copy it again, or repair it with a tool such as untrunc"
            ) from error
        raise SourceError(
            f"{path}: not a video, or damaged before its first frame; convert it to MP4 (H.264)"
        ) from error
    try:
        return container, _main_track(container, path, max_pixels)
    except BaseException:
        container.close()
        raise


def check_file(path: Path) -> None:
    """SourceError for anything but a regular, non-empty file that may be read; reading a pipe could wait forever."""
    if path.is_dir():
        raise SourceError(f"{path} is a folder; name a video file in it")
    try:
        state = path.stat()
    except OSError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    if not stat.S_ISREG(state.st_mode):
        raise SourceError(f"{path} is a pipe or device, not a file; copy the video into a file first")
    if state.st_size == 0:
        raise SourceError(f"{path} is empty (0 bytes); copy or record it again")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path}: not allowed to read this file; check its permissions")


def _check_gif(path: Path, max_pixels: int) -> None:
    """Refuse a GIF that states a canvas that is too large; FFmpeg does not tell its size before the first frame."""
    with path.open("rb") as file:
        head = file.read(10)
    if head.startswith(b"GIF8") and len(head) == 10:
        width, height = struct.unpack_from("<HH", head, 6)
        check_size(path, width, height, max_pixels)


def photo_words(path: Path, head: bytes | None = None) -> str | None:
    """The message for a file that holds a single image; None for any other file.

    Args:
        path: the file.
        head: its first bytes, where they were read already.
    """
    head = _head(path) if head is None else head
    single = heif.kind_of(head) is not None or head.startswith(_PHOTOS)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        single = not is_animation(head)
    if head.startswith(_JPEG) and path.suffix.lower() not in (".mjpeg", ".mjpg"):
        single = True
    if not single:
        return None
    return f"{path} is a photo, not a video; `fitness image {shlex.quote(str(path))}` finds its pose"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(256)


def _main_track(container: InputContainer, path: Path, max_pixels: int) -> VideoStream:
    tracks = [s for s in container.streams.video if not s.disposition & type(s.disposition).attached_pic]
    if not tracks:
        raise SourceError(f"{path}: no video stream; choose a file with video")
    stream = container.streams.best("video")
    if stream not in tracks:
        stream = tracks[0]
    if stream.codec_context is None:
        raise SourceError(f"{path}: the video uses a codec that cannot be decoded; convert it to MP4 (H.264)")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width and height:  # some formats state it with the first frame only
        check_size(path, width, height, max_pixels)
    stream.codec_context.options = {"max_pixels": str(max_pixels)}
    stream.thread_type = "AUTO"
    return stream


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
    """All frames from the container's current position, in presentation order.

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
