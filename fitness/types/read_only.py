"""A dictionary that cannot be changed, so that results can be shared between threads, sent to processes and copied."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ReadOnlyDict(dict[K, V]):
    """A dict whose content is fixed when it is made; it can be pickled, copied and written as JSON.

    Raises:
        TypeError: an attempt to change it.
    """

    __slots__ = ()

    def _refused(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("the result cannot be changed; make a copy with dict(...)")

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)
