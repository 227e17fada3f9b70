"""Plain Python classes that behave like the protobuf messages of landmarks: fields, lists, copying, text, bytes.

Numbers are kept as 32-bit floats, an unset field reads 0, messages are compared by content and copied into lists.
`google.protobuf.json_format` takes them, see `fitness.mediapipe_api.descriptors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ctypes import c_float
from typing import Any, ClassVar, Final, Generic, NoReturn, TypeVar, cast, overload

from fitness.mediapipe_api.descriptors import FieldDescriptor, MessageDescriptor
from fitness.mediapipe_api.message_bytes import DecodeError, float_bytes, message_bytes, read_fields
from fitness.mediapipe_api.repeated import RepeatedCompositeContainer, wrong_class

__all__ = ["DecodeError", "FloatField", "Message", "RepeatedCompositeContainer", "RepeatedField"]

_SHORT_DIGITS: Final = 6
_ALL_DIGITS: Final = 9


class FloatField:
    """A 32-bit number of a message that may be unset.

    Args:
        number: of the field on the wire.
    """

    def __init__(self, number: int) -> None:
        self.number = number

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, message: None, owner: type) -> FloatField: ...
    @overload
    def __get__(self, message: Message, owner: type) -> float: ...
    def __get__(self, message: Message | None, owner: type) -> FloatField | float:
        return self if message is None else cast(float, message._values.get(self.name, 0.0))

    def __set__(self, message: Message, value: float) -> None:
        message._values[self.name] = c_float(value).value


M = TypeVar("M", bound="Message")


class RepeatedField(Generic[M]):
    """A list of messages inside a message.

    Args:
        number: of the field on the wire.
        kind: class of the elements.
    """

    def __init__(self, number: int, kind: type[M]) -> None:
        self.number, self.kind = number, kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, message: None, owner: type) -> RepeatedField[M]: ...
    @overload
    def __get__(self, message: Message, owner: type) -> RepeatedCompositeContainer[M]: ...
    def __get__(
        self, message: Message | None, owner: type
    ) -> RepeatedField[M] | RepeatedCompositeContainer[M]:
        if message is None:
            return self
        values = message._values
        if self.name not in values:
            values[self.name] = RepeatedCompositeContainer(self.kind)
        return cast("RepeatedCompositeContainer[M]", values[self.name])

    def __set__(self, message: Message, value: object) -> NoReturn:
        raise AttributeError(
            f'Assignment not allowed to message, map, or repeated field "{self.name}" in protocol message object.'
        )


class Message:
    """Base of the messages. Fields are given by name; None leaves one unset.

    Raises ValueError for a field that the message does not have, TypeError for a value of another type.
    """

    __slots__ = ("_values",)
    __hash__: ClassVar[None]  # type: ignore[assignment]
    DESCRIPTOR: ClassVar[MessageDescriptor]
    _floats: ClassVar[dict[str, FloatField]]
    _lists: ClassVar[dict[str, RepeatedField[Any]]]
    _values: dict[str, object]

    def __init_subclass__(cls) -> None:
        cls._floats = {name: item for name, item in vars(cls).items() if isinstance(item, FloatField)}
        cls._lists = {name: item for name, item in vars(cls).items() if isinstance(item, RepeatedField)}
        owner = f"mediapipe.{cls.__name__}"
        floats = [FieldDescriptor(name, item.number, owner) for name, item in cls._floats.items()]
        lists = [
            FieldDescriptor(name, item.number, owner, item.kind.DESCRIPTOR)
            for name, item in cls._lists.items()
        ]
        cls.DESCRIPTOR = MessageDescriptor(cls.__name__, (*floats, *lists))
        for field in cls.DESCRIPTOR.fields:
            setattr(cls, f"{field.name.upper()}_FIELD_NUMBER", field.number)

    def __init__(self, *positional: object, **fields: Any) -> None:
        if positional:
            raise TypeError("No positional arguments allowed")
        object.__setattr__(self, "_values", {})
        for name, value in fields.items():
            self._check(name)
            if value is None:
                continue
            if name in self._floats:
                self._values[name] = c_float(value).value
            else:
                self._list(name).extend(_as_messages(value, self._lists[name].kind))

    def __setattr__(self, name: str, value: object) -> None:
        if name != "_values" and name not in self._floats and name not in self._lists:
            raise AttributeError(f'Protocol message {self.DESCRIPTOR.name} has no "{name}" field.')
        object.__setattr__(self, name, value)

    # --- fields ---

    def HasField(self, field_name: str) -> bool:  # noqa: N802
        """Whether a number was set. ValueError for a list or for no field at all."""
        self._check(field_name)
        if field_name in self._lists:
            raise ValueError(f"Field {self.DESCRIPTOR.full_name}.{field_name} does not have presence.")
        return field_name in self._values

    def ClearField(self, field_name: str) -> None:  # noqa: N802
        """Make a field unset."""
        self._check(field_name)
        self._values.pop(field_name, None)

    def Clear(self) -> None:  # noqa: N802
        """Make all fields unset."""
        self._values.clear()

    def ListFields(self) -> list[tuple[FieldDescriptor, Any]]:  # noqa: N802
        """(descriptor, value) of the fields that are set."""
        return [
            (field, getattr(self, field.name)) for field in self.DESCRIPTOR.fields if self._is_set(field.name)
        ]

    def IsInitialized(self) -> bool:  # noqa: N802
        """Always true: no field is required."""
        return True

    def FindInitializationErrors(self) -> list[str]:  # noqa: N802
        """None, as nothing is required."""
        return []

    def WhichOneof(self, oneof_group: str) -> NoReturn:  # noqa: N802
        """ValueError: there are no such groups."""
        if oneof_group in self.DESCRIPTOR.fields_by_name:
            raise ValueError(f"Expected a oneof name, but got field name {oneof_group}.")
        raise ValueError(f'Protocol message {self.DESCRIPTOR.name} has no oneof "{oneof_group}" field.')

    def DiscardUnknownFields(self) -> None:  # noqa: N802
        """Nothing: what is unknown is not kept."""

    def SetInParent(self) -> None:  # noqa: N802
        """Nothing: kept for code that calls it."""

    # --- copying ---

    def CopyFrom(self, other: Message) -> None:  # noqa: N802
        """Become a copy of a message of the same class."""
        self._check_same(other, "CopyFrom")
        if other is not self:
            self.Clear()
            self.MergeFrom(other)

    def MergeFrom(self, other: Message) -> None:  # noqa: N802
        """Take over the numbers that `other` has; append copies of its lists."""
        self._check_same(other, "MergeFrom")
        for field, value in other.ListFields():
            if field.name in self._floats:
                self._values[field.name] = value
            else:
                self._list(field.name).extend(value)

    def __deepcopy__(self: M, memo: dict[int, Any]) -> M:
        return self.__copy__()

    def __copy__(self: M) -> M:
        copy = type(self)()
        copy.MergeFrom(self)
        return copy

    def __reduce__(self) -> tuple[Callable[[bytes], Message], tuple[bytes]]:
        return type(self).FromString, (self.SerializeToString(),)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return type(self) is type(other) and self.ListFields() == other.ListFields()

    # --- bytes and text ---

    def SerializeToString(self) -> bytes:  # noqa: N802
        """The message in protobuf's wire format."""
        parts = []
        for field, value in self.ListFields():
            if field.name in self._floats:
                parts.append(float_bytes(field.number, value))
            else:
                parts += [message_bytes(field.number, item.SerializeToString()) for item in value]
        return b"".join(parts)

    SerializePartialToString = SerializeToString

    def ByteSize(self) -> int:  # noqa: N802
        """Length of `SerializeToString`."""
        return len(self.SerializeToString())

    def ParseFromString(self, serialized: bytes) -> int:  # noqa: N802
        """Become the message that the bytes hold; their number. DecodeError if they are no message."""
        self.Clear()
        return self.MergeFromString(serialized)

    def MergeFromString(self, serialized: bytes) -> int:  # noqa: N802
        """Merge the message that the bytes hold; their number."""
        names = {field.number: field.name for field in self.DESCRIPTOR.fields}
        for number, value in read_fields(serialized):
            name = names.get(number)
            if name in self._floats and isinstance(value, float):
                self._values[name] = value
            elif name in self._lists and isinstance(value, bytes):
                self._list(name).add().MergeFromString(value)
        return len(serialized)

    @classmethod
    def FromString(cls: type[M], serialized: bytes) -> M:  # noqa: N802
        """The message that the bytes hold."""
        message = cls()
        message.ParseFromString(serialized)
        return message

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        for field, value in self.ListFields():
            if field.name in self._floats:
                yield f"{field.name}: {float_text(value)}"
                continue
            for item in value:
                yield f"{field.name} {{"
                yield from (f"  {line}" for line in item._lines())
                yield "}"

    # --- checks ---

    def _is_set(self, name: str) -> bool:
        return name in self._values and (name in self._floats or bool(self._list(name)))

    def _list(self, name: str) -> RepeatedCompositeContainer[Any]:
        return cast("RepeatedCompositeContainer[Any]", getattr(self, name))

    def _check(self, name: str) -> None:
        if name not in self._floats and name not in self._lists:
            raise ValueError(f'Protocol message {self.DESCRIPTOR.name} has no "{name}" field.')

    def _check_same(self, other: object, method: str) -> None:
        if type(other) is not type(self):
            raise TypeError(wrong_class(method, type(self), other))


def float_text(value: float) -> str:
    """The shortest of 6 or 9 digits that gives the same 32-bit number, as protobuf's text format has it."""
    short = f"{value:.{_SHORT_DIGITS}g}"
    return short if c_float(float(short)).value == value or value != value else f"{value:.{_ALL_DIGITS}g}"


def _as_messages(items: Iterable[Any], kind: type[M]) -> list[M]:
    """Items of a constructor's list, where dictionaries stand for messages."""
    made = [kind(**item) if isinstance(item, dict) else item for item in items]
    for item in made:
        if type(item) is not kind:
            raise TypeError(wrong_class("MergeFrom", kind, item))
    return made
