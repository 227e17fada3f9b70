"""Collects the poses and class scores of a running stream in limited memory, however long the stream is."""

from __future__ import annotations

import os
import tempfile
import weakref
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import IO, Final

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session.chunk import split
from fitness.session.landmark_chunk import LandmarkChunk, columns_of, encode_landmarks, log_of
from fitness.session.landmarks import LandmarkColumns, LandmarkLog, arrays_of
from fitness.session.session import joined_scores
from fitness.types import DoubleArray, Pose

_BLOCK: Final = 256
"""Number of frames in a chunk: nine seconds at 30 fps."""

_IN_MEMORY: Final = 8
"""Number of chunks in memory, 2 MB in all; older ones are in the file."""


class StreamLog:
    """The poses of a stream. Poses older than about a minute are moved to a temporary file."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, Pose | None]] = []
        self._others: list[tuple[int, Pose]] = []
        self._parts: list[LandmarkChunk] = []
        self._starts: list[int] = []
        self._in_memory: deque[tuple[int, bytes]] = deque()
        self._file: _ChunkFile | None = None
        self._packed = 0

    def add(self, t: float, pose: Pose | None, others: Sequence[Pose]) -> None:
        """Add the next frame, at `t` seconds: the pose of the counted person, and the bystanders' poses."""
        self._others.extend((len(self._frames), other) for other in others)
        self._frames.append((t, pose))
        if len(self._frames) == _BLOCK:
            self._pack()
            self._put_away()

    def columns(self, source: SourceInfo, model: str) -> LandmarkColumns:
        """All frames so far; may be called again later."""
        if self._frames:
            self._pack()
        return columns_of(self._parts, source, model)

    def since(self, first: int, source: SourceInfo, model: str) -> LandmarkLog:
        """The frames from number `first` on, in memory; frames that are not packed yet are the cheapest."""
        if first >= self._packed:
            skipped = first - self._packed
            others = [(row - skipped, pose) for row, pose in self._others if row >= skipped]
            return LandmarkLog.of(source, model, self._frames[skipped:], others)
        if self._frames:
            self._pack()
        at = bisect_right(self._starts, first) - 1
        start = self._starts[at]
        log = log_of(self._parts[at:], self._packed - start, source, model)
        return log.part(slice(first - start, len(log)))

    def _pack(self) -> None:
        data = encode_landmarks(arrays_of(self._frames, self._others))
        self._in_memory.append((len(self._parts), data))
        self._parts.append(LandmarkChunk.of(data))
        self._starts.append(self._packed)
        self._packed += len(self._frames)
        self._frames, self._others = [], []

    def _put_away(self) -> None:
        """Move the oldest chunks from memory to the file; they stay in memory if that fails."""
        while len(self._in_memory) >= _IN_MEMORY:
            at, data = self._in_memory[0]
            try:
                self._file = self._file or _ChunkFile()
                self._parts[at] = self._file.append(data)
            except OSError:
                return
            self._in_memory.popleft()


class _ChunkFile:
    """A temporary file of chunks. It is closed when neither a stream nor one of its chunks is used any more."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by the next line
        weakref.finalize(self, self._file.close)

    def append(self, data: bytes) -> LandmarkChunk:
        """Append a chunk. OSError if it does not fit; the file then has its old length."""
        start = self._file.seek(0, os.SEEK_END)
        if self._file.write(data) != len(data):
            self._file.truncate(start)
            raise OSError("no room for all of it")
        header, begin = split(data)
        return LandmarkChunk(header, partial(self._read, start + begin))

    def _read(self, start: int, at: int, length: int) -> bytes:
        self._file.seek(start + at)
        return self._file.read(length)


class StreamScores:
    """The class scores of a stream's frames."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, float]] = []
        self._parts: list[tuple[tuple[str, ...], DoubleArray]] = []

    def add(self, scores: Mapping[str, float]) -> None:
        """Add the next frame's scores: pose class -> 0..1; empty if it was not classified."""
        self._rows.append(scores)
        if len(self._rows) == _BLOCK:
            self._parts.append(_table(self._rows))
            self._rows = []

    def table(self, first: int = 0) -> tuple[tuple[str, ...], DoubleArray]:
        """The C pose classes in order of first appearance, and (T, C) scores; NaN if there is none.

        first: number of the table's first frame; classes that only appear before it are left out.
        """
        parts, row = [_table(self._rows)], len(self._parts) * _BLOCK
        for part in reversed(self._parts):
            if row <= first:
                break
            parts.insert(0, part)
            row -= _BLOCK
        names, rows = parts[0]
        parts[0] = names, rows[max(0, first - row) :]
        return joined_scores(parts)


def _table(rows: Sequence[Mapping[str, float]]) -> tuple[tuple[str, ...], DoubleArray]:
    classes = tuple(dict.fromkeys(name for scores in rows for name in scores))
    values = [[scores.get(name, np.nan) for name in classes] for scores in rows]
    return classes, np.array(values, np.float64).reshape(len(rows), len(classes))
