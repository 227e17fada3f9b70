"""The list of messages inside a message: what is put in is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any, Generic, NoReturn, Protocol, TypeVar, overload, runtime_checkable


@runtime_checkable
class Copyable(Protocol):
    """What a message is to its list."""

    def CopyFrom(self, other: Any) -> None: ...  # noqa: N802


M = TypeVar("M", bound=Copyable)


class RepeatedCompositeContainer(Generic[M]):
    """The messages of a list field. What is put in is copied; elements are changed in place, never assigned."""

    __slots__ = ("_items", "_kind")

    def __init__(self, kind: type[M]) -> None:
        self._kind = kind
        self._items: list[M] = []

    def add(self, **fields: Any) -> M:
        """Append a new message with these fields, and return it."""
        item = self._kind(**fields)
        self._items.append(item)
        return item

    def append(self, item: M) -> None:
        """Append a copy of `item`."""
        self._items.append(self._copy(item))

    def extend(self, items: Iterable[M]) -> None:
        """Append copies of all items."""
        if not isinstance(items, Iterable):
            raise TypeError("Value must be iterable")
        self._items.extend([self._copy(item) for item in items])

    MergeFrom = extend

    def insert(self, index: int, item: M) -> None:
        """Put a copy of `item` before `index`."""
        self._items.insert(index, self._copy(item))

    def pop(self, index: int = -1) -> M:
        """Remove an element and return it."""
        return self._items.pop(index)

    def remove(self, item: M) -> None:
        """Remove the first element that equals `item`."""
        self._items.remove(item)

    def reverse(self) -> None:
        """Turn the order round."""
        self._items.reverse()

    def sort(self, *, key: Callable[[M], Any], reverse: bool = False) -> None:
        """Order the elements by `key`."""
        self._items.sort(key=key, reverse=reverse)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[M]:
        return iter(self._items)

    @overload
    def __getitem__(self, index: int) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> list[M]: ...
    def __getitem__(self, index: int | slice) -> M | list[M]:
        return self._items[index]

    def __setitem__(self, index: object, item: object) -> NoReturn:
        raise TypeError("does not support assignment")

    def __delitem__(self, index: int | slice) -> None:
        del self._items[index]

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RepeatedCompositeContainer):
            return self._items == other._items
        return self._items == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._items)

    def _copy(self, item: M) -> M:
        if not isinstance(item, Copyable):
            raise TypeError(f"Expected a message object, but got {item!r}.")
        if type(item) is not self._kind:
            raise TypeError(wrong_class("MergeFrom", self._kind, item))
        return copy(item)


def wrong_class(method: str, expected: type, got: object) -> str:
    """The words of protobuf for a message of another class."""
    return f"Parameter to {method}() must be instance of same class: expected {expected} got {type(got)}."
