"""What is kept of a running stream, as columns, so that memory hardly grows with its length."""

from __future__ import annotations

import math
import os
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final

import numpy as np

from fitness.media.info import SourceInfo
from fitness.session.landmarks import LandmarkLog, arrays_of
from fitness.types import DoubleArray, JsonDict, Pose

_BLOCK: Final = 256
"""Frames that are packed at a time: nine seconds at 30 a second."""

_IN_MEMORY: Final = 8
"""Packed parts that stay in memory, 2 MB in all."""


class GrowingLog:
    """The poses of a stream, frame by frame. What is older than a minute or so lies in a file without a name."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, Pose | None]] = []
        self._others: list[tuple[int, Pose]] = []
        self._parts: list[_Part | JsonDict] = []
        self._file: IO[bytes] | None = None
        self._packed = 0

    def add(self, t: float, pose: Pose | None, others: Sequence[Pose]) -> None:
        """The next frame, at `t` seconds: the counted person, and the others."""
        self._others.extend((self._packed + len(self._frames), other) for other in others)
        self._frames.append((t, pose))
        if len(self._frames) == _BLOCK:
            self._pack()
            self._put_away()

    def log(self, source: SourceInfo, model: str) -> LandmarkLog:
        """All frames so far; may be asked for again later."""
        if self._frames or not self._parts:
            self._pack()
        if len(self._parts) == 1 and isinstance(self._parts[0], dict):
            return LandmarkLog(source, model, **self._parts[0])
        whole = _joined(self._parts, self._packed)
        self._parts = [whole]
        if self._file is not None:
            self._file.close()
            self._file = None
        return LandmarkLog(source, model, **whole)

    def _pack(self) -> None:
        self._parts.append(arrays_of(self._frames, self._others))
        self._packed += len(self._frames)
        self._frames, self._others = [], []

    def _put_away(self) -> None:
        """The oldest part that is in memory goes to the file; where that is impossible it stays."""
        at = len(self._parts) - _IN_MEMORY
        if at < 0 or not isinstance(part := self._parts[at], dict):
            return
        with suppress(OSError):
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as this
                weakref.finalize(self, self._file.close)
            self._parts[at] = _Part.put(self._file, part)


@dataclass(frozen=True, slots=True)
class _Part:
    """Arrays in a file.   place: of the first.   kinds: name -> type and shape; names of others begin with a point."""

    file: IO[bytes]
    place: int
    kinds: Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]

    @classmethod
    def put(cls, file: IO[bytes], arrays: JsonDict) -> _Part:
        flat = {name: array for name, array in arrays.items() if name != "others"}
        flat |= {f".{name}": array for name, array in arrays["others"].items()}
        place = file.seek(0, os.SEEK_END)
        data = b"".join(array.tobytes() for array in flat.values())
        if file.write(data) != len(data):
            raise OSError("no room for all of it")
        return cls(file, place, {name: (array.dtype, array.shape) for name, array in flat.items()})

    def arrays(self) -> JsonDict:
        self.file.seek(self.place)
        arrays: JsonDict = {"others": {}}
        for name, (kind, shape) in self.kinds.items():
            data = self.file.read(kind.itemsize * math.prod(shape))
            array = np.frombuffer(data, kind).reshape(shape)
            if name.startswith("."):
                arrays["others"][name[1:]] = array
            else:
                arrays[name] = array
        return arrays


class GrowingScores:
    """The scores of a stream's frames, by pose class."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, float]] = []
        self._parts: list[tuple[tuple[str, ...], DoubleArray]] = []

    def add(self, scores: Mapping[str, float]) -> None:
        """The next frame's: pose class -> 0..1; none where it was not classified."""
        self._rows.append(scores)
        if len(self._rows) == _BLOCK:
            self._parts.append(_table(self._rows))
            self._rows = []

    def table(self) -> tuple[tuple[str, ...], DoubleArray]:
        """The C pose classes in order of their first appearance, and (T, C) scores, NaN where there are none."""
        parts = [*self._parts, _table(self._rows)]
        classes = tuple(dict.fromkeys(name for names, _ in parts for name in names))
        whole = np.full((sum(len(rows) for _, rows in parts), len(classes)), np.nan)
        row = 0
        for names, rows in parts:
            for column, name in enumerate(names):
                whole[row : row + len(rows), classes.index(name)] = rows[:, column]
            row += len(rows)
        return classes, whole


def _table(rows: Sequence[Mapping[str, float]]) -> tuple[tuple[str, ...], DoubleArray]:
    classes = tuple(dict.fromkeys(name for scores in rows for name in scores))
    values = [[scores.get(name, np.nan) for name in classes] for scores in rows]
    return classes, np.array(values, np.float64).reshape(len(rows), len(classes))


def _joined(parts: list[_Part | JsonDict], frames: int) -> JsonDict:
    """Arrays of successive frames -> one of each, filled part by part, so that not all is held twice.

    `parts` is emptied.   frames: of all parts together; rows of others are counted.
    """
    first = _arrays(parts[0])
    rows = sum(_rows_of_others(part) for part in parts)
    whole: JsonDict = {
        name: np.empty((frames, *array.shape[1:]), array.dtype)
        for name, array in first.items()
        if name != "others"
    }
    others = {
        name: np.empty((rows, *array.shape[1:]), array.dtype) for name, array in first["others"].items()
    }
    frame = row = 0
    parts.reverse()
    while parts:
        part = _arrays(parts.pop())
        more = part.pop("others")
        for name, array in part.items():
            whole[name][frame : frame + len(array)] = array
        for name, array in more.items():
            others[name][row : row + len(array)] = array
        frame += len(next(iter(part.values())))
        row += len(next(iter(more.values())))
    for array in (*whole.values(), *others.values()):
        array.setflags(write=False)  # a log need not copy what nobody can write to
    return {**whole, "others": others}


def _arrays(part: _Part | JsonDict) -> JsonDict:
    return part.arrays() if isinstance(part, _Part) else dict(part)


def _rows_of_others(part: _Part | JsonDict) -> int:
    if isinstance(part, _Part):
        return next(shape[0] for name, (_, shape) in part.kinds.items() if name.startswith("."))
    return len(next(iter(part["others"].values())))
