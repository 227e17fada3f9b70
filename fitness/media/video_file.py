"""Reads a video file: upright RGB frames with their presentation times (PyAV)."""

# long: one class, whose methods share the state of one decoder

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fitness.errors import OptionError, SourceError, StateError
from fitness.media.clock import Losses, StreamClock
from fitness.media.container import Header, decoded_frames, ffmpeg_error, open_video, packet_stamps
from fitness.media.hdr import is_hdr, tone_mapped
from fitness.media.info import MAX_VIDEO_PIXELS, SourceInfo, check_duration, check_size
from fitness.media.orientation import Orientation
from fitness.media.sound_track import SoundTrack
from fitness.plural import some
from fitness.types import Frame, ImageArray

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

ASSUMED_FPS: Final = 30.0
"""Fps that is assumed if a file states none."""

MAX_PIXEL_ASPECT: Final = Fraction(4)
"""Pixel aspect ratios beyond 4:1 either way count as damage; broadcast formats stay below 2.2:1."""

CUT_SHORT_S: Final = 0.5
"""A file that ends this many seconds before its stated end is reported as cut short."""

_BT601: Final = 5
"""FFmpeg's default colour matrix (SWS_CS_ITU601); for RGB output it only marks the target as different."""
_SAME_SHAPE = 0.02
"""Relative difference of aspect ratios that is ignored."""


class VideoFile:
    """All frames of a video file, in order; a context manager that can be iterated over once.

    Iteration yields `Frame`s: RGB uint8, upright (display matrix applied), with square pixels, on a black background
    where transparent, and with HDR (HLG, PQ) tone-mapped to ordinary brightness. `t` is the presentation time in seconds
    since the file's first frame, strictly increasing. `index` counts from the file's first frame. Both count from the
    start of the file even if only a part of it is read.

    Args:
        path: the file.
        start_s: time of the first frame to return, seconds, or None for the file's start.
        end_s: end of the part to read, seconds, exclusive; None for the file's end.
        max_pixels: largest area of a frame, None for `MAX_VIDEO_PIXELS`.
        max_samples: maximum number of frames, None for `mp4_tables.MAX_SAMPLES`.
        shrink_to: larger frames are reduced to about this many pixels; None keeps their size.

    Raises:
        OptionError: start_s or end_s is negative, not finite, or end_s is not after start_s.
        SourceError: the file is missing, empty, no video, damaged beyond use, or its frames are too large;
            while iterating: the requested part has no frame.
        StateError: while iterating: the file was closed or already read.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        max_pixels: int | None = None,
        max_samples: int | None = None,
        shrink_to: int | None = None,
    ) -> None:
        self._start_s, self._end_s = _checked_range(start_s, end_s)
        self._path = Path(path)
        self._max_pixels = MAX_VIDEO_PIXELS if max_pixels is None else max_pixels
        self._max_samples, self._shrink_to = max_samples, shrink_to
        self._container, self._stream = self._open()
        self._closed = self._begun = self._complete = False
        self._given = self._decoded = 0
        self._losses = Losses()
        self._last_t: float | None = None
        self._resized = self._odd_shape = False
        try:
            self._probe()
        except BaseException:
            self.close()
            raise

    def _open(self) -> tuple[InputContainer, VideoStream]:
        return open_video(self._path, max_pixels=self._max_pixels, max_samples=self._max_samples)

    def _check_size(self, width: int, height: int) -> None:
        check_size(self._path.name, width, height, self._max_pixels)

    def _probe(self) -> None:
        """Decode the first frame: it fixes the zero of time, the size and the orientation."""
        self._header = Header.of(self._container, self._stream)
        if self._header.width and self._header.height:
            self._check_size(self._header.width, self._header.height)
        check_duration(self._path.name, min(self._header.duration_s, self._end_s) - self._start_s)
        self._interval_s = 1.0 / (self._header.fps or ASSUMED_FPS)
        self._clock = StreamClock(self._interval_s)
        self._frames = self._decode()
        first = next(self._frames, None)
        if first is None:
            raise SourceError(f"{self._path}: no frame can be decoded; the file is damaged or cut short")
        self._first: av.VideoFrame | None = first
        self._first_pts = first.pts
        self._check_size(first.width, first.height)
        self._stored_size = (first.width, first.height)
        width, height = self._square_pixels(first.width, first.height)
        self._check_size(width, height)
        factor = min(1.0, math.sqrt((self._shrink_to or math.inf) / (width * height)))
        self._true_size = max(1, round(width * factor)), max(1, round(height * factor))
        # PyAV 14 reports it only for the decoder.
        self._transfer = int(getattr(first, "color_trc", None) or self._stream.codec_context.color_trc or 0)
        matrix: Any = first.side_data.get("DISPLAYMATRIX")
        self._orientation = (
            Orientation() if matrix is None else Orientation.from_display_matrix(bytes(matrix))
        )

    def _square_pixels(self, width: int, height: int) -> tuple[int, int]:
        """The frame size with square pixels; never smaller than the stored one."""
        aspect = self._header.pixel_aspect
        if not 1 / MAX_PIXEL_ASPECT <= aspect <= MAX_PIXEL_ASPECT:
            self._odd_shape = aspect > 0
            return width, height
        return (round(width * aspect), height) if aspect >= 1 else (width, round(height / aspect))

    @property
    def info(self) -> SourceInfo:
        """Metadata of the file; `frames` is the number read so far, or the expected number before reading began."""
        header = self._header
        width, height = self._orientation.size(*self._true_size)
        duration_s, fps = header.duration_s, header.fps
        if self._complete and self._last_t is not None:
            if self._ended_early() or duration_s <= self._last_t:
                duration_s = self._last_t + self._interval_s
            fps = fps or ((self._decoded - 1) / self._last_t if self._last_t > 0 else 0.0)
        frames = self._given if self._begun else self.expected_frames
        return SourceInfo(self._path.name, duration_s, fps, width, height, frames)

    def sound(self) -> SoundTrack:
        """The recording's sound, to be copied into an output; close it after use."""
        base = self._header.time_base
        zero_s = 0.0 if base is None or self._first_pts is None else float(self._first_pts * base)
        return SoundTrack(self._path, zero_s)

    @property
    def expected_frames(self) -> int:
        """Approximate number of frames to come, for a progress bar; 0 if the file does not state it."""
        header = self._header
        if self._start_s == 0 and math.isinf(self._end_s) and header.frames:
            return header.frames
        end_s = min(self._end_s, header.duration_s) if header.duration_s else self._end_s
        return 0 if math.isinf(end_s) else max(0, round((end_s - self._start_s) / self._interval_s))

    @property
    def warnings(self) -> list[str]:
        """What was wrong with the file so far, one sentence each; complete when iteration has ended."""
        found = list(self._clock.warnings)
        if self._odd_shape:
            found.append(f"the stated pixel shape {self._header.pixel_aspect} is implausible and was ignored")
        if self._resized:
            found.append("the frame size changes within the file; later frames were scaled to fit the first")
        if self._losses.errors or self._ended_early():
            until = 0.0 if self._last_t is None else self._last_t
            lost = self._losses.words(self._lacking_s() if self._ended_early() else 0.0)
            found.append(
                f"file is damaged or cut short: decoded {some(self._decoded, 'frame')} up to {until:.2f} s; {lost}"
            )
        return found

    def _lacking_s(self) -> float:
        """Time from the end of the last frame to the end that the file states, seconds."""
        return self._header.duration_s - ((self._last_t or 0.0) + self._interval_s)

    def _ended_early(self) -> bool:
        if not self._complete or self._last_t is None or not self._header.own_duration:
            return False
        return self._lacking_s() > max(CUT_SHORT_S, 3 * self._interval_s)

    def __iter__(self) -> Iterator[Frame]:
        if self._closed:
            raise StateError(f"{self._path.name} is closed; open it again")
        if self._begun:
            raise StateError(f"{self._path.name} was read already; open it again")
        self._begun = True
        return self._read()

    def _read(self) -> Iterator[Frame]:
        before = self._seek() if self._start_s > 0 else 0
        for index, decoded in enumerate(self._from_here(), start=before):
            t = self._clock.seconds(self._stamp_s(decoded.pts))
            self._losses.frame(t, self._last_t, self._interval_s)
            self._decoded, self._last_t = index + 1, t
            self._losses.errors += decoded.is_corrupt
            if t >= self._end_s:
                break
            if t >= self._start_s:
                check_duration(self._path.name, t - self._start_s)  # the header may not have stated it
                self._given += 1
                yield Frame(self._picture(decoded), t, index)
                if self._closed:  # the decoder is gone; PyAV would crash
                    raise StateError(f"{self._path.name} was closed while it was read; open it again")
        else:
            self._complete = True
        if self._given == 0:
            end_s = f"{self._end_s:g} s" if math.isfinite(self._end_s) else "the end"
            raise SourceError(
                f"{self._path}: no frame between {self._start_s:g} s and {end_s};"
                f" the file lasts {self.info.duration_s:.1f} s"
            )

    def _from_here(self) -> Iterator[av.VideoFrame]:
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._frames

    def _stamp_s(self, pts: int | None) -> float | None:
        base = self._header.time_base
        if pts is None or base is None:
            return None
        return float((pts - (self._first_pts or 0)) * base)

    def _decode(self) -> Iterator[av.VideoFrame]:
        return decoded_frames(self._container, self._stream, self._note_error)

    def _note_error(self) -> None:
        self._losses.errors += 1

    def _seek(self) -> int:
        """Seek to the last key frame before `start_s`; returns the number of frames before it in the file.

        The packets up to there are read but not decoded, so the frame numbers are exact. If the file's time stamps
        do not allow this, everything is decoded from the start instead.
        """
        base = self._header.time_base
        if base is None or self._first_pts is None:
            return 0
        target = self._first_pts + math.floor(self._start_s / base)
        stamps, key = packet_stamps(self._container, self._stream, target)
        if key is not None and key > self._first_pts:
            with suppress(ffmpeg_error()):
                self._container.seek(key, stream=self._stream, backward=True)
                self._frames = self._decode()
                self._first = next(self._frames, None)
                if self._first is not None and self._first.pts in stamps and self._first.pts <= target:
                    start = self._first.pts
                    return sum(self._first_pts <= stamp < start for stamp in stamps)
        self._container.close()
        self._container, self._stream = self._open()
        self._frames, self._first = self._decode(), None
        return 0

    def _picture(self, decoded: av.VideoFrame) -> ImageArray:
        """Convert a decoded frame to (H, W, 3) uint8 RGB, upright, with square pixels."""
        if (decoded.width, decoded.height) != self._stored_size:
            self._check_size(decoded.width, decoded.height)
            self._resized = True
        width, height = self._fitting(decoded)
        alpha = any(component.is_alpha for component in decoded.format.components)
        raw = decoded.to_ndarray(
            format="rgba" if alpha else "rgb24",
            width=width,
            height=height,
            src_colorspace=decoded.colorspace,  # PyAV 14 ignores it unless both are given
            dst_colorspace=_BT601,
        )
        image: ImageArray = np.ascontiguousarray(raw, dtype=np.uint8)
        image = on_black(image) if alpha else image
        if is_hdr(self._transfer):
            image = tone_mapped(image, self._transfer)
        return self._orientation.upright(_centred(image, self._true_size))

    def _fitting(self, decoded: av.VideoFrame) -> tuple[int, int]:
        """Width and height to scale a frame to: those of the file, or the largest that fit into them if the aspect ratio
        changed, for example because the phone was rotated while it recorded.
        """
        width, height = self._true_size
        stored_width, stored_height = self._stored_size
        across = decoded.width / stored_width
        along = decoded.height / stored_height
        if abs(across / along - 1) < _SAME_SHAPE:
            return width, height
        scale = 1 / max(across, along)
        return max(1, round(width * across * scale)), max(1, round(height * along * scale))

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._closed = True
        self._container.close()

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _centred(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    """The image centred on a black one of `size` = (width, height); unchanged if it already has that size."""
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    out = np.zeros((size[1], size[0], image.shape[2]), np.uint8)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    out[top : top + height, left : left + width] = image
    return out


def on_black(image: ImageArray) -> ImageArray:
    """(H, W, 4) RGBA -> (H, W, 3) RGB on a black background."""
    alpha = image[..., 3:]
    if alpha.min() == 255:
        return np.ascontiguousarray(image[..., :3])
    weighted = image[..., :3].astype(np.uint16) * alpha
    return ((weighted + 127) // 255).astype(np.uint8)


def _checked_range(start_s: float | None, end_s: float | None) -> tuple[float, float]:
    start, end = 0.0 if start_s is None else float(start_s), math.inf if end_s is None else float(end_s)
    if not (math.isfinite(start) and start >= 0):
        raise OptionError(f"option start must be a number of seconds from 0 on, got {start_s}")
    if not end > start:
        raise OptionError(f"option end must be a number of seconds after start ({start:g}), got {end_s}")
    return start, end
