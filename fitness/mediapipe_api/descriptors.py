"""What is known about messages and their fields, as far as `google.protobuf.json_format` asks for it.

So `MessageToDict`, `MessageToJson`, `Parse` and `ParseDict` of any protobuf take the messages here; protobuf itself is not
needed for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

_TYPE_FLOAT: Final = 2
_TYPE_MESSAGE: Final = 11
_CPPTYPE_FLOAT: Final = 6
_CPPTYPE_MESSAGE: Final = 10
_LABEL_OPTIONAL: Final = 1
_LABEL_REPEATED: Final = 3


@dataclass(frozen=True)
class FileDescriptor:
    """name: of the file that describes a message."""

    name: str
    package: str = "mediapipe"


LANDMARK_FILE: Final = FileDescriptor("mediapipe/framework/formats/landmark.proto")


@dataclass(frozen=True)
class FieldDescriptor:
    """What is known about one field.

    name: of the attribute.   number: on the wire.   owner: full name of the message that has it.
    message_type: of a list's messages; None for a number.
    """

    name: str
    number: int
    owner: str
    message_type: MessageDescriptor | None = None

    is_extension: ClassVar[bool] = False
    containing_oneof: ClassVar[None] = None
    enum_type: ClassVar[None] = None

    @property
    def full_name(self) -> str:
        """With the message's."""
        return f"{self.owner}.{self.name}"

    @property
    def json_name(self) -> str:
        """In JSON: camel case."""
        first, *rest = self.name.split("_")
        return first + "".join(each.capitalize() for each in rest)

    @property
    def is_repeated(self) -> bool:
        """Whether it is a list."""
        return self.message_type is not None

    @property
    def label(self) -> int:
        """Optional or repeated."""
        return _LABEL_REPEATED if self.is_repeated else _LABEL_OPTIONAL

    @property
    def type(self) -> int:
        """Float or message, by protobuf's numbers."""
        return _TYPE_MESSAGE if self.is_repeated else _TYPE_FLOAT

    @property
    def cpp_type(self) -> int:
        """The same in C++."""
        return _CPPTYPE_MESSAGE if self.is_repeated else _CPPTYPE_FLOAT

    @property
    def has_presence(self) -> bool:
        """Whether it is known to be set: numbers."""
        return not self.is_repeated

    @property
    def default_value(self) -> object:
        """What an unset field reads."""
        return [] if self.is_repeated else 0.0


@dataclass(frozen=True)
class MessageDescriptor:
    """What is known about one kind of message.   name: of the class.   fields: in order of their numbers."""

    name: str
    fields: tuple[FieldDescriptor, ...]

    file: ClassVar[FileDescriptor] = LANDMARK_FILE
    is_extendable: ClassVar[bool] = False
    has_options: ClassVar[bool] = False

    @property
    def full_name(self) -> str:
        """With its package."""
        return f"{self.file.package}.{self.name}"

    @property
    def fields_by_name(self) -> dict[str, FieldDescriptor]:
        """Name of the attribute -> field."""
        return {field.name: field for field in self.fields}

    @property
    def fields_by_number(self) -> dict[int, FieldDescriptor]:
        """Number on the wire -> field."""
        return {field.number: field for field in self.fields}
