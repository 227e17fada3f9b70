"""Half a second of frames <-> compressed bytes, to the bit.

A chunk is zlib over: length of a JSON header (4 bytes, little endian), the header, then the arrays. Bytes of equal
significance lie together (as Blosc's shuffle does it), which makes landmarks a fifth smaller than plain zlib.
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
from fitness.session.landmarks import LandmarkLog, no_others
from fitness.session.session import FrameTable
from fitness.skeleton import LANDMARK_COUNT
from fitness.types import JsonDict

_LEVEL: Final = 1
_POSE: Final[dict[str, tuple[str, tuple[int, ...]]]] = {
    "world": ("<f4", (LANDMARK_COUNT, 3)),
    "image": ("<f4", (LANDMARK_COUNT, 3)),
    "visibility": ("<f4", (LANDMARK_COUNT,)),
    "presence": ("<f4", (LANDMARK_COUNT,)),
    "score": ("<f8", ()),
}
"""Arrays of a pose chunk after "t" and "found", one row per frame with a person: type, shape of a row."""

_MORE: Final[dict[str, tuple[str, tuple[int, ...]]]] = {"person": ("<i4", ())}
"""Arrays that follow, one row per frame with a person, where the header says "people"; then come the others, if any."""

_OTHERS: Final[dict[str, tuple[str, tuple[int, ...]]]] = {"row": ("<i8", ()), **_POSE, **_MORE}


def pack_frames(table: FrameTable) -> bytes:
    """The rows of a table."""
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
    """The rows of a log; of frames without a person only the time is kept."""
    header = {"n": len(log), "found": int(log.found.sum()), "people": len(log.others["row"])}
    rows = [getattr(log, name)[log.found].astype(kind) for name, (kind, _) in (_POSE | _MORE).items()]
    others = [log.others[name].astype(kind) for name, (kind, _) in _OTHERS.items()]
    return _pack(header, log.t.astype("<f8"), log.found.astype("<u1"), *rows, *others)


def unpack_frames(chunks: Iterable[bytes]) -> FrameTable:
    """All chunks of a session as one table.

    Raises:
        ValueError: a chunk is damaged.
    """
    parts = [_frame_part(chunk) for chunk in chunks]
    classes = tuple(dict.fromkeys(name for header, _ in parts for name in header["classes"]))
    scores = np.full((sum(header["n"] for header, _ in parts), len(classes)), np.nan)
    row = 0
    for header, columns in parts:
        for column, name in enumerate(header["classes"]):
            scores[row : row + header["n"], classes.index(name)] = columns[6][:, column]
        row += header["n"]
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
    """All chunks of a session as one log.

    Raises:
        ValueError: a chunk is damaged.
    """
    packed = list(chunks)
    length = sum(_rows_of(chunk) for chunk in packed)
    t, found = np.zeros(length), np.zeros(length, np.bool_)
    arrays: dict[str, Any] = {
        name: np.zeros((length, *shape), np.dtype(kind).newbyteorder("="))
        for name, (kind, shape) in (_POSE | _MORE).items()
    }
    others: dict[str, list[NDArray[Any]]] = {name: [] for name in _OTHERS}
    row = 0
    for chunk in packed:  # each straight into its place: two hours are a quarter of a gigabyte
        header, columns = _pose_part(chunk)
        rows = slice(row, row + header["n"])
        t[rows], found[rows] = columns[0], columns[1] != 0
        for whole, column in zip(arrays.values(), columns[2:], strict=False):
            whole[rows][found[rows]] = column
        for name, column in zip(_OTHERS, columns[2 + len(arrays) :], strict=False):
            others[name].append(column + row if name == "row" else column)
        row += header["n"]
    for whole in arrays.values():
        whole.setflags(write=False)  # so that the log need not copy them
    apart = no_others() | {name: _whole(name, parts) for name, parts in others.items() if parts}
    return LandmarkLog(source, model, t=t, found=found, **arrays, others=apart)


def _whole(name: str, parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts).astype(np.dtype(_OTHERS[name][0]).newbyteorder("="), copy=False)


_Part: TypeAlias = tuple[JsonDict, list[NDArray[Any]]]


def _frame_part(chunk: bytes) -> _Part:
    header, data = _opened(chunk)
    n = header["n"]
    shapes = [("<f8", (n,)), ("<u1", (n,)), ("<f8", (n,)), ("<i8", (n,)), ("<u4", (n,)), ("<u4", (n,))]
    return header, _arrays(data, [*shapes, ("<f8", (n, len(header["classes"])))])


def _pose_part(chunk: bytes) -> _Part:
    header, data = _opened(chunk)
    n, found, people = header["n"], header["found"], header.get("people")
    kinds = _POSE if people is None else _POSE | _MORE  # chunks of before people were told apart lack ids
    rows = [(kind, (found, *shape)) for kind, shape in kinds.values()]
    rows += [(kind, (people, *shape)) for kind, shape in _OTHERS.values()] if people else []
    return header, _arrays(data, [("<f8", (n,)), ("<u1", (n,)), *rows])


def _rows_of(chunk: bytes) -> int:
    """Number of frames of a chunk; only its beginning is decompressed."""
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
    """Bytes by significance -> bytes by number. One long strided write a byte: a transposed copy takes twice as long."""
    octets = np.empty((len(part) // width, width), np.uint8)
    for i, plane in enumerate(part.reshape(width, -1)):
        octets[:, i] = plane
    return octets
