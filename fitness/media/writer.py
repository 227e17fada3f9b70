"""Writes frames with their times to a video file that browsers play: H.264 in MP4, with exact time stamps (PyAV)."""

# long: one class, whose methods share the state of one encoder

from __future__ import annotations

import logging
import math
import os
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from fitness.errors import OptionError, OutputError, StateError
from fitness.media.container import READ_FORMATS
from fitness.media.info import MAX_SIDE_PX
from fitness.media.sound_track import SoundTrack
from fitness.types import ImageArray

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer
    from av.video.stream import VideoStream

CLOCK_HZ: Final = 60_000
"""Ticks per second of time stamps: exact for 24, 25, 29.97, 30, 50 and 60 fps; MPEG-4 allows < 65536."""

QUEUED_FRAMES: Final = 1
"""Maximum number of frames that wait for the encoder; then `write` blocks. A frame of 1920 x 1080 takes 6 MB."""

ENCODERS: Final = ("libx264", "h264_videotoolbox", "libopenh264", "h264_mf", "mpeg4")
"""Tried in this order. All but the last write H.264; MPEG-4 part 2 is for builds of FFmpeg without any."""

FORMATS: Final = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
"""File name ending -> container that is written."""

_BT709: Final = 1
"""Colour primaries and transfer of HD video (ITU-T H.273, code point 1), which are close to those of sRGB images."""

_BT601: Final = 6
"""The colour matrix of OpenCV's conversion (H.273, code point 6); players read it from the file."""

_NARROW: Final = 1
"""Colour range 16..235, as every player expects (FFmpeg's AVCOL_RANGE_MPEG)."""

_COMMENT: Final = "made by fitness"
"""Comment in the metadata of each written video, by which the program recognises its own videos."""

_log = logging.getLogger(__name__)


class VideoWriter:
    """Writes one video file; a context manager.

    Frames are encoded in a separate thread. Until `close` the file is named `<stem>.part<ending>`, so a file
    with the requested name is always complete. If the program is killed, the part is playable up to the last two
    seconds. If the `with` block ends with an error, no file is left; after KeyboardInterrupt the frames so far are kept.

    Args:
        path: the file to write (.mp4, .m4v, .mov or .mkv); an existing one is replaced at the end.
        width, height: size of the frames, pixels. Odd sizes are padded by repeating the last row or column.
        fps_hint: usual fps; sets the last frame's duration and the distance of key frames, not the speed.
        encoders: names of FFmpeg encoders to try, in order.
        sound: copied in time with the frames, and closed with the file; None for a video without sound.

    Raises:
        OptionError: width, height or fps_hint is out of range.
        OutputError: the file cannot be written, its ending is unknown, no encoder works, or (from `write` and
            `close`) encoding failed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        width: int,
        height: int,
        fps_hint: float = 30.0,
        *,
        encoders: tuple[str, ...] = ENCODERS,
        sound: SoundTrack | None = None,
    ) -> None:
        for name, value in (("width", width), ("height", height)):
            if not 1 <= value <= MAX_SIDE_PX:
                raise OptionError(f"option {name} must be 1 to {MAX_SIDE_PX} pixels, got {value}")
        if not (math.isfinite(fps_hint) and 0 < fps_hint <= 1000):
            raise OptionError(f"option fps_hint must be above 0 and at most 1000, got {fps_hint}")
        self.path = Path(path)
        self.part = self.path.with_name(f"{self.path.stem}.part{self.path.suffix}")
        self._size = (width, height)
        self._fps = fps_hint
        self._sound = sound
        self._first_t: float | None = None
        self._last_t = -math.inf
        self._last_pts = -1
        self._written = 0
        self._error: Exception | None = None
        self._closed = False
        self._container, self._stream = self._open(encoders)
        # Not `queue.Queue`: Ctrl-C inside its `put` can leave it so that the thread is never woken again.
        self._queue: SimpleQueue[tuple[ImageArray, int] | None] = SimpleQueue()
        self._room: SimpleQueue[None] = (
            SimpleQueue()
        )  # one entry for each frame that may be added to the queue
        for _ in range(QUEUED_FRAMES):
            self._room.put(None)
        self._thread = threading.Thread(target=self._encode_all, name=f"encode {self.path.name}", daemon=True)
        self._thread.start()

    @property
    def encoder(self) -> str:
        """FFmpeg's name of the encoder in use, such as libx264."""
        return self._stream.codec_context.codec.name

    @property
    def note(self) -> str | None:
        """A note for the user if no H.264 encoder was found, else None."""
        if self.encoder != "mpeg4":
            return None
        return (
            f"{self.path.name} is MPEG-4 part 2, because this build of PyAV has no H.264 encoder;"
            " browsers may not play it, VLC and ffmpeg do"
        )

    @property
    def frames(self) -> int:
        """Number of frames accepted so far."""
        return self._written

    def write(self, image: ImageArray, t: float) -> None:
        """Add a frame; blocks while the encoder is behind.

        Args:
            image: (height, width, 3) uint8 RGB; it is not copied, so do not change it afterwards.
            t: seconds, later than the last frame's. The first frame's time becomes 0 in the file.

        Raises:
            StateError: the writer is closed, or t does not increase.
            OptionError: the frame's size is not the writer's.
            OutputError: encoding failed.
        """
        if self._closed:
            raise StateError(f"{self.path.name} is closed; no more frames can be written")
        if image.shape != (self._size[1], self._size[0], 3) or image.dtype != np.uint8:
            shape = (self._size[1], self._size[0], 3)
            raise OptionError(f"option image must be {shape} uint8, got {image.shape} {image.dtype}")
        if not (math.isfinite(t) and t > self._last_t):
            raise StateError(f"frame times must increase, got {t} s after {self._last_t} s")
        self._raise_error()
        if self._first_t is None:
            self._first_t = t
        pts = max(round((t - self._first_t) * CLOCK_HZ), self._last_pts + 1)
        self._last_t, self._last_pts = t, pts
        self._room.get()  # the thread empties the queue even after an error, so this cannot block forever
        self._queue.put((image, pts))
        self._written += 1

    def close(self) -> None:
        """Finish the file and give it its name; may be called twice.

        Raises:
            OutputError: encoding or writing failed, or no frame was written; no file is left behind.
        """
        if self._closed:
            return
        interrupted = self._finish()
        try:
            self._raise_error()
            if not self._written:
                raise OutputError(f"{self.path} was not written: no frame was given")
            os.replace(self.part, self.path)
        except OSError as error:
            self._remove_part()
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}") from error
        except OutputError:
            self._remove_part()
            raise
        if interrupted is not None:
            raise interrupted

    def abort(self) -> None:
        """Stop and leave nothing behind; may be called twice, never raises."""
        if not self._closed:
            self._finish()
            self._remove_part()

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        elif issubclass(kind, KeyboardInterrupt) and self._written:
            with suppress(OutputError):
                self.close()
        else:
            self.abort()

    def _finish(self) -> KeyboardInterrupt | None:
        """Encode the waiting frames, join the encoder's thread, and close the file.

        A first Ctrl-C during this is returned to the caller, so that the file is still finished; a second one
        is raised at once.
        """
        self._closed = True
        interrupted = None
        while True:
            try:
                self._queue.put(None)
                self._thread.join()
                return interrupted
            except KeyboardInterrupt as error:
                if interrupted is not None:
                    raise
                interrupted = error

    def _raise_error(self) -> None:
        if self._error is not None:
            reason = getattr(self._error, "strerror", None) or self._error
            raise OutputError(f"{self.path} cannot be written: {reason}") from self._error

    def _remove_part(self) -> None:
        with suppress(OSError):
            self.part.unlink()

    def _open(self, encoders: tuple[str, ...]) -> tuple[OutputContainer, VideoStream]:
        import av

        suffix = self.path.suffix.lower()
        if suffix not in FORMATS:
            raise OutputError(
                f"{self.path}: video is written as .mp4, .m4v, .mov or .mkv, not {suffix or 'this'}"
            )
        if self.path.is_dir():
            raise OutputError(f"{self.path} is a folder; name a file in it")
        try:
            self.part.touch()  # PyAV would notice a bad path only at the first frame
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}") from error
        options = {"flush_packets": "1"}  # written to the disk at every key frame
        if suffix == ".mkv":
            options["cluster_time_limit"] = "2000"  # milliseconds
        else:
            options["movflags"] = "+hybrid_fragmented" if _can_be_hybrid() else "+faststart"
        reason: object = "this build of PyAV has none of " + ", ".join(encoders)
        for encoder in (name for name in encoders if name in av.codecs_available):
            try:
                container = av.open(str(self.part.absolute()), "w", format=FORMATS[suffix], options=options)
            except (OSError, av.FFmpegError) as error:
                raise OutputError(f"{self.path} cannot be written: {error.strerror or error}") from error
            try:
                stream = self._add_stream(container, encoder)
                stream.codec_context.open()
                if self._sound is not None:
                    self._sound.attach(container)
            except (av.FFmpegError, ValueError) as error:
                _log.info("encoder %s does not work: %s", encoder, error)
                reason = error
                container.close()
            else:
                return container, stream
        self._remove_part()
        raise OutputError(f"{self.path} cannot be written: no video encoder works ({reason})")

    def _add_stream(self, container: OutputContainer, encoder: str) -> VideoStream:
        # The quickest preset: half the work of "veryfast", the same quality (PSNR), twice the size.
        quality = {"libx264": {"preset": "ultrafast", "crf": "23"}, "mpeg4": {"qscale": "4"}}
        container.metadata["comment"] = _COMMENT
        stream = container.add_stream(
            encoder, rate=Fraction(self._fps).limit_denominator(1001), options=quality.get(encoder, {})
        )
        context: Any = stream.codec_context
        context.width, context.height = (side + side % 2 for side in self._size)
        context.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, CLOCK_HZ)
        stream.time_base = Fraction(1, CLOCK_HZ)
        context.gop_size = max(1, round(2 * self._fps))
        context.max_b_frames = 0  # keeps decoding order = time order: uneven times survive in every container
        context.thread_count = 1
        context.color_primaries = context.color_trc = _BT709
        context.colorspace = _BT601
        context.color_range = _NARROW
        return cast("VideoStream", stream)

    def _encode_all(self) -> None:
        """The thread: encode up to the end mark, then close the file; after an error only empty the queue."""
        while (item := self._queue.get()) is not None:
            if self._error is None:
                try:
                    self._encode(*item)
                except Exception as error:  # carried to the caller by `write` or `close`
                    self._error = error
            del item  # free the frame's memory while waiting for the next one
            self._room.put(None)
        try:
            if self._error is None and self._last_pts >= 0:
                self._container.mux(self._stream.encode(None))
                self._copy_sound(self._last_t + 1 / self._fps)
        except Exception as error:
            self._error = error
        try:
            self._container.close()
        except Exception as error:
            self._error = self._error or error
        if self._sound is not None:
            self._sound.close()

    def _copy_sound(self, until_s: float) -> None:
        if self._sound is not None and self._first_t is not None:
            self._sound.copy(self._container, self._first_t, until_s)

    def _encode(self, image: ImageArray, pts: int) -> None:
        import cv2

        height, width = image.shape[:2]
        if height % 2 or width % 2:
            image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        # A quarter of the time of FFmpeg's own conversion.
        planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = _as_video_frame(planes)
        frame.pts = pts
        frame.time_base = Fraction(1, CLOCK_HZ)
        self._container.mux(self._stream.encode(frame))
        self._copy_sound((self._first_t or 0.0) + pts / CLOCK_HZ)


def _as_video_frame(planes: ImageArray) -> av.VideoFrame:
    """A frame of planes (H * 3 / 2, W), the layout of OpenCV's I420; it may keep a reference to the array.

    `from_numpy_buffer` copies nothing: a third of a millisecond less at 1280 x 720. PyAV rounds heights down to a multiple
    of 4 there, so other heights are copied.
    """
    from av import VideoFrame

    make = VideoFrame.from_ndarray if planes.shape[0] % 6 else VideoFrame.from_numpy_buffer
    return make(planes, format="yuv420p")


def is_own_video(path: Path) -> bool:
    """Whether this program wrote the video: its comment says so."""
    import av

    try:
        with av.open(str(path.absolute()), options={"format_whitelist": ",".join(READ_FORMATS)}) as file:
            return _COMMENT in (file.metadata.get("comment"), file.metadata.get("COMMENT"))
    except (av.FFmpegError, OSError, ValueError):
        return False


def _can_be_hybrid() -> bool:
    """Whether FFmpeg writes MP4 in fragments and makes an ordinary file of them at the end; 7.1 and newer do."""
    import av

    return tuple(av.library_versions["libavformat"]) >= (61, 7)
