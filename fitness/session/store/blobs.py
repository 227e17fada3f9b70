"""Packs chunks of frames into compressed bytes, without loss, and unpacks them.

The content of a chunk is the length of a JSON header (4 bytes, little endian), the header, then the arrays, all
compressed with zlib. Bytes of equal significance are stored together (like Blosc's shuffle), which makes landmarks a fifth
smaller.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.session.landmarks import ARRAYS, COLUMNS, NO_OTHERS, OTHER_ROW, POSE_ARRAYS, LandmarkLog
from fitness.session.session import FrameTable, joined_scores
from fitness.types import JsonDict

_LEVEL: Final = 1
_LATER: Final = ("person",)
"""Arrays that old chunks lack, from before people had ids. These chunks have no bystanders' arrays either."""


def pack_frames(table: FrameTable) -> bytes:
    """Pack the rows of a frame table."""
    exercises = list(dict.fromkeys(table.exercise))
    messages = list(dict.fromkeys(table.message))
    header = {"n": len(table), "classes": table.classes, "exercises": exercises, "messages": messages}
    return _pack(
        header,
        table.t.astype("<f8"),
        table.found.astype("<u1"),
        table.phase.astype("<f8"),
        table.count.astype("<i8"),
        np.array([exercises.index(name) for name in table.exercise], "<u4"),
        np.array([messages.index(text) for text in table.message], "<u4"),
        table.scores.astype("<f8"),
    )


def pack_poses(log: LandmarkLog) -> bytes:
    """Pack the rows of a landmark log, in the order of `COLUMNS`. Frames without a person have only their time."""
    header = {"n": len(log), "found": int(log.found.sum()), "people": len(log.others["row"])}
    arrays = log.arrays()
    rows = [arrays[name][log.found] if name in POSE_ARRAYS else arrays[name] for name in COLUMNS]
    return _pack(header, *(array.astype(_kind(name)) for name, array in zip(COLUMNS, rows, strict=True)))


def unpack_frames(chunks: Iterable[bytes]) -> FrameTable:
    """Unpack all chunks of a session into one frame table.

    Raises:
        ValueError: a chunk is damaged.
    """
    parts = [_frame_part(chunk) for chunk in chunks]
    classes, scores = joined_scores([(header["classes"], columns[6]) for header, columns in parts])
    return FrameTable(
        t=_joined(parts, 0, np.float64),
        found=_joined(parts, 1, np.bool_),
        exercise=tuple(h["exercises"][i] for h, columns in parts for i in columns[4].tolist()),
        phase=_joined(parts, 2, np.float64),
        count=_joined(parts, 3, np.int64),
        message=tuple(h["messages"][i] for h, columns in parts for i in columns[5].tolist()),
        classes=classes,
        scores=scores,
    )


def unpack_poses(chunks: Iterable[bytes], source: SourceInfo, model: str) -> LandmarkLog:
    """Unpack all chunks of a session into one landmark log.

    Raises:
        ValueError: a chunk is damaged.
    """
    packed = list(chunks)
    length = sum(_rows_of(chunk) for chunk in packed)
    arrays: dict[str, NDArray[Any]] = {
        name: np.zeros((length, *shape), kind) for name, (kind, shape) in ARRAYS.items()
    }
    others: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS if name not in ARRAYS}
    row = 0
    for chunk in packed:  # unpacked in place, because two hours take a quarter of a gigabyte
        header, columns = _pose_part(chunk)
        rows = slice(row, row + header["n"])
        found = columns["found"] != 0
        for name, column in columns.items():
            if name in others:
                others[name].append(column + row if name == OTHER_ROW else column)
            elif name in POSE_ARRAYS:
                arrays[name][rows][found] = column
            else:
                arrays[name][rows] = column
        row += header["n"]
    arrays |= NO_OTHERS | {name: _whole(name, parts) for name, parts in others.items() if parts}
    for whole in arrays.values():
        whole.setflags(write=False)  # so that the log does not copy them
    return LandmarkLog.of_arrays(source, model, arrays)


def _whole(name: str, parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts).astype(COLUMNS[name][0], copy=False)


def _kind(name: str) -> str:
    """The type of an array in a chunk: little endian; booleans as bytes."""
    kind = np.dtype(COLUMNS[name][0])
    return "<u1" if kind == np.bool_ else kind.newbyteorder("<").str


_Part: TypeAlias = tuple[JsonDict, list[NDArray[Any]]]


def _frame_part(chunk: bytes) -> _Part:
    header, data = _opened(chunk)
    n = header["n"]
    shapes = [("<f8", (n,)), ("<u1", (n,)), ("<f8", (n,)), ("<i8", (n,)), ("<u4", (n,)), ("<u4", (n,))]
    return header, _arrays(data, [*shapes, ("<f8", (n, len(header["classes"])))])


def _pose_part(chunk: bytes) -> tuple[JsonDict, dict[str, NDArray[Any]]]:
    header, data = _opened(chunk)
    people: int | None = header.get("people")
    names = [name for name in (COLUMNS if people else ARRAYS) if people is not None or name not in _LATER]
    rows = {
        name: header["found"] if name in POSE_ARRAYS else header["n"] if name in ARRAYS else people or 0
        for name in names
    }
    shapes = [(_kind(name), (rows[name], *COLUMNS[name][1])) for name in names]
    return header, dict(zip(names, _arrays(data, shapes), strict=True))


def _rows_of(chunk: bytes) -> int:
    """Number of frames in a chunk; only its beginning is decompressed."""
    stream = zlib.decompressobj()
    try:
        (length,) = struct.unpack("<I", stream.decompress(chunk, 4))
        return int(json.loads(stream.decompress(stream.unconsumed_tail, length))["n"])
    except (zlib.error, struct.error) as error:
        raise ValueError(f"damaged chunk ({error})") from error


def _joined(parts: list[_Part], column: int, kind: type[np.generic]) -> NDArray[Any]:
    arrays = [columns[column] for _, columns in parts]
    return np.concatenate(arrays).astype(kind, copy=False) if arrays else np.zeros(0, kind)


def _pack(header: JsonDict, *arrays: NDArray[Any]) -> bytes:
    text = json.dumps(header).encode()
    body = b"".join(_shuffled(array) for array in arrays)
    return zlib.compress(struct.pack("<I", len(text)) + text + body, _LEVEL)


def _opened(chunk: bytes) -> tuple[JsonDict, memoryview]:
    try:
        data = zlib.decompress(chunk)
        (length,) = struct.unpack_from("<I", data)
        header: JsonDict = json.loads(data[4 : 4 + length])
    except (zlib.error, struct.error) as error:
        raise ValueError(f"damaged chunk ({error})") from error
    return header, memoryview(data)[4 + length :]


def _arrays(data: memoryview, shapes: list[tuple[str, tuple[int, ...]]]) -> list[NDArray[Any]]:
    arrays, offset = [], 0
    for kind, shape in shapes:
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        part = np.frombuffer(data[offset : offset + size], np.uint8)
        if len(part) != size:
            raise ValueError("damaged chunk (too short)")
        width = np.dtype(kind).itemsize
        arrays.append(_unshuffled(part, width).view(kind).reshape(shape))
        offset += size
    return arrays


def _shuffled(array: NDArray[Any]) -> bytes:
    octets = np.frombuffer(array.tobytes(), np.uint8).reshape(-1, array.dtype.itemsize)
    return bytes(octets.T.tobytes())


def _unshuffled(part: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """Undo the shuffle: bytes by significance -> bytes by number. Strided writes take half as long as a transposed copy."""
    octets = np.empty((len(part) // width, width), np.uint8)
    for i, plane in enumerate(part.reshape(width, -1)):
        octets[:, i] = plane
    return octets
