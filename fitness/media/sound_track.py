"""Copies the sound of a recording into an annotated video, without decoding or encoding it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fitness.media.container import ffmpeg_error, open_video

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

COPIED: Final = ("aac", "mp3", "mp3float", "ac3", "eac3", "alac", "opus", "flac")
"""Codecs that MP4 holds (ISO/IEC 14496-12 and the registered additions); cameras and phones write AAC."""
_SOON_S: Final = 1.0
"""Seconds before the requested time at which reading of sound begins."""

_log = logging.getLogger(__name__)


class SoundTrack:
    """The first sound track of a file. Use it for one output file, and in one thread at a time.

    Args:
        path: the recording.   zero_s: time stamp of its first frame, seconds.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: Path, zero_s: float) -> None:
        self._zero_s = zero_s
        self._container, _ = open_video(path)
        tracks = self._container.streams.audio
        self._track: AudioStream | None = tracks[0] if tracks else None
        self._packets: Iterator[Packet[Any]] | None = None
        self._waiting: Packet[Any] | None = None
        self._out: Any = None

    @property
    def note(self) -> str | None:
        """Why the sound is left out, in words for the user, or None."""
        if self._track is None or self._codec in COPIED:
            return None
        return f"the sound was left out: MP4 holds no {self._codec}"

    @property
    def _codec(self) -> str:
        return "" if self._track is None else str(self._track.codec_context.name)

    def attach(self, output: OutputContainer) -> None:
        """Add the track to an output file before anything is written; does nothing without sound to copy."""
        if self._track is not None and self._codec in COPIED:
            self._out = output.add_stream_from_template(self._track)

    def copy(self, output: OutputContainer, begin_s: float, until_s: float) -> None:
        """Write the sound from the end of the last call up to `until_s`, in seconds of the recording's frames.

        begin_s: time in the recording that becomes 0 in the output. A damaged track ends at the damage.
        """
        if self._out is None or self._track is None:
            return
        try:
            for packet in self._until(begin_s, until_s):
                base = packet.time_base
                assert base is not None and packet.pts is not None
                shift = round((self._zero_s + begin_s) / base)
                packet.pts -= shift
                packet.dts = packet.pts if packet.dts is None else packet.dts - shift
                packet.stream = self._out
                output.mux_one(packet)
        except ffmpeg_error() as error:
            _log.info("the sound ends early: %s", error)
            self._out = None

    def _until(self, begin_s: float, until_s: float) -> Iterator[Packet[Any]]:
        if self._packets is None:
            if begin_s > _SOON_S:
                with suppress(ffmpeg_error()):
                    self._container.seek(int((self._zero_s + begin_s - _SOON_S) * 1e6))
            self._packets = self._container.demux(self._track)
        while True:
            packet = self._waiting or next(self._packets, None)
            self._waiting = None
            if packet is None:
                return
            if packet.pts is None or packet.time_base is None:  # the mark of the end
                continue
            t = float(packet.pts * packet.time_base) - self._zero_s
            if t >= until_s:
                self._waiting = packet
                return
            if t >= begin_s:
                yield packet

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._container.close()
