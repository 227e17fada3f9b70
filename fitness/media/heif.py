"""Reads HEIC and AVIF images: their size, their orientation and their pixels.

iPhones write HEIC; Android phones and web sites use AVIF. Both use the same container (ISO/IEC 23008-12). AVIF is
decoded by OpenCV, or by Pillow if this build of OpenCV cannot. HEIC needs the package pillow-heif.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import cv2
import numpy as np

from fitness.errors import SourceError
from fitness.media.orientation import Orientation
from fitness.types import ImageArray

_AVIF: Final = frozenset({b"avif"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
"""File brands of single images. Sequences (avis, hevc, msf1) are videos."""

_INSIDE: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""Boxes that contain an image's properties -> number of bytes before their child boxes."""

_DEEPEST: Final = 3
_ROTATED: Final = (
    Orientation(), Orientation(True, False, True), Orientation(False, True, True), Orientation(True, True, False)
)  # fmt: skip
"""Orientations for the values of an `irot` box: 0, 90, 180, 270 degrees anticlockwise."""


def kind_of(data: bytes) -> str | None:
    """ "AVIF" or "HEIC" if these first bytes begin such an image, else None."""
    if data[4:8] != b"ftyp" or len(data) < 16:
        return None
    length = min(struct.unpack_from(">I", data)[0], len(data), 256)
    major, others = data[8:12], {data[at : at + 4] for at in range(16, length - 3, 4)}
    if major in _AVIF or (major in (b"mif1", b"miaf") and others & _AVIF):
        return "AVIF"
    return "HEIC" if major in _HEIC else None


def stated_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels of the largest image in the file, as stored; None if no size is stated."""
    sizes = [
        struct.unpack_from(">II", data, at + 4)
        for kind, at, length in _properties(data)
        if kind == b"ispe" and length >= 12
    ]
    return max(sizes, key=lambda size: size[0] * size[1]) if sizes else None


def decode(name: object, data: bytes) -> ImageArray:
    """The upright image: (H, W, 3) uint8 RGB, or (H, W, 4) RGBA if it has an alpha channel.

    Args:
        name: of the file, for messages.
        data: the whole file, of a `kind_of` that is not None.

    Raises:
        SourceError: it is damaged, or the package that is needed is not installed.
    """
    if kind_of(data) == "AVIF":
        stored = _by_opencv(data)
        return _orientation(data).upright(stored) if stored is not None else _by_pillow(name, data)
    return _by_pillow_heif(name, data)


def _by_opencv(data: bytes) -> ImageArray | None:
    try:
        stored = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if stored is None or stored.size == 0 or stored.dtype != np.uint8:
        return None
    codes = {2: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}
    code = codes.get(2 if stored.ndim == 2 else stored.shape[2])
    return None if code is None else np.asarray(cv2.cvtColor(stored, code), np.uint8)


def _by_pillow(name: object, data: bytes) -> ImageArray:
    try:
        image_module: Any = import_module("PIL.Image")
        operations: Any = import_module("PIL.ImageOps")
    except ImportError as error:
        raise SourceError(
            f"{name}: AVIF pictures need Pillow here; install it with: pip install pillow"
        ) from error
    try:
        with image_module.open(io.BytesIO(data)) as picture:
            upright = operations.exif_transpose(picture)
            return np.asarray(upright.convert("RGBA" if "A" in upright.mode else "RGB"), np.uint8)
    except (OSError, ValueError) as error:
        raise SourceError(f"{name}: the AVIF picture cannot be decoded; save it as JPEG") from error


def _by_pillow_heif(name: object, data: bytes) -> ImageArray:
    try:
        heif: Any = import_module("pillow_heif")
    except ImportError as error:
        raise SourceError(
            f"{name}: HEIC pictures need the package pillow-heif; install it with: pip install pillow-heif"
        ) from error
    try:
        picture = heif.open_heif(
            io.BytesIO(data), convert_hdr_to_8bit=True
        )  # libheif applies the orientation
        pixels = np.asarray(picture)
    except (OSError, ValueError, RuntimeError, SyntaxError, EOFError) as error:
        raise SourceError(
            f"{name}: the HEIC picture is damaged; copy it again, or save it as JPEG"
        ) from error
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    elif pixels.shape[2] == 2:  # grey with alpha
        pixels = np.dstack([np.repeat(pixels[..., :1], 3, axis=2), pixels[..., 1]])
    return np.ascontiguousarray(pixels, np.uint8)


def _orientation(data: bytes) -> Orientation:
    """The orientation that the file states: `irot`, then `imir`."""
    turned, mirror_x, mirror_y = Orientation(), False, False
    for kind, at, length in _properties(data):
        if kind == b"irot" and length >= 1:
            turned = _ROTATED[data[at] & 3]
        elif kind == b"imir" and length >= 1:
            mirror_x, mirror_y = (data[at] & 1) == 1, (data[at] & 1) == 0
    return Orientation(turned.transpose, turned.flip_x != mirror_x, turned.flip_y != mirror_y)


def _properties(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, offset of the content, its length) of each property in the file's `meta` box."""
    yield from _boxes(data, 0, len(data), 0)


def _boxes(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    at = start
    while at + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= end:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        elif length == 0:
            length = end - at
        if length < head or at + length > end:
            return
        if kind in _INSIDE and depth < _DEEPEST:
            yield from _boxes(data, at + head + _INSIDE[kind], at + length, depth + 1)
        elif depth == _DEEPEST:
            yield kind, at + head, length - head
        at += length
