"""Counts the samples that an MP4 or MOV file states, before FFmpeg allocates memory for them.

A sample is one frame or one piece of sound. FFmpeg allocates about 40 bytes for each stated sample. Some tables state
a number of samples without listing them, so a file of 45 KB can take gigabytes. This module adds up the numbers in the
tables. Boxes are named as in ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from fitness.errors import SourceError

MAX_SAMPLES: Final = 24 * 3600 * 60
"""Most samples of one track: 24 hours at 60 fps, for which FFmpeg takes 0.2 GB."""

_FOLDERS: Final = frozenset({b"moov", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
"""Boxes that contain the boxes with the tables."""

_FIRST: Final = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"uuid"}
)
"""Types of the first box of a file."""

_MOST_BOXES: Final = 500_000
"""Most boxes in a file: 24 hours in fragments of half a second, with three boxes each."""

_DEEPEST: Final = 6
"""Greatest nesting of boxes around a table: moov, trak, mdia, minf, stbl."""

_SOUND_AT_ONCE: Final = 1024
"""Number of samples of uncompressed sound that FFmpeg reads as one (libavformat/mov.c)."""

_AT_ONCE: Final = 1 << 16


def check_tables(path: Path, most: int = MAX_SAMPLES) -> None:
    """Refuse an MP4 or MOV file whose tables state more samples or bytes than it can hold.

    Other formats and damaged files are accepted here; the reader reports damage itself.

    Args:
        path: the file.
        most: maximum number of samples of one track.

    Raises:
        SourceError: a table states more than `most` samples, or more bytes than the file has.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(8)[4:8] not in _FIRST:
            return
        try:
            held = _Boxes(file, size, most).held()
        except (struct.error, OverflowError):
            return
    if not held:
        raise SourceError(
            f"{path}: the file says that it holds more frames than a video can have; it is damaged;"
            " record it again or convert it to a new MP4 file"
        )


def index_is_missing(path: Path) -> bool:
    """Whether the file is MP4 or MOV but lacks the index of its frames.

    Many cameras write the index last, so it is missing if a recording or a copy was interrupted.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(8)[4:8] not in _FIRST:
            return False
        try:
            return not _Boxes(file, size, MAX_SAMPLES).has(b"moov")
        except (struct.error, OverflowError):
            return True


@dataclass
class _Track:
    """The numbers in the tables of one track.

    sound: it is a sound track.   one_size: bytes of each sample, 0 if they differ.   samples: number of samples.
    longest: greatest number of samples in a table of times.   plain: each sample lasts one tick (uncompressed sound).
    chunks: number of groups of samples.   in_chunks: samples of all chunks except those of the last run.
    last: first chunk of the last run, and number of samples in each of its chunks.
    """

    sound: bool = False
    one_size: int = 0
    samples: int = 0
    longest: int = 0
    plain: bool = False
    chunks: int = 0
    in_chunks: int = 0
    last: tuple[int, int] = (1, 0)

    def held(self, size: int, most: int) -> bool:
        """Whether a file of `size` bytes can hold this track and FFmpeg's index stays within `most` samples."""
        if self.chunks > most or self.one_size * self.samples > size:
            return False
        if self.sound and self.plain:
            first, count = self.last
            named = self.in_chunks + max(0, self.chunks + 1 - first) * count
            return named // _SOUND_AT_ONCE + self.chunks <= most
        return max(self.samples, self.longest) <= most


class _Boxes:
    """Reads the boxes of an open file.   size: its length in bytes.   most: maximum number of samples of one track."""

    def __init__(self, file: BinaryIO, size: int, most: int) -> None:
        self._file, self._size, self._most = file, size, most
        self._boxes = 0
        self._in_fragments = 0
        self._track = _Track()

    def held(self) -> bool:
        """Whether the file can hold everything that its tables state."""
        whole = self._walk(0, self._size, 0)
        return whole and self._boxes <= _MOST_BOXES and self._in_fragments <= self._most

    def has(self, wanted: bytes) -> bool:
        """Whether the file has a box of that type at its top level."""
        return any(kind == wanted for kind, _, _ in self._children(0, self._size))

    def _walk(self, start: int, end: int, depth: int) -> bool:
        for kind, at, stop in self._children(start, end):
            if kind == b"trak":
                self._track = _Track()
                if not (self._walk(at, stop, depth + 1) and self._track.held(self._size, self._most)):
                    return False
            elif kind in _FOLDERS:
                if depth > _DEEPEST or not self._walk(at, stop, depth + 1):
                    return False
            elif kind == b"cmov":  # a compressed index, written only by QuickTime before 2003
                return False
            else:
                self._read(kind, at, stop)
        return True

    def _children(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """Type, start of the content and end of each box between two offsets."""
        while start + 8 <= end and self._boxes <= _MOST_BOXES:
            self._boxes += 1
            self._file.seek(start)
            length, kind = struct.unpack(">I4s", self._file.read(8))
            content = start + 8
            if length == 1:
                (length,) = struct.unpack(">Q", self._file.read(8))
                content += 8
            stop = end if length == 0 else start + length
            if stop < content:
                return
            yield kind, content, min(stop, end)
            start = stop

    def _read(self, kind: bytes, at: int, stop: int) -> None:
        track = self._track
        if kind == b"hdlr":
            track.sound = self._bytes(at + 8, 4) == b"soun"
        elif kind == b"stsz":
            track.one_size, track.samples = self._number(at + 4), self._number(at + 8)
        elif kind == b"stz2":
            track.samples = self._number(at + 8)
        elif kind in (b"stco", b"co64"):
            track.chunks = self._number(at + 4)
        elif kind in (b"stts", b"ctts"):
            self._runs(kind, at, stop)
        elif kind == b"stsc":
            self._chunks(at, stop)
        elif kind == b"trun":
            self._in_fragments += self._number(at + 4)

    def _runs(self, kind: bytes, at: int, stop: int) -> None:
        """A table of (samples, time) pairs."""
        named = pairs = 0
        time = 0
        for rows in self._rows(2, at, stop):
            named, pairs, time = named + int(rows[:, 0].sum()), pairs + len(rows), int(rows[-1, 1])
        self._track.longest = max(self._track.longest, named, pairs)
        if kind == b"stts":
            self._track.plain = pairs == 1 and time == 1

    def _chunks(self, at: int, stop: int) -> None:
        """A table of (first chunk, samples in each, description) for runs of chunks."""
        track, first, count = self._track, 1, 0
        for rows in self._rows(3, at, stop):
            firsts, counts = np.append(first, rows[:, 0]), np.append(count, rows[:, 1])
            track.in_chunks += int((np.maximum(0, np.diff(firsts)) * counts[:-1].astype(float)).sum())
            first, count = int(firsts[-1]), int(counts[-1])
        track.last = (first, count)

    def _rows(self, columns: int, at: int, stop: int) -> Iterator[NDArray[np.int64]]:
        """Yield the rows of a table that begins with its length, as arrays (N, columns). It ends at the end of its box."""
        width = 4 * columns
        left = min(self._number(at + 4), max(0, stop - at - 8) // width)
        at += 8
        while left > 0:
            self._file.seek(at)
            piece = self._file.read(width * min(left, _AT_ONCE))
            if len(piece) < width:
                return
            rows = np.frombuffer(piece[: len(piece) // width * width], ">u4").reshape(-1, columns)
            yield rows.astype(np.int64)
            at, left = at + len(rows) * width, left - len(rows)

    def _number(self, at: int) -> int:
        return int.from_bytes(self._bytes(at, 4), "big")

    def _bytes(self, at: int, count: int) -> bytes:
        self._file.seek(at)
        data = self._file.read(count)
        if len(data) < count:
            raise struct.error("the file ends inside a box")
        return data
