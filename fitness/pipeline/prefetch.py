"""Runs one stage of a pipeline, or a single call, in a separate thread, ahead of the code that needs it.

Reading, tracking and drawing use different parts of the machine. They spend most of their time in native code, which
releases Python's lock, so they run in parallel.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Generic, TypeVar

from fitness import stopping
from fitness.errors import OptionError

T = TypeVar("T")


class Background(Generic[T]):
    """The result of one call, which runs in a thread from now on.

    Args:
        call: runs once.   name: of the thread, for debuggers.
    """

    def __init__(self, call: Callable[[], T], name: str) -> None:
        self._call = call
        self._found: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """The return value of the call. Waits until it has ended, and raises its error."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._found[0]

    def wait(self) -> None:
        """Wait until the call has ended, with or without an error."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._found.append(self._call())
        except BaseException as error:  # raised again in `result`
            self._error = error


DEPTH: Final = 1
"""Number of items that may wait: enough to even out varying times, with few frames in memory."""


class Prefetch(Generic[T]):
    """The items of an iterable, in order, computed in a thread; an iterator and a context manager.

    An error in the thread is raised from the iterator, after the items that came before it. Leaving the `with` block, or
    `close`, stops the thread after its current item, and waits for it. In a command, waiting for an item in the main
    thread is a safe point to end (`fitness.stopping`).

    Args:
        items: iterated over in the thread, and closed there if it is a generator.
        depth: number of items that may wait, at least 1.
        name: of the thread, for debuggers.

    Raises:
        OptionError: depth is below 1.
    """

    def __init__(self, items: Iterable[T], depth: int = DEPTH, name: str = "prefetch") -> None:
        if depth < 1:
            raise OptionError(f"option depth must be at least 1, got {depth}")
        self._source = items
        self._ready: SimpleQueue[tuple[T] | None] = SimpleQueue()  # None: no more will come
        self._room: SimpleQueue[None] = SimpleQueue()  # an entry for each item that may still be made
        for _ in range(depth):
            self._room.put(None)
        self._error: BaseException | None = None
        self._stop = self._ended = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._ended:
            raise StopIteration
        item = stopping.next_item(self._ready)
        if item is None:
            self._ended = True
            self._thread.join()
            if self._error is not None:
                raise self._error
            raise StopIteration
        self._room.put(None)
        return item[0]

    def close(self) -> None:
        """Stop the thread and wait for it. May be called twice."""
        self._stop = self._ended = True
        self._room.put(None)
        self._thread.join()

    def __enter__(self) -> Prefetch[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        """Compute the next item whenever there is room for it. Runs in the thread."""
        try:
            items = iter(self._source)
            try:
                while self._may_go_on():
                    self._ready.put((next(items),))
            except StopIteration:
                pass
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    close()
        except BaseException as error:  # raised again for the consumer
            self._error = error
        self._ready.put(None)

    def _may_go_on(self) -> bool:
        self._room.get()
        return not self._stop
