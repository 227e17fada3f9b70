"""Converts an animated WebP into a video in memory, because FFmpeg reads only still WebP images.

The frames are extracted from the file (RFC 9649, 2.7), decoded one by one with OpenCV, composed as the file states, and
stored without loss.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fitness.errors import SourceError
from fitness.media.info import check_size
from fitness.types import ImageArray

MAX_BYTES: Final = 400_000_000
"""Largest file that is read, and largest video in memory, bytes; a frame of 480 x 270 takes about 0.1 MB."""

_SHORTEST_MS: Final = 10
_USUAL_MS: Final = 100
"""Browsers show a frame that states less than `_SHORTEST_MS` this long."""

_ANIMATION: Final = 0x02  # flag of VP8X
_ALPHA: Final = 0x10
_NO_BLENDING, _DISPOSE = 0x02, 0x01  # flags of ANMF


@dataclass(frozen=True, slots=True)
class _Part:
    """A frame of the animation.   x, y, width, height: area on the canvas, pixels.   shown_ms: its duration.

    blend: draw it over the canvas instead of replacing the area.   dispose: clear the area afterwards.
    bitstream: the compressed image.
    """

    x: int
    y: int
    width: int
    height: int
    shown_ms: int
    blend: bool
    dispose: bool
    bitstream: bytes


def is_animation(head: bytes) -> bool:
    """Whether a file with these first 21 bytes or more is an animated WebP."""
    return (
        head.startswith(b"RIFF")
        and head[8:16] == b"WEBPVP8X"
        and len(head) > 20
        and bool(head[20] & _ANIMATION)
    )


def first_frame(data: bytes) -> ImageArray | None:
    """(H, W, 3) uint8 RGB: the first frame that can be decoded, on black; None if there is none.

    Args:
        data: an animated WebP file whose size was checked.
    """
    canvas = np.zeros((*_canvas_size(data)[::-1], 3), np.uint8)
    if not any(_lay(canvas, part) for part in _parts(data)):
        return None
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB), np.uint8)


def _canvas_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels."""
    return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")


def as_video(path: Path, max_pixels: int) -> io.BytesIO:
    """The frames as a Matroska file.

    Raises:
        SourceError: the file is damaged before its first frame, or too large.
    """
    if path.stat().st_size > MAX_BYTES:
        raise SourceError(f"{path}: the animation is too large; the limit is {MAX_BYTES // 1_000_000} MB")
    data = path.read_bytes()
    width, height = _canvas_size(data)
    check_size(path, width, height, max_pixels)
    file = io.BytesIO()
    if not _write(file, path, data, width, height):
        raise SourceError(f"{path}: no frame can be decoded; the file is damaged or cut short")
    file.seek(0)
    return file


def _write(file: io.BytesIO, path: Path, data: bytes, width: int, height: int) -> int:
    """Encode all frames that can be decoded; returns their number."""
    import av

    canvas = np.zeros((height, width, 3), np.uint8)
    shown = [part.shown_ms for part in _parts(data)]
    rate = Fraction(1000 * max(1, len(shown)), max(1, sum(shown))).limit_denominator(1000)
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "bgr0"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        at_ms = written = 0
        for part in _parts(data):
            if not _lay(canvas, part):
                continue
            frame = av.VideoFrame.from_ndarray(canvas, format="bgr24")
            frame.pts, frame.time_base = at_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
            if file.tell() > MAX_BYTES:
                raise SourceError(f"{path}: the animation is too long; save it as MP4 (H.264), or cut it")
            if part.dispose:
                canvas[part.y : part.y + part.height, part.x : part.x + part.width] = 0
            at_ms, written = at_ms + part.shown_ms, written + 1
        container.mux(stream.encode(None))
    return written


def _parts(data: bytes) -> Iterator[_Part]:
    for kind, at, length in _chunks(data, 12, len(data)):
        if kind != b"ANMF" or length < 16:
            continue
        x, y, width, height, shown = (
            int.from_bytes(data[at + i : at + i + 3], "little") for i in range(0, 15, 3)
        )
        flags = data[at + 15]
        yield _Part(
            2 * x, 2 * y, width + 1, height + 1, shown if shown >= _SHORTEST_MS else _USUAL_MS,
            not flags & _NO_BLENDING, bool(flags & _DISPOSE), data[at + 16 : at + length],
        )  # fmt: skip


def _chunks(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, offset of the content, its length) of each chunk; the last one may be cut short."""
    at = start
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8, min(length, end - at - 8)
        at += 8 + length + length % 2


def _lay(canvas: ImageArray, part: _Part) -> bool:
    """Draw a frame on the canvas (BGR on black); False if it cannot be decoded or lies outside."""
    bitstream = part.bitstream
    if bitstream.startswith(b"ALPH"):  # a separate file must state the alpha channel and the size
        size = (part.width - 1).to_bytes(3, "little") + (part.height - 1).to_bytes(3, "little")
        bitstream = b"VP8X" + struct.pack("<II", 10, _ALPHA) + size + bitstream
    single = b"RIFF" + struct.pack("<I", 4 + len(bitstream)) + b"WEBP" + bitstream
    try:
        picture = cv2.imdecode(np.frombuffer(single, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return False
    area = canvas[part.y : part.y + part.height, part.x : part.x + part.width]
    if (
        picture is None
        or picture.shape[:2] != (part.height, part.width)
        or area.shape[:2] != picture.shape[:2]
    ):
        return False
    if picture.shape[2] == 3:
        area[...] = picture
        return True
    share = picture[..., 3:].astype(np.uint16)
    below = area * (255 - share) if part.blend else 0
    area[...] = (picture[..., :3] * share + below + 127) // 255
    return True
