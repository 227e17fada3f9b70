"""Reads the size of an image from its header, so that oversized images are refused before they are decoded."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

from fitness.media import heif

Size = tuple[int, int]

_PNM: Final = re.compile(rb"P[1-6](?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)[\s#]")
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257


def stated_size(data: bytes) -> Size | None:
    """(width, height) in pixels that an image file states.

    Supported formats are PNG, JPEG, GIF, BMP, WebP, TIFF, PNM, HEIC and AVIF. None for other files, or without a size.
    """
    if heif.kind_of(data) is not None:
        return heif.stated_size(data)
    for start, read in _READERS:
        if data.startswith(start):
            try:
                return read(data)
            except (struct.error, IndexError):
                return None
    return None


def decoding_bytes(data: bytes, size: Size) -> int:
    """Maximum memory in bytes that OpenCV needs to decode an image to 8-bit RGB.

    Args:
        data: the file.
        size: `stated_size` of it.

    The factors were measured with OpenCV 5.0: the image as it is stored, and 3 bytes a pixel for the result. A JPEG with
    several scans keeps 16 bits for each coefficient until the last scan.
    """
    pixels = size[0] * size[1]
    if data.startswith(b"\xff\xd8\xff"):
        return pixels * (9 if _needs_coefficients(data) else 3)
    if data.startswith(b"\x89PNG"):
        channels = {b"\0": 1, b"\2": 3}.get(data[25:26], 4)  # OpenCV makes 4 of grey with alpha
        return pixels * (channels * (2 if data[24:25] == b"\x10" else 1) + 3)
    return pixels * 11


def scan_count(data: bytes) -> int:
    """Upper limit of the number of scans in a JPEG: the number of start-of-scan markers (ITU-T T.81, B.2.3).

    Image data cannot contain the marker, because 0xFF is always followed by 0 there. Markers in a thumbnail inside the
    header are counted too.
    """
    return data.count(b"\xff\xda")


def _png(data: bytes) -> Size | None:
    """The size in a PNG. None, too, if a chunk claims to be longer than the file: decoders would reserve that memory."""
    at = 8
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if length > len(data):
            return None
        at += 12 + length
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> Size | None:
    """The size in a JPEG's first start-of-frame marker (ITU-T T.81, B.2.2)."""
    for marker, at in _segments(data):
        if _is_frame(marker):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
    return None


def _needs_coefficients(data: bytes) -> bool:
    """Whether a JPEG has several scans: it is progressive, or its first scan lacks a component."""
    components = 0
    for marker, at in _segments(data):
        if _is_frame(marker):
            if marker not in (0xC0, 0xC1):
                return True
            components = data[at + 9] if at + 9 < len(data) else 0
        elif marker == 0xDA:  # start of scan
            return at + 4 < len(data) and data[at + 4] < components
    return False


def _is_frame(marker: int) -> bool:
    return 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Each marker of a JPEG's header up to its first scan, and its offset."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        yield marker, at
        if length < 2 or marker == 0xDA:
            return
        at += 2 + length


def _bmp(data: bytes) -> Size | None:
    if struct.unpack_from("<I", data, 14)[0] == 12:  # OS/2
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return abs(width), abs(height)


def _gif(data: bytes) -> Size | None:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _webp(data: bytes) -> Size | None:
    """RFC 9649, 2.5 to 2.7."""
    if data[8:12] != b"WEBP":
        return None
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _tiff(data: bytes) -> Size | None:
    """TIFF 6.0, section 2: the first directory."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    found: dict[int, int] = {}
    for i in range(count):
        tag, kind = struct.unpack_from(f"{order}HH", data, at + 2 + 12 * i)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            (found[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 10 + 12 * i)
    if len(found) < 2:
        return None
    return found[_TIFF_WIDTH], found[_TIFF_HEIGHT]


def _pnm(data: bytes) -> Size | None:
    match = _PNM.match(data[:4096])
    if match is None or max(len(match[1]), len(match[2])) > 9:
        return None
    return int(match[1]), int(match[2])


_READERS: Final[tuple[tuple[bytes, Callable[[bytes], Size | None]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"BM", _bmp),
    (b"RIFF", _webp),
    (b"GIF8", _gif),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
    (b"P", _pnm),
)
