"""Collects the poses and class scores of a running stream in limited memory, however long the stream is."""

from __future__ import annotations

import itertools
import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.session.landmarks import COLUMNS, LandmarkColumns, LandmarkLog, arrays_of
from fitness.session.session import joined_scores
from fitness.types import DoubleArray, Pose

_BLOCK: Final = 256
"""Frames that are packed together: nine seconds at 30 fps."""

_IN_MEMORY: Final = 8
"""Number of packed parts that stay in memory, 2 MB in all."""


class StreamLog:
    """The poses of a stream. Poses older than about a minute are moved to a temporary file."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, Pose | None]] = []
        self._others: list[tuple[int, Pose]] = []
        self._parts: list[_AnyPart] = []
        self._file: IO[bytes] | None = None
        self._packed = self._packed_others = 0

    def add(self, t: float, pose: Pose | None, others: Sequence[Pose]) -> None:
        """Add the next frame, at `t` seconds: the pose of the counted person, and the bystanders' poses."""
        self._others.extend((self._packed + len(self._frames), other) for other in others)
        self._frames.append((t, pose))
        if len(self._frames) == _BLOCK:
            self._pack()
            self._put_away()

    def columns(self, source: SourceInfo, model: str) -> LandmarkColumns:
        """All frames so far; may be called again later."""
        if self._frames:
            self._pack()
        pieces = partial(self._pieces, tuple(self._parts))
        return LandmarkColumns(source, model, self._packed, self._packed_others, pieces)

    def since(self, first: int, source: SourceInfo, model: str) -> LandmarkLog:
        """The frames from number `first` on, in memory; frames that are not packed yet are the cheapest."""
        if first >= self._packed:
            others = [(row - first, pose) for row, pose in self._others if row >= first]
            return LandmarkLog.of(source, model, self._frames[first - self._packed :], others)
        log = self.columns(source, model).log()
        return log.part(slice(first, len(log)))

    def _pieces(self, parts: Sequence[_AnyPart], name: str) -> Iterator[NDArray[Any]]:
        """Yield a column's pieces. A method, so that the file stays open while the column is read."""
        return (part[name] for part in parts)

    def _pack(self) -> None:
        self._parts.append(arrays_of(self._frames, self._others))
        self._packed += len(self._frames)
        self._packed_others += len(self._others)
        self._frames, self._others = [], []

    def _put_away(self) -> None:
        """Move the oldest parts from memory to the file; they stay in memory if that fails."""
        unwritten = [(at, part) for at, part in enumerate(self._parts) if not isinstance(part, _FilePart)]
        for at, part in unwritten[: -(_IN_MEMORY - 1)]:
            with suppress(OSError):
                if self._file is None:
                    self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it stays open as long as this object
                    weakref.finalize(self, self._file.close)
                self._parts[at] = _FilePart.put(self._file, part)


@dataclass(frozen=True, slots=True)
class _FilePart:
    """Arrays in a file.   spans: name -> offset and length in bytes."""

    file: IO[bytes]
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def put(cls, file: IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> _FilePart:
        """Append the arrays to the file. OSError if they do not fit; the file then has its old length."""
        start = file.seek(0, os.SEEK_END)
        offsets = itertools.accumulate((array.nbytes for array in arrays.values()), initial=start)
        data = b"".join(array.tobytes() for array in arrays.values())
        if file.write(data) != len(data):
            file.truncate(start)
            raise OSError("no room for all of it")
        return cls(
            file,
            {name: (at, array.nbytes) for (name, array), at in zip(arrays.items(), offsets, strict=False)},
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        offset, size = self.spans[name]
        self.file.seek(offset)
        kind, shape = COLUMNS[name]
        return np.frombuffer(self.file.read(size), kind).reshape(-1, *shape)


_AnyPart: TypeAlias = _FilePart | Mapping[str, NDArray[Any]]


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
