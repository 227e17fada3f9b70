"""Converts frames and poses of a session to the compressed chunks that the store keeps, and back (see `session.chunk`)."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.media.info import SourceInfo
from fitness.session.chunk import decode_all, encode, split
from fitness.session.landmark_chunk import LandmarkChunk, encode_landmarks, log_of
from fitness.session.landmarks import LandmarkLog
from fitness.session.session import FrameTable, joined_scores
from fitness.types import JsonDict

_LEVEL: Final = 1


def pack_frames(table: FrameTable) -> bytes:
    """Pack the rows of a frame table."""
    exercises = list(dict.fromkeys(table.exercise))
    messages = list(dict.fromkeys(table.message))
    header = {"n": len(table), "classes": table.classes, "exercises": exercises, "messages": messages}
    arrays = [
        table.t.astype("<f8"),
        table.found.astype("<u1"),
        table.phase.astype("<f8"),
        table.count.astype("<i8"),
        np.array([exercises.index(name) for name in table.exercise], "<u4"),
        np.array([messages.index(text) for text in table.message], "<u4"),
        table.scores.astype("<f8"),
    ]
    return zlib.compress(encode(header, arrays), _LEVEL)


def pack_poses(log: LandmarkLog) -> bytes:
    """Pack the rows of a landmark log."""
    return zlib.compress(encode_landmarks(log.arrays()), _LEVEL)


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
    frames = sum(_frames_of(one) for one in packed)
    return log_of((LandmarkChunk.of(_opened(one)) for one in packed), frames, source, model)


_Part: TypeAlias = tuple[JsonDict, list[NDArray[Any]]]


def _frame_part(packed: bytes) -> _Part:
    data = _opened(packed)
    header, begin = split(data)
    n = header["n"]
    shapes = [("<f8", (n,)), ("<u1", (n,)), ("<f8", (n,)), ("<i8", (n,)), ("<u4", (n,)), ("<u4", (n,))]
    return header, decode_all(memoryview(data)[begin:], [*shapes, ("<f8", (n, len(header["classes"])))])


def _frames_of(packed: bytes) -> int:
    """Number of frames in a chunk; only its beginning is decompressed."""
    stream = zlib.decompressobj()
    try:
        (length,) = struct.unpack("<I", stream.decompress(packed, 4))
        return int(json.loads(stream.decompress(stream.unconsumed_tail, length))["n"])
    except (zlib.error, struct.error) as error:
        raise ValueError(f"damaged chunk ({error})") from error


def _joined(parts: list[_Part], column: int, kind: type[np.generic]) -> NDArray[Any]:
    arrays = [columns[column] for _, columns in parts]
    return np.concatenate(arrays).astype(kind, copy=False) if arrays else np.zeros(0, kind)


def _opened(packed: bytes) -> bytes:
    """Decompress a chunk."""
    try:
        data = zlib.decompress(packed)
        struct.unpack_from("<I", data)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"damaged chunk ({error})") from error
    return data
