"""Slow, idle or very many clients lose their places, and others are served meanwhile."""

from __future__ import annotations

import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fitness.apps.web.access import Access
from fitness.apps.web.certificate import make_certificate
from fitness.apps.web.dependencies import Limits
from fitness.apps.web.doorkeeper import Doorkeeper, Places, network_of
from fitness.apps.web.server import Patience
from tests.support.web_cases import make_services
from tests.support.web_server import serving

TOKEN = "t" * 20
QUICK = Patience(headers_s=0.5, handshake_s=0.5, window_s=0.5, least_bytes=1000)


def place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


@contextmanager
def connections(address: str, count: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """`count` connections that send `first` and nothing more."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            one = stack.enter_context(socket.create_connection(place(address), timeout=120))
            if first:
                one.sendall(first)
            opened.append(one)
        yield opened


def status(url: str, data: bytes | None = None, context: ssl.SSLContext | None = None) -> int:
    """The HTTP status of one request on a new connection."""
    try:
        request = urllib.request.Request(url, data)
        with urllib.request.urlopen(request, timeout=120, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def is_closed(one: socket.socket) -> bool:
    """Wait until the server closes the connection; False if it does not."""
    one.settimeout(120)
    try:
        return one.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_endless_uploads_do_not_block_others(tmp_path: Path) -> None:
    """Stalled uploads hold all places for uploads; the next upload gets a place when they are stopped."""
    begun = b"POST /api/recordings?name=half HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nx"
    limits = Limits(uploads=2, upload_silence_s=0.5)
    with serving(make_services(tmp_path), limits) as address, connections(address, 2, begun):
        assert status(f"http://{address}/api/recordings?name=mine", b"no video, but an upload") == 201


def test_a_very_slow_upload_is_aborted(tmp_path: Path) -> None:
    """Sending a byte now and then is too slow for a body."""
    begun = b"POST /api/recordings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nx"
    with (
        serving(make_services(tmp_path), patience=QUICK) as address,
        connections(address, 1, begun) as (one,),
    ):
        for _ in range(1200):
            time.sleep(0.1)
            try:
                one.sendall(b"x")
            except OSError:
                break
        else:
            pytest.fail("it was never aborted")


@pytest.mark.parametrize(
    "first", [b"", b"GET / HTTP/1.1\r\nHost: 127", b"GET /api/info HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"]
)
def test_connections_without_a_request_are_closed(tmp_path: Path, first: bytes) -> None:
    """Connections are closed without a request, in the middle of headers, or after an answer."""
    with serving(make_services(tmp_path), patience=QUICK) as address, connections(address, 3, first) as idle:
        for one in idle:
            one.settimeout(120)
            while one.recv(4096):
                pass


def test_new_connections_replace_idle_ones(tmp_path: Path) -> None:
    """250 connections come from the address of the client that is served."""
    with serving(make_services(tmp_path)) as address, connections(address, 250):
        for _ in range(3):
            assert status(f"http://{address}/api/info") == 200


def test_wrong_tokens_do_not_lock_others_out(tmp_path: Path) -> None:
    """Connections that begin no TLS, or ask for nothing, take no places from clients with the token."""
    access = Access(frozenset({"127.0.0.1"}), TOKEN, tls=True)
    pair = make_certificate(tmp_path, ["127.0.0.1"], datetime.now(timezone.utc))
    trusting = ssl.create_default_context(cafile=pair[0])
    with serving(make_services(tmp_path), access=access, pair=pair, patience=QUICK) as address:
        with connections(address, 150), ExitStack() as stack:
            for _ in range(20):
                plain = stack.enter_context(socket.create_connection(place(address), timeout=120))
                stack.enter_context(trusting.wrap_socket(plain, server_hostname="127.0.0.1"))
            assert status(f"https://{address}/api/info", context=trusting) == 401
            url = f"https://{address}/api/info?token={TOKEN}"
            assert [status(url, context=trusting) for _ in range(3)] == [200] * 3
        with connections(address, 3) as silent:
            assert all(map(is_closed, silent))  # the handshake has a limit of time, too


class Clock:
    """A clock that a test advances."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def arrive() -> Iterator[Callable[[Doorkeeper, str, int], socket.socket | None]]:
    """Opens a connection from an address and port; returns its other end, or None without a place."""
    with ExitStack() as stack:

        def arriving(keeper: Doorkeeper, host: str, port: int) -> socket.socket | None:
            here, there = map(stack.enter_context, socket.socketpair())
            return there if keeper.admit((host, port), here) else None

        yield arriving


def test_clients_with_the_token_keep_their_slot(
    arrive: Callable[[Doorkeeper, str, int], socket.socket | None],
) -> None:
    """Strangers from many addresses use only the places of strangers, and connections being served are never closed."""
    clock = Clock()
    keeper = Doorkeeper(Places(all=6, strangers=4, each=3, each_stranger=2), clock)
    for number in range(4):
        assert arrive(keeper, f"192.0.2.{number}", 1)
        keeper.served((f"192.0.2.{number}", 1), True)
    assert arrive(keeper, "192.0.2.9", 1) is None  # all places of strangers are being served
    keeper.trust("198.51.100.1")
    assert arrive(keeper, "198.51.100.1", 1) and arrive(keeper, "198.51.100.1", 2)
    assert len(keeper) == 6 and arrive(keeper, "198.51.100.1", 3)  # an idle one of its own gave way
    clock.now += 3601
    assert not keeper.trusts("198.51.100.1")


def test_the_longest_idle_connection_is_closed_first(
    arrive: Callable[[Doorkeeper, str, int], socket.socket | None],
) -> None:
    """One address cannot have more than its places; closing tells the doorkeeper."""
    clock = Clock()
    keeper = Doorkeeper(Places(each_stranger=2), clock)
    first, second = arrive(keeper, "192.0.2.1", 1), arrive(keeper, "192.0.2.1", 2)
    clock.now = 1.0
    keeper.served(("192.0.2.1", 1), True)
    keeper.served(("192.0.2.1", 1), False)
    third = arrive(keeper, "192.0.2.1", 3)
    assert first and second and third and second.recv(1) == b"" and len(keeper) == 2
    assert keeper.find(("192.0.2.1", 1)) and keeper.find(("192.0.2.1", 3))


def test_many_addresses_of_one_machine_count_as_one() -> None:
    """Addresses with the same first 64 bits of IPv6 count as one machine."""
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
