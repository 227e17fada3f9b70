"""Reads an image file as an upright RGB image."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fitness.errors import SourceError
from fitness.media import heif
from fitness.media.exif import exif_orientation
from fitness.media.image_header import decoding_bytes, scan_count, stated_size
from fitness.media.info import check_size
from fitness.media.video_file import VideoFile, on_black
from fitness.media.webp_animation import first_frame, is_animation
from fitness.types import ImageArray

IMAGE_SUFFIXES: Final = frozenset(
    {
        ".avif", ".bmp", ".gif", ".heic", ".heif", ".hif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff",
        ".webp",
    }
)  # fmt: skip
"""File name endings of images to find in folders, in lower case."""

MAX_FILE_BYTES: Final = 400_000_000
"""Largest image file that is read, bytes: an uncompressed image of 50 megapixels with four channels of 16 bits."""

MAX_DECODING_BYTES: Final = 1_000_000_000
"""Most memory for decoding one image, bytes: a JPEG of `MAX_PIXELS` in several scans, or 90 megapixels of 16-bit RGBA."""

MAX_SCANS: Final = 64
"""Most scans of a JPEG. Usual programs write 1 to 12; the decoder passes over the whole image for each scan."""

_JPEG, _PNG, _GIF = b"\xff\xd8\xff", b"\x89PNG", b"GIF8"
_MAY_HAVE_ALPHA: Final = (b"RIFF", b"BM")
_BAND_PIXELS: Final = 1 << 20
"""Pixels that are converted at a time, so that no second copy of a large image is needed."""


def load_image(
    path: str | os.PathLike[str], *, max_pixels: int | None = None, max_bytes: int = MAX_DECODING_BYTES
) -> ImageArray:
    """The image in a file: (H, W, 3) uint8 RGB.

    The stated orientation is applied (EXIF; `irot` and `imir` of HEIC and AVIF). Grey becomes RGB, 16 bits per channel
    become 8, and transparent parts become black. The result for an animation is its first frame. The header is checked
    against the limits before anything is decoded.

    Args:
        path: the file.
        max_pixels: largest area, None for `MAX_PIXELS`.
        max_bytes: most memory for decoding it, bytes.

    Raises:
        SourceError: the file is missing, not an image that can be read, or larger than the limits allow.
    """
    path = Path(path)
    data = _bytes_of(path)
    check_picture(path, data, max_pixels=max_pixels, max_bytes=max_bytes)
    if data.startswith(_GIF):
        with VideoFile(path, max_pixels=max_pixels) as animation:
            return next(iter(animation)).image
    if heif.kind_of(data) is not None:
        pixels = heif.decode(path, data)
        image: ImageArray | None = on_black(pixels) if pixels.shape[2] == 4 else pixels
    elif is_animation(data):  # OpenCV before 4.11 does not read it
        image = first_frame(data)
    else:
        try:
            image = _decoded(data, may_have_alpha=_may_have_alpha(data))
        except cv2.error as error:
            raise SourceError(f"{path}: the picture is damaged or too large to decode") from error
    if image is None:
        raise SourceError(f"{path}: not a picture, or of a kind that cannot be read; use JPEG or PNG")
    check_size(path, image.shape[1], image.shape[0], max_pixels)
    return image


def check_picture(
    name: object, data: bytes, *, max_pixels: int | None = None, max_bytes: int = MAX_DECODING_BYTES
) -> None:
    """Refuse an image whose header shows that decoding it would take too much memory or time.

    Args:
        name: what is read, for the message.
        data: the whole file.
        max_pixels: largest area, None for `MAX_PIXELS`.
        max_bytes: most memory for decoding it, bytes.

    Raises:
        SourceError: it states no size, has an unsupported format, or is above a limit.
    """
    stated = stated_size(data)
    if stated is None:
        raise SourceError(f"{name}: not a picture, or of a kind that cannot be read; use JPEG or PNG")
    check_size(name, *stated, max_pixels)
    if decoding_bytes(data, stated) > max_bytes:
        raise SourceError(
            f"{name}: the picture is too large ({stated[0]} x {stated[1]} pixels) for the way it is stored;"
            " save it as an ordinary JPEG, or scale it down"
        )
    if data.startswith(_JPEG) and scan_count(data) > MAX_SCANS:
        raise SourceError(
            f"{name}: the JPEG has {scan_count(data)} scans, the limit is {MAX_SCANS}; save it again as an ordinary JPEG"
        )


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; name a picture in it")
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise SourceError(f"{path} is a pipe or device, not a file; copy the picture into a file first")
        size = state.st_size
        if size == 0:
            raise SourceError(f"{path} is empty (0 bytes); copy it again")
        if size > MAX_FILE_BYTES:
            raise SourceError(
                f"{path}: {size / 1e9:.1f} GB is too large for a picture; the limit is {MAX_FILE_BYTES / 1e9:.1f} GB"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error


def _may_have_alpha(data: bytes) -> bool:
    if data.startswith(_PNG):  # colour types 4 and 6 (PNG, 11.2.1), or a transparent colour in the header
        return data[25:26] in (b"\4", b"\6") or b"tRNS" in data[: max(0, data.find(b"IDAT"))]
    return data.startswith(_MAY_HAVE_ALPHA)


def _decoded(data: bytes, *, may_have_alpha: bool) -> ImageArray | None:
    """Bytes of a file -> upright RGB, or None when OpenCV does not know them."""
    encoded = np.frombuffer(data, np.uint8)
    if may_have_alpha:
        stored = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
        if stored is not None and stored.shape[2:] == (4,) and str(stored.dtype) in ("uint8", "uint16"):
            return exif_orientation(data).upright(_on_black_in_bands(stored))
        del stored
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    if image is None or image.size == 0:
        return None
    for rows in _bands(image.shape):
        image[rows] = cv2.cvtColor(image[rows], cv2.COLOR_BGR2RGB)
    return np.asarray(image, dtype=np.uint8)


def _on_black_in_bands(stored: NDArray[Any]) -> ImageArray:
    """(H, W, 4) BGRA of 8 or 16 bits -> (H, W, 3) RGB on black."""
    image = np.empty((*stored.shape[:2], 3), np.uint8)
    for rows in _bands(stored.shape):
        band = stored[rows]
        if band.dtype == np.uint16:
            band = cv2.convertScaleAbs(band, alpha=1 / 257)
        image[rows] = on_black(np.asarray(cv2.cvtColor(band, cv2.COLOR_BGRA2RGBA), dtype=np.uint8))
    return image


def _bands(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of the rows of an image of that shape, about `_BAND_PIXELS` each."""
    rows = max(1, _BAND_PIXELS // shape[1])
    return (slice(first, first + rows) for first in range(0, shape[0], rows))
