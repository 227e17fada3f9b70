"""Encodes successive frames of a landmark log as chunks of bytes, and puts logs together from chunks.

The store keeps a session as chunks, and a recorder moves chunks of a long stream to a temporary file. A frame without a
person has only its time. In the array of bystanders' frames ("other_row"), 0 is the first frame of the chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.session import chunk
from fitness.session.landmarks import (
    ARRAYS,
    COLUMNS,
    NO_OTHERS,
    OTHER_ROW,
    POSE_ARRAYS,
    LandmarkColumns,
    LandmarkLog,
)
from fitness.types import JsonDict

_LATER: Final = ("person",)
"""Arrays that old chunks lack, from before people had ids. These chunks have no bystanders' arrays either."""


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkChunk:
    """Successive frames of a log.

    header: numbers of frames ("n"), of frames with a person ("found"), and of bystanders' poses ("people"; old chunks have
    no such number).   read: (offset, length) in bytes -> that part of the encoded arrays.
    """

    header: JsonDict
    read: Callable[[int, int], bytes | memoryview]

    @classmethod
    def of(cls, data: bytes) -> LandmarkChunk:
        """The chunk in some bytes. ValueError or struct.error if they are damaged."""
        header, begin = chunk.split(data)
        body = memoryview(data)[begin:]
        return cls(header, lambda at, length: body[at : at + length])

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.header["n"])

    @property
    def others(self) -> int:
        """Number of bystanders' poses."""
        return int(self.header.get("people") or 0)

    def names(self) -> list[str]:
        """The arrays that the chunk has, as named in `COLUMNS` and in that order."""
        people = self.header.get("people")
        return [name for name in (COLUMNS if people else ARRAYS) if people is not None or name not in _LATER]

    def rows(self, name: str) -> NDArray[Any]:
        """The stored rows of an array; those of poses have no rows for frames without a person."""
        at = 0
        for each in self.names():
            layout = self._layout(each)
            if each == name:
                return chunk.decode(self.read(at, chunk.size_of(layout)), layout)
            at += chunk.size_of(layout)
        raise KeyError(name)

    def column(self, name: str) -> NDArray[Any]:
        """All rows of an array, as in `LandmarkLog`; zeros for those that are not stored."""
        kind, shape = COLUMNS[name]
        length = self.frames if name in ARRAYS else self.others
        if name not in self.names():
            return np.zeros((length, *shape), kind)
        if name not in POSE_ARRAYS:
            return self.rows(name).astype(kind)
        whole = np.zeros((length, *shape), kind)
        whole[self.rows("found") != 0] = self.rows(name)
        return whole

    def _layout(self, name: str) -> chunk.Layout:
        length = (
            self.header["found"] if name in POSE_ARRAYS else self.frames if name in ARRAYS else self.others
        )
        return _kind(name), (length, *COLUMNS[name][1])


def encode_landmarks(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Encode frames of a log.   arrays: named as in `COLUMNS`."""
    found = arrays["found"]
    header = {"n": len(found), "found": int(found.sum()), "people": len(arrays[OTHER_ROW])}
    rows = (arrays[name][found] if name in POSE_ARRAYS else arrays[name] for name in COLUMNS)
    return chunk.encode(
        header, [array.astype(_kind(name)) for name, array in zip(COLUMNS, rows, strict=True)]
    )


def log_of(chunks: Iterable[LandmarkChunk], frames: int, source: SourceInfo, model: str) -> LandmarkLog:
    """The log of successive chunks with `frames` frames in all, decoded one at a time to save memory.

    Raises:
        ValueError: a chunk is damaged.
    """
    arrays: dict[str, NDArray[Any]] = {
        name: np.zeros((frames, *shape), kind) for name, (kind, shape) in ARRAYS.items()
    }
    others: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS if name not in ARRAYS}
    row = 0
    for one in chunks:
        rows, found = slice(row, row + one.frames), one.rows("found") != 0
        for name in one.names():
            column = one.rows(name)
            if name in others:
                others[name].append(column + row if name == OTHER_ROW else column)
            elif name in POSE_ARRAYS:
                arrays[name][rows][found] = column
            else:
                arrays[name][rows] = column
        row += one.frames
    arrays |= NO_OTHERS | {name: _whole(name, parts) for name, parts in others.items() if parts}
    for whole in arrays.values():
        whole.setflags(write=False)  # so that the log does not copy them
    return LandmarkLog.of_arrays(source, model, arrays)


def columns_of(chunks: Sequence[LandmarkChunk], source: SourceInfo, model: str) -> LandmarkColumns:
    """The log of successive chunks in pieces, one for each chunk."""
    frames, others = sum(one.frames for one in chunks), sum(one.others for one in chunks)
    return LandmarkColumns(source, model, frames, others, partial(_pieces, tuple(chunks)))


def _pieces(chunks: Sequence[LandmarkChunk], name: str) -> Iterator[NDArray[Any]]:
    row = 0
    for one in chunks:
        yield one.column(name) + row if name == OTHER_ROW else one.column(name)
        row += one.frames


def _whole(name: str, parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts).astype(COLUMNS[name][0], copy=False)


def _kind(name: str) -> str:
    """The type of an array in a chunk: little endian; booleans as bytes."""
    kind = np.dtype(COLUMNS[name][0])
    return "<u1" if kind == np.bool_ else kind.newbyteorder("<").str
