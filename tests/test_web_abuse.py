"""The real server under abuse: huge messages, many clients, half a handshake; others go on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from test_web import make_services, message
from web_server import serving
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from fitness.web.services import Limits


@contextmanager
def begun(address: str) -> Iterator[ClientConnection]:
    with connect(f"ws://{address}/ws/live", proxy=None) as one:
        one.send(json.dumps({"type": "start"}))
        assert json.loads(one.recv(10))["type"] == "started"
        yield one


def reps(one: ClientConnection) -> int:
    """Do one rep; the count after it."""
    answer = {}
    for i, grey in enumerate((250, 20, 20, 250)):
        one.send(message(i * 100.0, grey))
        answer = json.loads(one.recv(10))
    return int(answer["state"]["reps"])


def test_others_go_on_under_abuse(tmp_path: Path) -> None:
    """100 MB at once, 50 clients, a wrong origin, half a handshake: each is refused, and one good client counts on."""
    with serving(make_services(tmp_path), Limits(clients=8)) as address, begun(address) as good:
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"GET /ws/live HTTP/1.1\r\nHost: ")
            with begun(address) as bad, pytest.raises(ConnectionClosed) as closed:
                bad.send(b"\0" * 100_000_000)
                bad.recv(10)
            assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
            evil = Origin("http://evil.example")
            with (
                pytest.raises(InvalidStatus) as refused,
                connect(f"ws://{address}/ws/live", origin=evil, proxy=None),
            ):
                pass
            assert refused.value.response.status_code == 403
            with ExitStack() as stack:
                crowd = [
                    stack.enter_context(connect(f"ws://{address}/ws/live", proxy=None)) for _ in range(50)
                ]
                late = 0
                for one in crowd[7:]:
                    with pytest.raises(ConnectionClosed) as closed:
                        one.recv(10)
                    late += closed.value.rcvd is not None and closed.value.rcvd.code == 1013
                assert late == 43
                assert reps(good) == 1
        assert reps(good) == 2
