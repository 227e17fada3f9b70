"""Reads the EXIF orientation of PNG and WebP images, which OpenCV ignores if they have an alpha channel."""

from __future__ import annotations

import struct
from typing import Final

from fitness.media.orientation import Orientation

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_TURNS: Final = {
    2: Orientation(False, True, False), 3: Orientation(False, True, True), 4: Orientation(False, False, True),
    5: Orientation(True, False, False), 6: Orientation(True, True, False), 7: Orientation(True, True, True),
    8: Orientation(True, False, True),
}  # fmt: skip
"""Value of the orientation tag -> how the stored image is rotated upright (EXIF 2.3, section 4.6.4)."""


def exif_orientation(data: bytes) -> Orientation:
    """The orientation that a PNG or WebP file states; the stored one if EXIF data is missing or damaged."""
    try:
        if data.startswith(b"\x89PNG"):
            return _of_tiff(_png_chunk(data))
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _of_tiff(_webp_chunk(data))
    except struct.error:
        pass
    return Orientation()


def _png_chunk(data: bytes) -> bytes:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"eXIf":
            return data[at + 8 : at + 8 + length]
        at += 12 + length
    return b""


def _webp_chunk(data: bytes) -> bytes:
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        if kind == b"EXIF":
            return data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0")
        at += 8 + length + length % 2
    return b""


def _of_tiff(block: bytes) -> Orientation:
    """The orientation tag in the first directory (TIFF 6.0, section 2)."""
    if block[:4] not in (b"II*\0", b"MM\0*"):
        return Orientation()
    order = "<" if block[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, at)
    for i in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, at + 2 + 12 * i)
        if tag == _ORIENTATION and kind == _SHORT:
            return _TURNS.get(value, Orientation())
    return Orientation()
