"""`Timestamp`: a time of MediaPipe's framework, in microseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import ClassVar, Final

from fitness.mediapipe_api.arguments import checked_whole
from fitness.mediapipe_api.failures import ArgumentError

_LOWEST: Final = -(2**63)
_HIGHEST: Final = 2**63 - 1
_PER_SECOND: Final = 1_000_000


@total_ordering
@dataclass(frozen=True, eq=False)
class Timestamp:
    """A time in microseconds; special values are `UNSET`, `MIN` and so on, in MediaPipe's order.

    Raises TypeError for something else than a whole number or a Timestamp, ArgumentError (a ValueError) for a value
    beyond 64 bits.
    """

    value: int

    UNSET: ClassVar[Timestamp]
    UNSTARTED: ClassVar[Timestamp]
    PRESTREAM: ClassVar[Timestamp]
    MIN: ClassVar[Timestamp]
    MAX: ClassVar[Timestamp]
    POSTSTREAM: ClassVar[Timestamp]
    DONE: ClassVar[Timestamp]

    def __init__(self, value: int | Timestamp) -> None:
        whole = value.value if isinstance(value, Timestamp) else checked_whole("value", value)
        if not _LOWEST <= whole <= _HIGHEST:
            raise ArgumentError(f"value must fit 64 bits, got {whole}")
        object.__setattr__(self, "value", whole)

    @staticmethod
    def from_seconds(seconds: float) -> Timestamp:
        """The timestamp of a time in seconds, rounded to a microsecond."""
        return Timestamp(round(seconds * _PER_SECOND))

    def seconds(self) -> float:
        """The time in seconds."""
        return self.value / _PER_SECOND

    def microseconds(self) -> int:
        """The time in microseconds."""
        return self.value

    def is_special_value(self) -> bool:
        """Whether it is one of the named values."""
        return self.value in _NAMES

    def is_range_value(self) -> bool:
        """Whether it lies from `MIN` to `MAX`."""
        return Timestamp.MIN.value <= self.value <= Timestamp.MAX.value

    def is_allowed_in_stream(self) -> bool:
        """Whether a packet may have it: a range value, `PRESTREAM` or `POSTSTREAM`."""
        return Timestamp.PRESTREAM.value <= self.value <= Timestamp.POSTSTREAM.value

    def __eq__(self, other: object) -> bool:
        value = _value(other)
        return NotImplemented if value is None else self.value == value

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Timestamp | int) -> bool:
        value = _value(other)
        return NotImplemented if value is None else self.value < value

    def __repr__(self) -> str:
        return f"<mediapipe.Timestamp with value: {_NAMES.get(self.value, str(self.value))}>"


def _value(other: object) -> int | None:
    """Microseconds of a timestamp or of a whole number, with which timestamps compare."""
    if isinstance(other, Timestamp):
        return other.value
    return other if isinstance(other, int) else None


Timestamp.UNSET = Timestamp(_LOWEST)
Timestamp.UNSTARTED = Timestamp(_LOWEST + 1)
Timestamp.PRESTREAM = Timestamp(_LOWEST + 2)
Timestamp.MIN = Timestamp(_LOWEST + 3)
Timestamp.MAX = Timestamp(_HIGHEST - 2)
Timestamp.POSTSTREAM = Timestamp(_HIGHEST - 1)
Timestamp.DONE = Timestamp(_HIGHEST)
_NAMES: Final = {
    getattr(Timestamp, name).value: name
    for name in ("UNSET", "UNSTARTED", "PRESTREAM", "MIN", "MAX", "POSTSTREAM", "DONE")
}
