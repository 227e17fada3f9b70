"""Metadata of a source of frames, and the size limits of images and videos."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from fitness.errors import SourceError, printable

MAX_SIDE_PX: Final = 16384
"""Longest side of an image or frame that is read, pixels: the texture limit of common graphics cards, beyond 16K video."""

MAX_PIXELS: Final = 100_000_000
"""Most pixels in an image that is read (100 megapixels, 300 MB as RGB)."""


MAX_VIDEO_PIXELS: Final = 22_000_000
"""Most pixels in a frame of a video (6144 x 3456 is 6K). A decoder may hold 17 frames, which is 0.6 GB at this size."""

MAX_DURATION_S: Final = 24 * 3600.0
"""Longest part of a video that is read in one go, seconds."""


def check_duration(name: object, duration_s: float) -> None:
    """Raise SourceError if a video, or the requested part of it, is longer than `MAX_DURATION_S`."""
    if duration_s > MAX_DURATION_S:
        raise SourceError(
            f"{name}: the video is too long ({duration_s / 3600:.1f} h); the limit is {MAX_DURATION_S / 3600:.0f} h;"
            " choose a part with a start and an end"
        )


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Metadata of a stream of frames.

    name: the file's name without its folder, or the camera's name.
    duration_s: length in seconds; a file's own length, also when only a part of it is read; 0 when unknown.
    fps: average frames per second; 0 when unknown.
    width, height: of the upright frame, pixels.
    frames: number of frames read so far; before the first frame, the expected number (0 if unknown).
    """

    name: str
    duration_s: float
    fps: float
    width: int
    height: int
    frames: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", printable(self.name))
        for field in ("duration_s", "fps"):
            value = getattr(self, field)
            if not math.isfinite(value) or value < 0:
                raise ValueError(f"{field} must be finite and not negative, got {value}")
        for field in ("width", "height", "frames"):
            if getattr(self, field) < 0:
                raise ValueError(f"{field} must not be negative, got {getattr(self, field)}")


def check_size(name: object, width: int, height: int, max_pixels: int | None = None) -> None:
    """Refuse an empty or unreasonably large image or frame.

    Args:
        name: of the file, for the message.
        width, height: pixels.
        max_pixels: the largest area, None for `MAX_PIXELS`.

    Raises:
        SourceError: a side is below 1 or above `MAX_SIDE_PX`, or the area is above `max_pixels`.
    """
    if width < 1 or height < 1:
        raise SourceError(f"{name}: the picture is empty ({width} x {height} pixels)")
    max_pixels = MAX_PIXELS if max_pixels is None else max_pixels
    if max(width, height) > MAX_SIDE_PX or width * height > max_pixels:
        raise SourceError(
            f"{name}: the picture is too large ({width} x {height} pixels); the limit is {MAX_SIDE_PX} pixels"
            f" a side and {max_pixels // 1_000_000} megapixels; scale it down first"
        )
