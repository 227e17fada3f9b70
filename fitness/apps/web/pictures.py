"""Bytes of a picture from a client -> RGB, refused before anything large is decoded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fitness.errors import SourceError
from fitness.media.images import load_image
from fitness.types import ImageArray

_JPEG: Final = b"\xff\xd8\xff"
_NOT_SIZES: Final = (0xC4, 0xC8, 0xCC)


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) that a JPEG states before its picture data (ITU-T T.81, B.2.2); None where it states none."""
    if not data.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_SIZES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if length < 2:
            return None
        at += 2 + length
    return None


def decode_jpeg(data: bytes, max_pixels: int) -> ImageArray:
    """A JPEG -> (H, W, 3) uint8 RGB.

    Raises:
        SourceError: it is no JPEG, is damaged, or has more than `max_pixels` pixels.
    """
    size = jpeg_size(data)
    if size is None or 0 in size:
        raise SourceError("a live picture is not a JPEG; send JPEG pictures")
    if size[0] * size[1] > max_pixels:
        raise SourceError(f"a live picture is too large ({size[0]} x {size[1]} pixels); send smaller ones")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise SourceError("a live picture is damaged; send it again") from error
    if image is None or image.size == 0:
        raise SourceError("a live picture is damaged; send it again")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def stored_picture(data: bytes, folder: Path, max_pixels: int) -> ImageArray:
    """Any picture `load_image` reads -> RGB; it lies in the private `folder` only while it is decoded.

    Raises:
        SourceError: it cannot be read or has more than `max_pixels` pixels.
    """
    with tempfile.NamedTemporaryFile(dir=folder, prefix="picture-", delete=False) as file:
        file.write(data)
        path = Path(file.name)
    try:
        image = load_image(path)
    except SourceError as error:
        raise SourceError(str(error).replace(str(path), "picture")) from None
    finally:
        path.unlink(missing_ok=True)
    if image.shape[0] * image.shape[1] > max_pixels:
        raise SourceError(
            f"the picture is too large ({image.shape[1]} x {image.shape[0]} pixels); scale it down first"
        )
    return image
