"""Protobuf's wire format, as far as messages of 32-bit floats and nested messages need it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_MAX_VARINT: Final = 10  # bytes


class DecodeError(ValueError):
    """Bytes are not a message."""


def float_bytes(number: int, value: float) -> bytes:
    """Field `number` with a 32-bit float."""
    return _varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def message_bytes(number: int, content: bytes) -> bytes:
    """Field `number` with a nested message."""
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def read_fields(data: bytes) -> Iterator[tuple[int, float | bytes | None]]:
    """(number, value) of each field: a 32-bit float, the bytes of a nested message, or None for another type.

    Raises DecodeError if the bytes end early or hold an unknown type.
    """
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _FIXED32:
            yield number, float(struct.unpack("<f", _take(data, at, 4))[0])
            at += 4
        elif kind == _BYTES:
            length, at = _read_varint(data, at)
            yield number, _take(data, at, length)
            at += length
        elif kind == _VARINT:
            _, at = _read_varint(data, at)
            yield number, None
        elif kind == _FIXED64:
            _take(data, at, 8)
            at += 8
            yield number, None
        else:
            raise DecodeError("Error parsing message")


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for k, byte in enumerate(data[at : at + _MAX_VARINT]):
        value |= (byte & 0x7F) << 7 * k
        if byte < 0x80:
            return value, at + k + 1
    raise DecodeError("Error parsing message")


def _take(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise DecodeError("Error parsing message")
    return data[at : at + length]
