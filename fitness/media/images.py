"""A picture file -> an upright RGB image (OpenCV)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from fitness.errors import SourceError
from fitness.media.image_header import stated_size
from fitness.media.info import MAX_PIXELS, check_size
from fitness.media.video_file import VideoFile, on_black
from fitness.types import ImageArray

IMAGE_SUFFIXES: Final = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".pgm", ".tif", ".tiff", ".webp"}
)
"""Names of picture files that are looked for in folders, in lower case."""

MAX_FILE_BYTES: Final = 1 << 30
"""Largest picture file that is read; an uncompressed 16-bit picture of `MAX_PIXELS` has 0.6 GB."""

MAX_DEEP_PIXELS: Final = MAX_PIXELS // 2
"""Most pixels in a picture that is no JPEG: it may have four channels of 16 bits, 0.4 GB while it is read."""

_MAY_HAVE_ALPHA: Final = (b"\x89PNG", b"RIFF", b"BM")
_JPEG, _GIF = b"\xff\xd8\xff", b"GIF8"


def load_image(path: str | os.PathLike[str]) -> ImageArray:
    """The picture in a file: (H, W, 3) uint8 RGB.

    The EXIF orientation is applied (not for pictures with alpha, whose files do not carry one in practice).
    Grey becomes RGB, 16 bits a channel become 8, alpha is laid on black, of an animation the first picture is
    taken.

    Raises:
        SourceError: the file is missing, not a picture that can be read, or larger than `check_size` allows.
    """
    path = Path(path)
    data = _bytes_of(path)
    if data.startswith(_GIF):
        with VideoFile(path) as animation:
            return next(iter(animation)).image
    stated = stated_size(data)
    if stated is None:
        raise SourceError(f"{path}: not a picture, or of a kind that cannot be read; use JPEG or PNG")
    check_size(path, *stated, max_pixels=None if data.startswith(_JPEG) else MAX_DEEP_PIXELS)
    try:
        image = _decoded(np.frombuffer(data, np.uint8), may_have_alpha=data.startswith(_MAY_HAVE_ALPHA))
    except cv2.error as error:
        raise SourceError(f"{path}: the picture is damaged or too large to decode") from error
    if image is None:
        raise SourceError(f"{path}: not a picture, or of a kind that cannot be read; use JPEG or PNG")
    check_size(path, image.shape[1], image.shape[0])
    return image


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; name a picture in it")
    try:
        size = path.stat().st_size
        if size == 0:
            raise SourceError(f"{path} is empty (0 bytes); copy it again")
        if size > MAX_FILE_BYTES:
            raise SourceError(f"{path}: {size / 1e9:.1f} GB is too large for a picture; the limit is 1 GB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error


def _decoded(data: ImageArray, *, may_have_alpha: bool) -> ImageArray | None:
    """Bytes of a file -> RGB, or None when OpenCV does not know them."""
    if may_have_alpha:
        stored = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        if stored is not None and stored.ndim == 3 and stored.shape[2] == 4:
            if stored.dtype == np.uint16:
                stored = cv2.convertScaleAbs(stored, alpha=1 / 257)
            if stored.dtype == np.uint8:
                return on_black(np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGRA2RGBA), dtype=np.uint8))
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if image is None or image.size == 0:
        return None
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)
