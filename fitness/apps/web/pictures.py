"""Decodes the frames of live cameras. Frames that are too large, or would take too long, are refused by their header."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from fitness.errors import SourceError
from fitness.media.images import check_picture
from fitness.types import ImageArray

_JPEG: Final = b"\xff\xd8\xff"


def decode_jpeg(data: bytes, max_pixels: int) -> ImageArray:
    """A JPEG -> (H, W, 3) uint8 RGB.

    Raises:
        SourceError: it is not a JPEG, is damaged, has more than `max_pixels` pixels, or very many scans.
    """
    if not data.startswith(_JPEG):
        raise SourceError("a live frame is not a JPEG; send JPEG frames")
    check_picture("a live frame", data, max_pixels=max_pixels)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise SourceError("a live frame is damaged; send it again") from error
    if image is None or image.size == 0:
        raise SourceError("a live frame is damaged; send it again")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)
