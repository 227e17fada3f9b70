"""One workout -> a FIT activity file (Garmin's Flexible and Interoperable Data Transfer) with `set` messages.

Only what such a file needs is encoded: little-endian data messages, one local type each, no developer fields.
Numbers of messages, fields and base types: FIT profile and protocol, version 21.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from fitness.recognition.exercises import is_held
from fitness.session.exports.names import Names, app_names
from fitness.session.exports.segments import Segment, segments
from fitness.session.store import Workout

FIT_EPOCH_S: Final = 631_065_600
"""Unix time of 1989-12-31T00:00:00Z, where FIT's seconds begin."""

_PROTOCOL: Final = 0x10
_PROFILE: Final = 2100
_KINDS: Final = {"enum": (0x00, "B"), "uint16": (0x84, "H"), "uint32": (0x86, "I"), "uint32z": (0x8C, "I")}
"""Base type -> its number and `struct` letter."""

_INVALID: Final = {"enum": 0xFF, "uint16": 0xFFFF, "uint32": 0xFFFF_FFFF, "uint32z": 0}


@dataclass(frozen=True, slots=True)
class _Message:
    """number: of the message.   fields: (number of the field, base type) in the order of its values."""

    number: int
    fields: tuple[tuple[int, str], ...]


_FILE_ID: Final = _Message(
    0, ((0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32"))
)  # type, manufacturer, product, serial_number, time_created
_EVENT: Final = _Message(21, ((253, "uint32"), (0, "enum"), (1, "enum")))  # timestamp, event, event_type
_SET: Final = _Message(
    225,
    (
        (254, "uint32"), (0, "uint32"), (3, "uint16"), (4, "uint16"), (5, "enum"), (6, "uint32"),
        (7, "uint16"), (8, "uint16"), (9, "uint16"), (10, "uint16"),
    ),
)  # fmt: skip
"""timestamp, duration, repetitions, weight, set_type, start_time, category, category_subtype, weight_display_unit,
message_index."""
_LAP: Final = _Message(
    19,
    ((254, "uint16"), (253, "uint32"), (0, "enum"), (1, "enum"), (2, "uint32"), (7, "uint32"), (8, "uint32")),
)  # message_index, timestamp, event, event_type, start_time, total_elapsed_time, total_timer_time
_SESSION: Final = _Message(
    18,
    (
        (254, "uint16"), (253, "uint32"), (0, "enum"), (1, "enum"), (2, "uint32"), (5, "enum"), (6, "enum"),
        (7, "uint32"), (8, "uint32"), (25, "uint16"), (26, "uint16"), (28, "enum"),
    ),
)  # fmt: skip
"""As lap, with sport, sub_sport before the times, then first_lap_index, num_laps, trigger."""
_ACTIVITY: Final = _Message(
    34, ((253, "uint32"), (0, "uint32"), (1, "uint16"), (2, "enum"), (3, "enum"), (4, "enum"), (5, "uint32"))
)  # timestamp, total_timer_time, num_sessions, type, event, event_type, local_timestamp

_DEVELOPMENT: Final = 255  # manufacturer
_ACTIVITY_FILE: Final = 4  # file
_TRAINING, _STRENGTH = 10, 20  # sport, sub_sport
_TIMER, _SESSION_EVENT, _LAP_EVENT, _ACTIVITY_EVENT = 0, 8, 9, 26  # event
_START, _STOP, _STOP_ALL = 0, 1, 4  # event_type
_KILOGRAM: Final = 1  # fit_base_unit


def fit_bytes(workout: Workout, names: Names | None = None) -> bytes:
    """The whole file: header, messages, checksum. Times are whole seconds, durations milliseconds.

    names: names of the exercises, from `read_names`; None for the table that ships.
    """
    row = workout.row
    begun, ended = _stamp(row.started_at), _stamp(row.ended_at)
    length = _ms(row.end_s)
    parts = segments(workout)
    body = b"".join(
        [
            _encoded(_FILE_ID, [[_ACTIVITY_FILE, _DEVELOPMENT, 0, row.id, begun]], 0),
            _encoded(_EVENT, [[begun, _TIMER, _START]], 1),
            _encoded(_SET, [_set_values(workout, part, i, names) for i, part in enumerate(parts)], 2),
            _encoded(_EVENT, [[ended, _TIMER, _STOP_ALL]], 1),
            _encoded(_LAP, [[0, ended, _LAP_EVENT, _STOP, begun, length, length]], 3),
            _encoded(
                _SESSION,
                [[0, ended, _SESSION_EVENT, _STOP, begun, _TRAINING, _STRENGTH, length, length, 0, 1, 0]],
                4,
            ),
            _encoded(
                _ACTIVITY, [[ended, length, 1, 0, _ACTIVITY_EVENT, _STOP, _local_stamp(row.ended_at)]], 5
            ),
        ]
    )
    header = struct.pack("<BBHI4s", 14, _PROTOCOL, _PROFILE, len(body), b".FIT")
    whole = header + struct.pack("<H", crc16(header)) + body
    return whole + struct.pack("<H", crc16(whole))


def crc16(data: bytes) -> int:
    """FIT's checksum: CRC-16/ARC (polynomial 0x8005 reflected, start 0)."""
    value = 0
    for octet in data:
        value ^= octet
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


def _set_values(workout: Workout, part: Segment, index: int, names: Names | None) -> list[int | None]:
    """The fields of `_SET`. A held exercise has its seconds as the duration, and no repetitions."""
    start = _stamp(workout.row.at(part.start_s))
    end = _stamp(workout.row.at(part.end_s))
    duration = _ms(part.end_s - part.start_s)
    one = part.set
    if one is None:
        return [end, duration, None, None, 0, start, None, None, None, index]
    category, name = app_names(one.exercise, names).fit[bool(one.weight_kg)]
    weight = None if one.weight_kg is None else round(one.weight_kg * 16)
    held = is_held(one.exercise)
    return [
        end, _ms(one.reps) if held else duration, None if held else one.reps, weight, 1, start, category, name,
        None if weight is None else _KILOGRAM, index,
    ]  # fmt: skip


def _encoded(message: _Message, rows: Sequence[Sequence[int | None]], local: int) -> bytes:
    """A definition message and the data messages that follow it."""
    letters = "".join(_KINDS[kind][1] for _, kind in message.fields)
    definition = struct.pack("<BBBHB", 0x40 | local, 0, 0, message.number, len(message.fields))
    for number, kind in message.fields:
        definition += struct.pack("<BBB", number, struct.calcsize(_KINDS[kind][1]), _KINDS[kind][0])
    data = definition
    for row in rows:
        values = [
            _INVALID[kind] if value is None else value
            for value, (_, kind) in zip(row, message.fields, strict=True)
        ]
        data += struct.pack(f"<B{letters}", local, *values)
    return data


def _stamp(moment: datetime) -> int:
    return round(moment.timestamp()) - FIT_EPOCH_S


def _local_stamp(moment: datetime) -> int:
    """Local time in seconds since FIT's epoch."""
    return round(moment.replace(tzinfo=timezone.utc).timestamp()) - FIT_EPOCH_S


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
