"""Every signal that asks a command to end is handled like Ctrl-C."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import click
import pytest

from fitness.apps.cli import main
from fitness.apps.cli.signals import ending_alike


@pytest.fixture(autouse=True)
def _signals_of_a_plain_process() -> Iterator[None]:
    """Signals as in a process started without `nohup`, however the tests were started."""
    before = {
        one: signal.signal(one, signal.SIG_DFL)
        for one in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
    }
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


POSIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX systems")


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_command_ends_with_the_code_of_the_signal(name: str, code: int) -> None:
    """The command cleans up before it ends."""
    cleaned = []

    @click.command()
    def waiting() -> None:
        try:
            signal.raise_signal(getattr(signal, name))
            time.sleep(60)
        finally:
            cleaned.append(name)

    before = signal.getsignal(getattr(signal, name))
    assert main([], command=waiting) == code and cleaned == [name]
    assert signal.getsignal(getattr(signal, name)) is before


@POSIX
def test_only_the_first_signal_interrupts() -> None:
    """A closed terminal may send two signals: the second does not interrupt what is written after the first."""
    with ending_alike() as came:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
    assert came == [signal.SIGHUP, signal.SIGTERM]


@POSIX
def test_a_signal_that_is_switched_off_stays_so() -> None:
    """A signal that is ignored (`nohup`) stays ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_alike() as came:
            signal.raise_signal(signal.SIGHUP)
        assert came == []
    finally:
        signal.signal(signal.SIGHUP, before)
