"""Stages that run ahead in threads: the same items in the same order, errors are passed on, threads always end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError, SourceError
from fitness.pipeline.prefetch import Background, Prefetch
from tests.support.strategies import examples
from tests.support.waiting import LIMIT_S


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Every thread that a test starts has ended when it ends."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@given(st.lists(st.integers(), max_size=30), st.integers(1, 5))
@examples(40)
def test_the_items_come_in_order(items: list[int], depth: int) -> None:
    """For any depth, every item arrives once and in order."""
    with Prefetch(items, depth) as ahead:
        assert list(ahead) == items
        assert list(ahead) == []


def test_items_are_made_in_another_thread() -> None:
    """The iterable runs in a thread with the given name, not in the caller's."""
    names = (threading.current_thread().name for _ in range(3))
    with Prefetch(names, name="reading") as ahead:
        assert set(ahead) == {"reading"}


@pytest.mark.parametrize(("depth", "taken"), [(1, 0), (1, 4), (3, 0), (3, 5)])
def test_no_more_than_depth_items_wait(depth: int, taken: int) -> None:
    """The thread works ahead by at most `depth` items."""
    made = 0
    there = threading.Semaphore(0)

    def source() -> Iterator[int]:
        nonlocal made
        for i in range(100):
            made += 1
            there.release()
            yield i

    with Prefetch(source(), depth) as ahead:
        assert [next(ahead) for _ in range(taken)] == list(range(taken))
        assert all(there.acquire(timeout=LIMIT_S) for _ in range(depth + taken))
    assert made == depth + taken


def test_an_error_comes_after_the_items_before_it() -> None:
    """The same exception object is raised in the consumer's thread, once, after the items before it."""
    error = SourceError("the disk is gone")

    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise error

    with Prefetch(source()) as ahead:
        assert [next(ahead), next(ahead)] == [1, 2]
        with pytest.raises(SourceError) as caught:
            next(ahead)
        assert caught.value is error
        assert list(ahead) == []


def test_an_error_before_the_first_item_is_carried_too() -> None:
    """An iterable that cannot be iterated over raises its error in the consumer."""
    with Prefetch(3) as ahead, pytest.raises(TypeError, match="not iterable"):  # type: ignore[arg-type]
        next(ahead)


def test_leaving_early_closes_the_generator_in_its_thread() -> None:
    """A generator that waits for room is closed in its own thread, so that its clean-up runs."""
    closed: list[str] = []

    def source() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.append(threading.current_thread().name)

    with pytest.raises(KeyboardInterrupt), Prefetch(source(), name="reading") as ahead:
        assert next(ahead) == 0
        raise KeyboardInterrupt
    assert closed == ["reading"]


def test_closing_twice_does_nothing_more() -> None:
    """After `close` no item comes, and a second call returns."""
    ahead = Prefetch(range(10))
    ahead.close()
    ahead.close()
    assert list(ahead) == []


def test_chained_stages_end_together() -> None:
    """A stage that waits for another one ends when both are closed, the later one first."""
    with Prefetch(iter(int, 1), 2) as first, Prefetch((item + 1 for item in first), 2) as second:
        assert next(second) == 1


@pytest.mark.parametrize("depth", [0, -1])
def test_depth_must_be_positive(depth: int) -> None:
    """A depth of 0 would block forever, so it is refused."""
    with pytest.raises(OptionError, match=f"option depth must be at least 1, got {depth}"):
        Prefetch([], depth)


def test_a_call_in_the_background_gives_its_result_as_often_as_asked() -> None:
    """The call runs once, in a separate thread."""
    ran: list[str] = []
    one = Background(lambda: ran.append(threading.current_thread().name) or 7, name="sum")
    assert [one.result(), one.result()] == [7, 7]
    assert ran == ["sum"]


def test_an_error_in_the_background_is_raised_for_the_caller() -> None:
    """Waiting alone raises nothing, so that a command that ends early can wait."""

    def fail() -> None:
        raise SourceError("gone")

    one = Background(fail, name="fail")
    one.wait()
    with pytest.raises(SourceError, match="gone"):
        one.result()
